// Waiting until an image or a video of the page can be read, and seeing where that cannot come, as in
// pyface_web/pictures/loading.py.

import { PyfaceError, text } from "../values/errors.js";
import { is } from "../values/kinds.js";
import { until, within } from "../values/waits.js";
import { pixelOf } from "./stills.js";

const [EMPTY, IDLE, NO_SOURCE] = [0, 1, 3]; // HTMLMediaElement.networkState
const HAVE_CURRENT_DATA = 2; // HTMLMediaElement.readyState: there is a frame to draw
const PAINTING = 100; // milliseconds in which a browser has painted the frame that a video has
const TRIES = 10; // to see whether it has
const SETTLING = 100; // milliseconds in which a browser has begun to load a video, if it will
/** Milliseconds in which a page that exchanges cameras has given a video the other one. */
export const WITHOUT_SOURCE = 1000;

export const notReady = (message) => new PyfaceError("MediaNotReadyError", message);

/** Whether an image has loaded, or a video shows the frame it is to show; true for what is neither. */
export function isMediaLoaded(media) {
  if (is(media, "HTMLImageElement")) return media.complete && media.naturalWidth > 0;
  if (is(media, "HTMLVideoElement")) return hasFrame(media);
  return true;
}

// Firefox still has the frame from before while it seeks, and says that it has one.
const hasFrame = ({ readyState, seeking }) => readyState >= HAVE_CURRENT_DATA && !seeking;

/** Waits until an image or video can be read, and not for anything else; rejects with a MediaNotReadyError. */
export async function loaded(media) {
  if (is(media, "HTMLImageElement")) await loadImage(media);
  else if (is(media, "HTMLVideoElement")) await loadFrame(media);
}

// In a document that no window shows, nothing loads: of a template, of a DOMParser, of a frame that is gone.
// A few engines load videos there.
const isInert = ({ ownerDocument }) => ownerDocument?.defaultView === null;
const INTO_THE_PAGE = "put it into the page: document.body.append(element)";
const inert = (name) =>
  notReady(`${name} is in a document that no window shows, such as that of a template or a DOMParser, where nothing loads; ${INTO_THE_PAGE}`);

async function loadImage(image) {
  if (isInert(image) && !isMediaLoaded(image)) throw inert(`the image ${sourceOf(image)}`);
  const late = () => `the image ${sourceOf(image)} ${image.complete ? "was not decoded" : "did not load"}`;
  const hint = () => (image.complete ? "" : "is its address right, and does its server answer?");
  await within("media", (signal) => readImage(image, signal), "MediaNotReadyError", late, hint);
}

// While it is waited for an image may be given another address: then that one counts.
async function readImage(image, signal) {
  for (let again = false; ; ) {
    // One that waits until it is scrolled to is told to load now.
    if (!image.complete && image.loading === "lazy") image.loading = "eager";
    await until(() => image.complete, image, ["load", "error"], signal);
    const shown = image.currentSrc;
    try {
      await image.decode();
      if (image.complete && (isMediaLoaded(image) || image.currentSrc === shown)) return; // a drawing may be empty
    } catch (error) {
      // An image of a frame that was removed can be drawn, though it is decoded no more.
      if (isMediaLoaded(image) && isInert(image)) return;
      const isOther = !image.complete || image.currentSrc !== shown;
      // Decoding is given up as well where it was told to load the same address once more.
      if (!isOther && (again || !isMediaLoaded(image))) {
        throw notReady(`the image ${sourceOf(image)} could not be loaded or is not an image the browser knows (${error.message}); ${image.currentSrc || image.src ? "check its address" : "set its src"}`);
      }
      again = !isOther;
    }
  }
}

// What tells that a video may have another state. Errors of its <source> elements are heard, too: it has none
// of its own for them.
const FRAME_EVENTS = ["loadedmetadata", "loadeddata", "canplay", "playing", "seeked", "emptied", "error", "ended"];

async function loadFrame(video) {
  if (hasFrame(video) && isPainted(video)) return;
  if (isInert(video) && !(await isLoading(video))) throw inert(`the video ${sourceOf(video)}`);
  const late = () => `the video ${sourceOf(video)} ${video.seeking ? "did not come to where it was set to" : "showed no frame"}`;
  const hint = () => {
    if (isInert(video)) return INTO_THE_PAGE;
    return video.networkState === EMPTY ? "set its src or srcObject" : "does its server answer, and does its stream give pictures?";
  };
  await within("media", (signal) => readFrame(video, signal), "MediaNotReadyError", late, hint);
}

async function isLoading(video) {
  await new Promise((resume) => setTimeout(resume, SETTLING));
  return ![EMPTY, NO_SOURCE].includes(video.networkState);
}

/** Whether a video has been given something to show. */
export const hasSource = (video) => Boolean(video.srcObject || video.hasAttribute("src") || video.querySelector("source"));

// A video that would load nothing, or no frame, before it plays is told to. One without a source may be about
// to get it: pages often ask while their camera is still starting. One whose source was taken away gets no other.
async function readFrame(video, signal) {
  let sourceAt = performance.now(); // when it last had one
  if (video.networkState === NO_SOURCE && video.querySelector("source")) {
    await new Promise((resume) => setTimeout(resume, SETTLING));
  }
  const holds = () => {
    if (hasFrame(video)) return true;
    refuse(video, `the video ${sourceOf(video)}`);
    if (hasSource(video)) sourceAt = performance.now();
    else if (performance.now() - sourceAt >= WITHOUT_SOURCE && hadSource(video)) throw notReady(`the video ${sourceOf(video)} has nothing to show any more: its srcObject or src was taken away; give it another one`);
    if (video.preload === "none" || (video.preload === "metadata" && video.networkState === IDLE)) video.preload = "auto";
    return false;
  };
  while (!hasFrame(video) || !isPainted(video)) {
    const paint = nextPaint(video);
    try {
      await until(holds, video, FRAME_EVENTS, signal);
      await paint.done();
    } finally {
      paint.cancel();
    }
    for (let i = 0; i < TRIES && hasFrame(video) && !isPainted(video); i++) await painted(video);
    if (!hasFrame(video)) continue;
    drawn.set(video, streamOf(video)); // as far as can be known
    return;
  }
}

// Chromium says that a video has a frame, or has come to where it was set to, before it has painted that: it
// then gives the frame from before, or none, until it tells of the next one. Other browsers may not tell of it.
function nextPaint(video) {
  let request;
  const told = new Promise((resolve) => {
    // What is told of while it still seeks is of where it was.
    const tell = () => (video.seeking ? ask() : resolve());
    const ask = () => (request = video.requestVideoFrameCallback?.(tell));
    ask();
  });
  return {
    done: () => request !== undefined && Promise.race([told, new Promise((resume) => setTimeout(resume, PAINTING))]),
    cancel: () => request !== undefined && video.cancelVideoFrameCallback(request),
  };
}

const drawn = new WeakMap(); // video -> that of which it was seen to give a picture

// A browser goes on to say which file a video had; of a stream only we know.
const hadSource = (video) => Boolean(video.currentSrc) || drawn.has(video);

const streamOf = ({ currentSrc, srcObject }) => `${currentSrc} ${srcObject?.id}`;

// Whether there is a frame to take, as far as the browser lets that be known. At first Chromium may have one,
// and draw nothing of it.
function isPainted(video) {
  try {
    if (typeof VideoFrame === "function") new VideoFrame(video).close();
    if (drawn.get(video) !== streamOf(video)) {
      if (!pixelOf(video)[3]) return false;
      drawn.set(video, streamOf(video));
    }
    return true;
  } catch (error) {
    return error.name !== "InvalidStateError"; // of another origin, say
  }
}

// Waits until a video that has a frame has painted it, too.
async function painted(video) {
  const paint = nextPaint(video);
  await paint.done();
  paint.cancel();
}

// Where it is known already that a video will show no frame.
function refuse(video, name) {
  const { error, srcObject, networkState } = video;
  if (error) throw notReady(`${name} could not be played: ${error.message || "unknown format or address"}; check its address`);
  const tracks = srcObject?.getVideoTracks?.();
  if (tracks) {
    if (!tracks.length) throw notReady(`the stream of ${name} has only sound; give it another one`);
    if (tracks.every(({ readyState }) => readyState === "ended")) throw notReady(`the stream of ${name} has ended, and it shows no frame; give it another one`);
    return;
  }
  // With an address or a stream the browser may not have begun to look, and says so later.
  if (networkState === NO_SOURCE && !video.hasAttribute("src") && video.querySelector("source")) {
    throw notReady(`${name} has nothing to show; none of its sources is there and of a format that the browser knows`);
  }
}

/** What an element shows, or its id, in a message. */
export function sourceOf({ currentSrc, src, id }) {
  const name = currentSrc || src || id;
  if (!name) return "without a source";
  return text(name.length < 80 ? name : `${name.slice(0, 60)}...`);
}
