// What tells one face from another: 128 numbers in float32. As pyface_web/values/vectors.py.

import { DESCRIPTOR_LENGTH } from "../../tables.js";
import { shapeError, text, unquoted } from "./errors.js";
import { isArray, isTask, isVector, itemsOf, part, parts } from "./given.js";
import { is } from "./kinds.js";
import { NO_FACE } from "./likely.js";

export { isVector };
export const isNumber = (value) => typeof value === "number";
/** What a message says of something that should be a vector. */
export const measured = (value) => (isVector(value) ? `${text(value)} of length ${part(value, "length")}` : text(value));

/** How many texts, results and lists may be within each other around a vector. */
export const VECTOR_DEPTH = 4;
const LONGEST = 1e6; // characters of a text that is looked into
const LISTED = /^[-+.\deE\s]+(,[-+.\deE\s]+)+$/; // as String(Float32Array) is

/** What JSON makes of a text, or the numbers between its commas; undefined where it is neither. */
export function parsedText(given) {
  if (given.length > LONGEST) return undefined;
  if (LISTED.test(given)) return given.split(",").map(Number);
  try {
    const found = JSON.parse(given);
    return typeof found === "object" && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The numbers of an array of nothing else, also where texts hold them, as in forms and tables; else undefined. */
export function numbersIn(value) {
  const length = isArray(value) ? part(value, "length") : 0;
  if (!length || length > LONGEST) return undefined;
  const found = itemsOf(value, "numbers").map(unquoted);
  return found.every(isNumber) ? found : undefined;
}

/**
 * The vector that is plainly meant: of a result, of a list that holds just one, of a text or of texts, or of
 * {"0": 0.1, "1": ...}, as JSON writes a typed array. Anything else as it is.
 */
export function vectorOf(value, depth = VECTOR_DEPTH) {
  if (depth === 0) return value;
  if (typeof value === "string") {
    const found = parsedText(value);
    return found === undefined ? value : vectorOf(found, depth - 1);
  }
  const numbers = numbersIn(value);
  if (numbers) return numbers;
  if (isArray(value) && part(value, "length") === 1 && !isNumber(part(value, 0))) return vectorOf(part(value, 0), depth - 1);
  if (typeof value !== "object" || value === null || isVector(value) || isTask(value)) return value;
  return part(value, "descriptor") ? vectorOf(part(value, "descriptor"), depth - 1) : (counted(value) ?? value);
}

// The values of an object whose keys are 0, 1, 2 ...; undefined for another one.
function counted(value) {
  try {
    const keys = Object.keys(value);
    return keys.length && keys.every((key, i) => key === String(i)) ? keys.map((key) => value[key]) : undefined;
  } catch {
    return undefined; // a proxy that throws
  }
}

/** A descriptor as a Float32Array of its own, of finite numbers; throws a ShapeError for anything else. */
export function descriptorOf(given, what) {
  const expected = `${DESCRIPTOR_LENGTH} numbers`;
  const value = vectorOf(given);
  const right = isVector(value) && part(value, "length") === DESCRIPTOR_LENGTH;
  const numbers = right ? itemsOf(value, what, expected, shapeError) : [];
  if (!right || !numbers.every(isNumber)) {
    throw shapeError(`${what}: expected ${expected}, got ${measured(value)}; ${remedyFor(value)}`);
  }
  const descriptor = Float32Array.from(numbers);
  if (!descriptor.every(Number.isFinite)) {
    throw shapeError(`${what}: expected finite numbers, got NaN or infinity; was it computed from an empty crop?`);
  }
  return descriptor;
}

function remedyFor(value) {
  if (value === undefined || value === null) return NO_FACE;
  if (isTask(value)) return "await it first";
  if (is(value, "ArrayBuffer")) return "new Float32Array(buffer) makes numbers of it";
  if (parts(value, ["labeledDescriptors"])) return "FaceMatcher.fromJSON(json) reads that";
  if (parts(value, ["label", "descriptors"])) return "LabeledFaceDescriptors.fromJSON(json) reads that, and its `descriptors` are what is wanted";
  if (part(value, "detection") || part(value, "score") !== undefined) {
    return "it has no descriptor: add .withFaceLandmarks().withFaceDescriptors() to its task";
  }
  if (isVector(value) && !["number", "string"].includes(typeof part(value, 0)) && part(value, "length") !== DESCRIPTOR_LENGTH) {
    return "pass one at a time: results.map(({ descriptor }) => matcher.findBestMatch(descriptor))";
  }
  return (isVector(value) && amongNumbers(itemsOf(value, ""))) || "pass the descriptor of one result";
}

/** What is among items that should be numbers, and is none: the end of a message; "" if all are. */
export function amongNumbers(items) {
  const stranger = items.findIndex((item) => !isNumber(unquoted(item)));
  if (stranger < 0) return "";
  const remedy = items[stranger] === null ? ", as JSON writes NaN; was it computed from an empty crop?" : "";
  return `item ${stranger} is ${text(items[stranger])}${remedy}`;
}

/** One such descriptor or a list of them, as a list. */
export function descriptorsOf(given, what) {
  const values = typeof given === "string" ? (parsedText(given) ?? given) : given;
  if (!isArray(values)) return [descriptorOf(values, what)];
  const items = itemsOf(values, what, "descriptors", shapeError);
  const isNested = items.length === 1 && isArray(items[0]) && part(items[0], "length") > 0 && !isNumber(part(items[0], 0));
  if (isNested) return descriptorsOf(items[0], what);
  return (isNumber(items[0]) || numbersIn(items) ? [values] : items).map((value) => descriptorOf(value, what));
}
