// Options of the detectors; what they are, by default and at all, is said by tables.js.

import { NETS, OPTIONS, SIZE_TYPES } from "../../tables.js";
import { optionsError, text } from "./errors.js";
import { copyOf, givenOptions, isA, isArray, itemsOf, part } from "./given.js";
import { checked } from "./rules.js";

/** Options whose values are attributes, and read from a plain object of them. */
class DetectorOptions {
  constructor(options) {
    const kind = nameOf(this);
    const rules = OPTIONS[kind];
    const given = givenOptions(kind, valuesFor(this, kind, options), Object.keys(rules));
    for (const [name, rule] of Object.entries(rules)) {
      this[`_${name}`] = checked(`${kind}.${name}`, rule, given[name] ?? rule.default ?? undefined);
    }
  }
}

function valuesFor(made, kind, options) {
  if (!isA(options, DetectorOptions)) return options;
  if (options instanceof made.constructor) return optionValues(options);
  throw optionsError(`expected ${kind} or an object of its values, got ${nameOf(options)}`);
}

/**
 * Options of detectors that look at tiles of the picture as well, and at turned ones: { tiles ("auto", or so many
 * along its longer side, 1 to 8), minFaceSize (pixels of the picture; for "auto"), orientations ("auto", or some of
 * [0, 90, 180, 270], degrees clockwise) }.
 */
class SearchOptions extends DetectorOptions {
  get tiles() { return this._tiles; }
  get minFaceSize() { return this._minFaceSize; }
  get orientations() { return this._orientations; }
}

/** Options of SSD MobileNetV1, the default detector: { minConfidence, maxResults } and those of SearchOptions. */
export class SsdMobilenetv1Options extends SearchOptions {
  get minConfidence() { return this._minConfidence; }
  get maxResults() { return this._maxResults; }
}

/** Options of Tiny YOLOv2: { inputSize (a multiple of 32), scoreThreshold } and those of SearchOptions. */
export class TinyYolov2Options extends SearchOptions {
  get inputSize() { return this._inputSize; }
  get scoreThreshold() { return this._scoreThreshold; }
}

/** Options of the tiny face detector, the same as those of Tiny YOLOv2. */
export class TinyFaceDetectorOptions extends TinyYolov2Options {}

/** Usual values of inputSize, and their names: TinyYolov2SizeType.MD is 416, TinyYolov2SizeType[416] "MD". */
export const TinyYolov2SizeType = Object.freeze({
  ...SIZE_TYPES,
  ...Object.fromEntries(Object.entries(SIZE_TYPES).map(([name, size]) => [size, name])),
});

/**
 * Options of MTCNN: { minFaceSize (pixels), scaleFactor (from one size of the pyramid to the next),
 * maxNumScales, scoreThresholds (of its three stages), scaleSteps (sizes of the pyramid, instead of
 * those that the first three give) }.
 */
export class MtcnnOptions extends DetectorOptions {
  get minFaceSize() { return this._minFaceSize; }
  get scaleFactor() { return this._scaleFactor; }
  get maxNumScales() { return this._maxNumScales; }
  get scoreThresholds() { return this._scoreThresholds; }
  get scaleSteps() { return this._scaleSteps; }
}

// The class of the options says which detector runs. TinyFaceDetectorOptions before its base. Names
// stand here, since those of classes are others in a page that was made smaller.
const CLASSES = Object.entries({ SsdMobilenetv1Options, TinyFaceDetectorOptions, TinyYolov2Options, MtcnnOptions });

// The constructor of the options that a plain object was probably meant to be.
function classFor(options) {
  const given = typeof options === "object" && options !== null ? Object.keys(copyOf(options, "options")) : [];
  const kind = given.length ? CLASSES.map(([name]) => name).find((name) => given.every((key) => key in OPTIONS[name])) : undefined;
  const shown = given.map((key) => `${key}: ${text(part(options, key))}`).join(", ");
  return kind ? `${kind}({ ${shown} })` : "TinyFaceDetectorOptions({ inputSize: 416 })";
}

function nameOf(options) {
  const entry = CLASSES.find(([, made]) => isA(options, made));
  if (entry) return entry[0];
  const names = CLASSES.map(([name]) => name);
  const itself = CLASSES.find(([, made]) => options === made);
  if (itself) throw optionsError(`options: got the class ${itself[0]} itself; make such options of it, new faceapi.${itself[0]}()`);
  throw optionsError(
    `options: ${text(options)} does not say which detector is to run, as the class of its options does; ` +
      `pass new faceapi.${classFor(options)}, or one of ${names.join(", ")}`,
  );
}

/** The values of options, as a message holds them. */
export function optionValues(options) {
  const names = Object.keys(OPTIONS[nameOf(options)]);
  return Object.fromEntries(names.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined));
}

/** The same and the name of the detector that they are for. */
export function messageOptions(options = new SsdMobilenetv1Options()) {
  const kind = nameOf(options);
  return { detector: NETS.find((net) => net.options === kind).name, ...optionValues(options) };
}

/**
 * Checks the configuration of a net of the Tiny YOLOv2 family: { withSeparableConvs, iouThreshold,
 * anchors: [{ x, y }, ...], classes: [name, ...], meanRgb: [r, g, b] if any }. Returns nothing.
 */
export function validateConfig(config) {
  const isPoint = (value) => Number.isFinite(part(value, "x")) && Number.isFinite(part(value, "y"));
  const isList = (value, test) => {
    const items = isArray(value) ? itemsOf(value, "config", "a list", optionsError) : [];
    return items.length > 0 && items.every(test);
  };
  const isMean = (value) => isList(value, Number.isFinite) && value.length === 3;
  const rules = [
    ["withSeparableConvs", "true or false", (value) => typeof value === "boolean"],
    ["iouThreshold", "a number from 0 to 1", (value) => value >= 0 && value <= 1 && typeof value === "number"],
    ["classes", "a list of names, at least one", (value) => isList(value, (name) => typeof name === "string")],
    ["anchors", "a list of {x, y}, at least one", (value) => isList(value, isPoint)],
    ["meanRgb", "three numbers, or to be left out", (value) => value === undefined || value === null || isMean(value)],
  ];
  if (typeof config !== "object" || config === null || isArray(config)) {
    throw optionsError(`a config: expected an object, got ${text(config)}`);
  }
  for (const [name, expected, isRight] of rules) {
    if (!isRight(part(config, name))) {
      throw optionsError(`config.${name}: expected ${expected}, got ${text(part(config, name))}`);
    }
  }
}
