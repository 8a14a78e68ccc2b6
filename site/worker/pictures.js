// Pictures on their way to a worker: elements stay in the page, so what they show goes, as bitmaps and
// video frames that are handed over without a copy. What is the caller's own stays usable.

import { notAPicture } from "../faceapi/compat/net_input.js";
import { inputError, PyfaceError } from "../faceapi/values/errors.js";
import { is, isDrawable, kindOf } from "../faceapi/values/kinds.js";
import { decoded } from "../faceapi/page/blobs.js";
import { isMediaLoaded, loaded, notReady } from "../faceapi/page/loading.js";
import { getMediaDimensions } from "../faceapi/page/media.js";
import { stillOf } from "../faceapi/page/stills.js";

/**
 * Posts a message of the JavaScript face: post(message, transfer) is called once, with pictures in
 * place of elements. Rejects with an InputError or one of its subclasses for what is no picture.
 */
export async function postMessageOf(message, post) {
  const made = [];
  let input = message.input;
  try {
    // A frame of `track` is as it is now or not at all, as in Python; it waits for the next one by itself.
    if (message.call === "track" && !isMediaLoaded(input)) throw notReady("the video shows no frame at this moment");
    if (Array.isArray(input)) {
      input = [];
      for (const source of message.input) input.push(await pictureOf(source, made));
    } else {
      input = await pictureOf(input, made);
    }
  } catch (error) {
    for (const picture of made) picture.close();
    throw error;
  }
  try {
    post("input" in message ? { ...message, input } : message, made);
  } catch (error) {
    for (const picture of made) picture.close();
    throw error instanceof PyfaceError ? error : refusal(message, made, error);
  }
}

const CLOSED = "was it closed, or given away? Pass it before that, or a copy";
const WHY_EMPTY = {
  VideoFrame: CLOSED,
  ImageBitmap: CLOSED,
  HTMLVideoElement: "has it only sound, or pictures in a format that this browser does not know, such as H.265?",
};

// What is made for the worker is added to `made`.
async function pictureOf(source, made) {
  if (is(source, "Blob")) {
    // In the page, which also shows what only an img can: SVG, and a part of what is damaged.
    const bitmap = await decoded(source);
    made.push(bitmap);
    return bitmap;
  }
  if (!isDrawable(source)) return source; // Python says what it is not
  await loaded(source);
  const { width, height } = getMediaDimensions(source);
  if (!width || !height) {
    const what = kindOf(source);
    const remedy = WHY_EMPTY[what] ?? "has it been given a picture, or a size?";
    throw new PyfaceError("EmptyImageError", `${what} is ${width}x${height} pixels, expected at least 1x1; ${remedy}`);
  }
  if (is(source, "ImageData")) return source; // not premultiplied, as a bitmap would be
  const picture = await taken(source, width, height);
  made.push(picture);
  return picture;
}

async function taken(source, width, height) {
  try {
    if (is(source, "VideoFrame")) return source.clone();
    if (is(source, "HTMLVideoElement")) return frameOf(source, width, height) ?? drawn(stillOf(source, { width, height }) ?? source, width, height);
    // How many pixels a bitmap of it has, and how they lie, is for the browser to say; SVG has none.
    if (is(source, "HTMLImageElement")) return drawn(source, width, height);
    return await createImageBitmap(source);
  } catch (error) {
    if (error.name === "SecurityError") throw tainted();
    const what = kindOf(source);
    throw inputError(`${what} cannot be read (${error.message}); has it been closed, or handed over to somebody else? Pass another one, or a copy of it`);
  }
}

// The frame that a video shows; undefined where that would be another size, or turned: only of a stream it
// is sure not to be, unless the browser says how frames are turned.
function frameOf(video, width, height) {
  if (typeof VideoFrame !== "function" || !(video.srcObject || "rotation" in VideoFrame.prototype)) return undefined;
  const frame = new VideoFrame(video);
  if (frame.displayWidth === width && frame.displayHeight === height) return frame;
  frame.close();
  return undefined;
}

function drawn(source, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  // A canvas on the GPU would give pixels of a photo that are a little off the decoder's, on some days.
  const context = canvas.getContext("2d", { willReadFrequently: is(source, "HTMLImageElement") });
  context.drawImage(source, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}

const tainted = () =>
  new PyfaceError(
    "TaintedCanvasError",
    "the picture comes from another origin, so the browser does not let its pixels be read; " +
      "serve it from this origin, or with CORS headers and crossorigin='anonymous'",
  );

// The browser does not say what it cannot send: a bitmap of another origin, or what is no value.
function refusal({ input, ...values }, made, { message }) {
  const isSent = (value) => {
    try {
      structuredClone(value);
      return true;
    } catch {
      return false;
    }
  };
  const wrong = (what) => inputError(`${values.call}: expected ${what} that can be sent to a worker, got something else, such as a function (${message})`);
  if (!isSent(values)) return wrong("values");
  const stranger = Array.isArray(input) && input.some((item) => !isDrawable(item) && !isSent(item));
  if (made.length && !stranger) return tainted();
  if (is(input, "ImageData")) return inputError("the ImageData has no pixels any more: its buffer was handed over to somebody else; pass a copy of it");
  if (Array.isArray(input)) return wrong("pictures");
  return notAPicture(input);
}
