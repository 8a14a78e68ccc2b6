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

INLINE int is_opaque(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d) {
  return (a[3] & b[3] & c[3] & d[3]) == 255;
}

// Pixels from..to of a row of a letterbox. upper, lower: rows of the crop, `count` pixels wide; part:
// of the lower. offset: of the picture in the square; ratio: pixels of the crop in one of the square.
EXPORT(letterbox_row)
void letterbox_row(float *out, const uint8_t *upper, const uint8_t *lower, float part, int from,
                   int to, double offset, double ratio, int count) {
  for (int i = from; i < to; i++) {
    Neighbours n = neighbours((i + 0.5 - offset) * ratio - 0.5, count);
    const uint8_t *a = upper + 4 * n.low, *b = upper + 4 * n.high;
    const uint8_t *c = lower + 4 * n.low, *d = lower + 4 * n.high;
    v4 v;
    if (is_opaque(a, b, c, d)) {
      v = mixed(mixed(pixel_at(a), pixel_at(b), n.part), mixed(pixel_at(c), pixel_at(d), n.part), part);
    } else {  // colours count as much as they are seen
      v = mixed(mixed(premultiplied(pixel_at(a)), premultiplied(pixel_at(b)), n.part),
                mixed(premultiplied(pixel_at(c)), premultiplied(pixel_at(d)), n.part), part);
      v = wasm_f32x4_extract_lane(v, 3) > 0 ? wasm_f32x4_div(v, alpha_of(v)) : splat(0);
    }
    enter(out + i * entry.step, wasm_f32x4_floor(wasm_f32x4_add(v, splat(TIE))));
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
