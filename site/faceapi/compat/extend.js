// Results put together by hand, and what a result has: the functions of face-api.js 0.22, and the
// classes that 0.15 had instead.

import { inputError, text } from "../values/errors.js";
import { FaceExpressions, Gender } from "../values/expressions.js";
import { FaceLandmarks } from "../values/landmarks.js";
import { FaceDetection, FaceResult } from "../values/results.js";

const extended = (source, values) => new FaceResult({ ...source, ...values });

/** A copy of an object with a detection. */
export const extendWithFaceDetection = (sourceObj, detection) => extended(sourceObj, { detection });
/** A copy of a result with a descriptor. */
export const extendWithFaceDescriptor = (sourceObj, descriptor) => extended(sourceObj, { descriptor });
/** A copy of a result with FaceExpressions. */
export const extendWithFaceExpressions = (sourceObj, expressions) => extended(sourceObj, { expressions });
/** A copy of a result with an age in years. */
export const extendWithAge = (sourceObj, age) => extended(sourceObj, { age });
/** A copy of a result with a gender and its probability. */
export const extendWithGender = (sourceObj, gender, genderProbability) => extended(sourceObj, { gender, genderProbability });

/**
 * A copy of a result that has a detection, with landmarks that were found on the crop of its face
 * (as extractFaces cuts it), with these in the whole picture, and with alignedRect.
 */
export function extendWithFaceLandmarks(sourceObj, unshiftedLandmarks) {
  const detection = sourceObj?.detection;
  if (!(detection instanceof FaceDetection)) {
    throw inputError(`extendWithFaceLandmarks: expected a result with a detection, got ${text(sourceObj)}`);
  }
  if (!(unshiftedLandmarks instanceof FaceLandmarks)) {
    throw inputError(`extendWithFaceLandmarks: expected landmarks, got ${text(unshiftedLandmarks)}`);
  }
  // The crop begins at a whole pixel inside the picture.
  const { x, y } = detection.box.floor();
  const landmarks = unshiftedLandmarks.shiftBy(Math.max(x, 0), Math.max(y, 0));
  const { imageDims, score } = detection;
  const alignedRect = new FaceDetection(score, landmarks.align().rescale(imageDims.reverse()), imageDims);
  return extended(sourceObj, { landmarks, unshiftedLandmarks, alignedRect });
}

/** Whether an object has a detection. */
export const isWithFaceDetection = (obj) => obj?.detection instanceof FaceDetection;
/** Whether it has a detection and all that landmarks bring. */
export const isWithFaceLandmarks = (obj) =>
  isWithFaceDetection(obj) && obj.landmarks instanceof FaceLandmarks &&
  obj.unshiftedLandmarks instanceof FaceLandmarks && obj.alignedRect instanceof FaceDetection;
/** Whether it has FaceExpressions. */
export const isWithFaceExpressions = (obj) => obj?.expressions instanceof FaceExpressions;
/** Whether it has an age. */
export const isWithAge = (obj) => typeof obj?.age === "number";
/** Whether it has a gender and its probability. */
export const isWithGender = (obj) =>
  Object.values(Gender).includes(obj?.gender) && obj.genderProbability >= 0 && obj.genderProbability <= 1;

/** A detection and landmarks, as 0.15 made them. Every result with landmarks is an instance. */
export class FaceDetectionWithLandmarks extends FaceResult {
  constructor(detection, unshiftedLandmarks) {
    super(extendWithFaceLandmarks({ detection }, unshiftedLandmarks));
  }
  static [Symbol.hasInstance](value) { return isWithFaceLandmarks(value); }
}

/** With a descriptor, too. Every result with landmarks and a descriptor is an instance. */
export class FullFaceDescription extends FaceDetectionWithLandmarks {
  constructor(detection, unshiftedLandmarks, descriptor) {
    super(detection, unshiftedLandmarks);
    this.descriptor = descriptor;
  }
  static [Symbol.hasInstance](value) { return isWithFaceLandmarks(value) && Boolean(value.descriptor); }
}
