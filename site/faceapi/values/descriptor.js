// What tells one face from another: 128 numbers in float32.

import { DESCRIPTOR_LENGTH } from "../../tables.js";
import { shapeError, text } from "./errors.js";
import { isArray, isVector, itemsOf, part } from "./given.js";

export { isVector };
export const isNumber = (value) => typeof value === "number";
/** What a message says of something that should be a vector. */
export const measured = (value) => (isVector(value) ? `${text(value)} of length ${part(value, "length")}` : text(value));

/** A descriptor as a Float32Array of its own, of finite numbers; throws a ShapeError for anything else. */
export function descriptorOf(value, what) {
  const expected = `${DESCRIPTOR_LENGTH} numbers`;
  const right = isVector(value) && part(value, "length") === DESCRIPTOR_LENGTH;
  const numbers = right ? itemsOf(value, what, expected, shapeError) : [];
  if (!right || !numbers.every(isNumber)) {
    throw shapeError(`${what}: expected ${expected}, got ${measured(value)}; pass the descriptor of one result`);
  }
  const descriptor = Float32Array.from(numbers);
  if (!descriptor.every(Number.isFinite)) {
    throw shapeError(`${what}: expected finite numbers, got NaN or infinity; was it computed from an empty crop?`);
  }
  return descriptor;
}

/** One such descriptor or a list of them, as a list. */
export function descriptorsOf(values, what) {
  const items = itemsOf(values, what, "descriptors", shapeError);
  const one = !isArray(values) || isNumber(items[0]);
  return (one ? [values] : items).map((value) => descriptorOf(value, what));
}
