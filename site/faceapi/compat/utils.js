// The small functions of `faceapi.utils` (at the top of the namespace in 0.15), and others on numbers.

import { allFinite, finite, inputError, text } from "../values/errors.js";
import { Dimensions, Point, pointsOf, truncate } from "../values/geometry.js";
import { part } from "../values/given.js";
import { isTensor } from "./tensors.js";

const MOST_NUMBERS = 10_000_000; // that range makes

export { isTensor };
/** Whether a value is a plain tensor of one axis. */
export const isTensor1D = (tensor) => isTensor(tensor, 1);
/** Whether a value is a plain tensor of two axes. */
export const isTensor2D = (tensor) => isTensor(tensor, 2);
/** Whether a value is a plain tensor of three axes. */
export const isTensor3D = (tensor) => isTensor(tensor, 3);
/** Whether a value is a plain tensor of four axes. */
export const isTensor4D = (tensor) => isTensor(tensor, 4);
/** Whether a number has a fraction. */
export const isFloat = (num) => finite(num, "isFloat") % 1 !== 0;
/** Whether a number is a multiple of 2. */
export const isEven = (num) => finite(num, "isEven") % 2 === 0;
/** A number cut off (downwards, not rounded) after prec decimals, as in the labels drawn. */
export const round = (num, prec = 2) =>
  finite(truncate(finite(num, "round"), finite(prec, "round: prec")), "round: a number of so many decimals");
/** Whether a value has a width and a height that are not 0. */
export const isDimensions = (obj) => ["width", "height"].map((side) => part(obj, side)).every((side) => Number.isFinite(side) && side !== 0);
export const isValidNumber = (num) => Number.isFinite(num);
export const isValidProbablitiy = (num) => isValidNumber(num) && num >= 0 && num <= 1;

/** Size of a picture scaled into a square, rounded. */
export function computeReshapedDimensions(dimensions, inputSize) {
  const { width, height } = Dimensions.of(dimensions);
  if (!width || !height) throw inputError(`computeReshapedDimensions: ${width} x ${height} has a side of 0`);
  const scale = finite(inputSize, "inputSize") / Math.max(height, width);
  return new Dimensions(Math.round(width * scale), Math.round(height * scale));
}

/** Mean of points. */
export function getCenterPoint(pts) {
  const points = pointsOf(pts, "getCenterPoint");
  const sum = points.reduce((a, b) => a.add(b));
  return new Point(sum.x / points.length, sum.y / points.length);
}

/** num numbers from start, step apart. */
export function range(num, start, step) {
  if (!Number.isInteger(num) || num < 0) throw inputError(`range: expected a whole number of at least 0, got ${text(num)}`);
  if (num > MOST_NUMBERS) throw inputError(`range: expected at most ${MOST_NUMBERS} numbers, got ${text(num)}`);
  const [first, apart] = allFinite("range", { start, step });
  finite(first + Math.max(num - 1, 0) * apart, "range: the last number");
  return Array.from({ length: num }, (_, i) => first + i * apart);
}
