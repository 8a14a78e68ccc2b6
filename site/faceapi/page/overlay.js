// Drawing faces over what shows them, at the rate of the display; as pyface_web/draw/overlay.py does.

import { optionsError, inputError, text } from "../values/errors.js";
import { Box, truncate } from "../values/geometry.js";
import { flat, givenOptions, isA, part } from "../values/given.js";
import { FaceLandmarks } from "../values/landmarks.js";
import { nearestTurn } from "../values/object_fit.js";
import { asResult, ObjectDetection, resizeResults } from "../values/results.js";
import { turned, turnedSize } from "../values/turned.js";
import { DrawBox, DrawFaceLandmarks } from "./drawables.js";
import { existing, getContext2dOrThrow, isMediaElement } from "./media.js";
import { OnCanvas, OverElement } from "./placement.js";
import { samePicture } from "./same_picture.js";

/** Draws the box of each face with its number above (or label(face)), and its landmarks if any. */
export function drawTrackedFaces(context, faces, label = ({ id }) => `#${id}`) {
  for (const tracked of faces) {
    const { detection, landmarks } = tracked.face;
    new DrawBox(detection.box, { label: label(tracked) }).draw(context);
    if (landmarks) new DrawFaceLandmarks(landmarks, { drawPoints: false }).draw(context);
  }
}

/** The options of drawing over something: functions, or left out. */
export function drawingOptions(options) {
  const given = givenOptions("drawOn", options, ["draw", "label"]);
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && typeof value !== "function") throw optionsError(`drawOn: ${name}: expected a function, got ${text(value)}`);
  }
  return given;
}

/**
 * What drawings over `source` go onto. target: a canvas of the page, or its context; or an element that
 * shows the picture, which gets a canvas of its own; by default the source. As is or by its id.
 */
export function surfaceFor(target, source) {
  const found = existing(target ?? source);
  const isPicture = found === source || (isMediaElement(found) && typeof part(found, "getContext") !== "function");
  return isPicture ? new OverElement(found) : new OnCanvas(getContext2dOrThrow(found), source);
}

/**
 * Draws on a surface at each refresh of the screen, until it is closed. draw(context, faces): in CSS
 * pixels of the picture as it is shown, upright: where it is mirrored or turned by quarters, the faces
 * are, and text can be read. look(): { size, faces, newest, time } now, or undefined; fit(face, size,
 * turn, width, height): a face of a picture of that size shown with another one, and then turned.
 */
export class Overlay {
  #surface;
  #draw;
  #look;
  #fit;
  #drawn = ""; // where the newest faces were drawn
  #last = []; // which
  #view;
  #request;

  constructor(surface, draw, look, fit) {
    this.#surface = surface;
    this.#draw = draw;
    this.#look = look;
    this.#fit = fit;
    this.#view = surface.canvas.ownerDocument?.defaultView ?? globalThis;
    this.#ask();
    this.#refresh();
  }

  /** What is drawn on. */
  get canvas() { return this.#surface.canvas; }

  /** Stops, and takes away what was drawn. May be repeated. */
  close() {
    if (this.#request === undefined) return;
    this.#view.cancelAnimationFrame(this.#request);
    this.#request = undefined;
    this.#surface.remove();
  }

  #ask() {
    this.#request = this.#view.requestAnimationFrame(() => {
      if (this.#surface.isGone) return this.close();
      this.#ask();
      this.#refresh();
    });
  }

  #refresh() {
    try {
      this.#show();
    } catch (error) {
      this.close(); // once in the console, not at each refresh
      throw error;
    }
  }

  #show() {
    const shown = this.#look();
    const place = this.#surface.place(shown?.size);
    const { canvas, context, insertions } = this.#surface;
    const where = `${insertions};${placeText(canvas, place)}`;
    const which = [shown?.newest, shown?.time];
    if (where === this.#drawn && which.every((value, i) => value === this.#last[i])) return;
    [this.#drawn, this.#last] = [where, which];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!shown || !place) return;
    context.save();
    try {
      this.#drawAt(place, shown.faces);
    } finally {
      context.restore();
    }
  }

  #drawAt({ picture, toPixels, linear, clips, size }, faces) {
    const { context } = this.#surface;
    for (const clip of clips) clipTo(context, clip);
    const turn = nearestTurn(linear.a, linear.b, linear.c, linear.d);
    const upright = turnedSize(picture, turn);
    const [a, b, c, d] = turn;
    const back = new DOMMatrix([a, c, b, d, 0, 0]); // of a turn, which is its own inverse transposed
    context.setTransform(
      toPixels.translate(picture.x + picture.width / 2, picture.y + picture.height / 2)
        .multiply(back).translate(-upright.width / 2, -upright.height / 2),
    );
    this.#draw(context, faces.map((face) => this.#fit(face, size, turn, picture.width, picture.height)));
  }
}

function clipTo(context, { toPixels, x, y, width, height, radii }) {
  context.setTransform(toPixels);
  context.beginPath();
  if (radii.some((radius) => radius.x) && context.roundRect) context.roundRect(x, y, width, height, radii);
  else context.rect(x, y, width, height);
  context.clip();
}

const rounded = (values) => values.map((value) => value.toFixed(2)).join(" ");

function placeText(canvas, place) {
  if (!place) return `${canvas.width} ${canvas.height}`;
  const { picture, toPixels, linear, clips, size } = place;
  const matrices = [toPixels, ...clips.map((clip) => clip.toPixels)].map(({ a, b, c, d, e, f }) => [a, b, c, d, e, f]);
  const boxes = [picture, ...clips].map(({ x, y, width, height }) => [x, y, width, height]);
  const radii = clips.map((clip) => clip.radii.flatMap(({ x, y }) => [x, y]));
  const rest = [canvas.width, canvas.height, size.width, size.height, ...nearestTurn(linear.a, linear.b, linear.c, linear.d)];
  return [...matrices, ...boxes, ...radii, rest].map(rounded).join(";");
}

const shownOn = new WeakMap(); // element -> its overlay of drawOn

/**
 * Draws faces over the img, video or canvas element (or its id) that shows them, on a canvas that is laid
 * over it and follows it: whatever its object-fit, transform or size, also when they change. While an img
 * shows another picture, nothing is drawn. Again for the same element, it replaces what was drawn.
 *
 * faces: one or a list of results, detections, landmarks, or boxes in natural pixels of the picture.
 * draw(context, faces): in CSS pixels of the picture as it is shown, upright where it is mirrored; by
 * default boxes with their score, and landmarks. label(face): the text of a face for the default.
 * Returns { canvas, close() }; closing takes the canvas away.
 */
export function drawOn(element, faces, options = {}) {
  const target = existing(element);
  if (!isMediaElement(target)) {
    throw inputError(`drawOn: expected an img, video or canvas element that shows the faces, or its id, got ${text(target)}`);
  }
  const items = flat(faces, "faces to draw").map(drawable);
  const { draw, label } = drawingOptions(options);
  const byDefault = (context, shown) => shown.forEach((item, i) => drawFace(context, item, items[i], label));
  shownOn.get(target)?.close();
  const overlay = new Overlay(new OverElement(target, samePicture(target)), draw ?? byDefault, () => ({ faces: items, newest: items }), fitted);
  shownOn.set(target, overlay);
  return overlay;
}

function drawable(given) {
  const face = asResult(part(given, "face"));
  const item = isA(part(face, "detection"), ObjectDetection) ? face : asResult(given);
  const isKnown = isA(part(item, "detection"), ObjectDetection) || isA(item, ObjectDetection) || isA(item, FaceLandmarks);
  return isKnown ? item : isA(item, Box) ? item : new Box(item);
}

function drawFace(context, item, original, label) {
  const detection = part(item, "detection") ?? item;
  const landmarks = isA(item, FaceLandmarks) ? item : part(item, "landmarks");
  const isDetection = isA(detection, ObjectDetection);
  const score = isDetection ? `${truncate(detection.score)}` : part(original, "text");
  if (isDetection || isA(item, Box)) {
    new DrawBox(isDetection ? detection.box : item, { label: label ? label(original) : score }).draw(context);
  }
  if (landmarks) new DrawFaceLandmarks(landmarks).draw(context);
}

/** A result, detection, landmarks or box of a picture of a size, on it as it is shown. */
export function fitted(item, size, turn, width, height) {
  const scales = [width / size.width, height / size.height];
  let shown = resizeResults(item, { width, height });
  if (isA(item, FaceLandmarks)) shown = item.rescale(...scales);
  if (isA(item, Box)) shown = new Box({ x: item.x * scales[0], y: item.y * scales[1], width: item.width * scales[0], height: item.height * scales[1] });
  return turned(shown, turn, { width, height });
}
