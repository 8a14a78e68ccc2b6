// Four floats at once, and the few functions of a C library that are needed without one.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t v4;

#define INLINE static inline __attribute__((always_inline))
#define EXPORT(name) __attribute__((export_name(#name)))

INLINE v4 load(const float *p) { return wasm_v128_load(p); }
INLINE void store(float *p, v4 v) { wasm_v128_store(p, v); }
INLINE v4 splat(float x) { return wasm_f32x4_splat(x); }
INLINE v4 spread(const float *p) { return wasm_v128_load32_splat(p); }

// a * b + c; with one rounding or with two, as the processor likes, where the browser knows of it.
INLINE v4 fma4(v4 a, v4 b, v4 c) {
#ifdef RELAXED
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}

// What is not a number stays so: then somebody notices. The order of the arguments decides that.
INLINE v4 at_least(v4 x, v4 low) { return wasm_f32x4_pmax(x, low); }
INLINE v4 at_most(v4 x, v4 high) { return wasm_f32x4_pmin(x, high); }

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }

static void zero(float *p, int count) {
  int i = 0;
  for (; i + 4 <= count; i += 4) store(p + i, splat(0));
  for (; i < count; i++) p[i] = 0;
}
