// What callers hand over, read with care: an object of another class may do anything when it is read,
// and then it is an error of ours. As pyface_web/values/given.py.

import { OPTIONS } from "../../tables.js";
import { inputError, optionsError, text } from "./errors.js";
import { nearest } from "./nearest.js";

const MOST_ITEMS = 2 ** 24; // of a list
export const DEEPEST = 16; // lists within lists
const TAG = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int8Array.prototype), Symbol.toStringTag).get;

/** Whether a value is an instance of a class. */
export function isA(value, made) {
  try {
    return value instanceof made;
  } catch {
    return false;
  }
}

/** Whether a value is an array. */
export function isArray(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether a value is an array, or numbers in a typed one. */
export function isVector(value) {
  if (isArray(value)) return true;
  const kind = numbersKind(value);
  return Boolean(kind) && !kind.startsWith("Big");
}

/** Whether a value is a promise, or a task that can be awaited. */
export const isTask = (value) => typeof value === "object" && typeof part(value, "then") === "function";

/** The class of a typed array, such as "Float32Array", in whatever window it was made; else undefined. */
export const numbersKind = (value) => Reflect.apply(TAG, value, []);

/** value[name]; undefined if it has no such part, or throws. */
export function part(value, name) {
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

/** All parts of an object by their names, undefined unless it has each. */
export function parts(value, names) {
  const isObject = typeof value === "object" && value !== null;
  try {
    return isObject && names.every((name) => name in value) ? names.map((name) => value[name]) : undefined;
  } catch {
    return undefined;
  }
}

/** The items of an array or typed array as an array; throws an InputError for anything else. */
export function itemsOf(value, what, expected = "a list", error = inputError) {
  if (isVector(value)) {
    const length = part(value, "length");
    if (length > MOST_ITEMS) throw error(`${what}: expected at most ${MOST_ITEMS} items, got ${length}`);
    try {
      return Array.from({ length }, (_, i) => value[i]);
    } catch {
      // a proxy that throws; see below
    }
  }
  throw error(`${what}: expected ${expected}, got ${text(value)}`);
}

/** One item, or those of arrays of them, which may be nested. */
export function flat(value, what, depth = DEEPEST) {
  if (!isArray(value)) return [value];
  if (depth === 0) {
    throw inputError(`${what}: expected at most ${DEEPEST} lists within each other, got more; does one hold itself?`);
  }
  return itemsOf(value, what).flatMap((item) => flat(item, what, depth - 1));
}

/** The own enumerable parts of an object; throws an InputError where it cannot be read. */
export function copyOf(value, what) {
  try {
    return { ...value };
  } catch {
    throw inputError(`${what}: expected an object, got ${text(value)}, which cannot be read`);
  }
}

/** A value as it is written: a text, a number, or an object whose class says how; else an InputError. */
export function textOf(value, what) {
  if (typeof value === "string" || typeof value === "number") return String(value);
  const write = part(value, "toString");
  const isPlain = isArray(value) || write === Object.prototype.toString;
  if (typeof value === "object" && value !== null && typeof write === "function" && !isPlain) {
    try {
      return String(value);
    } catch {
      // below
    }
  }
  throw inputError(`${what}: expected text, got ${text(value)}`);
}

/** A text, such as a label; throws an InputError for anything else. */
export function checkedText(value, what) {
  if (typeof value !== "string") throw inputError(`${what}: expected text, got ${text(value)}`);
  return value;
}

// What somebody meant who gave an option that there is not.
function meant(kind, name, known) {
  const owners = kind in OPTIONS ? Object.keys(OPTIONS).filter((other) => name in OPTIONS[other]) : [];
  if (owners.length) return `. It is one of ${owners.join(" and ")}, of another detector`;
  const close = nearest(name, known);
  return close ? `; is ${close} meant?` : "";
}

// Whether what an object holds are no parts of it, as in a Map: they would count as left out.
const isClosed = (value) => !Object.keys(value).length && ["Map", "Set", "Date", "URLSearchParams", "FormData"].includes(tagOf(value));
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/**
 * The options that are not left out. kind: whose they are, for messages. known: names of all.
 * Throws an OptionsError for a name that is not known, and for what holds no options.
 */
export function givenOptions(kind, options, known) {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object" || isArray(options)) {
    throw optionsError(`${kind}: expected an object of its values, got ${text(options)}`);
  }
  try {
    const stranger = Object.keys(options).find((name) => !known.includes(name));
    if (stranger === undefined) {
      if (isClosed(options)) throw options;
      const given = known.map((name) => [name, options[name]]);
      return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null));
    }
    options = stranger;
  } catch {
    const remedy = ["Map", "URLSearchParams", "FormData"].includes(text(options)) ? "; Object.fromEntries(it) is one" : ", which cannot be read";
    throw optionsError(`${kind}: expected an object of its values, got ${text(options)}${remedy}`);
  }
  throw optionsError(`${kind}: there is no option ${text(options)}; expected ${known.join(", ")}${meant(kind, options, known)}`);
}
