// NetInput: pictures that a net is to see, as the lower functions of face-api.js take them.

import { inputError, PyfaceError, text, unquoted } from "../values/errors.js";
import { Dimensions } from "../values/geometry.js";
import { isA, isArray, itemsOf, part } from "../values/given.js";
import { is, isDrawable, kindAndRemedy } from "../values/kinds.js";
import { pictureFor } from "../values/likely.js";
import { loaded } from "../page/loading.js";
import { createCanvasFromMedia, existing, imageToSquare } from "../page/media.js";
import { imageDataOf, isTensor, numbersOf, tensorOf } from "./tensors.js";
import { computeReshapedDimensions } from "./utils.js";

/** One picture, or a batch of pictures. What is not a canvas is drawn on one right away. */
export class NetInput {
  /** inputs: list of images, videos, canvases or plain tensors that are loaded. */
  constructor(inputs, treatAsBatchInput = false) {
    const pictures = isArray(inputs) ? itemsOf(inputs, "NetInput") : [];
    if (!pictures.length) throw inputError(`NetInput: expected a list of one or more pictures, got ${text(inputs)}`);
    Object.assign(this, { _canvases: [], _imageTensors: [], _treatAsBatchInput: Boolean(treatAsBatchInput) });
    this._batchSize = pictures.length;
    pictures.forEach((input, i) => {
      if (isTensor(input)) {
        numbersOf(input, `NetInput: input ${i}`);
        this._imageTensors[i] = input;
      } else if (!isDrawable(input)) throw inputError(`NetInput: input ${i}: expected an image, video, canvas or tensor, got ${kindAndRemedy(input)}`);
      else this._canvases[i] = is(input, "HTMLCanvasElement") ? input : createCanvasFromMedia(input);
    });
  }

  /** The pictures as canvases; none at the place of one given as a tensor. */
  get canvases() { return this._canvases; }
  /** Those given as tensors, each at its place. */
  get imageTensors() { return this._imageTensors; }
  get batchSize() { return this._batchSize; }
  /** Whether nets give a list, even if there is one picture only. */
  get isBatchInput() { return this.batchSize > 1 || this._treatAsBatchInput; }
  /** [height, width, 3] of each picture. */
  get inputDimensions() { return this._each((i) => this.getInputDimensions(i)); }
  /** Side of the square that toBatchTensor made last. */
  get inputSize() { return this._inputSize; }
  /** Size of each picture on that square. */
  get reshapedInputDimensions() { return this._each((i) => this.getReshapedInputDimensions(i)); }
  _each(make) { return Array.from({ length: this.batchSize }, (_, i) => make(i)); }

  /** A picture: as a canvas, or the tensor where it was given as one. */
  getInput(batchIdx) {
    if (!Number.isInteger(batchIdx) || batchIdx < 0 || batchIdx >= this.batchSize) {
      throw inputError(`NetInput: expected the number of a picture, 0 to ${this.batchSize - 1}, got ${text(batchIdx)}`);
    }
    return this.canvases[batchIdx] ?? this.imageTensors[batchIdx];
  }
  /** [height, width, 3] of a picture. */
  getInputDimensions(batchIdx) {
    const { width, height, shape } = this.getInput(batchIdx);
    return shape ? shape.slice(-3) : [height, width, 3];
  }
  getInputHeight(batchIdx) { return this.getInputDimensions(batchIdx)[0]; }
  getInputWidth(batchIdx) { return this.getInputDimensions(batchIdx)[1]; }
  getReshapedInputDimensions(batchIdx) {
    if (this.inputSize === undefined) throw inputError("NetInput: there is no input size yet; call toBatchTensor(inputSize) first");
    const [height, width] = this.getInputDimensions(batchIdx);
    return computeReshapedDimensions(new Dimensions(width, height), this.inputSize);
  }

  /** The pictures on squares, as a plain tensor [N, inputSize, inputSize, 3]. */
  toBatchTensor(inputSize, isCenterInputs = true) {
    const images = this._each((i) => tensorOf(imageToSquare(canvasOf(this.getInput(i)), inputSize, isCenterInputs)));
    const data = new Float32Array(images.length * images[0].data.length);
    this._inputSize = unquoted(inputSize);
    images.forEach((image, i) => data.set(image.data, i * image.data.length));
    return { data, shape: [images.length, ...images[0].shape] };
  }
}

const canvasOf = (input) => (isTensor(input) ? createCanvasFromMedia(imageDataOf(input)) : input);

/** A NetInput of one picture or a list of them, once they are loaded. */
export async function toNetInput(inputs) {
  if (isA(inputs, NetInput)) return inputs;
  const isBatch = isArray(inputs);
  const found = (isBatch ? itemsOf(inputs, "toNetInput") : [inputs]).map((input, i) => {
    try {
      return existing(input);
    } catch (error) {
      throw isBatch ? new PyfaceError(error.name, `toNetInput: input ${i}: ${error.message}`) : error;
    }
  });
  await Promise.all(found.map(loaded));
  return new NetInput(found, isBatch);
}

/** What a message holds of an input: pictures, and a list of them where a net is to give a list. */
export function messageInput(input) {
  if (isArray(input)) return itemsOf(input, "pictures").map(picture);
  if (!isA(input, NetInput)) return picture(input);
  const all = input._each((i) => picture(input.getInput(i)));
  return input.isBatchInput ? all : all[0];
}

// Elements stay on the page, and so does the search for one by its id; of nothing Python says what is wrong.
function picture(input) {
  const found = existing(input);
  if (isTensor(found)) return imageDataOf(found);
  const isNothing = found === undefined || found === null;
  if (isNothing || isDrawable(found) || is(found, "Blob") || isOfPython(found)) return found;
  throw notAPicture(found);
}

const isOfPython = (value) => ["toJs", "destroy"].every((name) => typeof part(value, name) === "function");

/** The error for what is no picture. */
export function notAPicture(value) {
  const likely = pictureFor(value);
  return inputError(
    `cannot use ${likely ? text(value) : kindAndRemedy(value)} as a picture; ${likely}expected an img, video or canvas element, ` +
      "its id, an OffscreenCanvas, ImageBitmap, ImageData, VideoFrame, Blob or File, or { data, shape }",
  );
}
