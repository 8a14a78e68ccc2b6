// What tells one face from another: 128 numbers in float32.

import { DESCRIPTOR_LENGTH } from "../../tables.js";
import { shapeError, text } from "./errors.js";

export const isNumber = (value) => typeof value === "number";
export const isVector = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
/** What a message says of something that should be a vector. */
export const measured = (value) => (isVector(value) ? `${text(value)} of length ${value.length}` : text(value));

/** A descriptor as a Float32Array of its own; throws a ShapeError for anything else. */
export function descriptorOf(value, what) {
  if (!isVector(value) || value.length !== DESCRIPTOR_LENGTH || !value.every(isNumber)) {
    throw shapeError(
      `${what}: expected ${DESCRIPTOR_LENGTH} numbers, got ${measured(value)}; pass the descriptor of one result`,
    );
  }
  return Float32Array.from(value);
}

/** The same, of finite numbers. */
export function finiteDescriptorOf(value, what) {
  const descriptor = descriptorOf(value, what);
  if (!descriptor.every(Number.isFinite)) {
    throw shapeError(`${what}: expected finite numbers, got NaN or infinity; was it computed from an empty crop?`);
  }
  return descriptor;
}

/** One such descriptor or a list of them, as a list. */
export function finiteDescriptorsOf(values, what) {
  if (!isVector(values)) throw shapeError(`${what}: expected descriptors, got ${text(values)}`);
  const one = !Array.isArray(values) || isNumber(values[0]);
  return (one ? [values] : values).map((value) => finiteDescriptorOf(value, what));
}
