// Filters as they were stored, into the order in which the product reads them.
#pragma once
#include "product.h"

// Panels [outputs / 8][taps][pixel][8] of filters (taps, inputs, outputs); what is beyond is zero.
// Value v of output n becomes v * factors[n], and a byte before that table[v].
EXPORT(panels)
void panels(float *out, const void *filters, const float *table, const float *factors, int taps,
            int inputs, int outputs, int pixel) {
  const uint8_t *bytes = filters;
  const float *floats = filters;
  for (int n = 0; n < outputs; n += COLUMNS)
    for (int t = 0; t < taps; t++)
      for (int c = 0; c < pixel; c++)
        for (int i = n; i < n + COLUMNS; i++, out++) {
          int at = (t * inputs + c) * outputs + i;
          if (c >= inputs || i >= outputs) *out = 0;
          else *out = (table ? table[bytes[at]] : floats[at]) * factors[i];
        }
}
