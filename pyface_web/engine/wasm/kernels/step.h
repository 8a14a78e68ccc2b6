// A step of a plan as Python writes it (steps.py), and where its tensors lie.
#pragma once
#include "simd.h"

// Where an item of a tensor lies, in floats. Around its pixels are margins of zeros for what reads
// beyond the border; channels are filled up with zeros to a multiple of four, except in images.
typedef struct {
  int at;     // times the number of items: where the first one begins in the arena
  int item;   // from one item to the next
  int row;    // from one row to the next
  int pixel;  // from one pixel to the next
  int top, left, bottom, right;  // margins in pixels
  int height, width;             // without margins
} Tensor;

enum { NO_SKIP, ADD_SKIP, POOL_SKIP };
enum { CLAMP, PRELU };

typedef struct {
  int kind;
  Tensor x, y, skip;
  int skips;       // NO_SKIP, ADD_SKIP: as it is, POOL_SKIP: its 2x2 mean
  int size, stride, pad_y, pad_x;  // of the window
  int height, width;               // of the result of the window, before `pool`
  int filters, bias;               // addresses; of a pointwise step its scale and offset
  int activation, alpha;           // CLAMP between low and high, or PRELU with the slopes at alpha
  float low, high;
  int pool;        // whether a 2x2 max pool with stride 2 follows
  int strip;       // rows that are computed at once, where something lies between x and y; or squares
  // a depthwise convolution before the product, whose result never becomes a tensor; none where 0
  int d_size, d_stride, d_pad_y, d_pad_x, d_filters, d_bias;
  float d_before, d_low, d_high;   // its input is at least d_before
  float factor;                    // of a mean
} Step;

// What every kernel is told besides its step: where the arena begins, how many items lie in it, and
// memory that nothing keeps from one call to the next.
typedef struct {
  char *arena;
  int items;
  float *scratch;
} Run;

// The pixel of a tensor. y and x may lie in the margins.
INLINE float *pixel_of(const Tensor *t, const Run *run, int item, int y, int x) {
  float *first = (float *)(run->arena + 4 * (t->at * run->items));
  return first + item * t->item + (y + t->top) * t->row + (x + t->left) * t->pixel;
}

// The zeros around a row, and above the first and below the last one of an item.
static void margins(const Tensor *t, const Run *run, int item, int y) {
  float *row = pixel_of(t, run, item, y, -t->left);
  zero(row, t->left * t->pixel);
  zero(row + (t->left + t->width) * t->pixel, t->right * t->pixel);
  if (y == 0) zero(pixel_of(t, run, item, -t->top, -t->left), t->top * t->row);
  if (y == t->height - 1) zero(row + t->row, t->bottom * t->row);
}
