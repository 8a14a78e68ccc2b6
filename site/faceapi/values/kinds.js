// What an object of the browser is, in whatever window it was made, and whatever class was derived from
// it. As js_class of pyface_web/host.py, whose table this reads.

import { DRAWABLE, HOLDERS, PROOFS } from "../../tables.js";
import { text } from "./errors.js";
import { part } from "./given.js";

// name of a class -> the getter that reads only its objects, those of other windows too
const GETTERS = new Map(
  Object.entries({ ...PROOFS, ArrayBuffer: "byteLength" }).flatMap(([name, property]) => {
    const made = globalThis[name]; // a worker has no elements
    const { get } = (made && Object.getOwnPropertyDescriptor(made.prototype, property)) ?? {};
    return get ? [[name, get]] : [];
  }),
);

/** Whether a value is of a class of the browser that PROOFS names; a File is a Blob. */
export function is(value, name) {
  if (typeof value !== "object" || value === null || !GETTERS.has(name)) return false;
  try {
    Reflect.apply(GETTERS.get(name), value, []);
    return true;
  } catch {
    return false;
  }
}

/** Whether a value can be drawn on a canvas. */
export const isDrawable = (value) => DRAWABLE.some((name) => is(value, name));

/** The class that an object is of, or what a message says of any other value. */
export function kindOf(value) {
  const found = [...GETTERS.keys()].find((name) => is(value, name));
  if (found) return found;
  const said = text(value);
  return said in PROOFS ? `what only says that it is of ${said} (a Proxy? pass the object itself)` : said;
}

/** The same of what should be an element; where it holds one, as those of libraries do, with what to pass. */
export function kindAndRemedy(value) {
  const place = typeof value === "object" && value !== null && HOLDERS.find((name) => isDrawable(part(value, name)));
  if (!place) return kindOf(value);
  return `${kindOf(value)} (its ${place === "0" ? "[0]" : `.${place}`} is an ${kindOf(part(value, place))}: pass that)`;
}
