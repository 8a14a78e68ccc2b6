// Options of the detectors, with the ranges of pyface_web/options.py.

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

/** Options of the tiny face detector: { inputSize = 416 (a multiple of 32), scoreThreshold = 0.5 }. */
export class TinyFaceDetectorOptions {
  constructor(options) {
    const values = read(TinyFaceDetectorOptions, options, { inputSize: 416, scoreThreshold: 0.5 });
    this._inputSize = count(TinyFaceDetectorOptions, "inputSize", values.inputSize, 32);
    this._scoreThreshold = probability(TinyFaceDetectorOptions, "scoreThreshold", values.scoreThreshold);
  }
  get inputSize() { return this._inputSize; }
  get scoreThreshold() { return this._scoreThreshold; }
}

/** The options as a message holds them; their class says which detector runs. */
export function messageOptions(options = new SsdMobilenetv1Options()) {
  if (options instanceof SsdMobilenetv1Options) {
    const { minConfidence, maxResults } = options;
    return { detector: "ssd_mobilenetv1", minConfidence, maxResults };
  }
  if (options instanceof TinyFaceDetectorOptions) {
    const { inputSize, scoreThreshold } = options;
    return { detector: "tiny_face_detector", inputSize, scoreThreshold };
  }
  throw optionsError(
    `options of the type ${text(options)}; expected SsdMobilenetv1Options or TinyFaceDetectorOptions, ` +
      "whose class decides which detector runs",
  );
}
