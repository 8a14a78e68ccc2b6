// Depthwise convolutions: a row of results, four pixels at once, so that a filter is read once for
// all of them.
#pragma once
#include "step.h"

typedef struct {
  const float *filters, *bias;  // filters: [channels / 4][size * size][4]
  v4 before, low, high;
} Depthwise;

#define SEEN(p) at_least(load(p), d->before)

// Windows of 3x3; stride is known where this is inlined.
INLINE void depthwise_3x3(
    float *y, const float *x, int width, int row, int pixel, int channels, int stride,
    const Depthwise *d) {
  int step = stride * pixel;
  for (int i = 0; i < width; i += 4, y += 4 * channels, x += 4 * step) {
    int last = width - i - 1;  // the last block computes pixels twice rather than some beyond
    int o1 = smaller(1, last), o2 = smaller(2, last), o3 = smaller(3, last);
    const float *f = d->filters;
    for (int c = 0; c < channels; c += 4, f += 36) {
      v4 a0 = load(d->bias + c), a1 = a0, a2 = a0, a3 = a0;
      for (int j = 0; j < 3; j++) {
        const float *p = x + j * row + c;
        v4 f0 = load(f + 12 * j), f1 = load(f + 12 * j + 4), f2 = load(f + 12 * j + 8);
        if (stride == 1 && last >= 3) {
          v4 v0 = SEEN(p), v1 = SEEN(p + pixel), v2 = SEEN(p + 2 * pixel);
          v4 v3 = SEEN(p + 3 * pixel), v4_ = SEEN(p + 4 * pixel), v5 = SEEN(p + 5 * pixel);
          a0 = fma4(v0, f0, fma4(v1, f1, fma4(v2, f2, a0)));
          a1 = fma4(v1, f0, fma4(v2, f1, fma4(v3, f2, a1)));
          a2 = fma4(v2, f0, fma4(v3, f1, fma4(v4_, f2, a2)));
          a3 = fma4(v3, f0, fma4(v4_, f1, fma4(v5, f2, a3)));
        } else {
          const float *p1 = p + o1 * step, *p2 = p + o2 * step, *p3 = p + o3 * step;
          a0 = fma4(SEEN(p), f0, fma4(SEEN(p + pixel), f1, fma4(SEEN(p + 2 * pixel), f2, a0)));
          a1 = fma4(SEEN(p1), f0, fma4(SEEN(p1 + pixel), f1, fma4(SEEN(p1 + 2 * pixel), f2, a1)));
          a2 = fma4(SEEN(p2), f0, fma4(SEEN(p2 + pixel), f1, fma4(SEEN(p2 + 2 * pixel), f2, a2)));
          a3 = fma4(SEEN(p3), f0, fma4(SEEN(p3 + pixel), f1, fma4(SEEN(p3 + 2 * pixel), f2, a3)));
        }
      }
      store(y + c, at_most(at_least(a0, d->low), d->high));
      store(y + o1 * channels + c, at_most(at_least(a1, d->low), d->high));
      store(y + o2 * channels + c, at_most(at_least(a2, d->low), d->high));
      store(y + o3 * channels + c, at_most(at_least(a3, d->low), d->high));
    }
  }
}

static void depthwise_any(
    float *y, const float *x, int width, int row, int pixel, int channels, int stride, int size,
    const Depthwise *d) {
  for (int i = 0; i < width; i++, y += channels, x += stride * pixel) {
    for (int c = 0; c < channels; c += 4) {
      const float *f = d->filters + c * size * size;
      v4 a = load(d->bias + c);
      for (int j = 0; j < size; j++)
        for (int k = 0; k < size; k++, f += 4) a = fma4(SEEN(x + j * row + k * pixel + c), load(f), a);
      store(y + c, at_most(at_least(a, d->low), d->high));
    }
  }
}

// A row of results, their pixels `channels` floats apart. x: the first window.
static void depthwise_row(
    float *y, const float *x, int width, int row, int pixel, int channels, int stride, int size,
    const Depthwise *d) {
  if (size == 3 && stride == 1) depthwise_3x3(y, x, width, row, pixel, channels, 1, d);
  else if (size == 3 && stride == 2) depthwise_3x3(y, x, width, row, pixel, channels, 2, d);
  else depthwise_any(y, x, width, row, pixel, channels, stride, size, d);
}

INLINE Depthwise depthwise_of(const Step *s) {
  return (Depthwise){(const float *)s->d_filters, (const float *)s->d_bias, splat(s->d_before),
                     splat(s->d_low), splat(s->d_high)};
}

// A depthwise convolution by itself, for rows from..to of all items.
static void depthwise(const Step *s, const Run *run, int from, int to) {
  Depthwise d = depthwise_of(s);
  for (int r = from; r < to; r++) {
    int item = r / s->height, y = r % s->height;
    const float *x = pixel_of(&s->x, run, item, y * s->d_stride - s->d_pad_y, -s->d_pad_x);
    margins(&s->y, run, item, y);
    depthwise_row(pixel_of(&s->y, run, item, y, 0), x, s->width, s->x.row, s->x.pixel, s->y.pixel,
                  s->d_stride, s->d_size, &d);
  }
}
