// Results on a picture that is shown turned by quarters or mirrored; the rules are those of
// pyface_web/values/turned.py. A turn is [a, b, c, d]: x' = a x + c y, y' = b x + d y.

import { MIRRORED_POINTS, ORIENTATIONS } from "../../tables.js";
import { copyOf, isA, part } from "./given.js";
import { Box, Dimensions, Point } from "./geometry.js";
import { FaceLandmarks } from "./landmarks.js";
import { changedFace, FaceDetection, FaceResult, ObjectDetection } from "./results.js";

const UNIT = new Dimensions(1, 1);
const UPWARD = [[0, -1], [1, 0], [0, 1], [-1, 0]].map(([x, y]) => new Point(x, y)); // for each of ORIENTATIONS

/** A width and height after a turn. */
export const turnedSize = ({ width, height }, [a]) => (a ? new Dimensions(width, height) : new Dimensions(height, width));

/** A vector after a turn. */
export const turnedVector = ({ x, y }, [a, b, c, d]) => new Point(a * x + c * y, b * x + d * y);

/**
 * A result, detection, box or landmarks of a picture of a size, on the same picture after a turn; what
 * is none of these as it is. Points of a mirrored face are in the order of one that is not: the eye at
 * the left of the picture stays the left eye.
 */
export function turned(item, turn, size) {
  if (turn[0] === 1 && turn[3] === 1) return item;
  if (isA(part(item, "detection"), ObjectDetection)) return turnedResult(item, turn);
  if (isA(item, ObjectDetection)) return turnedDetection(item, turn);
  if (isA(item, FaceLandmarks)) return turnedLandmarks(item, turn, size);
  return Box.isRect(item) ? turnedBox(item, turn, size) : item;
}

function turnedResult(result, turn) {
  const { detection, landmarks, alignedRect } = result;
  const values = { ...copyOf(result, "FaceResult"), detection: turnedDetection(detection, turn) };
  if (landmarks) values.landmarks = turnedLandmarks(landmarks, turn, detection.imageDims);
  if (alignedRect) values.alignedRect = turnedDetection(alignedRect, turn);
  return new FaceResult(values);
}

function turnedDetection(detection, turn) {
  const box = turnedBox(detection.relativeBox, turn, UNIT);
  const size = turnedSize(detection.imageDims, turn);
  if (isA(detection, FaceDetection)) {
    return changedFace(detection, { relativeBox: box, imageDims: size, orientation: turnedOrientation(detection.orientation, turn) });
  }
  return new ObjectDetection(detection.score, detection.classScore, detection.className, box, size);
}

// Degrees clockwise, after a turn: those of the way up, which is moved like all else.
function turnedOrientation(orientation, turn) {
  const up = turnedVector(UPWARD[ORIENTATIONS.indexOf(orientation)], turn);
  return ORIENTATIONS[UPWARD.findIndex(({ x, y }) => x === up.x && y === up.y)];
}

function turnedLandmarks(landmarks, turn, size) {
  const { imageWidth, imageHeight, shift, relativePositions: points } = landmarks;
  const crop = turnedBox({ x: shift.x, y: shift.y, width: imageWidth, height: imageHeight }, turn, size);
  const order = turn[0] * turn[3] - turn[1] * turn[2] < 0 ? MIRRORED_POINTS[points.length] : undefined;
  const moved = (order ? order.map((index) => points[index]) : points).map(({ x, y }) => {
    const offset = turnedVector({ x: x - 0.5, y: y - 0.5 }, turn);
    return new Point(offset.x + 0.5, offset.y + 0.5);
  });
  return new landmarks.constructor(moved, crop, new Point(crop.x, crop.y));
}

// Around the middle of a picture of a size.
function turnedBox({ x, y, width, height }, turn, size) {
  const middle = turnedVector({ x: x + width / 2 - size.width / 2, y: y + height / 2 - size.height / 2 }, turn);
  const whole = turnedSize(size, turn);
  const [wide, high] = turn[0] ? [width, height] : [height, width];
  return new Box({ x: middle.x + (whole.width - wide) / 2, y: middle.y + (whole.height - high) / 2, width: wide, height: high });
}
