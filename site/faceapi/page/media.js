// Pictures in and out of the page: elements, canvases, fetched files, cut-outs.

import { inputError, PyfaceError, text, unquoted } from "../values/errors.js";
import { Box, Dimensions } from "../values/geometry.js";
import { isA, itemsOf, part } from "../values/given.js";
import { is, isDrawable, kindAndRemedy } from "../values/kinds.js";
import { notThere } from "../values/likely.js";
import { asResult, ObjectDetection } from "../values/results.js";
import { decoded } from "./blobs.js";
import { isMediaLoaded, loaded, notReady } from "./loading.js";
import { stillOf } from "./stills.js";

export { isDrawable, isMediaLoaded };

const MOST_SIDE = 65_535; // of a canvas, in the browsers that allow most
const MOST_PIXELS = 2 ** 28;
const MOST_SQUARE = 16_384; // side of a square picture

/** The element with an id (or that matches a selector beginning with #), or the value itself. */
export function resolveInput(arg) {
  if (typeof arg !== "string") return arg;
  if (!arg.startsWith("#")) return document.getElementById(arg);
  try {
    return document.querySelector(arg);
  } catch {
    throw new PyfaceError("ElementNotFoundError", `${text(arg)} is not a CSS selector; expected the id of an element, or # and what follows`);
  }
}

const missing = (id) =>
  /[/.:]/.test(id) && !id.startsWith("#")
    ? "a text is the id of an element; await faceapi.fetchImage(address) gives the picture at an address"
    : "is it spelt so, and there already? A script before the element runs too early";

/** As resolveInput; throws an ElementNotFoundError where there is no such element. */
export function existing(arg) {
  const found = resolveInput(arg);
  if (!found && typeof arg === "string") {
    throw new PyfaceError("ElementNotFoundError", `the page has no element ${arg.startsWith("#") ? "for the selector" : "with the id"} ${text(arg)}; ${missing(arg)}`);
  }
  return found;
}

/** Whether a value is an img, video or canvas element. */
export function isMediaElement(input) {
  return ["HTMLImageElement", "HTMLVideoElement", "HTMLCanvasElement"].some((name) => is(input, name));
}

/** Waits until an img, video or canvas element (or the one with this id) has a picture; rejects with a MediaNotReadyError. */
export async function awaitMediaLoaded(media) {
  const element = existing(media);
  if (!isMediaElement(element)) {
    throw inputError(`awaitMediaLoaded: expected an img, video or canvas element or its id, got ${kindAndRemedy(element)}`);
  }
  await loaded(element);
}

/** Natural size of an image or video, width and height of anything else. */
export function getMediaDimensions(input) {
  const media = existing(input);
  if (is(media, "HTMLImageElement")) return sizeOfImage(media);
  if (is(media, "HTMLVideoElement")) return new Dimensions(media.videoWidth, media.videoHeight);
  if (is(media, "VideoFrame")) return new Dimensions(media.displayWidth, media.displayHeight);
  return Dimensions.of(media);
}

const unshown = new WeakMap(); // img -> another one with the same picture, which no page shows

// Safari's engine gives a drawing (SVG) the natural size in which the page shows it at the time, and there
// nothing says what is one. What is not shown has its own; the picture is there at once, as the page has it.
// It has no density, so one that may have another than 1 is left.
function sizeOfImage(image) {
  const { naturalWidth, naturalHeight, currentSrc } = image;
  const mayHaveDensity = image.srcset || image.parentElement?.localName === "picture";
  if (!navigator.vendor.startsWith("Apple") || mayHaveDensity || Math.abs(naturalWidth - image.width) > 1) {
    return new Dimensions(naturalWidth, naturalHeight);
  }
  let own = unshown.get(image);
  if (own?.src !== currentSrc) {
    own = Object.assign(image.ownerDocument.createElement("img"), { crossOrigin: image.crossOrigin, src: currentSrc });
    unshown.set(image, own);
  }
  return own.naturalWidth ? new Dimensions(own.naturalWidth, own.naturalHeight) : new Dimensions(naturalWidth, naturalHeight);
}

/** The 2D context of a canvas, of the canvas with an id, or the context itself. */
export function getContext2dOrThrow(canvasArg) {
  const canvas = existing(canvasArg);
  if (typeof part(canvas, "getContext") === "function") {
    const context = contextOf(canvas);
    if (!context) {
      throw inputError(
        "the canvas to draw on: expected a 2D context, got null; " +
          "it is already used with another kind of context, take a second canvas on top",
      );
    }
    return context;
  }
  if (typeof part(canvas, "strokeRect") === "function") return canvas;
  throw inputError(`the canvas to draw on: expected a canvas, its id or a 2D context, got ${kindAndRemedy(canvas)}${notThere(canvas)}`);
}

function contextOf(canvas) {
  try {
    return canvas.getContext("2d");
  } catch (error) {
    throw inputError(`the canvas to draw on: expected a canvas with a 2D context, got ${text(canvas)}, which gives none`);
  }
}

/** A new canvas element of the size given; fractions of a pixel are cut off. */
export function createCanvas(dims) {
  const { width, height } = Dimensions.of(dims);
  if (Math.max(width, height) > MOST_SIDE || width * height > MOST_PIXELS) {
    throw inputError(`createCanvas: expected sides of at most ${MOST_SIDE} pixels and ${MOST_PIXELS} in all, got ${width} x ${height}`);
  }
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas;
}

/** A canvas with what an image, video, canvas or ImageData shows, in its natural size or dims. */
export function createCanvasFromMedia(media, dims) {
  const source = existing(media);
  if (!isMediaLoaded(source)) throw notReady("createCanvasFromMedia: the image or video has not loaded (yet), or failed to; await faceapi.awaitMediaLoaded(element) waits for it");
  const size = dims ? Dimensions.of(dims) : getMediaDimensions(source);
  if (!size.width || !size.height) throw emptyImage(`createCanvasFromMedia: ${size.width}x${size.height} pixels, expected at least 1x1`);
  const canvas = createCanvas(size);
  const context = getContext2dOrThrow(canvas);
  try {
    if (is(source, "ImageData")) context.putImageData(source, 0, 0);
    else context.drawImage(stillOf(source, size) ?? source, 0, 0, size.width, size.height);
  } catch (error) {
    throw undrawable(source, error);
  }
  return canvas;
}

const undrawable = (source, error) =>
  inputError(`cannot draw ${text(source)} (${text(part(error, "message"))}); expected an image, video or canvas that is open and readable`);

export const emptyImage = (message) => new PyfaceError("EmptyImageError", message);

/**
 * Cuts regions out of a picture, pixel by pixel, as canvases. detections: detections or results
 * (floored), or boxes in pixels of the picture; clipped at its borders.
 */
export async function extractFaces(input, detections) {
  let source = existing(input);
  await loaded(source);
  const bitmap = is(source, "Blob") ? await decoded(source) : undefined;
  if (is(source, "ImageData")) source = createCanvasFromMedia(source);
  source = bitmap ?? stillOf(source, getMediaDimensions(source)) ?? source;
  try {
    const { width, height } = getMediaDimensions(source);
    return itemsOf(detections, "extractFaces", "a list of regions").map((item) => cut(source, cropBox(item, width, height), width, height));
  } finally {
    bitmap?.close();
  }
}

/** The pixels of a picture that a region (a detection, a result, a box) stands for. */
export function cropBox(given, width, height, round = (box) => box.floor()) {
  const item = asResult(given);
  const detection = part(item, "detection") ?? item;
  const whole = isA(detection, ObjectDetection) ? round(detection.forSize(width, height).box) : new Box(detection);
  const box = whole.clipAtImageBorders(width, height);
  if (box.width <= 0 || box.height <= 0) {
    throw emptyImage(
      `a region to cut out: expected a part of the ${width}x${height} picture, ` +
        `got a crop of ${box.width}x${box.height} pixels; is the box in pixels of this picture?`,
    );
  }
  return box;
}

// All of it is drawn, in its natural size, of which the canvas keeps the box: browsers differ in what the
// numbers of a part count, where an element has another number of pixels than that.
function cut(source, { x, y, width, height }, across, down) {
  const canvas = createCanvas({ width, height });
  try {
    getContext2dOrThrow(canvas).drawImage(source, -x, -y, across, down);
  } catch (error) {
    throw undrawable(source, error);
  }
  return canvas;
}

/** A picture scaled onto a square canvas, at its upper left or centred; the rest is transparent. */
export function imageToSquare(input, inputSize, centerImage = false) {
  const source = existing(input);
  if (!isDrawable(source)) throw inputError(`imageToSquare: expected an image or a canvas, got ${kindAndRemedy(source)}`);
  const side = unquoted(inputSize);
  if (!Number.isInteger(side) || side < 1 || side > MOST_SQUARE) {
    throw inputError(`imageToSquare: inputSize: expected a positive whole number up to ${MOST_SQUARE}, got ${text(inputSize)}`);
  }
  const canvas = is(source, "HTMLCanvasElement") ? source : createCanvasFromMedia(source);
  const scale = side / Math.max(canvas.width, canvas.height);
  const [width, height] = [scale * canvas.width, scale * canvas.height];
  const [x, y] = centerImage ? [(side - width) / 2, (side - height) / 2] : [0, 0];
  const square = createCanvas({ width: side, height: side });
  if (canvas.width && canvas.height) getContext2dOrThrow(square).drawImage(canvas, x, y, width, height);
  return square;
}

/** Gives input the width and height of reference (its natural size if useMediaDimensions). */
export function matchDimensions(input, reference, useMediaDimensions = false) {
  const { width, height } = useMediaDimensions ? getMediaDimensions(reference) : Dimensions.of(existing(reference));
  const target = existing(input);
  try {
    if (typeof target !== "object" || target === null) throw target;
    Object.assign(target, { width, height });
  } catch {
    throw inputError(`matchDimensions: the width of ${text(target)} cannot be set; expected a canvas or another element`);
  }
  return { width, height };
}
