// The distance below which two faces count as one person: checked where it is given.

import { optionsError, text, unquoted } from "./errors.js";

/** A distance as a number; throws an OptionsError if it is not one of at least 0. call: who was given it. */
export function checkedThreshold(value, call) {
  const threshold = unquoted(value);
  if (typeof threshold === "number" && threshold >= 0 && threshold < Infinity) return threshold;
  throw optionsError(`${call}: distanceThreshold: expected a number of at least 0, got ${text(value)}`);
}
