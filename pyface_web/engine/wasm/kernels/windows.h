// Pools, means and resizing: what has no filters.
#pragma once
#include "step.h"

INLINE v4 pooled(const Step *s, const float *x, int y0, int y1, int x0, int x1, int maximum) {
  v4 a = maximum ? splat(-__builtin_inff()) : splat(0);
  for (int y = y0; y < y1; y++)
    for (int i = x0; i < x1; i++) {
      v4 v = load(x + y * s->x.row + i * s->x.pixel);
      a = maximum ? at_least(v, a) : wasm_f32x4_add(a, v);
    }
  return maximum ? a : wasm_f32x4_mul(a, splat(s->factor));
}

// The maximum of the cells of a window that lie in x, or the mean of all of them.
static void pool(const Step *s, const Run *run, int from, int to, int maximum) {
  for (int r = from; r < to; r++) {
    int item = r / s->y.height, row = r % s->y.height;
    int y0 = row * s->stride - s->pad_y, y1 = smaller(y0 + s->size, s->x.height);
    const float *x = pixel_of(&s->x, run, item, 0, 0);
    float *out = pixel_of(&s->y, run, item, row, 0);
    margins(&s->y, run, item, row);
    for (int i = 0; i < s->y.width; i++, out += s->y.pixel) {
      int x0 = i * s->stride - s->pad_x, x1 = smaller(x0 + s->size, s->x.width);
      for (int c = 0; c < s->y.pixel; c += 4)
        store(out + c, pooled(s, x + c, larger(y0, 0), y1, larger(x0, 0), x1, maximum));
    }
  }
}

// The mean of an item's whole map.
static void mean(const Step *s, const Run *run, int from, int to) {
  for (int item = from; item < to; item++) {
    const float *x = pixel_of(&s->x, run, item, 0, 0);
    margins(&s->y, run, item, 0);
    for (int c = 0; c < s->y.pixel; c += 4)
      store(pixel_of(&s->y, run, item, 0, 0) + c, pooled(s, x + c, 0, s->x.height, 0, s->x.width, 0));
  }
}

// Where cell i of `count` is read among `size` cells: between two of them.
typedef struct {
  int low, high;
  float part;
} Between;

INLINE Between between(int i, int count, int size) {
  double at = i * (double)(float)((double)size / count);
  int low = (int)at;
  return (Between){low, smaller(low + (at > low), size - 1), (float)(at - low)};
}

static void resize(const Step *s, const Run *run, int from, int to) {
  for (int r = from; r < to; r++) {
    int item = r / s->y.height, row = r % s->y.height;
    Between v = between(row, s->y.height, s->x.height);
    const float *a = pixel_of(&s->x, run, item, v.low, 0), *b = pixel_of(&s->x, run, item, v.high, 0);
    float *out = pixel_of(&s->y, run, item, row, 0);
    margins(&s->y, run, item, row);
    for (int i = 0; i < s->y.width; i++, out += s->y.pixel) {
      Between h = between(i, s->y.width, s->x.width);
      int left = h.low * s->x.pixel, right = h.high * s->x.pixel;
      for (int c = 0; c < s->y.pixel; c += 4) {
        v4 al = load(a + left + c), ar = load(a + right + c);
        v4 l = wasm_f32x4_add(al, wasm_f32x4_mul(wasm_f32x4_sub(load(b + left + c), al), splat(v.part)));
        v4 g = wasm_f32x4_add(ar, wasm_f32x4_mul(wasm_f32x4_sub(load(b + right + c), ar), splat(v.part)));
        store(out + c, wasm_f32x4_add(l, wasm_f32x4_mul(wasm_f32x4_sub(g, l), splat(h.part))));
      }
    }
  }
}
