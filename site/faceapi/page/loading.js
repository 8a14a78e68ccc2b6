// Waiting until an image or a video of the page can be read, and seeing where that cannot come, as in
// pyface_web/pictures/loading.py.

import { PyfaceError, text } from "../values/errors.js";
import { is } from "../values/kinds.js";
import { heard, within } from "../values/waits.js";

const [EMPTY, NO_SOURCE] = [0, 3]; // HTMLMediaElement.networkState
const SETTLING = 100; // milliseconds in which a browser has begun to try the <source> elements of a video

export const notReady = (message) => new PyfaceError("MediaNotReadyError", message);

/** Whether an image has loaded, or a video shows a frame; true for what is neither. */
export function isMediaLoaded(media) {
  if (is(media, "HTMLImageElement")) return media.complete && media.naturalWidth > 0;
  if (is(media, "HTMLVideoElement")) return media.readyState >= 2; // there is a frame to draw
  return true;
}

/** Waits until an image or video can be read, and not for anything else; rejects with a MediaNotReadyError. */
export async function loaded(media) {
  if (is(media, "HTMLImageElement")) await loadImage(media);
  else if (is(media, "HTMLVideoElement")) await loadFrame(media);
}

// An image that waits until it is scrolled to is told to load now.
async function loadImage(image) {
  const name = `the image ${sourceOf(image)}`;
  if (!image.complete) {
    if (image.loading === "lazy") image.loading = "eager";
    const hint = "is its address right, and does its server answer?";
    await heard("media", image, ["load", "error"], "MediaNotReadyError", `${name} did not load`, hint);
  }
  const decoded = image.decode().catch((error) => {
    throw notReady(`${name} could not be loaded or is not an image the browser knows (${error.message}); check its address`);
  });
  await within("media", decoded, "MediaNotReadyError", `${name} was not decoded`);
}

// A video that would load nothing before it plays is told to. One without a source may be about to get
// it: pages often ask while their camera is still starting.
async function loadFrame(video) {
  if (isMediaLoaded(video)) return;
  const name = `the video ${sourceOf(video)}`;
  if (video.preload === "none") video.preload = "auto";
  if (video.networkState === NO_SOURCE && video.querySelector("source")) {
    await new Promise((resume) => setTimeout(resume, SETTLING));
  }
  while (!isMediaLoaded(video)) {
    refuse(video, name);
    const hint = video.networkState === EMPTY ? "set its src or srcObject" : "does its server answer, and does its stream give pictures?";
    // Errors of its <source> elements are heard, too: it has none of its own for them.
    const events = ["loadeddata", "error", "emptied"];
    await heard("media", video, events, "MediaNotReadyError", `${name} showed no frame`, hint);
  }
}

// Where it is known already that a video will show no frame.
function refuse(video, name) {
  const { error, srcObject, networkState } = video;
  if (error) throw notReady(`${name} could not be played: ${error.message || "unknown format or address"}; check its address`);
  const tracks = srcObject?.getVideoTracks?.();
  if (tracks) {
    if (!tracks.length) throw notReady(`the stream of ${name} has only sound; give it another one`);
    return;
  }
  // With an address or a stream the browser may not have begun to look, and says so later.
  if (networkState === NO_SOURCE && !video.hasAttribute("src")) {
    throw notReady(`${name} has nothing to show; none of its sources is there and of a format that the browser knows`);
  }
}

/** An ImageBitmap of a Blob or File; the caller closes it. */
export function decoded(blob) {
  const bitmap = createImageBitmap(blob).catch(() => {
    throw unreadable(blob);
  });
  return within("media", bitmap, "MediaNotReadyError", `${nameOf(blob)} was not decoded`);
}

/** What to throw for a Blob or File that the browser cannot decode. */
export const unreadable = (blob) =>
  notReady(
    `${nameOf(blob)} (${blob.type || "no type"}, ${blob.size} bytes) is not an image that the browser can read; ` +
      "expected JPEG, PNG, WebP, GIF, AVIF or the like",
  );

const nameOf = (blob) => blob.name || "the Blob";

/** What an element shows, or its id, in a message. */
export function sourceOf({ currentSrc, src, id }) {
  const name = currentSrc || src || id;
  if (!name) return "without a source";
  return text(name.length < 80 ? name : `${name.slice(0, 60)}...`);
}
