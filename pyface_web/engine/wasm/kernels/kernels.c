// All kernels, for WebAssembly with SIMD. Memory is the host's; this file has the entry to a step.
#include "convolution.h"
#include "fit.h"
#include "pointwise.h"
#include "similar.h"
#include "weights.h"
#include "windows.h"
#include "winograd.h"

enum { CONVOLUTION, DEPTHWISE, MAX_POOL, AVG_POOL, MEAN, RESIZE, POINTWISE, WINOGRAD_2, WINOGRAD_4 };

// The same row of a step's result again, up to before `end`; of the only item.
EXPORT(repeat) void repeat(const Step *s, char *arena, int row, int end) {
  Run run = {arena, 1, 0};
  const float *from = pixel_of(&s->y, &run, 0, row, -s->y.left);
  for (int r = row + 1; r < end; r++) {
    float *to = pixel_of(&s->y, &run, 0, r, -s->y.left);
    for (int i = 0; i < s->y.row; i += 4) store(to + i, load(from + i));
  }
}

// Rows from..to of a step's result, those of all items counted through.
EXPORT(run) void run(const Step *s, char *arena, int items, float *scratch, int from, int to) {
  Run run = {arena, items, scratch};
  switch (s->kind) {
    case CONVOLUTION: convolution(s, &run, from, to); break;
    case DEPTHWISE: depthwise(s, &run, from, to); break;
    case MAX_POOL: pool(s, &run, from, to, 1); break;
    case AVG_POOL: pool(s, &run, from, to, 0); break;
    case MEAN: mean(s, &run, from, to); break;
    case RESIZE: resize(s, &run, from, to); break;
    case POINTWISE: pointwise(s, &run, from, to); break;
    case WINOGRAD_2: winograd_2(s, &run, from, to); break;
    case WINOGRAD_4: winograd_4(s, &run, from, to); break;
  }
}
