// What detection and the per-face nets return. The rules are those of pyface_web/values/results.py.

import { alignOf, checkedAlign, noteAlign } from "./alignment.js";
import { descriptorOf } from "./descriptor.js";
import { finite, inputError, text } from "./errors.js";
import { checkedText, copyOf, DEEPEST, isA, isArray, isTask, itemsOf, part, parts } from "./given.js";
import { expressionsOf, FaceExpressions, Gender } from "./expressions.js";
import { Box, Dimensions, scaleBetween, unmarked } from "./geometry.js";
import { asLandmarks, FaceLandmarks, landmarksOf } from "./landmarks.js";
import { ORIENTATIONS } from "../../tables.js";

/** An object found in a picture. */
export class ObjectDetection {
  constructor(score, classScore, className, relativeBox, imageDims) {
    this._imageDims = Dimensions.of(imageDims);
    this._score = finite(score, `${new.target.name}.score`);
    this._classScore = finite(classScore, `${new.target.name}.classScore`);
    this._className = checkedText(className, `${new.target.name}.className`);
    const relative = new Box(relativeBox);
    this._box = relative.rescale(this._imageDims);
    // Kept beside the box, since the way back through it would not be exact.
    Object.defineProperty(this, "_relativeBox", { value: relative });
  }

  get score() { return this._score; }
  get classScore() { return this._classScore; }
  get className() { return this._className; }
  /** The box in pixels, real-valued, unclipped. */
  get box() { return this._box; }
  get relativeBox() { return this._relativeBox; }
  get imageDims() { return this._imageDims; }
  get imageWidth() { return this._imageDims.width; }
  get imageHeight() { return this._imageDims.height; }

  /** The same detection on the picture shown at another size. */
  forSize(width, height) {
    return new ObjectDetection(this.score, this.classScore, this.className, this.relativeBox, { width, height });
  }
}

/** A face found in a picture. */
export class FaceDetection extends ObjectDetection {
  constructor(score, relativeBox, imageDims, orientation = 0) {
    super(score, score, "", relativeBox, imageDims);
    if (!ORIENTATIONS.includes(orientation)) {
      throw inputError(`FaceDetection.orientation: expected 0, 90, 180 or 270 degrees, got ${text(orientation)}`);
    }
    if (orientation) this._orientation = orientation; // JSON without it is that of face-api.js
  }

  /** By how many degrees clockwise the upper end of the face is turned in the picture. */
  get orientation() { return this._orientation ?? 0; }

  forSize(width, height) {
    return changedFace(this, { imageDims: { width, height } });
  }
}

/** A FaceDetection with other values, some of { relativeBox, imageDims, orientation }. */
export function changedFace(face, { relativeBox = face.relativeBox, imageDims = face.imageDims, orientation = face.orientation }) {
  return new FaceDetection(face.score, relativeBox, imageDims, orientation);
}

// What each part of a result may be, and is kept as.
const instance = (name, made, words) => (given) => {
  const value = asResult(given);
  if (isA(value, made)) return value;
  throw inputError(`FaceResult.${name}: expected ${words}, got ${text(value)}`);
};
export const PARTS = {
  detection: instance("detection", ObjectDetection, "a FaceDetection"),
  landmarks: instance("landmarks", FaceLandmarks, "FaceLandmarks"),
  alignedRect: instance("alignedRect", FaceDetection, "a FaceDetection"),
  descriptor: (value) => descriptorOf(value, "FaceResult.descriptor"),
  descriptorAlign: (value) => checkedAlign(value, "FaceResult.descriptorAlign"),
  expressions: expressionsOf,
  age: (value) => finite(value, "FaceResult.age"),
  gender(value) {
    if (Object.values(Gender).includes(value)) return value;
    throw inputError(`FaceResult.gender: expected ${Object.values(Gender).map(text).join(" or ")}, got ${text(value)}`);
  },
  genderProbability(value) {
    const number = finite(value, "FaceResult.genderProbability");
    if (number >= 0 && number <= 1) return number;
    throw inputError(`FaceResult.genderProbability: expected a number from 0 to 1, got ${value}`);
  },
};

/**
 * Everything known about one face: detection, and as far as nets were asked for, landmarks,
 * unshiftedLandmarks, alignedRect, descriptor, expressions, age, gender and genderProbability.
 * descriptorAlign says how the descriptor was cut, "box" or "upright", null if that is not known.
 */
export class FaceResult {
  constructor(values) {
    // What this class computes itself is not taken over.
    for (const [name, value] of Object.entries(copyOf(values, "FaceResult"))) {
      if (!(name in FaceResult.prototype)) this[name] = value;
    }
    const align = alignOf(this.descriptor) ?? this.descriptorAlign ?? null; // before the array is copied
    for (const [name, checked] of Object.entries(PARTS)) {
      if (this[name] !== undefined && this[name] !== null) this[name] = checked(this[name]);
    }
    delete this.descriptorAlign;
    if (this.descriptor) {
      this.descriptorAlign = align;
      noteAlign(this.descriptor, align);
    }
    if (this.landmarks) this.unshiftedLandmarks = this.landmarks.shiftBy(0, 0);
  }

  get faceDetection() { return this.detection; }
  get faceLandmarks() { return this.landmarks; }
  get faceDescriptor() { return this.descriptor; }

  /** Degrees, -180 to 180, by which the head leans clockwise in the picture; null without landmarks. */
  get angle() { return this.landmarks ? this.landmarks.angle : null; }

  /** The same face on the picture shown at another size. */
  forSize(width, height) {
    return resized(this, width, height);
  }
}

/**
 * A result, a detection or landmarks from what JSON or postMessage leaves of one, which has its fields and no
 * class; anything else as it is.
 */
export function asResult(value) {
  if (typeof value !== "object" || isA(value, ObjectDetection)) return value;
  const fields = parts(value, ["_imageDims", "_score", "_classScore", "_className", "_box"]);
  if (fields) return detectionOf(...fields, part(value, "_orientation"));
  if (isA(part(value, "detection"), ObjectDetection)) return value;
  return isA(asResult(part(value, "detection")), ObjectDetection)
    ? new FaceResult({ ...copyOf(value, "FaceResult"), descriptorAlign: alignOf(value) })
    : asLandmarks(value);
}

function detectionOf(size, score, classScore, className, pixels, orientation) {
  const imageDims = Dimensions.of(unmarked(size));
  const box = new Box(unmarked(pixels)).rescale(imageDims.reverse());
  if (className) return new ObjectDetection(score, classScore, className, box, imageDims);
  return new FaceDetection(score, box, imageDims, orientation);
}

function resized(result, width, height) {
  const { landmarks, alignedRect } = result;
  const detection = PARTS.detection(result.detection);
  const scales = scaleBetween(detection.imageDims, width, height);
  const values = { ...copyOf(result, "FaceResult"), detection: detection.forSize(width, height) };
  if (landmarks) values.landmarks = PARTS.landmarks(landmarks).rescale(...scales);
  if (alignedRect) values.alignedRect = PARTS.alignedRect(alignedRect).forSize(width, height);
  return new FaceResult(values);
}

/**
 * Results (one, or lists of them) for the picture shown at another size. dimensions: anything
 * with width and height. A result may be what JSON left of one. What is none is returned as it is; nothing is
 * modified.
 */
export function resizeResults(results, dimensions) {
  const { width, height } = Dimensions.of(dimensions);
  if (!width || !height) {
    throw inputError(
      `resizeResults: expected a positive width and height, got ${width} x ${height}; has the element been laid out yet?`,
    );
  }
  return resize(results, width, height);
}

function resize(given, width, height, depth = DEEPEST) {
  const value = asResult(given);
  if (isArray(value)) {
    if (!depth) {
      throw inputError(`resizeResults: expected at most ${DEEPEST} lists within each other, got more; does one hold itself?`);
    }
    return itemsOf(value, "resizeResults").map((item) => resize(item, width, height, depth - 1));
  }
  if (isA(part(value, "detection"), ObjectDetection)) return resized(value, width, height);
  if (isA(value, ObjectDetection) || isA(value, FaceLandmarks)) return value.forSize(width, height);
  if (isTask(value)) throw inputError(`resizeResults: expected results, got ${text(value)}; await it first`);
  return value;
}

/** A result from a face of an answer (pyface_web/messages.py): a bare detection if there is no more. */
export function resultOf(face) {
  const [width, height] = face.size;
  const detection = new FaceDetection(face.score, relativeBox(face.box), { width, height }, face.orientation);
  const values = { detection };
  if (face.landmarks) {
    values.landmarks = landmarksOf(face.landmarks);
    values.alignedRect = changedFace(detection, { relativeBox: relativeBox(face.aligned) });
  }
  if (face.descriptor) Object.assign(values, { descriptor: face.descriptor, descriptorAlign: face.descriptor_align });
  if (face.expressions) values.expressions = new FaceExpressions(face.expressions);
  if (face.gender) Object.assign(values, ageAndGenderOf(face));
  return Object.keys(values).length > 1 ? new FaceResult(values) : detection;
}

function relativeBox([x, y, width, height]) {
  return new Box({ x, y, width, height });
}

/** Age and gender of an answer: { age, gender, genderProbability }. */
export const ageAndGenderOf = ({ age, gender, gender_probability }) => ({ age, gender, genderProbability: gender_probability });
