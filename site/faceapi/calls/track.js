// Live video: faces of the newest frame, over and over, followed from frame to frame. The loop and the
// drawing are here; each frame is one message to pyface_web/messages.py, whose tracker knows the faces.

import { LOOK_AHEAD, RATE_OF, STOPPED, TRACK_OPTIONS } from "../../tables.js";
import { finite } from "../values/errors.js";
import { Dimensions, Point, scaleBetween } from "../values/geometry.js";
import { givenOptions } from "../values/given.js";
import { messageOptions } from "../values/options.js";
import { checked } from "../values/rules.js";
import { drawingOptions, drawTrackedFaces, Overlay, surfaceFor } from "../page/overlay.js";
import { changedFace, FaceResult, resultOf } from "../values/results.js";
import { turned, turnedVector } from "../values/turned.js";
import { ShownFrames } from "../page/frames.js";

/**
 * A face of a frame that is followed: id, counted from 1, which the same face keeps; face, a
 * FaceResult; seconds since it was first seen; velocity of its centre in pixels of the frame per second.
 */
export class TrackedFace {
  constructor(values) {
    Object.assign(this, values);
  }

  /** The face as it will be after some seconds, moved by its velocity for 0.25 s at most. */
  after(seconds) {
    const ahead = Math.min(Math.max(finite(seconds, "TrackedFace.after: seconds"), 0), LOOK_AHEAD);
    const face = moved(this.face, this.velocity.x * ahead, this.velocity.y * ahead);
    return new TrackedFace({ ...this, face, seconds: this.seconds + ahead });
  }

  /** The same on the frame shown at another size. */
  forSize(width, height) {
    const [scaleX, scaleY] = scaleBetween(this.face.detection.imageDims, width, height);
    const velocity = new Point(this.velocity.x * scaleX, this.velocity.y * scaleY);
    return new TrackedFace({ ...this, face: this.face.forSize(width, height), velocity });
  }
}

// As it is on a video that is shown at another size and then turned.
function fitted(tracked, size, turn, width, height) {
  const { face, velocity, ...others } = tracked.forSize(width, height);
  return new TrackedFace({ ...others, face: turned(face, turn, { width, height }), velocity: turnedVector(velocity, turn) });
}

function moved(face, x, y) {
  const values = { ...face, detection: movedDetection(face.detection, x, y) };
  if (face.landmarks) values.landmarks = face.landmarks.shiftBy(face.landmarks.shift.x + x, face.landmarks.shift.y + y);
  if (face.alignedRect) values.alignedRect = movedDetection(face.alignedRect, x, y);
  return new FaceResult(values);
}

function movedDetection(detection, x, y) {
  const { relativeBox, imageDims } = detection;
  return changedFace(detection, { relativeBox: relativeBox.shift(x / imageDims.width, y / imageDims.height) });
}

function trackedFaceOf({ id, face, seconds, velocity }) {
  const result = resultOf(face);
  const full = result instanceof FaceResult ? result : new FaceResult({ detection: result });
  return new TrackedFace({ id, face: full, seconds, velocity: new Point(...velocity) });
}

let count = 0; // of all faces, which may share a Python

/** The function `track` of the namespace. send: hands a message to Python. life: aborted when there is none. */
export function createTrack(send, life) {
  /**
   * The frames of a live video with their faces, to iterate over; { faces, time, number, dropped,
   * milliseconds, size } each. Each step looks at the newest frame; those that came while it was busy
   * are dropped. It waits while the video is paused, unless it is set to another time, and, without the
   * option background, while the page is hidden, and ends with the video or its stream. Leaving the loop and
   * `stop` let go of everything.
   */
  class Frames {
    #tracker = ++count;
    #options;
    #shown;
    #begun;
    #newest;
    #number = 0;
    #looked = []; // when the last frames were, in milliseconds of the page
    #overlays = [];
    #turn = Promise.resolve();
    #failure;
    #die = () => {
      this.#failure = life.reason;
      this.#close(life.reason.message);
    };

    constructor(video, options) {
      const { detector, ...others } = givenOptions("TrackOptions", options, ["detector", ...Object.keys(TRACK_OPTIONS)]);
      for (const [name, value] of Object.entries(others)) checked(`TrackOptions.${name}`, TRACK_OPTIONS[name], value);
      this.#options = others;
      if (detector) this.#options.detector = messageOptions(detector);
      this.#shown = new ShownFrames(video, others.background);
      life?.addEventListener("abort", this.#die);
    }

    /** In words, why the frames have ended; "" as long as they go on. */
    get reason() { return this.#shown.reason; }
    get isStopped() { return Boolean(this.reason); }

    /** How many frames are looked at in a second, by the last ten; 0 before the second. */
    get rate() {
      const [first] = this.#looked;
      return this.#looked.length > 1 ? (1000 * (this.#looked.length - 1)) / (performance.now() - first) : 0;
    }

    [Symbol.asyncIterator]() { return this; }

    next() {
      const step = this.#turn.then(() => this.#step());
      this.#turn = step.catch(() => {});
      return step;
    }

    async return(value) {
      await this.stop();
      return { done: true, value };
    }

    /** Ends the frames and lets go of everything: callbacks, listeners, overlays, faces. */
    async stop() {
      this.#close(STOPPED);
      await this.#turn; // a frame that is being looked at
    }

    /**
     * The newest faces, moved on by their velocity for at most 0.25 s. time: to which to move them, in
     * seconds of the video; by default that of the frame that is on the screen now.
     */
    facesAt(time = this.#shown.newest?.time) {
      const newest = this.#newest;
      if (!newest) return [];
      const now = finite(time ?? newest.time, "facesAt: time");
      return newest.faces.map((face) => face.after(now - newest.time));
    }

    /**
     * Draws the faces at each refresh of the screen, moved to the frame that is shown.
     *
     * canvas: nothing, for one that is laid over the video and follows it; another element that shows
     * the same picture, likewise; or a canvas of yours that lies over the video, or shows all of it by itself.
     * That gets as many pixels as the screen shows it with, and is cleared before each drawing and at the
     * end. All follow what CSS does to the video. draw(context, faces): in CSS pixels of the video as it is
     * shown, upright: where it is mirrored, the faces are, so that text can be read; by default boxes,
     * numbers and landmarks. label(face): the text of a face for the default.
     */
    drawOn(canvas, options = {}) {
      const { draw, label } = drawingOptions(options);
      if (this.isStopped) return;
      const drawing = draw ?? ((context, faces) => drawTrackedFaces(context, faces, label));
      const surface = surfaceFor(canvas, this.#shown.element);
      this.#overlays.push(new Overlay(surface, drawing, () => this.#look(), fitted));
    }

    #look() {
      const newest = this.#newest;
      return newest && { newest, size: newest.size, faces: this.facesAt(), time: this.#shown.newest?.time };
    }

    async #step() {
      let frame;
      try {
        if (life?.aborted) this.#die();
        // The page first, also where the next frame is there already; a hidden one would make it wait for a second.
        if (document.visibilityState !== "hidden") await new Promise((resume) => setTimeout(resume));
        for (let found; !frame && (found = await this.#shown.next()); ) frame = await this.#lookAt(found);
        if (this.#failure) throw this.#failure;
      } catch (error) {
        this.#close(error.message || STOPPED);
        throw error;
      }
      if (frame && !this.isStopped) return { done: false, value: frame };
      this.#close(STOPPED);
      return { done: true, value: undefined };
    }

    async #lookAt({ frame: { time }, skipped }) {
      const tracker = this.#tracker;
      this.#begun ??= send({ call: "begin_track", tracker, options: this.#options });
      await this.#begun;
      let answer;
      try {
        answer = await send({ call: "track", tracker, input: this.#shown.element, time });
      } catch (error) {
        if (error?.name !== "MediaNotReadyError") throw error;
        return undefined; // it has begun to seek, or lost its source; `next` of what is shown knows what follows
      }
      const { faces, milliseconds, size } = answer;
      const frame = {
        faces: faces.map(trackedFaceOf),
        time,
        number: ++this.#number,
        dropped: skipped,
        milliseconds,
        size: new Dimensions(...size),
      };
      if (this.isStopped) return frame;
      this.#newest = frame;
      this.#looked = [...this.#looked, performance.now()].slice(-RATE_OF);
      return frame;
    }

    #close(reason) {
      this.#shown.close(reason);
      life?.removeEventListener("abort", this.#die);
      for (const overlay of this.#overlays.splice(0)) overlay.close();
      this.#newest = undefined;
      if (this.#begun) send({ call: "end_track", tracker: this.#tracker }).catch(() => {});
      this.#begun = undefined;
    }
  }

  return {
    /**
     * The faces of a live video: `for await (const { faces } of faceapi.track("camera")) ...`
     *
     * video: a video element, a canvas, or the id of one; waited for until it plays. options: {
     * detector = new TinyFaceDetectorOptions({ inputSize: 224 }), landmarks, tinyLandmarks, descriptors,
     * expressions, ageAndGender (each false), refine = true, align = "upright", smoothing = true, minIou = 0.2, maxDistance = 0.6,
     * keepScore = 0.3, keepSeconds = 1, background = false }, as TrackOptions of Python. Never looks at two
     * frames at once; the newest wins. background: go on while the page is hidden, ten times a second at most;
     * `rate` of what this returns says how often it does.
     */
    track: (video, options) => new Frames(video, options),
  };
}
