// The functions of face-api.js on plain numbers and lists.

import { inputError, text } from "./errors.js";
import { itemsOf } from "./given.js";

/** 1 / (1 + exp(-x)). */
export function sigmoid(x) {
  if (typeof x !== "number" || Number.isNaN(x)) throw inputError(`sigmoid: expected a number, got ${text(x)}`);
  return 1 / (1 + Math.exp(-x));
}
/** The inverse: ln(x / (1 - x)); infinite for 0 and 1. */
export function inverseSigmoid(x) {
  if (!(typeof x === "number" && x >= 0 && x <= 1)) {
    throw inputError(`inverseSigmoid: expected a number from 0 to 1, got ${text(x)}`);
  }
  return Math.log(x / (1 - x));
}

/** The values of a list in random order; the list stays as it is. */
export function shuffleArray(inputArray) {
  const values = itemsOf(inputArray, "shuffleArray");
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}
