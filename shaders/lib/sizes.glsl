// What differs between draws of one program; filled by webgl/kernels.py, one block per draw.
layout(std140) uniform Sizes {
  vec4 x_layout;
  vec4 y_layout;
  vec4 skip_layout;
  vec4 y_size;    // width and height of the map; width and height of its computed part
  vec4 x_size;    // width, height, channel groups, -
  vec4 rows;      // of `channels`: the epilogue's first, the depthwise filters' first; skip groups, -
  vec4 activate;  // slope below zero, ceiling, -, -
};
