// What follows the accumulation, for channel group ${g} of the tile: the values v0 ... v3 of its
// pixels get skip and activation and go to their targets. Cells outside the map are written as zero.
// needs: o (Place), v0 ... v3 (vec4), group (float, index of the channel group), lib/edges.glsl
// defines: SKIP (none, add, pool) SKIP_GROUPS PADDED OUT_GROUPS PRELU (with alpha${g}, vec4)
@if PADDED
@for p in range(4)
v${p} = computed${p} ? v${p} : vec4(0);
@end
@end
@if SKIP != "none"
vec2 skip_size = 1.0 / vec2(textureSize(skip, 0).xy);
float skip_tile = floor((group + 0.5) / ${SKIP_GROUPS}.0);
float skip_half = group - skip_tile * ${SKIP_GROUPS}.0;
float skip_row = o.item * skip_layout.z;
@end
@if SKIP == "add"
vec2 skip_at = (texel(skip_layout, o.column, o.row + skip_row, skip_tile) + 0.5) * skip_size;
@for p in range(4)
v${p} += texture(skip, vec3(skip_at, ${p * SKIP_GROUPS}.0 + skip_half));
@end
@end
@if SKIP == "pool"
// A 2x2 mean with stride 2 is the mean of one block, whose four pixels lie in four layers.
if (group < rows.z - 0.5) {
@for p in range(4)
  if (in_map${p}) {
    vec2 skip_at = texel(skip_layout, corner.x + ${p % 2}.0, corner.y + ${p // 2}.0 + skip_row, skip_tile);
    skip_at = (skip_at + 0.5) * skip_size;
    vec4 sum = texture(skip, vec3(skip_at, skip_half));
@for q in (1, 2, 3)
    sum += texture(skip, vec3(skip_at, ${q * SKIP_GROUPS}.0 + skip_half));
@end
    v${p} += sum * 0.25;
  }
@end
}
@end
@for p in range(4)
@if PRELU
v${p} = max(v${p}, 0.0) + alpha${g} * min(v${p}, 0.0);
@end
v${p} = min(max(v${p}, activate.x * v${p}), activate.y);
y${p * OUT_GROUPS + g} = in_map${p} ? v${p} : vec4(0);
@end
