// How tensors lie in textures; the other half of webgl/layout.py.
//
// A layout is (tiles, block columns, block rows of one item, axis of the tiles: 0 x, 1 y).
// A fragment owns one block of 2x2 pixels of one tile of one item; layer = (2y + x) * groups + g.
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp isampler2D;
precision highp sampler2DArray;

struct Place {
  float column, row;  // block, in its item
  float tile, item;
};

Place place(vec4 tensor) {
  vec2 cell = floor(gl_FragCoord.xy);
  float along = tensor.w < 0.5 ? cell.x : cell.y;
  float block = floor((along + 0.5) / tensor.x);
  float column = tensor.w < 0.5 ? block : cell.x;
  float row = tensor.w < 0.5 ? cell.y : block;
  float item = floor((row + 0.5) / tensor.z);
  return Place(column, row - item * tensor.z, along - block * tensor.x, item);
}

// Texel of a block, in texels; the row counts through all items.
vec2 texel(vec4 tensor, float column, float row, float tile) {
  return tensor.w < 0.5 ? vec2(column * tensor.x + tile, row) : vec2(column, row * tensor.x + tile);
}
