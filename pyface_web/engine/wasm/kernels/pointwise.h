// y = act(x * scale + offset + skip), with zeros in place of x beyond its height, width and channels.
// x may be y itself.
#pragma once
#include "product.h"

INLINE v4 mean_of_four(const Step *s, const float *p) {
  v4 upper = wasm_f32x4_add(load(p), load(p + s->skip.pixel));
  p += s->skip.row;
  v4 lower = wasm_f32x4_add(load(p), load(p + s->skip.pixel));
  return wasm_f32x4_mul(wasm_f32x4_add(upper, lower), splat(0.25f));
}

static void pointwise(const Step *s, const Run *run, int from, int to) {
  Finish finish = finish_of(s);
  const float *scale = (const float *)s->filters, *offset = (const float *)s->bias;
  for (int r = from; r < to; r++) {
    int item = r / s->y.height, row = r % s->y.height;
    const float *x = pixel_of(&s->x, run, item, row, 0);
    float *out = pixel_of(&s->y, run, item, row, 0);
    margins(&s->y, run, item, row);
    for (int i = 0; i < s->y.width; i++, out += s->y.pixel, x += s->x.pixel) {
      int inside = row < s->height && i < s->width;
      int times = s->skips == POOL_SKIP ? 2 : 1;
      const float *skip = pixel_of(&s->skip, run, item, times * row, times * i);
      for (int c = 0; c < s->y.pixel; c += 4) {
        v4 v = splat(0);
        if (inside && c < s->x.pixel) {
          v = load(x + c);
          if (scale) v = wasm_f32x4_mul(v, load(scale + c));
          if (offset) v = wasm_f32x4_add(v, load(offset + c));
        }
        if (s->skips && c < s->skip.pixel)
          v = wasm_f32x4_add(v, s->skips == ADD_SKIP ? load(skip + c) : mean_of_four(s, skip + c));
        store(out + c, finished(v, &finish, c));
      }
    }
  }
}
