// What goes wrong before there is a Python to say so.

/** A file that could not be had: its address, what was expected, what came, what can be done. */
export class LoadError extends Error {
  constructor(url, expected, got, remedy) {
    super(`${url}: expected ${expected}, got ${got}; ${remedy}`);
    this.name = "LoadError";
    Object.assign(this, { url, expected, got, remedy });
  }

  // A page whose bundle has this class catches what a module beside the bundle, which has its own, has thrown.
  static [Symbol.hasInstance](value) {
    return value instanceof Error && value.name === "LoadError";
  }
}

/** What to throw for an option that cannot be, named as Python's error for that. */
export const optionsError = (what, expected, got, remedy) => wrongOption(what, expected, `${shown(got)}${remedy ? `; ${remedy}` : ""}`);

/** The same, where it takes words to say what was got. */
export const wrongOption = (what, expected, got) =>
  Object.assign(new TypeError(`loadPyface: ${what}: expected ${expected}, got ${got}`), { name: "OptionsError" });

/** Asks whether the known name was meant that begins most like one that is not known, such as in camelCase. */
export function meant(name, known) {
  const plain = (text) => String(text).toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(name);
  const common = (other) => [...other].findIndex((letter, i) => letter !== wanted[i]);
  const ends = (other) => Number(other.endsWith(wanted.slice(-2)));
  const alike = known
    .map((one) => [common(`${plain(one)}.`), ends(plain(one)), one])
    .sort(([a, ending, one], [b, otherEnding, other]) => b - a || otherEnding - ending || one.length - other.length);
  return alike[0][0] < 3 ? "" : `is "${alike[0][2]}" meant?`;
}

/** A value in a few words. */
export function shown(value) {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value).slice(0, 80);
}
