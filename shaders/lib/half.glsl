// Half of an image, as pictures/similarity.py has it: a pixel is a mean of 5x5, weighted 1 4 6 4 1 both ways,
// without its fraction. In whole numbers, so that it is the same however often it is done.
//
// An image that was made here is a texture of uints, a texel of which holds four pixels: 2x2, row by row. A
// pixel is a uint, red in its lowest 8 bits, alpha in its highest. To be summed it is two of them, red and
// blue, green and alpha: 16 bits each, as much as 255 * 256 takes.
// defines: MADE (1: of an image that was made here, 0: of the uploaded picture)
@if MADE
precision highp usampler2D;
uniform usampler2D halves;
@else
uniform sampler2D source;
@end

uvec4 binomial(uvec4 a, uvec4 b, uvec4 c, uvec4 d, uvec4 e) {
  return a + e + (c << 1) + ((b + c + d) << 2);
}

// Sums of five of seven pixels of a row: the first five, and those two further right.
uvec4 row(uvec2 a, uvec2 b, uvec2 c, uvec2 d, uvec2 e, uvec2 f, uvec2 g) {
  return binomial(uvec4(a, c), uvec4(b, d), uvec4(c, e), uvec4(d, f), uvec4(e, g));
}

@if MADE
uvec2 summand(uint pixel) {
  return uvec2(pixel & 0x00ff00ffu, (pixel >> 8) & 0x00ff00ffu);
}
@else
uvec2 summand(ivec2 at) {
  uvec4 v = uvec4(texelFetch(source, at, 0) * 255.0 + 0.5);
  return v.rg | (v.ba << 16);
}
@end

uint mean(uvec2 sum) {
  return ((sum.x >> 8) & 0x00ff00ffu) | (sum.y & 0xff00ff00u);
}

// How much a row counts for the upper and the lower pixels of a half.
const uvec2 WEIGHTS[8] = uvec2[8](
  uvec2(1, 0), uvec2(4, 0), uvec2(6, 1), uvec2(4, 4), uvec2(1, 6), uvec2(0, 4), uvec2(0, 1), uvec2(0));

// 2x2 pixels of the half, row by row, as a texel holds them: of 7x7, the first of which is given. In an image
// that was made here it lies in an even row and column.
// wanted: without it they are 0. Where processors draw, they go through all of a branch for any pixel, but
// not through a loop that is over.
uvec4 half_of(ivec2 first, bool wanted) {
  uvec4 upper = uvec4(0), lower = uvec4(0), sum;
@if MADE
  for (int j = 0; j < (wanted ? 4 : 0); j++) {
@for i in range(4)
    uvec4 p${i} = texelFetch(halves, first / 2 + ivec2(${i}, j), 0);
@end
@for k in (0, 1)
@set X = "xz"[k]
@set Y = "yw"[k]
    sum = row(
      summand(p0.${X}), summand(p0.${Y}), summand(p1.${X}), summand(p1.${Y}), summand(p2.${X}), summand(p2.${Y}),
      summand(p3.${X}));
    upper += WEIGHTS[2 * j + ${k}].x * sum;
    lower += WEIGHTS[2 * j + ${k}].y * sum;
@end
  }
@else
  for (int j = 0; j < (wanted ? 7 : 0); j++) {
    sum = row(
      ${", ".join("summand(first + ivec2(%d, j))" % i for i in range(7))});
    upper += WEIGHTS[j].x * sum;
    lower += WEIGHTS[j].y * sum;
  }
@end
  return uvec4(mean(upper.xy), mean(upper.zw), mean(lower.xy), mean(lower.zw));
}
