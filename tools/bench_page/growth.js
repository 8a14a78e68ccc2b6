// Our side alone, with more and more to do.

/** A warm call, the median of `rounds`; with what is held after it, in bytes. */
export async function grown({ runtime, ...side }, verb, input, rounds) {
  await side[verb](input);
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await side[verb](input);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    ms: times[times.length >> 1],
    ...JSON.parse(runtime.pyodide.globals.get("held")()),
    python: runtime.pyodide._module.HEAPU8.length,
    javascript: performance.memory?.usedJSHeapSize ?? 0,
  };
}
