// What pages make anew in Python's memory, as an image would have to hold it at length: the links by which the
// collector knows objects, and the hashes of interned strings with the index over them. tools/memory.mjs takes
// them out; what both know of CPython's memory stands here.

export const LINKS = 8; // bytes before an object that the collector knows: the places of the next and the last one
export const FLAGS = 3; // bits of a link that are no place
export const UNICODE = 1; // the kind of a dict's keys where all are strings
const HASH = 12; // bytes from a string's beginning
const EMPTY = 2 ** 32 - 1; // -1, in an index, and for a hash that is not known
const PERTURB_SHIFT = 5;

/** Links objects in a ring. steps: from each one's place to that of the next, the first from 0. */
export function link(words, steps) {
  let place = 0;
  const places = steps.map((step) => (place += step));
  let before = place;
  for (const place of places) {
    words[before >>> 2] |= place;
    words[(place >>> 2) + 1] |= before;
    before = place;
  }
}

/** What the keys of a dict are, by their place; anything where that is none's. entries: key and value in turns. */
export function keysAt(words, place) {
  const [, sizes, , , count] = words.subarray(place >>> 2);
  const [size, bytes, kind] = [0, 8, 16].map((shift) => (sizes >>> shift) & 255);
  const start = (place >>> 2) + 5;
  const end = start + 2 ** bytes / 4;
  return { kind, index: words.subarray(start, start + 2 ** size), entries: words.subarray(end, end + 2 * count) };
}

/** Where a string has its hash, in words. */
export const hashOf = (string) => (string + HASH) >>> 2;

/** Gives strings their hashes, and the keys of their dict the index. hash: Python's function for an object. */
export function reindex(words, place, hash) {
  const { index, entries } = keysAt(words, place);
  const mask = index.length - 1;
  index.fill(EMPTY);
  for (let i = 0; i < entries.length; i += 2) {
    const string = entries[i];
    if (!string) continue;
    words[hashOf(string)] = EMPTY;
    let perturb = hash(string);
    let at = perturb & mask;
    while (index[at] !== EMPTY) {
      perturb >>>= PERTURB_SHIFT;
      at = (Math.imul(at, 5) + perturb + 1) & mask;
    }
    index[at] = i / 2;
  }
}
