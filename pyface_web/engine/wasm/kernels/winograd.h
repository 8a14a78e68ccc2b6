// Convolutions of 3x3 with stride 1 by Winograd's F(2x2, 3x3) and F(4x4, 3x3),
// https://arxiv.org/abs/1509.09308: y = A^T ((G g G^T) * (B^T x B)) A gives a square of 2x2 pixels from
// 4x4 by 16 multiplications, where windows take 36, and one of 4x4 from 6x6 by 36, where they take 144.
// For many squares at once these are products, one for each cell of the 4x4 or 6x6.
#pragma once
#include "product.h"

#define MOST 6  // cells in a row
// Floats between cells. Without, cells whose size is a power of two lie in one set of the cache: 4x4
// pixels of 256 channels took 0.87 ms, not 0.37.
#define SHIFT 16

// A square of y, or the pixel that is its maximum. across, down: its pixels, fewer at the border.
typedef struct {
  const float *x, *skip;
  float *y;
  int across, down;
} Square;

// Lies in the scratch: cells of x [cells][squares][pixel], of a panel of filters [cells][pixel][8], of
// sums [cells][squares][8], each with SHIFT floats behind a cell; and the squares.
typedef struct {
  float *x, *filters, *sums;
  int x_apart, filters_apart, sums_apart;  // from one cell to the next
  Square *squares;
} Cells;

INLINE Cells cells_of(const Step *s, const Run *run, int side) {
  int squares = s->strip, pixel = s->x.pixel, cells = (side + 2) * (side + 2);
  Cells c = {run->scratch, 0, 0, squares * pixel + SHIFT, pixel * COLUMNS + SHIFT,
             squares * COLUMNS + SHIFT, 0};
  c.filters = c.x + cells * c.x_apart;
  c.sums = c.filters + cells * c.filters_apart;
  c.squares = (Square *)(c.sums + cells * c.sums_apart);
  return c;
}

// --- B^T, G and A^T times a column, for squares of `side` pixels: those of 4x4 with the points 0,
// sqrt(1/2), sqrt(2) and their negatives, which lose a third of what 0, 1, 2 lose

#define ROOT 1.41421356f

INLINE v4 add(v4 a, v4 b) { return wasm_f32x4_add(a, b); }
INLINE v4 minus(v4 a, v4 b) { return wasm_f32x4_sub(a, b); }
INLINE v4 times(float f, v4 a) { return wasm_f32x4_mul(splat(f), a); }
INLINE v4 more(v4 a, float f, v4 b) { return fma4(splat(f), b, a); }  // a + f * b

INLINE void input_column(v4 *y, const v4 *x, int side) {
  if (side == 2) {
    y[0] = minus(x[0], x[2]);
    y[1] = add(x[1], x[2]);
    y[2] = minus(x[2], x[1]);
    y[3] = minus(x[1], x[3]);
    return;
  }
  v4 a = more(x[4], -2, x[2]), b = more(times(ROOT / 2, x[3]), -ROOT, x[1]);
  v4 c = more(x[4], -0.5f, x[2]), d = more(times(ROOT, x[3]), -ROOT / 2, x[1]);
  y[0] = more(add(x[0], x[4]), -2.5f, x[2]);
  y[1] = add(a, b);
  y[2] = minus(a, b);
  y[3] = add(c, d);
  y[4] = minus(c, d);
  y[5] = more(add(x[1], x[5]), -2.5f, x[3]);
}

INLINE void filter_column(v4 *y, const v4 *g, int side) {
  y[0] = g[0];
  y[side + 1] = g[2];
  if (side == 2) {
    v4 outer = times(0.5f, add(g[0], g[2])), inner = times(0.5f, g[1]);
    y[1] = add(outer, inner);
    y[2] = minus(outer, inner);
    return;
  }
  v4 a = more(times(-2.0f / 3, g[0]), -1.0f / 3, g[2]), b = times(ROOT / 3, g[1]);
  v4 c = more(times(1.0f / 6, g[0]), 1.0f / 3, g[2]), d = times(ROOT / 6, g[1]);
  y[1] = minus(a, b);
  y[2] = add(a, b);
  y[3] = add(c, d);
  y[4] = minus(c, d);
}

INLINE void output_column(v4 *y, const v4 *x, int side) {
  v4 a = add(x[1], x[2]), b = minus(x[1], x[2]);
  if (side == 2) {
    y[0] = add(x[0], a);
    y[1] = minus(b, x[3]);
    return;
  }
  v4 c = add(x[3], x[4]), d = minus(x[3], x[4]);
  y[0] = add(add(x[0], a), c);
  y[1] = more(times(ROOT / 2, b), ROOT, d);
  y[2] = more(times(0.5f, a), 2, c);
  y[3] = more(more(x[5], ROOT / 4, b), 2 * ROOT, d);
}

#define EACH(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++)

// --- the transforms; side: known where they are inlined

INLINE void transform_input(float *out, int apart, const Square *q, int row, int pixel, int side) {
  const float *x[MOST];
  int at[MOST];
  EACH(i, side + 2) {  // what only pixels need that are not there is not read
    x[i] = q->x + smaller(i, q->down + 1) * row;
    at[i] = smaller(i, q->across + 1) * pixel;
  }
  for (int c = 0; c < pixel; c += 4, out += 4) {
    v4 t[MOST][MOST];
    EACH(k, side + 2) {
      v4 seen[MOST], made[MOST];
      EACH(i, side + 2) seen[i] = load(x[i] + at[k] + c);
      input_column(made, seen, side);
      EACH(i, side + 2) t[i][k] = made[i];
    }
    float *o = out;
    EACH(i, side + 2) {
      v4 made[MOST];
      input_column(made, t[i], side);
      EACH(k, side + 2) {
        store(o, made[k]);
        o += apart;
      }
    }
  }
}

// g: a panel, which has `floats` for each of nine taps.
INLINE void transform_filters(float *out, int apart, const float *g, int floats, int side) {
  for (int i = 0; i < floats; i += 4, g += 4, out += 4) {
    v4 t[MOST][3];
    EACH(k, 3) {
      const float *p = g + k * floats;
      v4 column[3] = {load(p), load(p + 3 * floats), load(p + 6 * floats)}, made[MOST];
      filter_column(made, column, side);
      EACH(j, side + 2) t[j][k] = made[j];
    }
    float *o = out;
    EACH(j, side + 2) {
      v4 made[MOST];
      filter_column(made, t[j], side);
      EACH(k, side + 2) {
        store(o, made[k]);
        o += apart;
      }
    }
  }
}

// What is done with the sums of squares.
typedef struct {
  int y_row, y_pixel, skip_row, skip_pixel, pool;
  Finish finish;
} Output;

// Four channels of a square from its sums.
INLINE void transform_output(const Output *o, const Square *q, int channel, const float *sums,
                             int apart, v4 bias, int side) {
  v4 t[4][MOST];
  EACH(k, side + 2) {
    v4 seen[MOST], made[4];
    EACH(i, side + 2) seen[i] = load(sums + ((side + 2) * i + k) * apart);
    output_column(made, seen, side);
    EACH(i, side) t[i][k] = made[i];
  }
  const float *skip = q->skip;
  float *y = q->y + channel;
  v4 most = splat(-__builtin_inff());
  for (int row = 0; row < q->down; row++) {
    v4 pixels[4];
    output_column(pixels, t[row], side);
    for (int i = 0; i < q->across; i++) {
      v4 v = add(pixels[i], bias);
      if (skip) v = add(v, load(skip + i * o->skip_pixel + channel));
      v = finished(v, &o->finish, channel);
      if (o->pool) most = at_least(v, most);
      else store(y + i * o->y_pixel, v);
    }
    if (skip) skip += o->skip_row;
    y += o->y_row;
  }
  if (o->pool) store(q->y + channel, most);
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

INLINE void compute_squares(const Step *s, const Cells *cells, int count, int side) {
  const Square *squares = cells->squares;
  int pixel = s->x.pixel, channels = s->y.pixel, apart = cells->sums_apart;
  const float *filters = (const float *)s->filters, *bias = (const float *)s->bias;
  const Output o = {s->y.row, channels, s->skip.row, s->skip.pixel, s->pool, finish_of(s)};
  for (int i = 0; i < count; i++)
    transform_input(cells->x + i * pixel, cells->x_apart, squares + i, s->x.row, pixel, side);
  for (int n = 0; n < channels; n += COLUMNS, filters += 9 * pixel * COLUMNS) {
    transform_filters(cells->filters, cells->filters_apart, filters, pixel * COLUMNS, side);
    for (int k = 0; k < (side + 2) * (side + 2); k++)
      cell_product(cells->sums + k * apart, cells->x + k * cells->x_apart,
                   cells->filters + k * cells->filters_apart, count, pixel);
    for (int c = n; c < n + COLUMNS && c < channels; c += 4) {
      const float *sums = cells->sums + c - n;
      v4 first = load(bias + c);
      for (int i = 0; i < count; i++, sums += COLUMNS)
        transform_output(&o, squares + i, c, sums, apart, first, side);
    }
  }
}

// Rows from..to of squares, of all items. With a pool behind it, `side` is 2.
INLINE void winograd(const Step *s, const Run *run, int from, int to, int side) {
  Cells cells = cells_of(s, run, side);
  int made = s->pool ? 1 : side;  // pixels of y in a row of a square
  int rows = (s->y.height + made - 1) / made, across = (s->y.width + made - 1) / made;
  int count = 0;
  for (int r = from; r < to; r++) {
    int item = r / rows, row = r % rows, down = smaller(side, s->height - side * row);
    const float *x = pixel_of(&s->x, run, item, side * row - s->pad_y, -s->pad_x);
    const float *skip = s->skips ? pixel_of(&s->skip, run, item, side * row, 0) : 0;
    float *y = pixel_of(&s->y, run, item, made * row, 0);
    for (int i = made * row; i < smaller(made * (row + 1), s->y.height); i++)
      margins(&s->y, run, item, i);
    for (int c = 0; c < across; c++) {
      int column = side * c;
      cells.squares[count] = (Square){
          x + column * s->x.pixel, skip ? skip + column * s->skip.pixel : 0,
          y + made * c * s->y.pixel, smaller(side, s->width - column), down};
      if (++count < s->strip && (c + 1 < across || r + 1 < to)) continue;
      compute_squares(s, &cells, count, side);
      count = 0;
    }
  }
}

static void winograd_2(const Step *s, const Run *run, int from, int to) {
  winograd(s, run, from, to, 2);
}

static void winograd_4(const Step *s, const Run *run, int from, int to) {
  winograd(s, run, from, to, 4);
}
