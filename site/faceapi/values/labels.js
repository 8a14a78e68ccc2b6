// Names of people: what one may be made of, and which two look alike. The rules are those of
// pyface_web/values/labels.py, and so are the sets.

import { LABELS } from "../../tables.js";
import { inputError, text } from "./errors.js";

const SPACES = new RegExp(LABELS.spaces, "gu");
const JOINED = new RegExp(LABELS.joined, "gu"); // where what cannot be seen belongs to a script
const JOINERS = new RegExp(LABELS.joiners, "gu");
const UNSEEN = new RegExp(`\\p{C}|${LABELS.unseen}`, "u");
const PLAIN = /^[ -~]*$/;
const letters = [...LABELS.looks];
const LOOKS = new Map(letters.flatMap((letter, i) => (i % 2 ? [] : [[letter, letters[i + 1]]])));

/** A label in NFC, without spaces around it and with single ones inside; throws an InputError. */
export function cleanLabel(label) {
  if (typeof label !== "string") throw inputError(`a label: expected text, got ${text(label)}`);
  if (label.length > 8 * LABELS.most) throw ofLength(label.length); // not worth a look
  const clean = label.replace(SPACES, " ").replace(/^ | $/g, "").normalize("NFC");
  if (!PLAIN.test(clean)) checkSeen(clean);
  const { length } = [...clean];
  if (length < 1 || length > LABELS.most) throw ofLength(length);
  return clean;
}

function ofLength(length) {
  return inputError(
    `a label: expected 1 to ${LABELS.most} characters, got ${length}; give the name by which the person is to be shown`,
  );
}

function checkSeen(label) {
  const seen = label.replace(JOINED, (_, ...found) => found.find((part, i) => i < found.length - 2 && part !== undefined));
  const unseen = seen.match(UNSEEN);
  if (unseen) {
    throw inputError(
      `a label: expected characters that can be seen, got ${codeOf(unseen[0])} in ${inAscii(label)}; type the name anew`,
    );
  }
  if (/^\p{M}/u.test(label)) {
    throw inputError(
      `a label: expected a letter, digit or sign first, got a mark in ${inAscii(label)}; ` +
      "put it behind the letter that it belongs to",
    );
  }
}

/** What a clean label looks like; the same for two that a reader cannot tell apart. */
export function lookOf(label) {
  if (PLAIN.test(label)) return label;
  const apart = [...label.replace(JOINERS, "").normalize("NFKD")];
  return apart.map((letter) => LOOKS.get(letter) ?? letter).join("").normalize("NFKC");
}

/** The error for a label that looks like another one that is there. */
export function alike(label, other) {
  return inputError(
    `a label: ${text(label)} looks like ${text(other)}, which is there already (${inAscii(label)}, ${inAscii(other)}); ` +
    "use that one if it is the same person, or choose a name that nobody takes for it",
  );
}

const codeOf = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

function inAscii(label) {
  const letters = [...label].slice(0, 100);
  return `"${letters.map((letter) => (/[ -~]/.test(letter) ? letter : `{${codeOf(letter)}}`)).join("")}"`;
}
