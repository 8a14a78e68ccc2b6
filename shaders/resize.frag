// y[i, j] = x at (i * x height / y height, j * x width / y width), bilinear, corners not aligned
//
// The rule of TensorFlow.js's resizeBilinear. With PICTURE x is the crop of the uploaded picture
// that items[0] holds (x, y, width, height), less mean and times scale; alpha is divided out.
// defines: PICTURE TRANSPOSED (picture with axes exchanged, BGR) GROUPS (per tile of x and y)
@include lib/layout.glsl
@include lib/sizes.glsl
@if PICTURE
uniform sampler2D source;
uniform vec4 items[2];
uniform vec4 mean_scale;
@else
uniform sampler2DArray x;
@end
@for n in range(4 * GROUPS)
layout(location = ${n}) out vec4 y${n};
@end

@if PICTURE
vec4 cell(vec2 at, float item, float tile, int group) {
  vec4 texel = texelFetch(source, ivec2(items[0].xy + at${".yx" if TRANSPOSED else ""}), 0);
  vec3 color = texel.a > 0.0 ? texel.rgb / texel.a * 255.0 : vec3(0);
  return vec4(((color - mean_scale.xyz) * mean_scale.w).${"bgr" if TRANSPOSED else "rgb"}, 0);
}
@else
vec4 cell(vec2 at, float item, float tile, int group) {
  vec2 block = floor(at * 0.5), inner = at - block * 2.0;
  vec2 where = texel(x_layout, block.x, block.y + item * x_layout.z, tile);
  return texelFetch(x, ivec3(where, int(inner.y * 2.0 + inner.x) * ${GROUPS} + group), 0);
}
@end

void main() {
  Place o = place(y_layout);
@if PICTURE
  vec2 size = items[0].${"wz" if TRANSPOSED else "zw"};
@else
  vec2 size = x_size.xy;
@end
  vec2 ratio = size / y_size.xy;
@for p in range(4)
  {
    vec2 pixel = vec2(o.column * 2.0 + ${p % 2}.0, o.row * 2.0 + ${p // 2}.0);
    bool real = pixel.x < y_size.x - 0.5 && pixel.y < y_size.y - 0.5;
    vec2 at = pixel * ratio, low = min(floor(at), size - 1.0), part = at - low;
    vec2 high = min(ceil(at), size - 1.0);
@for g in range(GROUPS)
    {
      vec4 top = cell(low, o.item, o.tile, ${g}), bottom = cell(vec2(low.x, high.y), o.item, o.tile, ${g});
      top += (cell(vec2(high.x, low.y), o.item, o.tile, ${g}) - top) * part.x;
      bottom += (cell(high, o.item, o.tile, ${g}) - bottom) * part.x;
      y${p * GROUPS + g} = real ? top + (bottom - top) * part.y : vec4(0);
    }
@end
  }
@end
}
