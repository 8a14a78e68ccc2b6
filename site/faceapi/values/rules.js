// What the value of an option may be, as pyface_web/values/rules.py has it; tables.js has the rules.

import { optionsError, text } from "./errors.js";

/** The value; throws an OptionsError where a rule of tables.js does not let it be. */
export function checked(where, rule, value) {
  if (value === undefined && rule.optional) return undefined;
  const found = rule.numbers === undefined ? number(rule, value) : numbers(rule, value);
  if (found !== undefined) return found;
  throw optionsError(`${where}: expected ${rule.expected}, got ${shown(value)}${rule.remedy ? `; ${rule.remedy}` : ""}`);
}

const shown = (value) => (Array.isArray(value) ? `[${value}]` : text(value));

function number({ above = -Infinity, least = -Infinity, below = Infinity, most = Infinity, multipleOf }, value) {
  const inside = Number.isFinite(value) && value > above && value >= least && value < below && value <= most;
  return inside && (multipleOf === undefined || value % multipleOf === 0) ? value : undefined;
}

function numbers(rule, values) {
  if (!Array.isArray(values)) return undefined;
  const found = values.map((value) => number(rule, value));
  return found.includes(undefined) || (rule.numbers && found.length !== rule.numbers) ? undefined : found;
}
