// Plain tensors, for the functions that take and give tensors in face-api.js: { data, shape }, data
// a flat list of numbers (usually a Float32Array), row by row. An image is [height, width, 3], with
// values 0..255. They can be cloned, and passed where a picture is expected.

import { inputError, shapeError, text } from "../values/errors.js";
import { isArray, isVector, itemsOf, part } from "../values/given.js";
import {
  createCanvas, createCanvasFromMedia, cropBox, emptyImage, existing, getContext2dOrThrow, matchDimensions,
} from "../page/media.js";

const MOST_NUMBERS = 2 ** 28; // of a tensor that is made
const size = (shape) => shape.reduce((product, side) => product * side, 1);

/** Whether a value is a plain tensor, of this rank if one is given. */
export function isTensor(value, dim) {
  const [data, shape] = [part(value, "data"), part(value, "shape")];
  if (!isArray(shape) || !isVector(data) || shape.length > 16) return false;
  const sides = itemsOf(shape, "shape");
  if (!sides.every((side) => Number.isInteger(side) && side >= 0) || part(data, "length") !== size(sides)) return false;
  return dim === undefined || sides.length === dim;
}

/** The numbers of a tensor, which must be finite. */
export function numbersOf({ data }, what) {
  const numbers = isArray(data) ? itemsOf(data, what) : data;
  if (!numbers.every(Number.isFinite)) throw shapeError(`${what}: expected finite numbers, got others`);
  return numbers;
}

/** The tensor of shape [height, width, 3] of what an image, video, canvas or ImageData shows. */
export function tensorOf(media) {
  const canvas = createCanvasFromMedia(media);
  const { width, height } = canvas;
  const rgba = getContext2dOrThrow(canvas).getImageData(0, 0, width, height).data;
  const data = new Float32Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    data[to++] = rgba[from];
    data[to++] = rgba[from + 1];
    data[to++] = rgba[from + 2];
  }
  return { data, shape: [height, width, 3] };
}

/** An image [height, width, channels]; a batch of one image loses its first axis. */
function imageTensor(value, what) {
  const given = isTensor(value) ? [...value.shape] : [];
  const shape = given.length === 4 && given[0] === 1 ? given.slice(1) : given;
  if (shape.length !== 3 || ![1, 3, 4].includes(shape[2])) {
    const got = given.length ? `shape [${given}]` : text(value);
    throw shapeError(`${what}: expected { data, shape: [height, width, 1, 3 or 4] }, got ${got}`);
  }
  return { data: numbersOf(value, what), shape };
}

/** The ImageData of an image; fractions of its values are cut off. */
export function imageDataOf(value) {
  const { data, shape: [height, width, channels] } = imageTensor(value, "a picture");
  if (!width || !height) throw emptyImage(`a picture: ${width}x${height} pixels, expected at least 1x1`);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 4; c++) {
      const filled = channels === 1 ? 0 : c;
      image.data[4 * i + c] = c === 3 && channels < 4 ? 255 : Math.trunc(data[channels * i + filled]);
    }
  }
  return image;
}

/** An image on a canvas, on a new one if none is given. */
export async function imageTensorToCanvas(imgTensor, canvas) {
  const image = imageDataOf(imgTensor);
  const target = canvas ? existing(canvas) : createCanvas(image);
  const context = getContext2dOrThrow(target);
  matchDimensions(target, image);
  context.putImageData(image, 0, 0);
  return target;
}

/**
 * Cuts regions out of an image or a picture, as tensors. detections: detections or results, or
 * boxes in pixels; clipped at the borders and floored (extractFaces floors before it clips).
 */
export async function extractFaceTensors(source, detections) {
  const { data, shape: [height, width, channels] } = imageTensor(isTensor(source) ? source : tensorOf(source), "extractFaceTensors");
  if (!isArray(detections)) throw inputError(`extractFaceTensors: expected a list of regions, got ${text(detections)}`);
  return itemsOf(detections, "extractFaceTensors").map((item) => {
    const box = cropBox(item, width, height, (whole) => whole);
    const cut = new Float32Array(box.width * box.height * channels);
    for (let row = 0; row < box.height; row++) {
      const start = ((box.y + row) * width + box.x) * channels;
      cut.set(data.slice(start, start + box.width * channels), row * box.width * channels);
    }
    return { data: cut, shape: [box.height, box.width, channels] };
  });
}

/** A batch of images (rank 4) less a mean colour, [r, g, b]. */
export function normalize(x, meanRgb) {
  if (!isTensor(x, 4) || x.shape[3] !== 3) throw shapeError(`normalize: expected a tensor [N, height, width, 3], got ${text(x)}`);
  const expected = "a mean of three numbers";
  const mean = itemsOf(meanRgb, "normalize: meanRgb", expected, shapeError);
  if (mean.length !== 3 || !mean.every(Number.isFinite)) throw shapeError(`normalize: meanRgb: expected ${expected}, got ${text(meanRgb)}`);
  const data = Float32Array.from(numbersOf(x, "normalize"), (value, i) => value - mean[i % 3]);
  if (!data.every(Number.isFinite)) throw shapeError("normalize: expected numbers that float32 can hold, got larger ones");
  return { data, shape: [...x.shape] };
}

/** A batch of images (rank 4) made square with zeros: at the right or bottom, or on both sides. */
export function padToSquare(imgTensor, isCenterImage = false) {
  if (!isTensor(imgTensor, 4)) throw shapeError(`padToSquare: expected a tensor [N, height, width, C], got ${text(imgTensor)}`);
  const [count, height, width, channels] = imgTensor.shape;
  const side = Math.max(height, width);
  const missing = side - Math.min(height, width);
  const before = isCenterImage ? missing - Math.round(missing / 2) : 0;
  const [top, left] = height < width ? [before, 0] : [0, before];
  if (count * side * side * channels > MOST_NUMBERS) {
    throw shapeError(`padToSquare: expected pictures whose squares have at most ${MOST_NUMBERS} numbers, got [${imgTensor.shape}]`);
  }
  const numbers = numbersOf(imgTensor, "padToSquare");
  const data = new Float32Array(count * side * side * channels);
  for (let row = 0; row < count * height; row++) {
    const [image, y] = [Math.floor(row / height), row % height];
    const pixels = numbers.slice(row * width * channels, (row + 1) * width * channels);
    data.set(pixels, ((image * side + top + y) * side + left) * channels);
  }
  return { data, shape: [count, side, side, channels] };
}
