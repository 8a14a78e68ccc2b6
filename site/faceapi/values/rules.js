// What the value of an option may be, as pyface_web/values/rules.py has it; tables.js has the rules.

import { optionsError, text, unquoted } from "./errors.js";
import { isArray, itemsOf, part } from "./given.js";

const SHOWN = 8; // items of a list that a message shows

/** The value; throws an OptionsError where a rule of tables.js does not let it be. */
export function checked(where, rule, value) {
  if (value === undefined && rule.optional) return undefined;
  if (rule.word && value === rule.word) return value;
  const found = read(rule, value);
  if (found !== undefined) return found;
  const isQuoted = isOfNumber(rule) && unquoted(value) !== value && read(rule, unquoted(value)) !== undefined;
  const remedy = isQuoted ? `write Number(${text(value)})` : rule.remedy;
  throw optionsError(`${where}: expected ${rule.expected}, got ${shown(value)}${remedy ? `; ${remedy}` : ""}`);
}

/**
 * The values of options, each checked by its rule, over the defaults. rules: name -> { default, ...rule }. Of
 * these, as face-api.js does, a number is taken as text, too.
 */
export function checkedOptions(kind, rules, given) {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => {
      const value = given[name] ?? rule.default ?? undefined;
      const number = isOfNumber(rule) ? unquoted(value) : value;
      return [name, value === undefined ? value : checked(`${kind}.${name}`, rule, number)];
    }),
  );
}

const isOfNumber = (rule) => !(rule.switch || rule.choices || rule.text || rule.numbers !== undefined);

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

function number({ above = -Infinity, least = -Infinity, below = Infinity, most = Infinity, among, multipleOf }, value) {
  const inside = Number.isFinite(value) && value > above && value >= least && value < below && value <= most && (among?.includes(value) ?? true);
  return inside && (multipleOf === undefined || value % multipleOf === 0) ? value : undefined;
}

function numbers(rule, values) {
  if (!isArray(values)) return undefined;
  const found = itemsOf(values, rule.expected, rule.expected, optionsError).map((value) => number(rule, value));
  const isLong = rule.numbers ? found.length === rule.numbers : !rule.among || found.length > 0;
  return found.includes(undefined) || !isLong ? undefined : found;
}
