// The matrix product that all convolutions become: rows of x times panels of eight columns.
#pragma once
#include "step.h"

#define ROWS 4      // of a tile; four by eight was the fastest of those tried
#define COLUMNS 8
#define BLOCK 64    // rows whose addresses are held at once, while a panel stays in the cache

// What is done with sums before they are stored.
typedef struct {
  v4 low, high;
  const float *alpha;  // slopes below zero, or none
} Finish;

INLINE v4 finished(v4 x, const Finish *f, int channel) {
  if (f->alpha) {
    v4 zero = splat(0);
    return fma4(at_most(x, zero), load(f->alpha + channel), at_least(x, zero));
  }
  return at_most(at_least(x, f->low), f->high);
}

INLINE Finish finish_of(const Step *s) {
  return (Finish){splat(s->low), splat(s->high), s->activation == PRELU ? (const float *)s->alpha : 0};
}

// Sums of four rows in eight columns. A row of x is `chunks` pieces of `length` floats that lie
// `between` floats apart: the rows of a window. b: length * chunks rows of a panel.
#define TILE(A, B)                                                        \
  v4 s0a = A, s0b = B, s1a = A, s1b = B, s2a = A, s2b = B, s3a = A, s3b = B; \
  for (int j = 0; j < chunks; j++) {                                      \
    const float *x0 = x[0] + j * between, *x1 = x[1] + j * between;       \
    const float *x2 = x[2] + j * between, *x3 = x[3] + j * between;       \
    for (int k = 0; k < length; k++) {                                    \
      v4 ba = load(b), bb = load(b + 4), f;                               \
      b += COLUMNS;                                                       \
      f = spread(x0++); s0a = fma4(f, ba, s0a); s0b = fma4(f, bb, s0b);   \
      f = spread(x1++); s1a = fma4(f, ba, s1a); s1b = fma4(f, bb, s1b);   \
      f = spread(x2++); s2a = fma4(f, ba, s2a); s2b = fma4(f, bb, s2b);   \
      f = spread(x3++); s3a = fma4(f, ba, s3a); s3b = fma4(f, bb, s3b);   \
    }                                                                     \
  }

INLINE void put(float *y, int channel, int both, const float *skip, v4 a, v4 b, const Finish *f) {
  if (skip) {
    a = wasm_f32x4_add(a, load(skip + channel));
    if (both) b = wasm_f32x4_add(b, load(skip + channel + 4));
  }
  store(y + channel, finished(a, f, channel));
  if (both) store(y + channel + 4, finished(b, f, channel + 4));
}

// y[row] = finish(sum of x[row] * filters + bias + skip[row]) for `rows` rows, at addresses.
// channels: of y, a multiple of four. filters: panels [channels / 8][chunks * length][8]. The arrays
// of addresses have room for a multiple of four.
static void product(
    const float **x, float **y, const float **skip, int rows, int chunks, int length, int between,
    const float *filters, const float *bias, int channels, Finish finish) {
  for (int i = rows; i % ROWS; i++) {  // the last tile computes some rows twice
    x[i] = x[rows - 1];
    y[i] = y[rows - 1];
    if (skip) skip[i] = skip[rows - 1];
  }
  for (int n = 0; n < channels; n += COLUMNS) {
    int both = n + 4 < channels;
    for (int m = 0; m < rows; m += ROWS, x += ROWS, y += ROWS) {
      const float *b = filters;
      TILE(load(bias + n), load(bias + n + 4))
      const float **s = skip ? skip + m : 0;
      put(y[0], n, both, s ? s[0] : 0, s0a, s0b, &finish);
      put(y[1], n, both, s ? s[1] : 0, s1a, s1b, &finish);
      put(y[2], n, both, s ? s[2] : 0, s2a, s2b, &finish);
      put(y[3], n, both, s ? s[3] : 0, s3a, s3b, &finish);
    }
    int tiled = (rows + ROWS - 1) / ROWS * ROWS;
    x -= tiled;
    y -= tiled;
    filters += chunks * length * COLUMNS;
  }
}
