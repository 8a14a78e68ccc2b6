// Errors of the JavaScript face; those of Python arrive with the same names.

const LONGEST_MESSAGE = 4000; // characters; whatever was passed, one can read what was wrong with it
const LONG = 100; // characters of a value that a message shows
const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** An error whose `name` is the class name of the exception in Python, such as "NotLoadedError". */
export class PyfaceError extends Error {
  constructor(name, message, traceback) {
    super(readable(message));
    this.name = name;
    if (traceback) this.traceback = traceback; // where in Python, for what should not have happened
  }
}

// The text of a message, of bounded length, that can be written as UTF-8.
function readable(message) {
  const said = typeof message === "string" ? message : text(message);
  const half = LONGEST_MESSAGE / 2;
  const short = said.length > LONGEST_MESSAGE ? `${said.slice(0, half)} ... ${said.slice(-half)}` : said;
  return short.replace(HALF_PAIR, (code) => `\\u${code.charCodeAt(0).toString(16)}`);
}

export const inputError = (message) => new PyfaceError("InputError", message);
export const optionsError = (message) => new PyfaceError("OptionsError", message);
export const shapeError = (message) => new PyfaceError("ShapeError", message);

/** A value, but the number where it is one as text, as the values of form fields are. */
export const unquoted = (value) => (typeof value === "string" && value.trim() && Number.isFinite(Number(value)) ? Number(value) : value);

/** The number, also of one that is text, as face-api.js takes it; throws an InputError unless it is finite. */
export function finite(value, what) {
  const number = unquoted(value);
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw inputError(`${what}: expected a finite number, got ${text(value)}`);
  }
  return number;
}

/** The same of all values, in their order. */
export const allFinite = (where, values) => Object.entries(values).map(([name, value]) => finite(value, `${where}: ${name}`));

/** A short text of any value, for messages; it never throws. */
export function text(value) {
  if (typeof value === "string") return value.length > LONG ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return "a BigInt";
  if (typeof value !== "object" || value === null) return String(value).slice(0, LONG);
  try {
    const { name } = value.constructor;
    const shown = typeof name === "string" && name ? name.slice(0, LONG) : "an object";
    return typeof value.then === "function" ? `${shown} (was an await forgotten?)` : shown;
  } catch {
    // a proxy that throws, or an object without a prototype
  }
  return "an object";
}
