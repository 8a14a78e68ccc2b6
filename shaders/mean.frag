// y[0, c] = mean of x over height and width
//
// One fragment: one channel group of one item. Cells of x outside its map are zero, so whole
// blocks are summed up.
// defines: IN_GROUPS
@include lib/layout.glsl
@include lib/sizes.glsl
uniform sampler2DArray x;
@for n in range(4)
layout(location = ${n}) out vec4 y${n};
@end

void main() {
  Place o = place(y_layout);
  float tile = floor((o.tile + 0.5) / ${IN_GROUPS}.0);
  int half_tile = int(o.tile - tile * ${IN_GROUPS}.0);
  int block_rows = int(x_layout.z), block_columns = int(x_layout.y);
  vec4 sum = vec4(0);
  for (int row = 0; row < block_rows; row++) {
    for (int column = 0; column < block_columns; column++) {
      ivec2 at = ivec2(texel(x_layout, float(column), float(row) + o.item * x_layout.z, tile));
@for p in range(4)
      sum += texelFetch(x, ivec3(at, ${p * IN_GROUPS} + half_tile), 0);
@end
    }
  }
  y0 = sum / (x_size.x * x_size.y);
@for n in (1, 2, 3)
  y${n} = vec4(0);
@end
}
