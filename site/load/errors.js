// What goes wrong before there is a Python to say so.

/** A file that could not be had: its address, what was expected, what came, what can be done. */
export class LoadError extends Error {
  constructor(url, expected, got, remedy) {
    super(`${url}: expected ${expected}, got ${got}; ${remedy}`);
    this.name = "LoadError";
    Object.assign(this, { url, expected, got, remedy });
  }
}

/** What to throw for an option that cannot be, named as Python's error for that. */
export const optionsError = (what, expected, got) => wrongOption(what, expected, shown(got));

/** The same, where it takes words to say what was got. */
export const wrongOption = (what, expected, got) =>
  Object.assign(new TypeError(`loadPyface: ${what}: expected ${expected}, got ${got}`), { name: "OptionsError" });

/** A value in a few words. */
export function shown(value) {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value).slice(0, 80);
}
