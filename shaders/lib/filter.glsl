// Declares r0_${R} ... r3_${R}, the rows of the filter matrix of tap (ky, kx) and group g.
@if FILTERS == "uint8"
ivec4 q_${R} = texture(filters, filter_at + vec2(${kx * OUT_GROUPS + g}, ${ky}) * filter_size);
@for r in range(4)
@set BITS = ("255", "0xff00", "0xff0000", "-16777216")
${VEC} r${r}_${R} = vec4(q_${R} & ${BITS[r]})${XYZ};
@end
@else
@for r in range(4)
${VEC} r${r}_${R} = texture(filters, filter_at + vec2(${(kx * OUT_GROUPS + g) * 4 + r}, ${ky}) * filter_size)${XYZ};
@end
@end
