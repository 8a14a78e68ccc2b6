// What videos and frames of them show, on a canvas, where a browser does not draw them itself as it should. The
// same as in pyface_web/pictures/stills.py.
//
// Safari's engine draws all of a frame of which only a part is to be seen, and nothing of a video that is outside of
// what the window shows. WebKitGTK draws nothing either where the machine is so busy that a frame takes it 0.2 s.

import { is } from "../values/kinds.js";

const TRIES = 5;
const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
let drawsAll; // as isLoose found

/** A canvas of this size with what a video or VideoFrame shows; undefined where that is drawn as well, and of all else. */
export function stillOf(source, { width, height }) {
  const isVideo = is(source, "HTMLVideoElement");
  if (!(isVideo || is(source, "VideoFrame")) || !isLoose()) return undefined;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  try {
    for (let i = 0; i < TRIES; i++) {
      if (isVideo) context.drawImage(source, 0, 0, width, height);
      if (isVideo && shows(canvas)) break; // turned as it is seen, which a frame need not be
      const frame = isVideo ? new VideoFrame(source) : source;
      drawSeen(context, frame, width, height);
      if (isVideo) frame.close();
      if (shows(canvas)) break;
    }
  } catch {
    return undefined; // it is of another origin, or closed, as is said later
  }
  return canvas;
}

// Whether this engine draws all of a frame. It is the one that may draw nothing, too, which cannot be seen at once.
function isLoose() {
  if (drawsAll === undefined) {
    try {
      const pixels = Uint8Array.of(...RED, ...GREEN, ...RED, ...GREEN);
      const visibleRect = { x: 1, y: 0, width: 1, height: 1 };
      const frame = new VideoFrame(pixels, { format: "RGBA", codedWidth: 2, codedHeight: 2, timestamp: 0, visibleRect });
      drawsAll = pixelOf(frame)[0] > 0;
      frame.close();
    } catch {
      drawsAll = false;
    }
  }
  return drawsAll;
}

function drawSeen(context, frame, width, height) {
  const { visibleRect: seen, codedWidth, codedHeight } = frame;
  const isPart = seen && seen.x + seen.width <= codedWidth && seen.y + seen.height <= codedHeight;
  const [across, down] = isPart ? [width / seen.width, height / seen.height] : [];
  if (isPart) context.drawImage(frame, -seen.x * across, -seen.y * down, codedWidth * across, codedHeight * down);
  else context.drawImage(frame, 0, 0, width, height);
}

const shows = (canvas) => pixelOf(canvas)[3] > 0;

/** Red, green, blue and alpha of what is drawn of a source on a canvas of one pixel. */
export function pixelOf(source) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}
