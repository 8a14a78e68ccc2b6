// Plain tensors, for the functions that take and give tensors in face-api.js: { data, shape }, data
// a flat list of numbers (usually a Float32Array), row by row. An image is [height, width, 3], with
// values 0..255. They can be cloned, and passed where a picture is expected.

import { inputError, shapeError, text } from "../values/errors.js";
import { createCanvas, createCanvasFromMedia, cropBox, existing, getContext2dOrThrow } from "../page/media.js";

const size = (shape) => shape.reduce((product, side) => product * side, 1);

/** Whether a value is a plain tensor, of this rank if one is given. */
export function isTensor(value, dim) {
  const shape = value?.shape;
  if (!Array.isArray(shape) || !(value.data?.length >= 0) || value.data.length !== size(shape)) return false;
  return dim === undefined || shape.length === dim;
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
  const shape = isTensor(value, 4) && value.shape[0] === 1 ? value.shape.slice(1) : value?.shape;
  if (!isTensor(value) || shape.length !== 3 || ![1, 3, 4].includes(shape[2])) {
    const got = Array.isArray(value?.shape) ? `shape [${value.shape}]` : text(value);
    throw shapeError(`${what}: expected { data, shape: [height, width, 1, 3 or 4] }, got ${got}`);
  }
  return { data: value.data, shape };
}

/** The ImageData of an image; fractions of its values are cut off. */
export function imageDataOf(value) {
  const { data, shape: [height, width, channels] } = imageTensor(value, "a picture");
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
  Object.assign(target, { width: image.width, height: image.height });
  getContext2dOrThrow(target).putImageData(image, 0, 0);
  return target;
}

/**
 * Cuts regions out of an image or a picture, as tensors. detections: detections or results, or
 * boxes in pixels; clipped at the borders and floored (extractFaces floors before it clips).
 */
export async function extractFaceTensors(source, detections) {
  const { data, shape: [height, width, channels] } = imageTensor(isTensor(source) ? source : tensorOf(source), "extractFaceTensors");
  if (!Array.isArray(detections)) throw inputError(`extractFaceTensors: expected a list of regions, got ${text(detections)}`);
  return detections.map((item) => {
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
  return { data: Float32Array.from(x.data, (value, i) => value - meanRgb[i % 3]), shape: [...x.shape] };
}

/** A batch of images (rank 4) made square with zeros: at the right or bottom, or on both sides. */
export function padToSquare(imgTensor, isCenterImage = false) {
  if (!isTensor(imgTensor, 4)) throw shapeError(`padToSquare: expected a tensor [N, height, width, C], got ${text(imgTensor)}`);
  const [count, height, width, channels] = imgTensor.shape;
  const side = Math.max(height, width);
  const missing = side - Math.min(height, width);
  const before = isCenterImage ? missing - Math.round(missing / 2) : 0;
  const [top, left] = height < width ? [before, 0] : [0, before];
  const data = new Float32Array(count * side * side * channels);
  for (let row = 0; row < count * height; row++) {
    const [image, y] = [Math.floor(row / height), row % height];
    const pixels = imgTensor.data.slice(row * width * channels, (row + 1) * width * channels);
    data.set(pixels, ((image * side + top + y) * side + left) * channels);
  }
  return { data, shape: [count, side, side, channels] };
}
