// All kernels, for WebAssembly with SIMD. Memory is the host's; this file has the entry to a step.
#include "convolution.h"
#include "fit.h"
#include "pointwise.h"
#include "weights.h"
#include "windows.h"

enum { CONVOLUTION, DEPTHWISE, MAX_POOL, AVG_POOL, MEAN, RESIZE, POINTWISE };

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
  }
}
