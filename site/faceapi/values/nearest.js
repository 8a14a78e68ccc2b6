// The name that somebody meant who wrote another one.

const FARTHEST = 2; // letters that are wrong, missing or too many

/** The one of some names that is spelt nearly so, whatever its capitals and underscores; undefined if none is. */
export function nearest(name, known) {
  if (typeof name !== "string" || name.length > 100) return undefined;
  const wanted = plain(name);
  const found = known.map((one) => [distance(plain(one), wanted), one]).sort(([a], [b]) => a - b)[0];
  return found && found[0] <= Math.min(FARTHEST, wanted.length / 3) ? found[1] : undefined;
}

const plain = (name) => name.toLowerCase().replace(/_model$|[^a-z0-9]/g, "");

// Levenshtein's: how many letters have to be changed, put in or taken out.
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}
