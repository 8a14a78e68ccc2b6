// A crop that is turned, scaled and moved into a square, and halved before where it shrinks by much. Which
// part of a picture that takes is known to Python, how its rows lie to host.js; the rule is that of
// pictures/similarity.py. Pixels are bytes, colours times alpha.
#pragma once
#include "fit.h"

static int is_opaque(const uint8_t *row, int count) {
  v4 all = wasm_i32x4_splat(-1);
  int i = 0;
  for (; i + 4 <= count; i += 4) all = wasm_v128_and(all, wasm_v128_load(row + 4 * i));
  for (; i < count; i++) all = wasm_v128_and(all, wasm_v128_load32_splat(row + 4 * i));
  return wasm_i32x4_all_true(wasm_u32x4_gt(all, wasm_i32x4_splat(0xfeffffff)));
}

// Colours of a row times alpha, in its place.
EXPORT(premultiply) void premultiply(uint8_t *row, int count) {
  if (is_opaque(row, count)) return;
  for (uint8_t *p = row; p < row + 4 * count; p += 4)
    for (int k = 0; k < 3; k++) p[k] = (p[k] * p[3] + 127) / 255;
}

// 1 4 6 4 1, of 16 bits each.
INLINE v4 binomial(v4 a, v4 b, v4 c, v4 d, v4 e) {
  v4 four = wasm_i16x8_add(wasm_i16x8_add(b, d), c);
  v4 one = wasm_i16x8_add(wasm_i16x8_add(a, e), wasm_i16x8_shl(c, 1));
  return wasm_i16x8_add(one, wasm_i16x8_shl(four, 2));
}

// Two pixels of a and b, of 16 bits.
#define TWO(a, b, i, j) wasm_u16x8_extend_low_u8x16(wasm_i32x4_shuffle(a, b, i, j, i, j))

// Sums of five pixels of a row, two apart: `count` of them, at least 2.
EXPORT(narrower_row) void narrower_row(uint16_t *out, const uint8_t *row, int count) {
  for (int i = 0; i < count; i += 2) {
    i = smaller(i, count - 2);  // for an odd number one is made twice
    v4 p = wasm_v128_load(row + 8 * i), q = wasm_v128_load(row + 8 * i + 12);  // pixels 0..3, 3..6
    v4 sum = binomial(TWO(p, p, 0, 2), TWO(p, p, 1, 3), TWO(p, q, 2, 5), TWO(q, q, 0, 2), TWO(q, q, 1, 3));
    wasm_v128_store(out + 4 * i, sum);
  }
}

INLINE v4 lower(const uint16_t *a, const uint16_t *b, const uint16_t *c, const uint16_t *d, const uint16_t *e) {
  v4 sum = binomial(wasm_v128_load(a), wasm_v128_load(b), wasm_v128_load(c), wasm_v128_load(d), wasm_v128_load(e));
  return wasm_u16x8_shr(sum, 8);
}

// Of five rows of such sums one of means. They may reach up to three pixels beyond `count`.
EXPORT(lower_row)
void lower_row(uint8_t *out, const uint16_t *a, const uint16_t *b, const uint16_t *c, const uint16_t *d,
               const uint16_t *e, int count) {
  for (int i = 0; i < 4 * count; i += 16) {
    v4 left = lower(a + i, b + i, c + i, d + i, e + i);
    v4 right = lower(a + i + 8, b + i + 8, c + i + 8, d + i + 8, e + i + 8);
    wasm_v128_store(out + i, wasm_u8x16_narrow_i16x8(left, right));
  }
}

// Of two pixels that lie side by side.
INLINE v4 beside(const uint8_t *p, v4 part) {
  v4 wide = wasm_u16x8_extend_low_u8x16(wasm_v128_load64_zero(p));
  v4 left = wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(wide));
  v4 right = wasm_f32x4_convert_u32x4(wasm_u32x4_extend_high_u16x8(wide));
  return wasm_f32x4_add(left, wasm_f32x4_mul(wasm_f32x4_sub(right, left), part));
}

// A colour that was taken times alpha, without fractions; black where alpha would be 0 in 8 bits.
INLINE v4 whole(v4 v) {
  float alpha = wasm_f32x4_extract_lane(v, 3);
  if (alpha < 0.5f) return splat(0);
  return wasm_f32x4_floor(wasm_f32x4_add(wasm_f32x4_mul(v, splat(255 / alpha)), splat(1.0f / 512)));
}

// Two numbers as integers of 64 bits, the lower 32 of which are their fractions.
INLINE v4 fixed(double x, double y) {
  return wasm_i64x2_make((int64_t)__builtin_floor(x * 0x1p32 + 0.5), (int64_t)__builtin_floor(y * 0x1p32 + 0.5));
}

static int64_t way[2];  // from one pixel of a row of the square to the next, as fixed

EXPORT(similar_way) void similar_way(double a, double b) { store((float *)way, fixed(a, b)); }

// `count` pixels of a row of the square: the first shows the place (x, y) of an image. Where one of the four
// pixels around a place is missing it is black.
EXPORT(similar_row)
void similar_row(float *out, const uint8_t *image, int width, int height, double x, double y, int count) {
  v4 place = fixed(x, y), step = load((const float *)way);
  unsigned columns = larger(width - 1, 0), rows = larger(height - 1, 0);
  for (int i = 0; i < count; i++, out += entry.step, place = wasm_i64x2_add(place, step)) {
    unsigned column = wasm_i32x4_extract_lane(place, 1), row = wasm_i32x4_extract_lane(place, 3);
    v4 v = splat(0);
    if (column < columns && row < rows) {
      v4 part = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_u32x4_shr(place, 1)), splat(0x1p-31f));
      v4 across = wasm_i32x4_shuffle(part, part, 0, 0, 0, 0), down = wasm_i32x4_shuffle(part, part, 2, 2, 2, 2);
      const uint8_t *p = image + 4 * (row * width + column);
      v4 upper = beside(p, across), lower = beside(p + 4 * width, across);
      v = whole(wasm_f32x4_add(upper, wasm_f32x4_mul(wasm_f32x4_sub(lower, upper), down)));
    }
    enter(out, v);
  }
}
