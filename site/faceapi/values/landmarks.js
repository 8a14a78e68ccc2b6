// Face landmarks: 68 (or 5) points of one face, and how a face is aligned by them. The rules are
// those of pyface_web/values/landmarks.py. "Left" and "right" are as seen in the picture.

import { ALIGN_OPTIONS, ALIGNMENT, LANDMARK_PARTS, UPRIGHT_FACE } from "../../tables.js";
import { allFinite, finite, inputError, shapeError, text } from "./errors.js";
import { Box, Dimensions, minBbox, Point, pointList, pointOf, unmarked } from "./geometry.js";
import { givenOptions, isA, itemsOf, part, parts } from "./given.js";
import { checkedOptions } from "./rules.js";

const LARGEST = (2 - 2 ** -23) * 2 ** 127; // of a float32; position in pixels

/** Landmark points of one face. */
export class FaceLandmarks {
  /**
   * relativeFaceLandmarkPositions: points in fractions of imgDims, the picture that they were
   * found on (usually the crop of the face). shift: where that lies in the whole picture.
   */
  constructor(relativeFaceLandmarkPositions, imgDims, shift = new Point(0, 0)) {
    const points = checkedPoints(relativeFaceLandmarkPositions, new.target);
    this._imgDims = Dimensions.of(imgDims);
    this._shift = pointOf(shift);
    const { width, height } = this._imgDims;
    checkExtent(new.target.name, points, this._imgDims, this._shift);
    this._positions = points.map(({ x, y }) => new Point(x * width + this._shift.x, y * height + this._shift.y));
    // Kept beside the positions, since the way back through them would not be exact.
    Object.defineProperty(this, "_relative", { value: points });
  }

  get shift() { return this._shift; }
  /** Size of the picture that the points were found on, usually the crop of the face. */
  get imageWidth() { return this._imgDims.width; }
  get imageHeight() { return this._imgDims.height; }
  /** Points in pixels. */
  get positions() { return this._positions; }
  /** Points in fractions of the picture that they were found on; they may lie slightly outside 0..1. */
  get relativePositions() { return this._relative; }
  /** The same as `positions`. */
  getPositions() { return this._positions; }

  _with(imgDims, shift) { return new this.constructor(this._relative, imgDims, shift); }

  /** The same relative points on another size; the shift is reset. */
  forSize(width, height) { return this._with({ width, height }); }
  /** All positions times (scaleX, scaleY): size and shift both scaled. */
  rescale(scaleX, scaleY) {
    const [across, down] = allFinite("FaceLandmarks.rescale", { scaleX, scaleY });
    const size = { width: this.imageWidth * across, height: this.imageHeight * down };
    return this._with(size, new Point(this.shift.x * across, this.shift.y * down));
  }
  /** The same points with the shift replaced (not added to). */
  shiftBy(x, y) { return this._with(this._imgDims, new Point(x, y)); }
  shiftByPoint(point) { return this._with(this._imgDims, pointOf(point)); }

  /**
   * The box of the face: the smallest one around all points, padded by minBoxPadding of its
   * size, or with useDlibAlignment the square that dlib's face chips use. detection: if given,
   * the points are first shifted to its floored box, or to the box given.
   */
  align(detection, options) {
    if (detection !== undefined && detection !== null) {
      const known = part(detection, "box");
      const box = isA(known, Box) ? known.floor() : new Box(detection);
      return this.shiftBy(box.x, box.y).align(null, options);
    }
    const given = givenOptions("AlignOptions", options, Object.keys(ALIGN_OPTIONS));
    const { useDlibAlignment, minBoxPadding } = checkedOptions("AlignOptions", ALIGN_OPTIONS, given);
    return useDlibAlignment ? this.alignDlib() : this.alignMinBbox(minBoxPadding);
  }

  /** The smallest box around all points, padded by a fraction of its size. */
  alignMinBbox(padding) {
    const part = finite(padding, "padding");
    const box = minBbox(this._positions);
    return box.pad(box.width * part, box.height * part);
  }

  /** The square that dlib's face chips use. */
  alignDlib() {
    const centres = this.getRefPointsForAlignment();
    const [leftEye, rightEye, mouth] = centres;
    const distance = (mouth.sub(leftEye).magnitude() + mouth.sub(rightEye).magnitude()) / 2;
    const size = Math.floor(distance / ALIGNMENT.dlibEyesToMouth);
    const centre = mean(centres);
    const x = Math.floor(Math.max(0, centre.x - ALIGNMENT.dlibCentreX * size));
    const y = Math.floor(Math.max(0, centre.y - ALIGNMENT.dlibCentreY * size));
    const [width, height] = [Math.min(size, this.imageWidth + x), Math.min(size, this.imageHeight + y)];
    return new Box({ x, y, width, height });
  }

  /**
   * Degrees, -180 to 180, by which the face leans clockwise in the picture, 0 is upright: of the turn which brings
   * eyes and mouth of an upright face closest to these. null for landmarks of which it is not known which these are.
   */
  get angle() {
    if (!this.constructor.pointCount) return null;
    const centres = this.getRefPointsForAlignment();
    const [along, across] = UPRIGHT_FACE.reduce(
      ([real, turned], [x, y], i) => [real + x * centres[i].x + y * centres[i].y, turned + x * centres[i].y - y * centres[i].x],
      [0, 0],
    );
    return (Math.atan2(across, along) * 180) / Math.PI;
  }

  /** Centres of the eyes (left, right in the picture) and of the mouth. */
  getRefPointsForAlignment() {
    throw inputError(
      `dlib alignment needs eyes and mouth: expected FaceLandmarks68 or FaceLandmarks5, got ${text(this)}; ` +
        "leave useDlibAlignment out",
    );
  }
}

/** Five points: eyes (left, right in the picture), nose, mouth corners (left, right). */
export class FaceLandmarks5 extends FaceLandmarks {
  static pointCount = 5;
  getRefPointsForAlignment() {
    const p = this.positions;
    return [p[0], p[1], mean([p[3], p[4]])];
  }
}

/** 68 points, and the contours that they form. */
export class FaceLandmarks68 extends FaceLandmarks {
  static pointCount = 68;
  _part(name) { return this.positions.slice(...LANDMARK_PARTS[name]); }
  getJawOutline() { return this._part("jawOutline"); }
  getLeftEyeBrow() { return this._part("leftEyeBrow"); }
  getRightEyeBrow() { return this._part("rightEyeBrow"); }
  getNose() { return this._part("nose"); }
  getLeftEye() { return this._part("leftEye"); }
  getRightEye() { return this._part("rightEye"); }
  getMouth() { return this._part("mouth"); }
  getRefPointsForAlignment() { return [this.getLeftEye(), this.getRightEye(), this.getMouth()].map(mean); }
}

function checkedPoints(points, { name, pointCount }) {
  const expected = `points, ${pointCount ?? "one or more"} of them`;
  const items = itemsOf(points, name, expected, shapeError);
  if (!Array.isArray(points) || !items.length || (pointCount && items.length !== pointCount)) {
    throw shapeError(`${name}: expected ${expected}, got ${Array.isArray(points) ? items.length : text(points)}`);
  }
  const pairs = items.map((item) => [part(item, "x"), part(item, "y")]);
  const stranger = pairs.findIndex((pair) => pair.some((value) => typeof value !== "number"));
  if (stranger >= 0) throw shapeError(`${name}: expected points with the numbers x and y, got ${text(items[stranger])}`);
  // Descriptors and nets take them as float32.
  if (!pairs.flat().every((value) => Number.isFinite(Math.fround(value)))) {
    throw shapeError(`${name}: expected finite points, got NaN or infinity`);
  }
  return items.map((item, i) => (isA(item, Point) ? item : new Point(...pairs[i])));
}

function checkExtent(name, points, size, shift) {
  const extent = points.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 0);
  const farthest = extent * Math.max(size.width, size.height) + Math.max(Math.abs(shift.x), Math.abs(shift.y));
  if (farthest > LARGEST) {
    throw inputError(`${name}: expected positions up to ${LARGEST} pixels, got ${farthest}; is the size of the picture right?`);
  }
}

function mean(points) {
  const sum = points.reduce((a, b) => a.add(b));
  return new Point(sum.x / points.length, sum.y / points.length);
}

/** Landmarks from what JSON or postMessage leaves of some, which has their fields and no class; anything else as it is. */
export function asLandmarks(value) {
  const fields = isA(value, FaceLandmarks) ? undefined : parts(value, ["_imgDims", "_shift", "_positions"]);
  if (!fields) return value;
  const [size, shift] = [Dimensions.of(unmarked(fields[0])), pointOf(unmarked(fields[1]))];
  const scales = size.reverse();
  const points = pointList(itemsOf(fields[2], "FaceLandmarks", "points").map(unmarked), "FaceLandmarks")
    .map((point) => point.sub(shift).mul(new Point(scales.width, scales.height)));
  const made = [FaceLandmarks5, FaceLandmarks68].find(({ pointCount }) => pointCount === points.length) ?? FaceLandmarks;
  return new made(points, size, shift);
}

/** Landmarks from an answer: { points: Float32Array(2 * 68), size, shift }. */
export function landmarksOf({ points, size, shift }) {
  const pairs = Array.from({ length: points.length / 2 }, (_, i) => ({ x: points[2 * i], y: points[2 * i + 1] }));
  const made = pairs.length === 5 ? FaceLandmarks5 : FaceLandmarks68;
  return new made(pairs, new Dimensions(...size), new Point(...shift));
}
