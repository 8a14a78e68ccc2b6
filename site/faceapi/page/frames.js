// Which frame a video shows: the newest one, when there is a new one, and whether one will come. The
// rules are those of pyface_web/video/frames.py.

import { STREAM_ENDED, VIDEO_ENDED } from "../../tables.js";
import { inputError, PyfaceError } from "../values/errors.js";
import { is, kindAndRemedy } from "../values/kinds.js";
import { within } from "../values/waits.js";
import { sourceOf } from "./loading.js";
import { existing, isMediaLoaded } from "./media.js";

const VIDEO_EVENTS = ["loadedmetadata", "play", "playing", "ended", "error"];

/**
 * The frames of a video or canvas as the page shows them, { time, number } each: seconds of the video,
 * and counted by the browser. Counted while the page is visible and the video plays; of a canvas,
 * every refresh of the screen is one. Without requestVideoFrameCallback, a frame is a refresh of the
 * screen at which the video's time has changed.
 */
export class ShownFrames {
  #isVideo;
  #hasCallbacks;
  #taken = 0; // number of the frame that was asked for last
  #request;
  #wake = () => {};
  #stream; // that is listened to
  #listeners; // aborted when all of them shall go

  constructor(source) {
    /** What shows the frames. */
    this.element = existing(source);
    this.#isVideo = is(this.element, "HTMLVideoElement");
    if (!this.#isVideo && !is(this.element, "HTMLCanvasElement")) {
      throw inputError(`track: expected a video element, a canvas, or the id of one, got ${kindAndRemedy(this.element)}`);
    }
    this.#hasCallbacks = "requestVideoFrameCallback" in this.element;
    /** In words, why no further frame will come; "" as long as one may. */
    this.reason = "";
    this.newest = undefined;
  }

  /** Whether there is something new to look at: a visible page, and a video that plays. */
  get isPlaying() {
    if (document.visibilityState === "hidden") return false;
    const { element } = this;
    return !this.#isVideo || (!element.paused && !element.ended && isMediaLoaded(element));
  }

  /**
   * { frame, skipped }: the newest frame that was not asked for yet, and how many were skipped; waits
   * for one. undefined where none will come. Rejects with a MediaNotReadyError for a video that cannot
   * be played. One call at a time.
   */
  async next() {
    if (!this.#listeners && !this.reason) this.#start();
    while (!this.reason) {
      const frame = this.newest;
      if (frame && frame.number > this.#taken && this.isPlaying) {
        const skipped = this.#taken ? frame.number - this.#taken - 1 : 0;
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
      const change = new Promise((wake) => (this.#wake = wake));
      const what = `the video ${sourceOf(this.element)} showed no frame`;
      await (this.#isDue ? within("media", change, "MediaNotReadyError", what, "does its server answer?") : change);
    }
    return undefined;
  }

  // Whether the first frame of a video may come at any moment: it has something to show, and is to play.
  get #isDue() {
    const { element } = this;
    if (!this.#isVideo || isMediaLoaded(element) || document.visibilityState === "hidden") return false;
    return (!element.paused || element.autoplay) && Boolean(element.srcObject || element.currentSrc);
  }

  /** Lets go of everything of the page; `next` gives undefined from now on. May be repeated. */
  close(reason) {
    if (this.reason) return;
    this.reason = reason;
    if (this.#hasCallbacks && this.#request) this.element.cancelVideoFrameCallback(this.#request);
    else if (this.#request) cancelAnimationFrame(this.#request);
    this.#listeners?.abort();
    this.#wake();
  }

  #start() {
    this.#listeners = new AbortController();
    if (this.#isVideo) {
      for (const name of VIDEO_EVENTS) this.#listen(this.element, name);
    }
    this.#listen(document, "visibilitychange");
    this.#watchStream();
    this.#ask();
    this.#lookForEnd();
  }

  #listen(target, name) {
    target.addEventListener(name, (event) => this.#onChange(event), { signal: this.#listeners.signal });
  }

  // Hears of a camera that is unplugged or stopped, of which the video itself says nothing. With sound
  // the stream goes on, so its tracks are heard; a track that a script stops says nothing, so the
  // stream is.
  #watchStream() {
    const stream = this.#isVideo && this.element.srcObject;
    if (!stream?.getVideoTracks || stream === this.#stream) return;
    this.#stream = stream;
    this.#listen(stream, "inactive");
    for (const track of stream.getVideoTracks()) this.#listen(track, "ended");
  }

  #lookForEnd() {
    const tracks = this.#stream?.getVideoTracks() ?? [];
    if (tracks.length && tracks.every(({ readyState }) => readyState === "ended")) this.close(STREAM_ENDED);
  }

  #ask() {
    const onFrame = (now, details) => this.#onFrame(now, details);
    this.#request = this.#hasCallbacks ? this.element.requestVideoFrameCallback(onFrame) : requestAnimationFrame(onFrame);
  }

  #onFrame(now, details) {
    this.#ask();
    if (!this.isPlaying) return;
    if (this.#hasCallbacks) {
      this.newest = { time: details.mediaTime, number: details.presentedFrames };
    } else {
      const time = this.#isVideo ? this.element.currentTime : now / 1000;
      if (time !== this.newest?.time) this.newest = { time, number: (this.newest?.number ?? 0) + 1 };
    }
    this.#wake();
  }

  #onChange({ type }) {
    if (type === "loadedmetadata") this.#watchStream(); // perhaps of another one, which counts anew
    if (type === "loadedmetadata" || type === "visibilitychange") { // what nobody could see was not skipped
      this.newest = undefined;
      this.#taken = 0;
    }
    this.#lookForEnd();
    if (type === "ended" && this.#isVideo && this.element.ended) this.close(this.element.srcObject ? STREAM_ENDED : VIDEO_ENDED);
    this.#wake();
  }
}
