// Who is the same person among faces of whom nobody is known: Chinese whispers. The rules, and the
// order in which faces are asked, are those of pyface_web/people/cluster.py.

import { CLUSTER } from "../../tables.js";
import { alignOf, checkAlike } from "./alignment.js";
import { descriptorsOf } from "./descriptor.js";
import { inputError, text } from "./errors.js";
import { givenOptions } from "./given.js";
import { checkedThreshold } from "./threshold.js";

/**
 * A number for each face: those of one person have the same, 0 for that of the first face. Faces are joined that
 * lie nearer to each other than distanceThreshold; the smaller, the more people.
 * options: { seed = 0, allowMixed = false }. seed: of the order in which faces are asked; equal seeds give equal
 * answers, also in Python. allowMixed: whether descriptors that were cut in two ways are compared all the same.
 * Time grows with the square of the number of faces.
 */
export function cluster(descriptors, distanceThreshold = CLUSTER.threshold, options = undefined) {
  const threshold = checkedThreshold(distanceThreshold, "cluster");
  const { seed = 0, allowMixed } = givenOptions("cluster", options, ["seed", "allowMixed"]);
  if (!Number.isInteger(seed) || seed < 0 || seed > CLUSTER.mostSeed) {
    throw inputError(`cluster: seed: expected a whole number from 0 to ${CLUSTER.mostSeed}, got ${text(seed)}`);
  }
  const rows = descriptorsOf(descriptors, "descriptors");
  if (!allowMixed) checkAlike("cluster", alignOf(descriptors), null);
  return numbered(whispered(neighboursOf(rows, threshold ** 2), randomOf(seed)));
}

/** For each face the others that are nearer. square: of the distance. */
function neighboursOf(rows, square) {
  const near = rows.map(() => []);
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      if (distanceSquared(rows[i], rows[j]) < square) {
        near[i].push(j);
        near[j].push(i);
      }
    }
  }
  return near;
}

function distanceSquared(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** Each face takes over the label that most of its neighbours have, until none changes. */
function whispered(neighbours, random) {
  const labels = neighbours.map((_, i) => i);
  const order = [...labels];
  for (let round = 0, isChanged = true; isChanged && round < CLUSTER.mostRounds; round++) {
    isChanged = false;
    shuffle(order, random);
    for (const node of order) {
      const counts = new Map();
      for (const other of neighbours[node]) counts.set(labels[other], (counts.get(labels[other]) ?? 0) + 1);
      const most = Math.max(...counts.values());
      if (!counts.size || counts.get(labels[node]) === most) continue;
      labels[node] = Math.min(...[...counts.keys()].filter((label) => counts.get(label) === most));
      isChanged = true;
    }
  }
  return labels;
}

/** Fisher and Yates's shuffle, in place. random: gives whole numbers of 32 bits. */
function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor((random() * (i + 1)) / 2 ** 32);
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** Mulberry32, a generator that is short in any language. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The labels as 0, 1, 2 ... in the order in which they come. */
function numbered(labels) {
  const numbers = new Map();
  return labels.map((label) => {
    if (!numbers.has(label)) numbers.set(label, numbers.size);
    return numbers.get(label);
  });
}
