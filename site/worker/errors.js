// Errors of worker mode, and any error on its way between threads: the browser would keep only the
// text of most of them.

import { LoadError } from "../load/errors.js";
import { PyfaceError } from "../faceapi/values/errors.js";

const CLASSES = { LoadError, RangeError, SyntaxError, TypeError, InputError: PyfaceError, PythonStoppedError: PyfaceError, WorkerError: PyfaceError };

/** The way out where a worker cannot be used. */
export const REMEDY = "leave out `worker: true`, so that pyface_web runs in the page";
/** A worker that cannot be used, or is gone. */
export const workerError = (message) => new PyfaceError("WorkerError", message);

/** A value that can be sent, for an error: class name, text, and what else it has. */
export function toSent(error) {
  if (error instanceof DOMException) return error; // those are sent whole
  if (!(error instanceof Error)) return { name: "Error", message: String(error), fields: {} };
  const fields = Object.entries(error).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return { name: error.name, message: error.message, fields: Object.fromEntries(fields) };
}

/** The error that toSent made a value of. */
export function fromSent(sent) {
  if (sent instanceof DOMException) return sent;
  const error = Object.setPrototypeOf(new Error(sent.message), (CLASSES[sent.name] ?? Error).prototype);
  if (error.name !== sent.name) Object.defineProperty(error, "name", { value: sent.name, configurable: true, writable: true });
  return Object.assign(error, sent.fields);
}
