// The small functions of `faceapi.utils` (at the top of the namespace in 0.15), and others on numbers.

import { Dimensions, Point, truncate } from "../values/geometry.js";
import { isTensor } from "./tensors.js";

export { isTensor, truncate as round };
export const isTensor1D = (tensor) => isTensor(tensor, 1);
export const isTensor2D = (tensor) => isTensor(tensor, 2);
export const isTensor3D = (tensor) => isTensor(tensor, 3);
export const isTensor4D = (tensor) => isTensor(tensor, 4);
export const isFloat = (num) => num % 1 !== 0;
export const isEven = (num) => num % 2 === 0;
/** Whether a value has a width and a height that are not 0. */
export const isDimensions = (obj) => Boolean(obj?.width && obj.height);
export const isValidNumber = (num) => Number.isFinite(num);
export const isValidProbablitiy = (num) => isValidNumber(num) && num >= 0 && num <= 1;

/** Size of a picture scaled into a square, rounded. */
export function computeReshapedDimensions({ width, height }, inputSize) {
  const scale = inputSize / Math.max(height, width);
  return new Dimensions(Math.round(width * scale), Math.round(height * scale));
}

/** Mean of points. */
export function getCenterPoint(pts) {
  return pts.reduce((sum, point) => sum.add(point), new Point(0, 0)).div(new Point(pts.length, pts.length));
}

/** num numbers from start, step apart. */
export function range(num, start, step) {
  return Array.from({ length: num }, (_, i) => start + i * step);
}
