"""Nets on the CPU of a browser: kernels in WebAssembly with SIMD, plans of steps, one host."""
