// Whether two faces, or two pictures of one face each, show the same person, as
// pyface_web/people/comparison.py has it.

import { DESCRIPTOR_ALIGNS, DISTANCE_THRESHOLD } from "../../tables.js";
import { alignOf, checkAlike } from "../values/alignment.js";
import { descriptorOf, isVector, numbersIn } from "../values/descriptor.js";
import { inputError } from "../values/errors.js";
import { isArray, part } from "../values/given.js";
import { euclideanDistance } from "../values/matcher.js";
import { checkedThreshold } from "../values/threshold.js";

/** detectSingleFace: begins the task that finds the face of a picture. */
export function createCompare(detectSingleFace) {
  async function described(picture, align, options, name) {
    const face = await detectSingleFace(picture, options).withFaceLandmarks().withFaceDescriptor(align && { align });
    if (face) return face.descriptor;
    throw inputError(
      `compare: ${name}: expected a picture of a face, got one in which none was found; is it large enough? SSD finds ` +
        "the smallest faces, and options such as new faceapi.SsdMobilenetv1Options({ minConfidence: 0.3 }) fainter ones",
    );
  }

  /**
   * How far two faces lie apart, and whether that is one person: { distance, same }. a, b: pictures, of which the
   * best face counts; results with a descriptor; or descriptors. distanceThreshold: one person lies nearer than
   * this. options: of the detector; its class says which, SSD MobileNetV1 by default.
   */
  return async function compare(a, b, distanceThreshold = DISTANCE_THRESHOLD, options = undefined) {
    const threshold = checkedThreshold(distanceThreshold, "compare");
    const known = [knownDescriptor(a, "a"), knownDescriptor(b, "b")];
    const cuts = [alignOf(a), alignOf(b)];
    checkAlike("compare: b", cuts[1], cuts[0]);
    const cut = cuts.find((align) => DESCRIPTOR_ALIGNS.includes(align));
    const first = known[0] ?? (await described(a, cut, options, "a"));
    const second = known[1] ?? (await described(b, cut, options, "b"));
    const distance = euclideanDistance(first, second);
    return { distance, same: distance < threshold };
  };
}

/** The descriptor of what is one, or has one; undefined for a picture. */
function knownDescriptor(given, name) {
  const isNothing = given === undefined || given === null;
  const isNumbers = isArray(given) ? Boolean(numbersIn(given)) : isVector(given);
  const isResult = ["descriptor", "detection", "score"].some((key) => part(given, key) !== undefined);
  return isNothing || isNumbers || isResult ? descriptorOf(given, `compare: ${name}`) : undefined;
}
