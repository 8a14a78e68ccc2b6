// From rows of a picture, RGBA in bytes, to a row of a net's input. Which rows those are is known to
// host.js, and how they lie to Python; the rule is that of pictures/letterbox.py.
#pragma once
#include "step.h"

#define TIE (0.5f + 1.0f / 512)  // so that all devices round values in the middle alike

// How a colour v enters a net: (v - mean) * factor, `step` floats from one pixel of a row to the next.
static struct {
  float mean[4], factor;
  int step, bgr;
} entry;

EXPORT(entering) void entering(float r, float g, float b, float factor, int step, int bgr) {
  entry.mean[0] = r, entry.mean[1] = g, entry.mean[2] = b;
  entry.factor = factor, entry.step = step, entry.bgr = bgr;
}

INLINE void enter(float *out, v4 colour) {
  v4 v = wasm_f32x4_mul(wasm_f32x4_sub(colour, load(entry.mean)), splat(entry.factor));
  if (entry.bgr) v = wasm_i32x4_shuffle(v, v, 2, 1, 0, 3);
  wasm_v128_store64_lane(out, v, 0);
  wasm_v128_store32_lane(out + 2, v, 2);
}

INLINE v4 pixel_at(const uint8_t *p) {
  v4 bytes = wasm_v128_load32_zero(p);
  return wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(bytes)));
}

INLINE v4 alpha_of(v4 v) { return wasm_i32x4_shuffle(v, v, 3, 3, 3, 3); }

// Colours times alpha, which itself stays.
INLINE v4 premultiplied(v4 v) {
  return wasm_f32x4_mul(v, wasm_f32x4_replace_lane(alpha_of(v), 3, 1));
}

INLINE v4 mixed(v4 a, v4 b, float part) {
  return wasm_f32x4_add(wasm_f32x4_mul(a, splat(1 - part)), wasm_f32x4_mul(b, splat(part)));
}

INLINE v4 rounded(v4 v) { return wasm_f32x4_floor(wasm_f32x4_add(v, splat(TIE))); }

// Two neighbours, clamped to `count` cells, of a place; and the part of the second.
typedef struct {
  int low, high;
  float part;
} Neighbours;

INLINE Neighbours neighbours(double at, int count) {
  double low = __builtin_floor(at);
  int i = (int)low;
  return (Neighbours){larger(smaller(i, count - 1), 0), larger(smaller(i + 1, count - 1), 0),
                      (float)(at - low)};
}

EXPORT(black_row) void black_row(float *out, int from, int to) {
  for (int i = from; i < to; i++) enter(out + i * entry.step, splat(0));
}

// Where a column of a letterbox is read: bytes from the beginning of a row to the left pixel, whether
// another one lies on its right, and the part of that.
typedef struct {
  int left, has_right;
  float part;
  int unused;
} Column;

// Columns from..to. offset: of the picture in the square; ratio: pixels of the crop, which is `count`
// wide, in one of the square.
EXPORT(letterbox_columns)
void letterbox_columns(Column *columns, int from, int to, double offset, double ratio, int count) {
  for (int i = from; i < to; i++) {
    Neighbours n = neighbours((i + 0.5 - offset) * ratio - 0.5, count);
    columns[i] = (Column){4 * n.low, n.high > n.low, n.part, 0};
  }
}

#define ALPHAS 0xff000000ff000000

// Two pixels that lie side by side, in 16 bits; the same one twice where it has none on its right.
INLINE v4 side_by_side(const uint8_t *row, const Column *c) {
  if (c->has_right) return wasm_v128_load64_zero(row + c->left);
  v4 one = wasm_v128_load32_zero(row + c->left);
  return wasm_i32x4_shuffle(one, one, 0, 0, 0, 0);
}

INLINE v4 across(v4 both, float part, int opaque) {
  v4 wide = wasm_u16x8_extend_low_u8x16(both);
  v4 left = wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(wide));
  v4 right = wasm_f32x4_convert_u32x4(wasm_u32x4_extend_high_u16x8(wide));
  return opaque ? mixed(left, right, part)
                : mixed(premultiplied(left), premultiplied(right), part);
}

// Pixels from..to of a row of a letterbox. upper, lower: rows of the crop; part: of the lower.
EXPORT(letterbox_row)
void letterbox_row(float *out, const uint8_t *upper, const uint8_t *lower, float part, int from,
                   int to, const Column *columns) {
  for (int i = from; i < to; i++) {
    const Column *c = columns + i;
    v4 a = side_by_side(upper, c), b = side_by_side(lower, c), v;
    uint64_t seen = wasm_i64x2_extract_lane(wasm_v128_and(a, b), 0);
    if ((seen & ALPHAS) == ALPHAS) {
      v = mixed(across(a, c->part, 1), across(b, c->part, 1), part);
    } else {  // colours count as much as they are seen
      v = mixed(across(a, c->part, 0), across(b, c->part, 0), part);
      v = wasm_f32x4_extract_lane(v, 3) > 0 ? wasm_f32x4_div(v, alpha_of(v)) : splat(0);
    }
    enter(out + i * entry.step, rounded(v));
  }
}

// A row of a level of a pyramid, `to` pixels of `count`; not rounded. Where alpha is 0 it is black.
EXPORT(level_row)
void level_row(float *out, const uint8_t *upper, const uint8_t *lower, float part, int to, int count) {
  double ratio = (float)((double)count / to);
  for (int i = 0; i < to; i++) {
    double at = i * ratio;
    int low = (int)at, high = smaller(low + (at > low), count - 1);
    v4 p[4] = {pixel_at(upper + 4 * low), pixel_at(upper + 4 * high), pixel_at(lower + 4 * low),
               pixel_at(lower + 4 * high)};
    for (int k = 0; k < 4; k++)
      if (wasm_f32x4_extract_lane(p[k], 3) == 0) p[k] = splat(0);
    float right = (float)(at - low);
    enter(out + i * entry.step, mixed(mixed(p[0], p[1], right), mixed(p[2], p[3], right), part));
  }
}

// --- a crop over a whole square, in two steps where it is much larger: rows of four floats

EXPORT(premultiplied_row) void premultiplied_row(float *out, const uint8_t *row, int count) {
  v4 scale = wasm_f32x4_make(1.0f / 255, 1.0f / 255, 1.0f / 255, 1);
  for (int i = 0; i < count; i++)
    store(out + 4 * i, wasm_f32x4_mul(premultiplied(pixel_at(row + 4 * i)), scale));
}

// `to` pixels of two rows of `count`; part: of the lower.
EXPORT(stretched_row)
void stretched_row(float *out, const float *upper, const float *lower, float part, int to, int count,
                   int whole) {
  double ratio = (double)count / to;
  for (int i = 0; i < to; i++) {
    Neighbours n = neighbours((i + 0.5) * ratio - 0.5, count);
    v4 v = mixed(mixed(load(upper + 4 * n.low), load(upper + 4 * n.high), n.part),
                 mixed(load(lower + 4 * n.low), load(lower + 4 * n.high), n.part), part);
    store(out + 4 * i, whole ? rounded(v) : v);
  }
}

EXPORT(entered_row) void entered_row(float *out, const float *row, int count) {
  for (int i = 0; i < count; i++) {
    v4 v = load(row + 4 * i);
    float alpha = wasm_f32x4_extract_lane(v, 3);
    if (alpha < 0.5f) v = splat(0);  // alpha 0 in 8 bits
    else v = rounded(wasm_f32x4_mul(v, splat(255 / alpha)));
    enter(out + i * entry.step, v);
  }
}
