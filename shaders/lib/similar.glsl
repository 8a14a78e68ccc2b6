// A crop turned, scaled and moved into a square, as dlib cuts faces; part of fit.frag. The other half of
// pictures/similarity.py.
//
// Items hold three vectors each: where the region begins in the source, and its size when halved; what
// of that the square shows at its first pixel, and one pixel further right; the step down, and N, how
// many pixels were made one, in a row.
//
// A picture halved until N pixels are one is never made. Each of its pixels is a mean of 4N - 3 each
// way: the binomials 1 4 6 4 1 of all halvings make four boxes of N, one upon the other. So how much a
// pixel counts is the sum of sums of sums of what is the same for N pixels: 1, -3, 3, -1, and 0 beyond.
// Two such means side by side are taken at once, the second one N pixels further.
const vec2 KNOTS[5] = vec2[5](vec2(1, 0), vec2(-3, 1), vec2(3, -3), vec2(-1, 3), vec2(0, -1));

// One row of the pixels of two means, not divided yet.
void add_row(ivec2 first, int n, out vec4 left, out vec4 right) {
  vec2 counts = vec2(0), slope = vec2(0), bend = vec2(0);
  left = right = vec4(0);
  for (int i = 0; i < 5 * n - 3; i++) {
    bend += KNOTS[i / n];
    slope += bend;
    counts += slope;
    vec4 texel = texelFetch(source, first + ivec2(i, 0), 0);
    left += counts.x * texel;
    right += counts.y * texel;
  }
}

// What is left of a mean in 0..255 when each halving has dropped its fraction. Of the halvings before
// the last one only the mean loss is known, and where all pixels are alike there is none. Measured on a
// photo: of two halvings no pixel of the square is more than one off, of three 2 in 10,000, and of four,
// which are for faces of more than 1600 pixels, 3 in 100; those are two off.
vec4 dropped(vec4 mean, float n) {
  vec4 part = fract(mean + ${1 / 1024});
  vec4 loss = (log2(n) - 1.0) * 0.498 * step(${1 / 512}, part);
  return floor(max(mean - (n > 2.0 ? loss : vec4(0)), vec4(0)) + ${1 / 512});
}

vec4 fit(vec2 pixel, int item) {
  vec4 region = items[3 * item], shown = items[3 * item + 1], rest = items[3 * item + 2];
  vec2 at = shown.xy + pixel.x * shown.zw + pixel.y * rest.xy;
  vec2 low = floor(at), part = at - low;
  if (min(low.x, low.y) < 0.0 || any(greaterThan(low + 1.5, region.zw))) return vec4(0);
  float n = rest.z;
  ivec2 first = ivec2(region.xy + low * n);
  vec4 a = vec4(0), b = vec4(0), c = vec4(0), d = vec4(0);
  vec2 counts = vec2(0), slope = vec2(0), bend = vec2(0);
  for (int j = 0; j < 5 * int(n) - 3; j++) {
    vec4 left, right;
    add_row(first + ivec2(0, j), int(n), left, right);
    bend += KNOTS[j / int(n)];
    slope += bend;
    counts += slope;
    a += counts.x * left;
    b += counts.x * right;
    c += counts.y * left;
    d += counts.y * right;
  }
  float of_all = n * n * n * n;  // one way; pow() is not exact
  float scale = 255.0 / of_all / of_all;
  vec4 top = mix(dropped(a * scale, n), dropped(b * scale, n), part.x);
  vec4 bottom = mix(dropped(c * scale, n), dropped(d * scale, n), part.x);
  vec4 mixed = mix(top, bottom, part.y);
  return mixed.a < 0.5 ? vec4(0) : vec4(floor(mixed.rgb / mixed.a * 255.0 + ${1 / 512}), 0);
}
