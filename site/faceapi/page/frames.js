// Which frame a video shows: the newest one, when there is a new one, and whether one will come. The
// rules are those of pyface_web/video/frames.py.

import { createClock } from "../../clock.js";
import { BACKGROUND_RATE, SOURCE_GONE, STREAM_ENDED, VIDEO_ENDED, WINDOW_GONE } from "../../tables.js";
import { inputError, PyfaceError } from "../values/errors.js";
import { is, kindAndRemedy } from "../values/kinds.js";
import { asRemedy, pictureFor } from "../values/likely.js";
import { getWaits, tooLong } from "../values/waits.js";
import { hasSource, sourceOf, WITHOUT_SOURCE } from "./loading.js";
import { existing, isMediaLoaded } from "./media.js";

const VIDEO_EVENTS = ["loadedmetadata", "loadeddata", "canplay", "play", "playing", "seeking", "seeked", "emptied", "ended", "error"];
const LOOK = 250; // milliseconds between two looks at what no event tells of
const SILENCE = 2000; // milliseconds after which a browser that told of no frame will tell of none, though it shows them
const STRANGE = 1; // seconds that a frame of a film is not away from where the film is

/**
 * The frames of a video or canvas as the page shows them, { time, number } each: seconds of the video,
 * and counted by the browser. Counted while the page that it is in is visible and the video plays, or, where it is paused,
 * is set to another time; of a canvas, every refresh of the screen is one. Without requestVideoFrameCallback, a frame is a refresh of the
 * screen at which the video's time has changed; where the browser has told of neither for two seconds, it
 * is looked for every 0.25 s. background: frames of a hidden page count, too, up to BACKGROUND_RATE a second.
 */
export class ShownFrames {
  #isVideo;
  #background;
  #clock; // that ticks in the background
  #hasCallbacks;
  #taken; // number of the frame that was asked for last, if frames between it and the next one were skipped
  #number = 0; // of the newest frame
  #presented; // what the browser had counted then
  #silence = 0; // milliseconds in which the browser told of no frame
  #toldAt = 0; // milliseconds of the page at which it last did
  #offset = 0; // seconds by which a frame's time is ahead of its video's
  #request;
  #page; // document that the element is in, which may be that of an iframe or of a window of its own
  #timer;
  #waited = 0; // milliseconds for a frame that may come at any moment, or without a source
  #wake = () => {};
  #stream; // that is listened to
  #hadSource;
  #begun; // seconds of the video when it was given
  #isScrubbed = false; // the video is paused, and was set to another time since
  #listeners; // aborted when all of them shall go

  constructor(source, background = false) {
    this.#background = background;
    /** What shows the frames. */
    this.element = existing(source);
    this.#isVideo = is(this.element, "HTMLVideoElement");
    if (!this.#isVideo && !is(this.element, "HTMLCanvasElement")) {
      throw inputError(`track: expected a video element, a canvas, or the id of one, got ${kindAndRemedy(this.element)}${asRemedy(pictureFor(this.element))}`);
    }
    this.#hasCallbacks = "requestVideoFrameCallback" in this.element;
    this.#hadSource = this.#isVideo && this.#hasSource;
    this.#begun = this.element.currentTime;
    /** In words, why no further frame will come; "" as long as one may. */
    this.reason = "";
    this.newest = undefined;
  }

  /** Whether there is something new to look at: a page that is visible or need not be, and a video that plays or is scrubbed. */
  get isPlaying() {
    if (this.#isHidden) return false;
    const { element } = this;
    return !this.#isVideo || (((!element.paused && !element.ended) || this.#isScrubbed) && isMediaLoaded(element));
  }

  /**
   * { frame, skipped }: the newest frame that was not asked for yet, and how many were skipped; waits
   * for one. undefined where none will come. Rejects with a MediaNotReadyError for a video that cannot
   * be played. One call at a time.
   */
  async next() {
    if (!this.#listeners && !this.reason) this.#start();
    this.#waited = 0;
    while (!this.reason) {
      const frame = this.newest;
      if (frame && frame.number > (this.#taken ?? 0) && this.isPlaying) {
        const skipped = this.#taken === undefined ? 0 : frame.number - this.#taken - 1;
        this.#taken = frame.number;
        return { frame, skipped };
      }
      const error = this.#isVideo && this.element.error;
      if (error) {
        throw new PyfaceError(
          "MediaNotReadyError",
          `the video could not be played: ${error.message || "no reason"}; check its address and format`,
        );
      }
      if (this.#isDue && this.#waited >= 1000 * getWaits().media) {
        const what = `the video ${sourceOf(this.element)} showed no frame`;
        throw new PyfaceError("MediaNotReadyError", tooLong("media", what, "does its server answer?"));
      }
      await new Promise((wake) => (this.#wake = wake));
    }
    return undefined;
  }

  // Whether the first frame of a video may come at any moment: it has something to show, and is to play.
  get #isDue() {
    const { element } = this;
    if (!this.#isVideo || isMediaLoaded(element) || this.#isHidden) return false;
    return (!element.paused || element.autoplay) && this.#hasSource;
  }

  get #isHidden() {
    return !this.#background && this.#isPageHidden;
  }

  get #isPageHidden() {
    return this.element.ownerDocument.visibilityState === "hidden";
  }

  get #hasSource() {
    return hasSource(this.element);
  }

  /** Lets go of everything of the page; `next` gives undefined from now on. May be repeated. */
  close(reason) {
    if (this.reason) return;
    this.reason = reason;
    if (this.#hasCallbacks && this.#request) this.element.cancelVideoFrameCallback(this.#request);
    else if (this.#request) this.#view.cancelAnimationFrame(this.#request);
    clearInterval(this.#timer);
    this.#clock?.close();
    this.#listeners?.abort();
    this.#wake();
  }

  #start() {
    this.#listeners = new AbortController();
    if (this.#isVideo) {
      for (const name of VIDEO_EVENTS) this.#listen(this.element, name);
    }
    const { paused, seeking, currentTime } = this.element;
    this.#isScrubbed = Boolean(paused && (seeking || currentTime !== this.#begun));
    this.#timer = setInterval(() => this.#onLook(), LOOK);
    this.#ask();
    this.#watchPage();
    this.#lookForEnd();
  }

  // Which page shows the element changes where that is moved, as into a picture-in-picture window.
  #watchPage() {
    const { ownerDocument } = this.element;
    if (ownerDocument === this.#page) return;
    this.#page = ownerDocument;
    this.#listen(ownerDocument, "visibilitychange");
    this.#wind();
  }

  get #view() {
    return this.element.ownerDocument.defaultView ?? globalThis;
  }

  // The clock goes while nobody sees the page.
  #wind() {
    this.#clock?.close();
    const isNeeded = this.#background && this.#isPageHidden;
    this.#clock = isNeeded ? createClock(1000 / BACKGROUND_RATE, () => this.#onTick()) : undefined;
  }

  // Where a page is hidden and its video is not, in a window of its own, the browser goes on to tell of frames.
  #onTick() {
    const now = performance.now();
    if (now - this.#toldAt > 2000 / BACKGROUND_RATE && this.isPlaying) this.#addIfNew(now);
  }

  #listen(target, name) {
    target.addEventListener(name, (event) => this.#onChange(event), { signal: this.#listeners.signal });
  }

  // Hears of a camera that is unplugged or stopped, of which the video itself says nothing. With sound
  // the stream goes on, so its tracks are heard; a track that a script stops says nothing, so the
  // stream is. One that is taken away is still looked at, as its end may be why.
  #watchStream() {
    if (!this.#hasSource) return;
    this.#hadSource = true;
    const { srcObject } = this.element;
    const stream = srcObject?.getVideoTracks ? srcObject : undefined;
    if (stream === this.#stream) return;
    this.#stream = stream;
    if (!stream) return;
    this.#listen(stream, "inactive");
    for (const track of stream.getVideoTracks()) this.#listen(track, "ended");
  }

  #lookForEnd() {
    if (!this.#isVideo) return;
    this.#watchStream();
    const tracks = this.#stream?.getVideoTracks() ?? [];
    if (tracks.length && tracks.every(({ readyState }) => readyState === "ended")) this.close(STREAM_ENDED);
  }

  #ask() {
    const onFrame = (now, details) => this.#onFrame(now, details);
    this.#request = this.#hasCallbacks ? this.element.requestVideoFrameCallback(onFrame) : this.#view.requestAnimationFrame(onFrame);
  }

  #onFrame(now, details) {
    this.#ask();
    this.#silence = 0;
    this.#toldAt = performance.now();
    const before = this.#presented;
    this.#presented = details?.presentedFrames;
    if (!this.isPlaying) return;
    if (this.#hasCallbacks) {
      const { srcObject, currentTime } = this.element;
      // Firefox counts on where a film begins anew, with leaps; only a stream has a time of its own.
      const isRight = srcObject || Math.abs(details.mediaTime - currentTime) < STRANGE;
      const time = isRight ? details.mediaTime : currentTime;
      this.#offset = time - currentTime;
      this.#add(time, Math.max(this.#presented - (before ?? 0), 1));
    } else {
      this.#addIfNew(now);
    }
  }

  #addIfNew(now) {
    const time = this.#isVideo ? this.element.currentTime + this.#offset : now / 1000;
    if (time !== this.newest?.time) this.#add(time, 1);
  }

  #add(time, count) {
    this.#number += count;
    this.newest = { time, number: this.#number };
    this.#wake();
  }

  // What no event tells of: a track that was stopped, frames of which the browser does not tell, the time.
  #onLook() {
    this.#lookForEnd();
    this.#watchPage();
    this.#silence += LOOK;
    if (this.#isVideo && this.#silence > SILENCE && this.isPlaying) this.#addIfNew(performance.now());
    const isGone = this.#isVideo && this.#hadSource && !this.#hasSource && !isMediaLoaded(this.element);
    this.#waited = isGone || this.#isDue ? this.#waited + LOOK : 0;
    if (isGone && this.#waited >= WITHOUT_SOURCE) this.close(SOURCE_GONE);
    if (this.#isVideo && this.element.ownerDocument?.defaultView === null) this.close(WINDOW_GONE);
    this.#wake();
  }

  #onChange({ type }) {
    // Perhaps of another stream, which counts anew; and what nobody could see was not skipped.
    if (type === "loadedmetadata" || type === "visibilitychange") this.newest = this.#taken = this.#presented = undefined;
    if (type === "visibilitychange") this.#wind();
    if (type === "seeking") {
      this.newest = undefined; // it is of where the video was
      this.#isScrubbed = this.element.paused;
    }
    if (type === "play" || type === "emptied") this.#isScrubbed = false;
    this.#lookForEnd();
    if (type === "ended" && this.#isVideo && this.element.ended && !this.#isScrubbed) this.close(this.element.srcObject ? STREAM_ENDED : VIDEO_ENDED);
    this.#wake();
  }
}
