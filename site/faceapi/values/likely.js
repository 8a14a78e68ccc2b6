// What was probably meant by a value that is none: the end of a message, in code that can be pasted.
// As pyface_web/values/likely.py.

import { text } from "./errors.js";
import { isTask, part } from "./given.js";

/** Where a function is given what detectSingleFace gives without a face. */
export const NO_FACE = "was no face found? Then detectSingleFace gives undefined, so ask first: if (result) ...";

/** The end of a message on what should be an element, or have a size, and is not there at all; "" for anything else. */
export const notThere = (value) => (value === undefined || value === null ? "; was the element there when it was looked for?" : "");

/** What to do where item should be a result that has more; call: what of a task adds it. */
export function lacking(item, call) {
  if (item === undefined || item === null) return NO_FACE;
  return isTask(item) ? "await it first" : `add ${call} to the task`;
}

const OF_CLASS = {
  Response: "await response.blob() is one; ",
  URL: "await faceapi.fetchImage(address) gives the one at an address; ",
  NodeList: "pass one of the list, such as list[0]; ",
  HTMLCollection: "pass one of the list, such as list[0]; ",
  FileList: "pass one of the list, such as input.files[0]; ",
  HTMLInputElement: "the file that was chosen is one: input.files[0]; ",
  HTMLIFrameElement: "pass an element that is in it, such as iframe.contentDocument.querySelector('img'); ",
  SVGImageElement: "await faceapi.fetchImage(image.href.baseVal) gives what it shows; ",
  CanvasRenderingContext2D: "pass its canvas: context.canvas; ",
  WebGLRenderingContext: "pass its canvas: context.canvas; ",
  WebGL2RenderingContext: "pass its canvas: context.canvas; ",
  MediaStream: "show it in a video, video.srcObject = stream, and pass the video; ",
  MediaStreamTrack: "show it in a video, video.srcObject = new MediaStream([track]), and pass the video; ",
  ArrayBuffer: "the bytes of a file are one as new Blob([bytes]); ",
  Uint8Array: "the bytes of a file are one as new Blob([bytes]), pixels as new ImageData(pixels, width, height); ",
  Uint8ClampedArray: "pixels are one as new ImageData(pixels, width, height); ",
  FaceDetection: "that is what was found in one; ",
  FaceResult: "that is what was found in one; ",
};
/** The picture that was probably meant by what is none, as the beginning of what was expected, or "". */
export function pictureFor(value) {
  if (isTask(value)) return "await it first; ";
  return OF_CLASS[text(value)] ?? inside(value);
}

/** The same as the end of a message. */
export const asRemedy = (words) => (words ? `; ${words.replace(/; $/, "")}` : "");

// Elements around a picture, and references that frameworks have not filled yet.
function inside(value) {
  const empty = ["current", "value", "nativeElement"].find((name) => part(value, name) === null);
  if (empty) return `its .${empty} is null: is the element shown yet? Ask once it is mounted; `;
  try {
    const held = value.querySelector("img, video, canvas")?.localName;
    return held ? `pass the ${held} that is in it: element.querySelector("${held}"); ` : "";
  } catch {
    return "";
  }
}
