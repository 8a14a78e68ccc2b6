// Drawing tracked faces over a video, at the rate of the display; as pyface_web/video/overlay.py does.

import { DrawBox, DrawFaceLandmarks } from "./drawables.js";
import { getContext2dOrThrow } from "./media.js";

/** Draws the box of each face with its number above (or label(face)), and its landmarks if any. */
export function drawTrackedFaces(context, faces, label = ({ id }) => `#${id}`) {
  for (const tracked of faces) {
    const { detection, landmarks } = tracked.face;
    new DrawBox(detection.box, { label: label(tracked) }).draw(context);
    if (landmarks) new DrawFaceLandmarks(landmarks, { drawPoints: false }).draw(context);
  }
}

/**
 * Draws on a canvas at each refresh of the screen, until it is closed. draw(context, faces): in CSS
 * pixels of the canvas. look(): { size, faces } of the video now, or undefined.
 */
export class Overlay {
  #context;
  #draw;
  #look;
  #drawn = []; // what the canvas shows: newest, and its width and height
  #request;

  constructor(canvas, draw, look) {
    this.#context = getContext2dOrThrow(canvas);
    this.#draw = draw;
    this.#look = look;
    this.#ask();
  }

  /** Stops, and leaves the canvas empty. May be repeated. */
  close() {
    if (this.#request === undefined) return;
    cancelAnimationFrame(this.#request);
    this.#request = undefined;
    this.#clear();
  }

  #ask() {
    this.#request = requestAnimationFrame(() => {
      this.#ask();
      try {
        this.#refresh();
      } catch (error) {
        this.close(); // once in the console, not at each refresh
        throw error;
      }
    });
  }

  #refresh() {
    const shown = this.#look();
    const density = this.#fit();
    const { width, height } = this.#context.canvas;
    const drawing = [shown?.newest, shown?.time, width, height];
    if (drawing.every((value, i) => value === this.#drawn[i])) return;
    this.#drawn = drawing;
    this.#clear();
    if (!shown) return;
    const { size, faces } = shown;
    // As CSS shows a video in its element: all of it, in the middle.
    const scale = Math.min(width / size.width, height / size.height) / density;
    const left = (width - size.width * scale * density) / 2;
    const top = (height - size.height * scale * density) / 2;
    this.#context.setTransform(density, 0, 0, density, left, top);
    this.#draw(this.#context, faces.map((face) => face.forSize(size.width * scale, size.height * scale)));
  }

  // Gives the canvas the pixels that it is shown with; returns them per CSS pixel.
  #fit() {
    const { canvas } = this.#context;
    if (!canvas.clientWidth || !canvas.clientHeight) return 1; // it is not in the page
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    return devicePixelRatio;
  }

  #clear() {
    const { canvas } = this.#context;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
  }
}
