// Convolutions as products: the window of a pixel is `size` pieces of x that lie a row apart, so
// nothing is copied together. Before the product there may be a depthwise convolution, behind it a
// max pool; what lies between them is a strip of rows that stays in the cache.
#pragma once
#include "depthwise.h"
#include "product.h"

// Where the sums of a strip go: rows of y, or of the scratch, where they wait for the pool.
typedef struct {
  const Step *s;
  const Run *run;
  const float *seen;  // results of the depthwise convolution, or none
  float *made;        // rows before the pool, or none
  int first;          // row of all items with which both begin
} Strip;

static void strip_product(const Strip *t, int from, int to) {
  const Step *s = t->s;
  const Run *run = t->run;
  const float *x[BLOCK + ROWS], *skip[BLOCK + ROWS];
  float *y[BLOCK + ROWS];
  Finish finish = finish_of(s);
  int size = t->seen ? 1 : s->size;
  int length = size * s->x.pixel, between = t->seen ? 0 : s->x.row;
  int across = (t->seen ? 1 : s->stride) * s->x.pixel;
  int count = 0;
  for (int r = from; r < to; r++) {
    int item = r / s->height, row = r % s->height, at = (r - t->first) * s->width;
    const float *in = t->seen ? t->seen + at * s->x.pixel
                              : pixel_of(&s->x, run, item, row * s->stride - s->pad_y, -s->pad_x);
    float *out = t->made ? t->made + at * s->y.pixel : pixel_of(&s->y, run, item, row, 0);
    const float *also = s->skips ? pixel_of(&s->skip, run, item, row, 0) : 0;
    for (int c = 0; c < s->width; c++) {
      x[count] = in + c * across;
      y[count] = out + c * s->y.pixel;
      if (also) skip[count] = also + c * s->skip.pixel;
      if (++count < BLOCK && (c + 1 < s->width || r + 1 < to)) continue;
      product(x, y, also ? skip : 0, count, size, length, between, (const float *)s->filters,
              (const float *)s->bias, s->y.pixel, finish);
      count = 0;
    }
  }
}

// A row of the pool: the maximum of 2x2 pixels, of those that are there.
static void pool_row(const Strip *t, int item, int y) {
  const Step *s = t->s;
  int pixel = s->y.pixel, upper = 2 * y, lower = smaller(upper + 1, s->height - 1);
  const float *a = t->made + (item * s->height + upper - t->first) * s->width * pixel;
  const float *b = t->made + (item * s->height + lower - t->first) * s->width * pixel;
  float *out = pixel_of(&s->y, t->run, item, y, 0);
  for (int x = 0; x < s->y.width; x++, out += pixel) {
    int left = 2 * x * pixel, right = smaller(2 * x + 1, s->width - 1) * pixel;
    for (int c = 0; c < pixel; c += 4)
      store(out + c, at_least(at_least(load(a + left + c), load(a + right + c)),
                              at_least(load(b + left + c), load(b + right + c))));
  }
}

// Rows from..to of y, of all items.
static void convolution(const Step *s, const Run *run, int from, int to) {
  Depthwise d = depthwise_of(s);
  int rows = s->y.height;
  for (int r = from; r < to;) {
    int end = smaller(r + s->strip, to);
    // with a pool a strip is of one item, whose rows come in pairs
    if (s->pool) end = smaller(end, (r / rows + 1) * rows);
    Strip t = {s, run, 0, 0, r};
    int first = r, last = end;  // in rows before the pool
    if (s->pool) {
      int item = r / rows;
      first = item * s->height + 2 * (r - item * rows);
      last = smaller(item * s->height + 2 * (end - item * rows), (item + 1) * s->height);
    } else {
      for (int i = r; i < end; i++) margins(&s->y, run, i / rows, i % rows);
    }
    t.first = first;
    float *free = run->scratch;
    if (s->d_size) {
      t.seen = free;
      for (int i = first; i < last; i++, free += s->width * s->x.pixel) {
        int item = i / s->height, y = i % s->height;
        depthwise_row(free, pixel_of(&s->x, run, item, y * s->d_stride - s->d_pad_y, -s->d_pad_x),
                      s->width, s->x.row, s->x.pixel, s->x.pixel, s->d_stride, s->d_size, &d);
      }
    }
    if (s->pool) t.made = free;
    strip_product(&t, first, last);
    if (s->pool)
      for (int i = r; i < end; i++) {
        margins(&s->y, run, i / rows, i % rows);
        pool_row(&t, i / rows, i % rows);
      }
    r = end;
  }
}
