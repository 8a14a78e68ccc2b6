// A crop turned, scaled and moved into a square, as dlib cuts faces; part of fit.frag. The other half of
// pictures/similarity.py.
//
// Items hold three vectors each: where the region begins in the source, and its size when halved; what
// of that the square shows at its first pixel, and one pixel further right; the step down, and whether
// the region is to be halved. One that has to be halved more than once was drawn by halve.frag before,
// all but the last time, and begins at the first pixel of that.
@set MADE = FIT == "halved"
@include lib/half.glsl

vec4 channels(uint pixel) {
  return vec4((uvec4(pixel) >> uvec4(0, 8, 16, 24)) & 255u);
}

@if not MADE
vec4 original(ivec2 at) {
  return floor(texelFetch(source, at, 0) * 255.0 + 0.5);
}
@end

vec4 fit(vec2 pixel, int item) {
  vec4 region = items[3 * item], shown = items[3 * item + 1], rest = items[3 * item + 2];
  vec2 at = shown.xy + pixel.x * shown.zw + pixel.y * rest.xy;
  vec2 low = floor(at), part = at - low;
  if (min(low.x, low.y) < 0.0 || any(greaterThan(low + 1.5, region.zw))) return vec4(0);
  uvec4 halved = half_of(ivec2(region.xy + 2.0 * low), ${"true" if MADE else "rest.z > 0.5"});
  vec4 a = channels(halved.x), b = channels(halved.y), c = channels(halved.z), d = channels(halved.w);
@if not MADE
  if (rest.z < 0.5) {
    ivec2 first = ivec2(region.xy + low);
    a = original(first);
    b = original(first + ivec2(1, 0));
    c = original(first + ivec2(0, 1));
    d = original(first + 1);
  }
@end
  vec4 mixed = mix(mix(a, b, part.x), mix(c, d, part.x), part.y);
  return mixed.a < 0.5 ? vec4(0) : vec4(floor(mixed.rgb / mixed.a * 255.0 + ${1 / 512}), 0);
}
