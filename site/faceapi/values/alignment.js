// How a descriptor was cut out of its picture: only descriptors that were cut alike compare well. The
// rules are those of pyface_web/values/alignment.py.

import { DESCRIPTOR_ALIGNS } from "../../tables.js";
import { parsedText, VECTOR_DEPTH } from "./descriptor.js";
import { inputError, PyfaceError, text } from "./errors.js";
import { isArray, isVector, itemsOf, part, parts } from "./given.js";

const known = new WeakMap(); // array of a result or of a person -> how it was cut

/** A value that says how a descriptor was cut, "box" or "upright"; throws an InputError for anything else. */
export function checkedAlign(value, what) {
  if (DESCRIPTOR_ALIGNS.includes(value)) return value;
  throw inputError(`${what}: expected ${DESCRIPTOR_ALIGNS.map(text).join(" or ")}, got ${text(value)}`);
}

/** How descriptors were cut that were written down; without it by an older version, or by face-api.js. */
export function alignsIn(values, what) {
  const [found] = parts(values, ["align"]) ?? ["box"];
  if (found === undefined || found === null) return null;
  return found === "mixed" ? found : checkedAlign(found, `${what}: align`);
}

/** Remembers how the descriptor in an array was cut; gives the array. */
export function noteAlign(array, align) {
  if (DESCRIPTOR_ALIGNS.includes(align)) known.set(array, align);
  return array;
}

/** How descriptors were cut, each of which or several in one way, "mixed" too; null if nothing is known. */
export function together(aligns) {
  const found = new Set(aligns.filter(Boolean));
  return found.size > 1 ? "mixed" : ([...found][0] ?? null);
}

/**
 * How one or more descriptors were cut, in whatever form they are taken as such. A result that went
 * through JSON and does not say is of an older version: "box".
 */
export function alignOf(value, depth = VECTOR_DEPTH) {
  if (depth === 0 || value === undefined || value === null) return null;
  if (typeof value === "string") return alignOf(parsedText(value), depth - 1);
  if (typeof value !== "object") return null;
  if (known.has(value)) return known.get(value);
  if (isArray(value)) {
    const isOfNumbers = typeof part(value, 0) === "number";
    return isOfNumbers ? null : together(itemsOf(value, "descriptors").map((item) => alignOf(item, depth - 1)));
  }
  if (isVector(value)) return null;
  // The array of a result comes first: who puts another one in may leave the rest as it was.
  const ofArray = alignOf(part(value, "descriptor"), depth - 1);
  if (ofArray) return ofArray;
  const [said] = parts(value, ["descriptorAlign"]) ?? parts(value, ["descriptor_align"]) ?? [undefined];
  if (said !== undefined) return DESCRIPTOR_ALIGNS.includes(said) ? said : null;
  return parts(value, ["detection", "descriptor"]) ? "box" : null;
}

/** Throws a MixedDescriptorsError where descriptors were cut in another way than those known, or in both ways. */
export function checkAlike(what, got, others) {
  if (together([got, others]) !== "mixed") return;
  const right = [others, got].find((align) => DESCRIPTOR_ALIGNS.includes(align));
  const said = [got, others].includes("mixed")
    ? "expected descriptors that were all cut alike, got some of each align"
    : `expected align: "${others}", as those that are there were cut, got align: "${got}"`;
  const cut = right ? `Cut these with .withFaceDescriptors({ align: "${right}" }), or enrol` : "Enrol";
  throw new PyfaceError("MixedDescriptorsError", `${what}: ${said}; a distance between the two says little. ${cut} everybody again from their pictures, with .withFaceDescriptors({ align: "upright" }); with { allowMixed: true } the two are compared all the same`);
}
