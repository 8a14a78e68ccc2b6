// Options of the detectors, with the ranges of pyface_web/values/options.py.

import { optionsError, text } from "./errors.js";

function read(made, given, defaults) {
  const values = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!(name in defaults)) {
      throw optionsError(`${made.name}: there is no option ${name}; expected ${Object.keys(defaults).join(", ")}`);
    }
    if (value !== undefined && value !== null) values[name] = value;
  }
  return values;
}

function probability(made, name, value) {
  if (typeof value !== "number" || !(value > 0 && value < 1)) {
    throw optionsError(
      `${made.name}.${name}: expected a number above 0 and below 1, got ${text(value)}; ` +
        "leave it out for the default, or use 0.01 to keep nearly all",
    );
  }
  return value;
}

function count(made, name, value, multipleOf) {
  if (!Number.isInteger(value) || value < 1 || value % multipleOf) {
    const kind = multipleOf === 1 ? "whole number" : `multiple of ${multipleOf}`;
    throw optionsError(`${made.name}.${name}: expected a positive ${kind}, got ${text(value)}`);
  }
  return value;
}

function positive(made, name, value) {
  if (!(Number.isFinite(value) && value > 0)) {
    throw optionsError(`${made.name}.${name}: expected a number above 0, got ${text(value)}; leave it out for the default`);
  }
  return value;
}

function list(made, name, values, isRight, expected) {
  if (!Array.isArray(values) || !values.every((value) => Number.isFinite(value) && isRight(value))) {
    throw optionsError(`${made.name}.${name}: expected ${expected}, got ${Array.isArray(values) ? `[${values}]` : text(values)}`);
  }
  return [...values];
}

/** Options of SSD MobileNetV1, the default detector: { minConfidence = 0.5, maxResults = 100 }. */
export class SsdMobilenetv1Options {
  constructor(options) {
    const values = read(SsdMobilenetv1Options, options, { minConfidence: 0.5, maxResults: 100 });
    this._minConfidence = probability(SsdMobilenetv1Options, "minConfidence", values.minConfidence);
    this._maxResults = count(SsdMobilenetv1Options, "maxResults", values.maxResults, 1);
  }
  get minConfidence() { return this._minConfidence; }
  get maxResults() { return this._maxResults; }
}

/** Options of Tiny YOLOv2: { inputSize = 416 (a multiple of 32), scoreThreshold = 0.5 }. */
export class TinyYolov2Options {
  constructor(options) {
    const values = read(new.target, options, { inputSize: 416, scoreThreshold: 0.5 });
    this._inputSize = count(new.target, "inputSize", values.inputSize, 32);
    this._scoreThreshold = probability(new.target, "scoreThreshold", values.scoreThreshold);
  }
  get inputSize() { return this._inputSize; }
  get scoreThreshold() { return this._scoreThreshold; }
}

/** Options of the tiny face detector, the same as those of Tiny YOLOv2. */
export class TinyFaceDetectorOptions extends TinyYolov2Options {}

const SIZES = { XS: 224, SM: 320, MD: 416, LG: 608 };
/** Usual values of inputSize, and their names: TinyYolov2SizeType.MD is 416, TinyYolov2SizeType[416] "MD". */
export const TinyYolov2SizeType = Object.freeze({
  ...SIZES,
  ...Object.fromEntries(Object.entries(SIZES).map(([name, size]) => [size, name])),
});

const MTCNN = { minFaceSize: 20, scaleFactor: 0.709, maxNumScales: 10, scoreThresholds: [0.6, 0.7, 0.7], scaleSteps: undefined };

/**
 * Options of MTCNN: { minFaceSize = 20 (pixels), scaleFactor = 0.709 (from one size of the pyramid
 * to the next), maxNumScales = 10, scoreThresholds = [0.6, 0.7, 0.7] (of its three stages),
 * scaleSteps (sizes of the pyramid, instead of those that the first three give) }.
 */
export class MtcnnOptions {
  constructor(options) {
    const values = read(MtcnnOptions, options, MTCNN);
    this._minFaceSize = positive(MtcnnOptions, "minFaceSize", values.minFaceSize);
    this._scaleFactor = probability(MtcnnOptions, "scaleFactor", values.scaleFactor);
    this._maxNumScales = count(MtcnnOptions, "maxNumScales", values.maxNumScales, 1);
    const three = "three numbers from 0 to 1, one for each net";
    this._scoreThresholds = list(MtcnnOptions, "scoreThresholds", values.scoreThresholds, (value) => value >= 0 && value <= 1, three);
    if (this._scoreThresholds.length !== 3) {
      throw optionsError(`MtcnnOptions.scoreThresholds: expected ${three}, got [${this._scoreThresholds}]`);
    }
    if (values.scaleSteps) {
      this._scaleSteps = list(MtcnnOptions, "scaleSteps", values.scaleSteps, (value) => value > 0, "positive numbers, such as [0.3, 0.2]");
    }
  }
  get minFaceSize() { return this._minFaceSize; }
  get scaleFactor() { return this._scaleFactor; }
  get maxNumScales() { return this._maxNumScales; }
  get scoreThresholds() { return this._scoreThresholds; }
  get scaleSteps() { return this._scaleSteps; }
}

// The class of the options says which detector runs. TinyFaceDetectorOptions before its base.
const DETECTORS = [
  [SsdMobilenetv1Options, "ssd_mobilenetv1", ["minConfidence", "maxResults"]],
  [TinyFaceDetectorOptions, "tiny_face_detector", ["inputSize", "scoreThreshold"]],
  [TinyYolov2Options, "tiny_yolov2", ["inputSize", "scoreThreshold"]],
  [MtcnnOptions, "mtcnn", Object.keys(MTCNN)],
];

function entryOf(options) {
  const entry = DETECTORS.find(([made]) => options instanceof made);
  if (entry) return entry;
  const names = DETECTORS.map(([made]) => made.name);
  throw optionsError(
    `options of the type ${text(options)}; expected ${names.slice(0, -1).join(", ")} or ${names.at(-1)}, ` +
      "whose class decides which detector runs",
  );
}

/** The values of options, as a message holds them. */
export function optionValues(options) {
  const [, , names] = entryOf(options);
  return Object.fromEntries(names.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined));
}

/** The same and the name of the detector that they are for. */
export function messageOptions(options = new SsdMobilenetv1Options()) {
  const [, detector] = entryOf(options);
  return { detector, ...optionValues(options) };
}

/**
 * Checks the configuration of a net of the Tiny YOLOv2 family: { withSeparableConvs, iouThreshold,
 * anchors: [{ x, y }, ...], classes: [name, ...], meanRgb: [r, g, b] if any }. Returns nothing.
 */
export function validateConfig(config) {
  const isPoint = (value) => Number.isFinite(value?.x) && Number.isFinite(value?.y);
  const isMean = (value) => Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
  const isList = (value, test) => Array.isArray(value) && value.length > 0 && value.every(test);
  const rules = [
    ["withSeparableConvs", "true or false", (value) => typeof value === "boolean"],
    ["iouThreshold", "a number from 0 to 1", (value) => value >= 0 && value <= 1 && typeof value === "number"],
    ["classes", "a list of one or more texts", (value) => isList(value, (name) => typeof name === "string")],
    ["anchors", "a list of one or more { x, y }", (value) => isList(value, isPoint)],
    ["meanRgb", "three numbers, or none", (value) => !value || isMean(value)],
  ];
  for (const [name, expected, isRight] of rules) {
    if (!isRight(config?.[name])) {
      throw optionsError(`validateConfig: ${name}: expected ${expected}, got ${text(config?.[name])}`);
    }
  }
}
