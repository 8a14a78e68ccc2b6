// Convolutions of 3x3 with stride 1 by Winograd's F(2x2, 3x3), https://arxiv.org/abs/1509.09308:
// y = A^T ((G g G^T) * (B^T x B)) A gives a square of 2x2 pixels from 4x4 by 16 multiplications, where
// windows take 36. For many squares at once these are 16 products, one for each cell of the 4x4.
#pragma once
#include "product.h"

#define CELLS 16
// Floats between cells. Without, cells whose size is a power of two lie in one set of the cache: 4x4
// pixels of 256 channels took 0.87 ms, not 0.37.
#define SHIFT 16

// A square of y, or the pixel that is its maximum. right, lower: whether it has a second column, row.
typedef struct {
  const float *x, *skip;
  float *y;
  int right, lower;
} Square;

// Lies in the scratch: cells of x [16][squares][pixel], of a panel of filters [16][pixel][8], of sums
// [16][squares][8], each with SHIFT floats behind a cell; and the squares.
typedef struct {
  float *x, *filters, *sums;
  int x_apart, filters_apart, sums_apart;  // from one cell to the next
  Square *squares;
} Cells;

INLINE Cells cells_of(const Step *s, const Run *run) {
  int squares = s->strip, pixel = s->x.pixel;
  Cells c = {run->scratch, 0, 0, squares * pixel + SHIFT, pixel * COLUMNS + SHIFT,
             squares * COLUMNS + SHIFT, 0};
  c.filters = c.x + CELLS * c.x_apart;
  c.sums = c.filters + CELLS * c.filters_apart;
  c.squares = (Square *)(c.sums + CELLS * c.sums_apart);
  return c;
}

// --- the three transforms: of a column, then of what came out for a row

typedef struct {
  v4 a, b, c, d;
} Four;

INLINE v4 add(v4 a, v4 b) { return wasm_f32x4_add(a, b); }
INLINE v4 minus(v4 a, v4 b) { return wasm_f32x4_sub(a, b); }

INLINE Four input_of(v4 a, v4 b, v4 c, v4 d) {
  return (Four){minus(a, c), add(b, c), minus(c, b), minus(b, d)};
}

INLINE Four filter_of(v4 a, v4 b, v4 c) {
  v4 half = splat(0.5f), outer = wasm_f32x4_mul(add(a, c), half), inner = wasm_f32x4_mul(b, half);
  return (Four){a, add(outer, inner), minus(outer, inner), c};
}

typedef struct {
  v4 a, b;
} Two;

INLINE Two output_of(v4 a, v4 b, v4 c, v4 d) {
  return (Two){add(add(a, b), c), minus(minus(b, c), d)};
}

INLINE void store_four(float *out, int apart, Four f) {
  store(out, f.a);
  store(out + apart, f.b);
  store(out + 2 * apart, f.c);
  store(out + 3 * apart, f.d);
}

static void transform_input(float *out, int apart, const Square *q, int row, int pixel) {
  // where a second row or column is not there, what only that needs is not read
  const float *x0 = q->x, *x1 = x0 + row, *x2 = x1 + row, *x3 = q->lower ? x2 + row : x2;
  int at[4] = {0, pixel, 2 * pixel, q->right ? 3 * pixel : 2 * pixel};
  for (int c = 0; c < pixel; c += 4, out += 4) {
    Four t[4];
    for (int k = 0; k < 4; k++) {
      int i = at[k] + c;
      t[k] = input_of(load(x0 + i), load(x1 + i), load(x2 + i), load(x3 + i));
    }
    store_four(out, apart, input_of(t[0].a, t[1].a, t[2].a, t[3].a));
    store_four(out + 4 * apart, apart, input_of(t[0].b, t[1].b, t[2].b, t[3].b));
    store_four(out + 8 * apart, apart, input_of(t[0].c, t[1].c, t[2].c, t[3].c));
    store_four(out + 12 * apart, apart, input_of(t[0].d, t[1].d, t[2].d, t[3].d));
  }
}

// g: a panel, which has `floats` for each of nine taps.
static void transform_filters(float *out, int apart, const float *g, int floats) {
  for (int i = 0; i < floats; i += 4, g += 4, out += 4) {
    Four t[3];
    for (int k = 0; k < 3; k++) {
      const float *p = g + k * floats;
      t[k] = filter_of(load(p), load(p + 3 * floats), load(p + 6 * floats));
    }
    store_four(out, apart, filter_of(t[0].a, t[1].a, t[2].a));
    store_four(out + 4 * apart, apart, filter_of(t[0].b, t[1].b, t[2].b));
    store_four(out + 8 * apart, apart, filter_of(t[0].c, t[1].c, t[2].c));
    store_four(out + 12 * apart, apart, filter_of(t[0].d, t[1].d, t[2].d));
  }
}

// What is done with the sums of squares.
typedef struct {
  int y_row, y_pixel, skip_row, skip_pixel;
  Finish finish;
} Output;

INLINE v4 finished_sum(v4 sum, const float *skip, int channel, const Finish *f) {
  return finished(skip ? add(sum, load(skip + channel)) : sum, f, channel);
}

// Four channels of a square from its sums. pool: known where this is inlined.
INLINE void transform_output(
    const Output *o, const Square *q, int channel, const float *sums, int apart, v4 bias, int pool) {
  Two t[4];
  for (int k = 0; k < 4; k++, sums += apart)
    t[k] = output_of(load(sums), load(sums + 4 * apart), load(sums + 8 * apart),
                     load(sums + 12 * apart));
  const float *skip = q->skip;
  float *y = q->y + channel;
  v4 most;
  for (int row = 0; row < 2; row++) {
    if (row && !q->lower) break;
    Two pixels = row ? output_of(t[0].b, t[1].b, t[2].b, t[3].b)
                     : output_of(t[0].a, t[1].a, t[2].a, t[3].a);
    v4 v = finished_sum(add(pixels.a, bias), skip, channel, &o->finish);
    if (pool) most = row ? at_least(v, most) : v;
    else store(y, v);
    if (q->right) {
      v = finished_sum(add(pixels.b, bias), skip ? skip + o->skip_pixel : 0, channel, &o->finish);
      if (pool) most = at_least(v, most);
      else store(y + o->y_pixel, v);
    }
    if (skip) skip += o->skip_row;
    y += o->y_row;
  }
  if (pool) store(q->y + channel, most);
}

// --- the convolution

// Sums of one cell, of all squares in eight columns.
static void cell_product(float *sums, const float *in, const float *filters, int count, int pixel) {
  const int chunks = 1, between = 0, length = pixel;
  for (int i = 0; i < count; i += ROWS, sums += ROWS * COLUMNS) {
    const float *x[ROWS], *b = filters;
    for (int r = 0; r < ROWS; r++) x[r] = in + smaller(i + r, count - 1) * pixel;
    TILE(splat(0), splat(0))
    store(sums, s0a), store(sums + 4, s0b), store(sums + 8, s1a), store(sums + 12, s1b);
    store(sums + 16, s2a), store(sums + 20, s2b), store(sums + 24, s3a), store(sums + 28, s3b);
  }
}

static void compute_squares(const Step *s, const Cells *cells, int count) {
  const Square *squares = cells->squares;
  int pixel = s->x.pixel, channels = s->y.pixel, apart = cells->sums_apart;
  const float *filters = (const float *)s->filters, *bias = (const float *)s->bias;
  const Output o = {s->y.row, channels, s->skip.row, s->skip.pixel, finish_of(s)};
  for (int i = 0; i < count; i++)
    transform_input(cells->x + i * pixel, cells->x_apart, squares + i, s->x.row, pixel);
  for (int n = 0; n < channels; n += COLUMNS, filters += 9 * pixel * COLUMNS) {
    transform_filters(cells->filters, cells->filters_apart, filters, pixel * COLUMNS);
    for (int k = 0; k < CELLS; k++)
      cell_product(cells->sums + k * apart, cells->x + k * cells->x_apart,
                   cells->filters + k * cells->filters_apart, count, pixel);
    for (int c = n; c < n + COLUMNS && c < channels; c += 4) {
      const float *sums = cells->sums + c - n;
      v4 first = load(bias + c);
      if (s->pool)
        for (int i = 0; i < count; i++, sums += COLUMNS)
          transform_output(&o, squares + i, c, sums, apart, first, 1);
      else
        for (int i = 0; i < count; i++, sums += COLUMNS)
          transform_output(&o, squares + i, c, sums, apart, first, 0);
    }
  }
}

// Rows from..to of squares, of all items.
static void winograd(const Step *s, const Run *run, int from, int to) {
  Cells cells = cells_of(s, run);
  int side = s->pool ? 1 : 2;  // of a square in y
  int count = 0;
  int rows = (s->y.height + side - 1) / side, across = (s->y.width + side - 1) / side;
  for (int r = from; r < to; r++) {
    int item = r / rows, row = r % rows;
    int right = 2 * across <= s->width, lower = 2 * row + 1 < s->height;
    const float *x = pixel_of(&s->x, run, item, 2 * row - s->pad_y, -s->pad_x);
    const float *skip = s->skips ? pixel_of(&s->skip, run, item, 2 * row, 0) : 0;
    float *y = pixel_of(&s->y, run, item, side * row, 0);
    for (int i = side * row; i < smaller(side * (row + 1), s->y.height); i++)
      margins(&s->y, run, item, i);
    for (int c = 0; c < across; c++) {
      cells.squares[count] = (Square){x + 2 * c * s->x.pixel, skip ? skip + 2 * c * s->skip.pixel : 0,
                                      y + side * c * s->y.pixel, right || c + 1 < across, lower};
      if (++count < s->strip && (c + 1 < across || r + 1 < to)) continue;
      compute_squares(s, &cells, count);
      count = 0;
    }
  }
}
