// A case on all sides in one page, in turns.

/**
 * Each side runs twice untimed, once to count its GL calls, then `rounds` times, one side after the
 * other; another side begins each round, so that none always follows the same neighbour.
 * Gives { found, counts, times }, each by side; a side without the verb is left out. counts: of WebGL,
 * and of what a side says of itself: steps, memoryBytes.
 */
export async function warm(sides, verb, input, rounds) {
  const names = Object.keys(sides).filter((name) => sides[name][verb]);
  const found = {};
  const counts = {};
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) {
    await sides[name][verb](input);
    found[name] = await sides[name][verb](input);
    window.resetGlCounts();
    const before = sides[name].runtime.stats();
    await sides[name][verb](input);
    const after = sides[name].runtime.stats();
    counts[name] = { ...window.glCounts(name), ...after, ...("steps" in after && { steps: after.steps - before.steps }) };
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      const start = performance.now();
      await sides[name][verb](input);
      times[name].push(performance.now() - start);
    }
  }
  return { found, counts, times };
}
