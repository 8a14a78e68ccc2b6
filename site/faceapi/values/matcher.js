// Recognising people: which known person is nearest to a face descriptor. The rule is that of
// pyface_web/people/matcher.py: a label's distance is the mean of the distances to its reference
// descriptors, the smallest wins (on a tie the label added later), below the threshold is a match.

import { DESCRIPTOR_LENGTH, DISTANCE_THRESHOLD, UNKNOWN } from "../../tables.js";
import { finite, inputError, optionsError, shapeError, text } from "./errors.js";
import { truncate } from "./geometry.js";

/** Distance of two vectors of equal length, in double precision. */
export function euclideanDistance(arr1, arr2) {
  if (!(arr1?.length >= 0) || arr1.length !== arr2?.length) {
    throw shapeError(`euclideanDistance: expected two vectors of equal length, got ${arr1?.length} and ${arr2?.length}`);
  }
  let sum = 0;
  for (let i = 0; i < arr1.length; i++) sum += (arr1[i] - arr2[i]) ** 2;
  return Math.sqrt(sum);
}

function descriptorOf(value, what) {
  if (!(value instanceof Float32Array || Array.isArray(value)) || value.length !== DESCRIPTOR_LENGTH) {
    throw shapeError(
      `${what}: expected ${DESCRIPTOR_LENGTH} numbers, got ${text(value)} of length ${value?.length}; pass the descriptor of one result`,
    );
  }
  if (!value.every((number) => Number.isFinite(number))) {
    throw shapeError(`${what}: expected finite numbers; was it computed from an empty crop?`);
  }
  return value instanceof Float32Array ? value : Float32Array.from(value);
}

/** One descriptor or a list of them, as a list. */
function descriptorsOf(values, what) {
  const one = values instanceof Float32Array || (Array.isArray(values) && typeof values[0] === "number");
  if (!one && !Array.isArray(values)) throw shapeError(`${what}: expected descriptors, got ${text(values)}`);
  return (one ? [values] : values).map((value) => descriptorOf(value, what));
}

function checkedLabel(label) {
  if (typeof label !== "string") throw inputError(`a label: expected text, got ${text(label)}`);
  return label;
}

/** The label found for a face, and its distance (0 is the same picture). */
export class FaceMatch {
  constructor(label, distance) {
    this._label = label;
    this._distance = distance;
  }
  get label() { return this._label; }
  get distance() { return this._distance; }
  /** `label (0.45)` or `label`; the distance is cut off after two decimals, not rounded. */
  toString(withDistance = true) {
    return withDistance ? `${this.label} (${truncate(this.distance)})` : this.label;
  }
}

/** A name and the reference descriptors of that person. */
export class LabeledFaceDescriptors {
  constructor(label, descriptors) {
    this._label = checkedLabel(label);
    this._descriptors = descriptorsOf(descriptors, `descriptors of ${text(label)}`);
  }
  get label() { return this._label; }
  get descriptors() { return this._descriptors; }
  toJSON() {
    return { label: this.label, descriptors: this.descriptors.map((d) => Array.from(d)) };
  }
  static fromJSON(json) {
    return new LabeledFaceDescriptors(json.label, json.descriptors);
  }
}

/** Known people, and the search for the one nearest to a descriptor. */
export class FaceMatcher {
  /**
   * inputs: one or a list of LabeledFaceDescriptors, descriptors, or results with a descriptor;
   * the last two get the labels `person 1`, `person 2`, ... Nothing starts empty.
   * Inputs of the same label are one person. distanceThreshold: a match must be nearer than this.
   */
  constructor(inputs = [], distanceThreshold = DISTANCE_THRESHOLD) {
    if (typeof distanceThreshold !== "number" || !(distanceThreshold >= 0 && distanceThreshold < Infinity)) {
      throw optionsError(`FaceMatcher: distanceThreshold: expected a number of at least 0, got ${text(distanceThreshold)}`);
    }
    this._distanceThreshold = distanceThreshold;
    this._people = new Map(); // label -> list of Float32Array, in the order of adding
    const one = !Array.isArray(inputs) || (inputs.length > 0 && inputs.every((value) => typeof value === "number"));
    const items = one ? [inputs] : inputs;
    const taken = new Set(items.filter((item) => item instanceof LabeledFaceDescriptors).map((item) => item.label));
    let number = 0;
    items.forEach((item, index) => {
      if (item instanceof LabeledFaceDescriptors) {
        this.add(item.label, item.descriptors);
        return;
      }
      do number += 1; while (taken.has(`person ${number}`));
      this.add(`person ${number}`, unlabelled(item, index));
    });
  }

  get distanceThreshold() { return this._distanceThreshold; }
  /** All labels, in the order in which they were added. */
  get labels() { return [...this._people.keys()]; }
  get labeledDescriptors() {
    return [...this._people].map(([label, descriptors]) => new LabeledFaceDescriptors(label, descriptors));
  }

  /** Add one or more descriptors to a new or known label. */
  add(label, descriptors) {
    const rows = descriptorsOf(descriptors, `descriptors of ${text(checkedLabel(label))}`);
    if (!this._people.has(label)) this._people.set(label, []);
    const known = this._people.get(label);
    for (const row of rows) known.push(row);
  }

  /** Forget a label and its descriptors. */
  remove(label) {
    if (!this._people.delete(label)) {
      const known = this.labels.slice(0, 10).map(text).join(", ") || "none";
      throw inputError(`FaceMatcher.remove: there is no label ${text(label)}; known: ${known}`);
    }
  }

  /** Mean distance of a descriptor to others; 0 if there are none. */
  computeMeanDistance(queryDescriptor, descriptors) {
    return descriptors.length ? meanDistance(queryDescriptor, descriptors) : 0;
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
    return [...this._people]
      .filter(([, descriptors]) => descriptors.length)
      .map(([label, descriptors]) => new FaceMatch(label, meanDistance(query, descriptors)));
  }

  /** { distanceThreshold, labeledDescriptors }, as face-api.js writes and reads it. */
  toJSON() {
    return {
      distanceThreshold: this.distanceThreshold,
      labeledDescriptors: this.labeledDescriptors.map((item) => item.toJSON()),
    };
  }

  static fromJSON(json) {
    if (!Array.isArray(json?.labeledDescriptors)) {
      throw inputError("FaceMatcher.fromJSON: labeledDescriptors: expected a list");
    }
    return new FaceMatcher(json.labeledDescriptors.map(LabeledFaceDescriptors.fromJSON), json.distanceThreshold);
  }
}

function meanDistance(query, descriptors) {
  return descriptors.reduce((sum, descriptor) => sum + euclideanDistance(descriptor, query), 0) / descriptors.length;
}

function unlabelled(item, index) {
  const what = `input ${index} of FaceMatcher`;
  if (item instanceof Float32Array || Array.isArray(item)) return descriptorOf(item, what);
  if (!item?.descriptor) {
    throw inputError(`${what}: ${text(item)} has no descriptor; add .withFaceDescriptors() to its task`);
  }
  return descriptorOf(item.descriptor, what);
}
