// pixels[index] = all outputs of a plan, one after the other, in one plain texture
//
// Per item: output 0, 1, ... each in the order row, column, channel group; an item begins at a
// new row of the texture. Item first_item of the texture is item 0 of the outputs. spans[n]: first texel, texels, width, channel groups of output n.
// defines: OUTPUTS GROUPS (groups per tile of each output, as a string of digits) WIDTH
@include lib/layout.glsl
@set T = [int(d) for d in GROUPS]
layout(std140) uniform Spans {
  vec4 item;  // rows of one item, -, -, -
  vec4 layouts[${OUTPUTS}];
  vec4 spans[${OUTPUTS}];
};
@for n in range(OUTPUTS)
uniform sampler2DArray x${n};
@end
uniform float first_item;
layout(location = 0) out vec4 y0;

void main() {
  vec2 cell = floor(gl_FragCoord.xy);
  float n = floor((cell.y + 0.5) / item.x);
  float index = (cell.y - n * item.x) * ${WIDTH}.0 + cell.x;
  y0 = vec4(0);
@for n in range(OUTPUTS)
  if (index > spans[${n}].x - 0.5 && index < spans[${n}].x + spans[${n}].y - 0.5) {
    float at = index - spans[${n}].x;
    float pixel = floor((at + 0.5) / spans[${n}].w), group = at - pixel * spans[${n}].w;
    float row = floor((pixel + 0.5) / spans[${n}].z), column = pixel - row * spans[${n}].z;
    float tile = floor((group + 0.5) / ${T[n]}.0);
    vec2 block = floor(vec2(column, row) * 0.5);
    float layer = (row - block.y * 2.0) * 2.0 + column - block.x * 2.0;
    vec2 where = texel(layouts[${n}], block.x, block.y + (n - first_item) * layouts[${n}].z, tile);
    y0 = texelFetch(x${n}, ivec3(where, int(layer * ${T[n]}.0 + group - tile * ${T[n]}.0)), 0);
  }
@end
}
