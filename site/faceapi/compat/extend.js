// Results put together by hand, and what a result has: the functions of face-api.js 0.22, and the
// classes that 0.15 had instead.

import { alignOf } from "../values/alignment.js";
import { inputError, text } from "../values/errors.js";
import { FaceExpressions, Gender } from "../values/expressions.js";
import { copyOf, isA, isArray, part } from "../values/given.js";
import { FaceLandmarks } from "../values/landmarks.js";
import { changedFace, FaceDetection, FaceResult, PARTS } from "../values/results.js";

/** A copy of a source with more parts, which must be right. */
function extended(callee, source, values) {
  if (isA(source, FaceDetection)) return extended(callee, { detection: source }, values);
  if (typeof source !== "object" || source === null || isArray(source)) {
    throw inputError(`${callee}: expected a result or a FaceDetection to extend, got ${text(source)}`);
  }
  const checked = Object.entries(values).map(([name, value]) => [name, PARTS[name](value)]);
  const cut = "descriptor" in values ? { descriptorAlign: alignOf(values.descriptor) } : {};
  return new FaceResult({ ...copyOf(source, callee), ...Object.fromEntries(checked), ...cut });
}

/** A copy of an object with a detection. */
export function extendWithFaceDetection(sourceObj, detection) {
  if (!isA(detection, FaceDetection)) throw inputError(`expected a FaceDetection, got ${text(detection)}`);
  return extended("extendWithFaceDetection", sourceObj ?? {}, { detection });
}
/** A copy of a result with a descriptor, 128 numbers. */
export const extendWithFaceDescriptor = (sourceObj, descriptor) =>
  extended("extendWithFaceDescriptor", sourceObj, { descriptor });
/** A copy of a result with FaceExpressions, or an object of all seven. */
export const extendWithFaceExpressions = (sourceObj, expressions) =>
  extended("extendWithFaceExpressions", sourceObj, { expressions });
/** A copy of a result with an age in years. */
export const extendWithAge = (sourceObj, age) => extended("extendWithAge", sourceObj, { age });
/** A copy of a result with a gender, "female" or "male", and its probability, 0..1. */
export const extendWithGender = (sourceObj, gender, genderProbability) =>
  extended("extendWithGender", sourceObj, { gender, genderProbability });

/**
 * A copy of a result that has a detection, with landmarks that were found on the crop of its face
 * (as extractFaces cuts it), with these in the whole picture, and with alignedRect.
 */
export function extendWithFaceLandmarks(sourceObj, unshiftedLandmarks) {
  const detection = isA(sourceObj, FaceDetection) ? sourceObj : part(sourceObj, "detection");
  if (!isA(detection, FaceDetection)) {
    throw inputError(
      `extendWithFaceLandmarks: expected a result or a FaceDetection to extend, got ${text(sourceObj)}`,
    );
  }
  if (!isA(unshiftedLandmarks, FaceLandmarks)) {
    throw inputError(`expected FaceLandmarks, got ${text(unshiftedLandmarks)}`);
  }
  // The crop begins at a whole pixel inside the picture.
  const { x, y } = detection.box.floor();
  const landmarks = unshiftedLandmarks.shiftBy(Math.max(x, 0), Math.max(y, 0));
  const alignedRect = changedFace(detection, { relativeBox: landmarks.align().rescale(detection.imageDims.reverse()) });
  return extended("extendWithFaceLandmarks", sourceObj, { landmarks, alignedRect });
}

/** Whether an object has a detection. */
export const isWithFaceDetection = (obj) => isA(part(obj, "detection"), FaceDetection);
/** Whether it has a detection and all that landmarks bring. */
export const isWithFaceLandmarks = (obj) =>
  isWithFaceDetection(obj) && isA(part(obj, "landmarks"), FaceLandmarks) &&
  isA(part(obj, "unshiftedLandmarks"), FaceLandmarks) && isA(part(obj, "alignedRect"), FaceDetection);
/** Whether it has FaceExpressions. */
export const isWithFaceExpressions = (obj) => isA(part(obj, "expressions"), FaceExpressions);
/** Whether it has an age. */
export const isWithAge = (obj) => typeof part(obj, "age") === "number";
/** Whether it has a gender and its probability. */
export const isWithGender = (obj) =>
  Object.values(Gender).includes(part(obj, "gender")) && isProbability(part(obj, "genderProbability"));
const isProbability = (value) => typeof value === "number" && value >= 0 && value <= 1;

/** A detection and landmarks, as 0.15 made them. Every result with landmarks is an instance. */
export class FaceDetectionWithLandmarks extends FaceResult {
  constructor(detection, unshiftedLandmarks) {
    super(extendWithFaceLandmarks(detection, unshiftedLandmarks));
  }
  static [Symbol.hasInstance](value) { return isWithFaceLandmarks(value); }
}

/** With a descriptor, too. Every result with landmarks and a descriptor is an instance. */
export class FullFaceDescription extends FaceDetectionWithLandmarks {
  constructor(detection, unshiftedLandmarks, descriptor) {
    super(detection, unshiftedLandmarks);
    Object.assign(this, extendWithFaceDescriptor(this, descriptor));
  }
  static [Symbol.hasInstance](value) { return isWithFaceLandmarks(value) && Boolean(part(value, "descriptor")); }
}
