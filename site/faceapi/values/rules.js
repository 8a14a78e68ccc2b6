// What the value of an option may be, as pyface_web/values/rules.py has it; tables.js has the rules.

import { optionsError, text } from "./errors.js";
import { isArray, itemsOf, part } from "./given.js";

const SHOWN = 8; // items of a list that a message shows

/** The value; throws an OptionsError where a rule of tables.js does not let it be. */
export function checked(where, rule, value) {
  if (value === undefined && rule.optional) return undefined;
  const found = read(rule, value);
  if (found !== undefined) return found;
  throw optionsError(`${where}: expected ${rule.expected}, got ${shown(value)}${rule.remedy ? `; ${rule.remedy}` : ""}`);
}

/** The values of options, each checked by its rule, over the defaults. rules: name -> { default, ...rule }. */
export function checkedOptions(kind, rules, given) {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => {
      const value = given[name] ?? rule.default ?? undefined;
      return [name, value === undefined ? value : checked(`${kind}.${name}`, rule, value)];
    }),
  );
}

function read(rule, value) {
  if (rule.switch) return typeof value === "boolean" ? value : undefined;
  if (rule.choices) return rule.choices.includes(value) ? value : undefined;
  if (rule.text) return typeof value === "string" ? value : undefined;
  return rule.numbers === undefined ? number(rule, value) : numbers(rule, value);
}

function shown(value) {
  const length = isArray(value) ? part(value, "length") : Infinity;
  return length <= SHOWN ? `[${itemsOf(value, "a list").map(text).join(", ")}]` : text(value);
}

function number({ above = -Infinity, least = -Infinity, below = Infinity, most = Infinity, multipleOf }, value) {
  const inside = Number.isFinite(value) && value > above && value >= least && value < below && value <= most;
  return inside && (multipleOf === undefined || value % multipleOf === 0) ? value : undefined;
}

function numbers(rule, values) {
  if (!isArray(values)) return undefined;
  const found = itemsOf(values, rule.expected, rule.expected, optionsError).map((value) => number(rule, value));
  return found.includes(undefined) || (rule.numbers && found.length !== rule.numbers) ? undefined : found;
}
