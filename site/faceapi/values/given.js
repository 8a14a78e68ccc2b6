// Options as callers give them: a plain object of those that are not to be as usual.

import { optionsError, text } from "./errors.js";

/**
 * The options that are not left out. kind: whose they are, for messages. known: names of all.
 * Throws an OptionsError for a name that is not known, and for what holds no options.
 */
export function givenOptions(kind, options, known) {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object" || Array.isArray(options)) {
    throw optionsError(`${kind}: expected an object of its values, got ${text(options)}`);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw optionsError(`${kind}: there is no option ${text(stranger)}; expected ${known.join(", ")}`);
  }
  const given = known.map((name) => [name, options[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null));
}
