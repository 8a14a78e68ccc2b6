// pixels = half of an image, four pixels a texel; see lib/half.glsl
// defines: MADE
precision highp float;
precision highp int;
precision highp sampler2D;
layout(std140) uniform Sizes {
  vec4 corner;  // the first pixel of the image that is seen: x and y, -, -
};
@include lib/half.glsl
layout(location = 0) out uvec4 pixels;

void main() {
  pixels = half_of(ivec2(corner.xy) + 4 * ivec2(gl_FragCoord.xy), true);
}
