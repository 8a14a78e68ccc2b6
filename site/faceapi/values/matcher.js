// Recognising people: which known person is nearest to a face descriptor. The rule is that of
// pyface_web/people/matcher.py: a label's distance is the mean of the distances to its reference
// descriptors, the smallest wins (on a tie the label added later), below the threshold is a match.

import { DISTANCE_THRESHOLD, UNKNOWN } from "../../tables.js";
import { alignOf, alignsIn, checkAlike, checkedAlign, noteAlign, together } from "./alignment.js";
import { amongNumbers, descriptorOf, descriptorsOf, isNumber, isVector, measured, numbersIn, parsedText, vectorOf } from "./descriptor.js";
import { finite, inputError, optionsError, shapeError, text, unquoted } from "./errors.js";
import { checkedText, givenOptions, isA, isArray, itemsOf, part, parts } from "./given.js";
import { truncate } from "./geometry.js";
import { lacking, NO_FACE } from "./likely.js";
import { alike, cleanLabel, lookOf } from "./labels.js";
import { checkedThreshold } from "./threshold.js";

/** Distance of two vectors of equal length, in double precision. */
export function euclideanDistance(arr1, arr2) {
  const expected = "two vectors of equal length";
  const vectors = [arr1, arr2].map((given) => vectorOf(given));
  const [first, second] = vectors.map((vector) => (isVector(vector) ? itemsOf(vector, "euclideanDistance", expected, shapeError) : []));
  const stranger = vectors.find((vector) => !isVector(vector));
  const numbers = [...first, ...second];
  if (!vectors.every(isVector) || !numbers.every(isNumber) || first.length !== second.length) {
    const wrong = vectors.every(isVector) ? amongNumbers(first) || amongNumbers(second) : lacking(stranger, ".withFaceLandmarks().withFaceDescriptors()");
    const words = `euclideanDistance: expected ${expected}, got ${vectors.map(measured).join(" and ")}`;
    throw shapeError(wrong ? `${words}; ${wrong}` : words);
  }
  if (!numbers.every(Number.isFinite)) {
    throw shapeError(`euclideanDistance: expected ${expected}, finite ones, got NaN or infinity`);
  }
  // Halves, which cannot overflow, and as parts of the largest, whose squares cannot either.
  const halves = first.map((value, i) => value / 2 - second[i] / 2);
  const largest = halves.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest > SMALL && largest < LARGE) return distance(first, second);
  const length = largest ? Math.sqrt(halves.reduce((sum, value) => sum + (value / largest) ** 2, 0)) : 0;
  return finite(length * largest * 2, "euclideanDistance");
}

const [SMALL, LARGE] = [1e-100, 1e100]; // differences whose squares are numbers

function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

/** The label found for a face, and its distance (0 is the same picture). */
export class FaceMatch {
  constructor(label, distance) {
    this._label = checkedText(label, "FaceMatch.label");
    const number = unquoted(distance);
    if (typeof number !== "number" || !(number > -Infinity)) {
      throw inputError(`FaceMatch.distance: expected a number, got ${text(distance)}`);
    }
    this._distance = number;
  }
  get label() { return this._label; }
  get distance() { return this._distance; }
  /** `label (0.45)` or `label`; the distance is cut off after two decimals, not rounded. */
  toString(withDistance = true) {
    return withDistance ? `${this.label} (${truncate(this.distance)})` : this.label;
  }
}

/**
 * A name and the reference descriptors of that person. options: { align }, how all of them were cut,
 * "box" or "upright", if they do not say it themselves, as those of results do; null if that is not known.
 */
export class LabeledFaceDescriptors {
  constructor(label, descriptors, options) {
    if (parts(label, ["label", "descriptors"])) {
      throw inputError("LabeledFaceDescriptors: expected a label and descriptors, got both in one object; LabeledFaceDescriptors.fromJSON(json) reads that");
    }
    if (isVector(label)) {
      throw inputError(`LabeledFaceDescriptors: a label: expected text, got ${text(label)}; it comes first: new LabeledFaceDescriptors("name", descriptors)`);
    }
    this._label = cleanLabel(label);
    const { rows, align } = given(this._label, descriptors, options, "LabeledFaceDescriptors");
    this._descriptors = rows;
    this._align = align;
  }
  get label() { return this._label; }
  get descriptors() { return this._descriptors; }
  /** How they were cut, "box", "upright" or "mixed"; null if that is not known. */
  get align() { return this._align; }
  /** { label, descriptors }, as face-api.js writes it, and align unless it is "box". */
  toJSON() {
    const { label, align } = this;
    const json = { label, descriptors: this.descriptors.map((d) => Array.from(d)) };
    return align === "box" ? json : { ...json, align };
  }
  /** The inverse of toJSON, from values or from JSON text. Without align it counts as "box". */
  static fromJSON(json) {
    const values = parsed(json, "LabeledFaceDescriptors");
    const [label, rows] = ["label", "descriptors"].map((key) => member(values, key, "LabeledFaceDescriptors"));
    return labelled(label, rows, alignsIn(values, "LabeledFaceDescriptors.fromJSON"));
  }
}

/** One of these, of descriptors that may have been cut in both ways. */
function labelled(label, descriptors, align) {
  const made = new LabeledFaceDescriptors(label, descriptors);
  made._align = made.descriptors.length ? align : null;
  for (const row of made.descriptors) noteAlign(row, align);
  return made;
}

/** Descriptors of a person, and how they were cut. */
function given(name, descriptors, options, what) {
  const { align: said = null } = givenOptions(what, options, ["align"]);
  if (said !== null) checkedAlign(said, `descriptors of ${text(name)}: align`);
  const rows = descriptorsOf(descriptors, `descriptors of ${text(name)}`);
  const align = rows.length ? (alignOf(descriptors) ?? said) : null;
  for (const row of rows) noteAlign(row, align);
  return { rows, align };
}

/** Known people, and the search for the one nearest to a descriptor. */
export class FaceMatcher {
  /**
   * inputs: one or a list of LabeledFaceDescriptors, descriptors, or results with a descriptor;
   * the last two get the labels `person 1`, `person 2`, ... Nothing starts empty; undefined, which
   * detectSingleFace gives without a face, is an InputError.
   * Inputs of the same label are one person; an InputError says if two labels look alike without
   * being the same. distanceThreshold: a match must be nearer than this.
   * options: { allowMixed }, whether descriptors that were cut in two ways are compared all the same;
   * without it, inputs and queries of which it is known are of one way, else a MixedDescriptorsError says so.
   */
  constructor(inputs, distanceThreshold = DISTANCE_THRESHOLD, options = undefined) {
    const threshold = checkedThreshold(distanceThreshold, "FaceMatcher");
    if (arguments.length && inputs === undefined) {
      throw inputError(`FaceMatcher: expected people or descriptors, got undefined; ${NO_FACE} To start empty, write new FaceMatcher([])`);
    }
    this._distanceThreshold = threshold;
    this._allowMixed = Boolean(givenOptions("FaceMatcher", options, ["allowMixed"]).allowMixed);
    this._people = new Map(); // label -> { rows: list of Float32Array, align }, in the order of adding
    this._looks = new Map(); // what a label looks like -> the label
    this._align = null; // as `align` gives it; undefined where that is to be found anew
    const items = inputsOf(inputs);
    const labelled = items.filter((item) => isA(item, LabeledFaceDescriptors));
    const taken = new Set(labelled.map((item) => lookOf(item.label)));
    let number = 0;
    items.forEach((item, index) => {
      if (isA(item, LabeledFaceDescriptors)) {
        this._add(item.label, given(item.label, item.descriptors).rows, item.align);
        return;
      }
      do number += 1; while (taken.has(`person ${number}`));
      this._add(`person ${number}`, [unlabelled(item, index)], alignOf(item));
    });
  }

  get distanceThreshold() { return this._distanceThreshold; }
  /** Whether descriptors are compared that were cut in two ways. */
  get allowMixed() { return this._allowMixed; }
  /** How the references were cut, "box", "upright" or "mixed"; null if that is not known. */
  get align() {
    if (this._align === undefined) this._align = together([...this._people.values()].map(({ align }) => align));
    return this._align;
  }
  /** All labels, in the order in which they were added. */
  get labels() { return [...this._people.keys()]; }
  get labeledDescriptors() {
    return [...this._people].map(([label, { rows, align }]) => labelled(label, rows, align));
  }

  /** Add one or more descriptors to a new or known label. options: { align }, as in LabeledFaceDescriptors. */
  add(label, descriptors, options) {
    const name = cleanLabel(label);
    const { rows, align } = given(name, descriptors, options, "FaceMatcher.add");
    this._add(name, rows, align);
  }

  _add(name, rows, align) {
    if (align) this._check(`descriptors of ${text(name)}`, align, this.align);
    if (!this._people.has(name)) {
      const look = lookOf(name);
      if (this._looks.has(look)) throw alike(name, this._looks.get(look));
      this._looks.set(look, name);
      this._people.set(name, { rows: [], align: null });
    }
    const known = this._people.get(name);
    for (const row of rows) known.rows.push(noteAlign(row, align));
    known.align = together([known.align, align]);
    this._align = together([this.align, align]);
  }

  _check(what, align, others) {
    if (!this._allowMixed) checkAlike(what, align, others);
  }

  /** Forget a label and its descriptors. */
  remove(label) {
    const name = cleanLabel(label);
    if (!this._people.delete(name)) {
      const known = this.labels.slice(0, 10).map(text).join(", ") || "none";
      throw inputError(`FaceMatcher.remove: there is no label ${text(name)}; known: ${known}`);
    }
    this._looks.delete(lookOf(name));
    this._align = undefined;
  }

  /** Mean distance of a descriptor to others; 0 if there are none. */
  computeMeanDistance(queryDescriptor, descriptors) {
    const query = descriptorOf(queryDescriptor, "query");
    const known = descriptorsOf(descriptors, "descriptors");
    this._check("query", alignOf(queryDescriptor), alignOf(descriptors));
    return known.length ? meanDistance(query, known) : 0;
  }

  /** The nearest label, however far; `unknown` at distance Infinity if there is none. */
  matchDescriptor(queryDescriptor) {
    return this._distances(queryDescriptor).reduce(
      (best, match) => (match.distance <= best.distance ? match : best),
      new FaceMatch(UNKNOWN, Infinity),
    );
  }

  /** The nearest label if it is nearer than the threshold, else `unknown` with its distance. */
  findBestMatch(queryDescriptor) {
    const nearest = this.matchDescriptor(queryDescriptor);
    return nearest.distance < this.distanceThreshold ? nearest : new FaceMatch(UNKNOWN, nearest.distance);
  }

  /** The k nearest labels (or all, if fewer), nearest first, whatever the threshold. */
  topK(queryDescriptor, k) {
    if (!Number.isInteger(k) || k < 1) {
      throw optionsError(`FaceMatcher.topK: k: expected a whole number from 1, got ${text(k)}`);
    }
    // Sorting is stable: reversed first, so that the label added later wins a tie.
    return this._distances(queryDescriptor).reverse().sort((a, b) => a.distance - b.distance).slice(0, k);
  }

  /** Every label with references, and its distance. */
  _distances(queryDescriptor) {
    const query = descriptorOf(queryDescriptor, "query");
    this._check("query", alignOf(queryDescriptor), this.align);
    return [...this._people]
      .filter(([, { rows }]) => rows.length)
      .map(([label, { rows }]) => new FaceMatch(label, meanDistance(query, rows)));
  }

  /** { distanceThreshold, labeledDescriptors }, as face-api.js writes and reads it, and allowMixed if that is so. */
  toJSON() {
    const { distanceThreshold, allowMixed } = this;
    const json = { distanceThreshold, labeledDescriptors: this.labeledDescriptors.map((item) => item.toJSON()) };
    return allowMixed ? { ...json, allowMixed } : json;
  }

  /** The inverse of toJSON, from values or from JSON text, also of face-api.js. */
  static fromJSON(json) {
    const values = parsed(json, "FaceMatcher");
    const people = member(values, "labeledDescriptors", "FaceMatcher");
    const items = itemsOf(people, "FaceMatcher.fromJSON: labeledDescriptors");
    const allowMixed = part(values, "allowMixed") === true;
    return new FaceMatcher(items.map(LabeledFaceDescriptors.fromJSON), part(values, "distanceThreshold"), { allowMixed });
  }
}

function meanDistance(query, descriptors) {
  return descriptors.reduce((sum, descriptor) => sum + distance(descriptor, query), 0) / descriptors.length;
}

/** The inputs of a FaceMatcher as a list. */
function inputsOf(inputs) {
  if (inputs === undefined || inputs === null) return [];
  if (typeof inputs === "string" && parsedText(inputs)) return inputsOf(parsedText(inputs));
  if (parts(inputs, ["labeledDescriptors"])) {
    throw inputError("FaceMatcher: expected descriptors, got the JSON of a FaceMatcher; FaceMatcher.fromJSON(json) reads that");
  }
  if (!isArray(inputs)) return [labelledOf(inputs)];
  const items = itemsOf(inputs, "FaceMatcher");
  return numbersIn(items) ? [items] : items.map(labelledOf);
}

// A person in the JSON of LabeledFaceDescriptors as one of these, anything else as it is.
function labelledOf(item) {
  const isPerson = !isA(item, LabeledFaceDescriptors) && parts(item, ["label", "descriptors"]);
  return isPerson ? LabeledFaceDescriptors.fromJSON(item) : item;
}

const FOR_LISTS = {
  FaceMatcher: "; new FaceMatcher(list) takes a list of people",
  LabeledFaceDescriptors: "; it reads one person: list.map((json) => LabeledFaceDescriptors.fromJSON(json))",
};

function parsed(json, kind) {
  let values = json;
  if (typeof json === "string") {
    try {
      values = JSON.parse(json.replace(/^\ufeff/, ""));
    } catch { // whose message would show a part of the text
      throw inputError(`${kind}.fromJSON: expected JSON, got something else; is it the text that toJSON gave, and whole?`);
    }
  }
  if (typeof values !== "object" || values === null || isArray(values)) {
    throw inputError(`${kind}.fromJSON: expected an object, got ${text(values)}${isArray(values) ? FOR_LISTS[kind] : ""}`);
  }
  return values;
}

function member(values, key, kind) {
  const found = parts(values, [key]);
  if (found) return found[0];
  let names = [];
  try {
    names = Object.keys(values).slice(0, 10);
  } catch {
    // a proxy that throws
  }
  throw inputError(`${kind}.fromJSON: expected ${text(key)}, got only ${names.join(", ") || "{}"}`);
}

function unlabelled(item, index) {
  const what = `input ${index} of FaceMatcher`;
  if (isVector(vectorOf(item))) return descriptorOf(item, what);
  const named = namedPeople(item);
  if (named) throw inputError(`${what}: expected LabeledFaceDescriptors, got ${text(item)} of names and descriptors; ${named}`);
  throw inputError(`${what}: ${text(item)} has no descriptor; ${lacking(item, ".withFaceLandmarks().withFaceDescriptors()")}`);
}

// What makes people of an object, or a Map, name -> descriptors; "" for anything else.
function namedPeople(item) {
  if (typeof item !== "object" || item === null) return "";
  try {
    const isMap = isA(item, Map);
    const values = isMap ? [...item.values()] : Object.values(item);
    const entries = isMap ? "[...people]" : "Object.entries(people)";
    const isNamed = values.length && values.every((value) => isVector(vectorOf(value)));
    return isNamed ? `pass ${entries}.map(([label, descriptors]) => new faceapi.LabeledFaceDescriptors(label, descriptors))` : "";
  } catch {
    return ""; // a proxy that throws
  }
}
