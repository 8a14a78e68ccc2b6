// Declares at_x<b>, at_y<b> (texture coordinates of block b of the patch, at tile `first_tile`),
// in<b>_<c> for columns b and rows c (1 inside the map, else 0; with MASKED) and `next_tile`, the
// step to the next tile.
// needs: o (Place), first_tile
vec2 texel_size = 1.0 / vec2(textureSize(x, 0).xy);
vec2 next_tile = (x_layout.w < 0.5 ? vec2(1, 0) : vec2(0, 1)) * texel_size;
vec2 tiles_apart = x_layout.w < 0.5 ? vec2(x_layout.x, 1) : vec2(1, x_layout.x);
vec2 tile_shift = x_layout.w < 0.5 ? vec2(first_tile, 0) : vec2(0, first_tile);
@for b in BLOCKS_X
float at_x${b - FIRST_X}, in_x${b - FIRST_X};
{
  float block = o.column * ${STRIDE}.0 + ${b}.0;
  in_x${b - FIRST_X} = block > -0.5 && block < x_layout.y - 0.5 ? 1.0 : 0.0;
  block = clamp(block, 0.0, x_layout.y - 1.0);
  at_x${b - FIRST_X} = (block * tiles_apart.x + tile_shift.x + 0.5) * texel_size.x;
}
@end
@for b in BLOCKS_Y
float at_y${b - FIRST_Y}, in_y${b - FIRST_Y};
{
  float block = o.row * ${STRIDE}.0 + ${b}.0;
  in_y${b - FIRST_Y} = block > -0.5 && block < x_layout.z - 0.5 ? 1.0 : 0.0;
  block = clamp(block, 0.0, x_layout.z - 1.0) + o.item * x_layout.z;
  at_y${b - FIRST_Y} = (block * tiles_apart.y + tile_shift.y + 0.5) * texel_size.y;
}
@end
@if MASKED
@for bx in range(len(BLOCKS_X))
@for by in range(len(BLOCKS_Y))
float in${bx}_${by} = in_x${bx} * in_y${by};
@end
@end
@end
