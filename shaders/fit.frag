// y[p] = (picture at p, cropped, fitted into a square, in whole numbers, less mean) * scale
//
// The source holds colours times alpha, as a canvas does; alpha is divided out at the end. Ties, which
// are common, are rounded with a margin, so that all devices and the reference round them alike.
// items: so many vectors per item; the first are those of item `first_item` of y.
// FIT letterbox: crop (x, y, width, height in pixels of the source) and place of the picture in the
//   square. Bilinear with half-pixel centres, neighbours clamped to the crop; a pixel belongs to the
//   picture when at least 1/32 of its width and height is covered, else it is black.
// turned: as letterbox, of the crop turned by quarters; besides the pixel of the crop that is its first
//   then, and the step from there to the next one at its right.
// stretch: the crop lies over the whole square, whose size the last two numbers of the place are, by
//   way of a middle size, the first two.
// similar, halved: see lib/similar.glsl.
// With TRANSPOSED axes are exchanged and colours BGR.
// defines: FIT VECTORS (of all items) TRANSPOSED
@include lib/layout.glsl
@include lib/sizes.glsl
uniform vec4 items[${VECTORS}];
uniform vec4 mean_scale;
uniform float first_item;
@for n in range(4)
layout(location = ${n}) out vec4 y${n};
@end
@if FIT in ("similar", "halved")
@include lib/similar.glsl
@else
uniform sampler2D source;

@if FIT == "turned"
// A pixel of the crop that was turned.
vec4 cell(vec2 pixel, vec4 crop, vec4 turn) {
  vec2 at = turn.xy + pixel.x * turn.zw + pixel.y * vec2(-turn.w, turn.z);
  return texelFetch(source, ivec2(crop.xy + at), 0);
}

// The crop at a place in pixels of it, premultiplied, in 0..1.
vec4 sampled(vec2 at, vec4 crop, vec4 turn) {
  vec2 low = floor(at), part = at - low, last = (turn.z == 0.0 ? crop.wz : crop.zw) - 1.0;
  vec2 a = clamp(low, vec2(0), last), b = clamp(low + 1.0, vec2(0), last);
  vec4 texels[4] = vec4[4](
    cell(a, crop, turn), cell(vec2(b.x, a.y), crop, turn), cell(vec2(a.x, b.y), crop, turn), cell(b, crop, turn));
@else
// The crop at a place in pixels of it, premultiplied, in 0..1.
vec4 sampled(vec2 at, vec4 crop) {
  vec2 low = floor(at), part = at - low;
  ivec2 a = ivec2(crop.xy + clamp(low, vec2(0), crop.zw - 1.0));
  ivec2 b = ivec2(crop.xy + clamp(low + 1.0, vec2(0), crop.zw - 1.0));
  vec4 texels[4] = vec4[4](
    texelFetch(source, a, 0), texelFetch(source, ivec2(b.x, a.y), 0),
    texelFetch(source, ivec2(a.x, b.y), 0), texelFetch(source, b, 0));
@end
  vec4 weight = vec4((1.0 - part.x) * (1.0 - part.y), part.x * (1.0 - part.y),
                     (1.0 - part.x) * part.y, part.x * part.y);
  return texels[0] * weight.x + texels[1] * weight.y + texels[2] * weight.z + texels[3] * weight.w;
}

@if FIT == "stretch"
// A pixel of the crop in its middle size, which is placed.xy, rounded to 8 bit.
vec4 middle(vec2 pixel, vec4 crop, vec2 size) {
  vec2 at = (clamp(pixel, vec2(0), size - 1.0) + 0.5) * crop.zw / size - 0.5;
  return floor(sampled(at, crop) * 255.0 + ${0.5 + 1 / 512});
}

vec4 fit(vec2 pixel, int item) {
  vec4 crop = items[2 * item], placed = items[2 * item + 1];
  vec2 at = (pixel + 0.5) * placed.xy / placed.zw - 0.5;
  vec2 low = floor(at), part = at - low;
  vec4 top = mix(middle(low, crop, placed.xy), middle(low + vec2(1, 0), crop, placed.xy), part.x);
  vec4 bottom = mix(middle(low + vec2(0, 1), crop, placed.xy), middle(low + 1.0, crop, placed.xy), part.x);
  vec4 mixed = mix(top, bottom, part.y);
  if (mixed.a < 0.5) return vec4(0);  // alpha 0 in 8 bits
@else
vec4 fit(vec2 pixel, int item) {
@if FIT == "turned"
  vec4 crop = items[3 * item], placed = items[3 * item + 1], turn = items[3 * item + 2];
  vec2 size = turn.z == 0.0 ? crop.wz : crop.zw;
@else
  vec4 crop = items[2 * item], placed = items[2 * item + 1];
@end
  vec2 covered = min(pixel + 1.0, placed.xy + placed.zw) - max(pixel, placed.xy);
  if (min(covered.x, covered.y) < 0.03125) return vec4(0);
@if FIT == "turned"
  vec4 mixed = sampled((pixel + 0.5 - placed.xy) * size / placed.zw - 0.5, crop, turn);
@else
  vec4 mixed = sampled((pixel + 0.5 - placed.xy) * crop.zw / placed.zw - 0.5, crop);
@end
@end
  return mixed.a > 0.0 ? vec4(floor(mixed.rgb / mixed.a * 255.0 + ${0.5 + 1 / 512}), 0) : vec4(0);
}
@end

void main() {
  Place o = place(y_layout);
  int item = int(o.item - first_item + 0.5);
@for p in range(4)
  {
    vec2 pixel = vec2(o.column * 2.0 + ${p % 2}.0, o.row * 2.0 + ${p // 2}.0);
    bool real = pixel.x < y_size.x - 0.5 && pixel.y < y_size.y - 0.5;
    vec4 v = (fit(pixel${".yx" if TRANSPOSED else ""}, item) - vec4(mean_scale.xyz, 0)) * mean_scale.w;
    y${p} = real ? vec4(v.${"bgr" if TRANSPOSED else "rgb"}, 0) : vec4(0);
  }
@end
}
