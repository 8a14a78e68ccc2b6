// Declares r0_${R} ... r3_${R}, the rows of the filter matrix of tap (ky, kx) and group g. Numbers
// count from `zero`, which need not be whole: so they are multiples of the weights, and no sum of x
// is needed to bring in the smallest weight.
@for t in range(BITS // 8)
ivec4 q${t}_${R} = texture(filters, filter_at + vec2(${(kx * OUT_GROUPS + g) * (BITS // 8) + t}, ${ky}) * filter_size);
@end
@set MASKS = ("0xff", "0xff00", "0xff0000", "-16777216") if BITS == 8 else ("0xffff", "-65536")
@for r in range(4)
${VEC} r${r}_${R} = vec4(q${r * BITS // 32}_${R} & ${MASKS[r % len(MASKS)]})${XYZ} - zero[${r % len(MASKS)}];
@end
