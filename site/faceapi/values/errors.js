// Errors of the JavaScript face; those of Python arrive with the same names.

/** An error whose `name` is the class name of the exception in Python, such as "NotLoadedError". */
export class PyfaceError extends Error {
  constructor(name, message, traceback) {
    super(message);
    this.name = name;
    if (traceback) this.traceback = traceback; // where in Python, for what should not have happened
  }
}

export const inputError = (message) => new PyfaceError("InputError", message);
export const optionsError = (message) => new PyfaceError("OptionsError", message);
export const shapeError = (message) => new PyfaceError("ShapeError", message);

/** The number itself; throws an InputError unless it is finite. */
export function finite(value, what) {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw inputError(`${what}: expected a finite number, got ${text(value)}`);
  }
  return value;
}

/** Throws an InputError unless all values are finite numbers. */
export function allFinite(where, values) {
  for (const [name, value] of Object.entries(values)) finite(value, `${where}: ${name}`);
}

/** A short text of any value, for messages. */
export function text(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor?.name ?? "an object";
}
