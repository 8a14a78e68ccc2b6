// What follows the accumulation, for pixel ${p} (0..3) and group ${g} of the tile: the value in
// `v` gets skip and activation and goes to its target. Cells outside the map are written as zero.
// needs: o (Place), v (vec4), group (float, index of the channel group)
// With POOL the value goes to the maximum `top${g}` instead.
// defines: SKIP (none, add, pool) SKIP_GROUPS PADDED OUT_GROUPS POOL
vec2 pixel = vec2(o.column * 2.0 + ${p % 2}.0, o.row * 2.0 + ${p // 2}.0);
@if PADDED
if (pixel.x > y_size.z - 0.5 || pixel.y > y_size.w - 0.5) v = vec4(0);
@end
@if SKIP != "none"
float skip_tile = floor((group + 0.5) / ${SKIP_GROUPS}.0);
int skip_half = int(group - skip_tile * ${SKIP_GROUPS}.0);
@end
@if SKIP == "add"
ivec2 skip_at = ivec2(texel(skip_layout, o.column, o.row + o.item * skip_layout.z, skip_tile));
v += texelFetch(skip, ivec3(skip_at, ${p * SKIP_GROUPS} + skip_half), 0);
@end
@if SKIP == "pool"
// A 2x2 mean with stride 2 is the mean of one block, whose four pixels lie in four layers.
if (group < rows.z - 0.5 && pixel.x < y_size.x - 0.5 && pixel.y < y_size.y - 0.5) {
  ivec2 skip_at = ivec2(texel(skip_layout, pixel.x, pixel.y + o.item * skip_layout.z, skip_tile));
  vec4 sum = texelFetch(skip, ivec3(skip_at, skip_half), 0);
@for q in (1, 2, 3)
  sum += texelFetch(skip, ivec3(skip_at, ${q * SKIP_GROUPS} + skip_half), 0);
@end
  v += sum * 0.25;
}
@end
v = min(max(v, activate.x * v), activate.y);
@if POOL
top${g} = pixel.x < y_size.z - 0.5 && pixel.y < y_size.w - 0.5 ? max(top${g}, v) : top${g};
@else
y${p * OUT_GROUPS + g} = pixel.x < y_size.x - 0.5 && pixel.y < y_size.y - 0.5 ? v : vec4(0);
@end
