// Composable tasks: detection, then landmarks, then descriptors, on one picture. A task does
// nothing until it is awaited, runs once however often it is awaited, and rejects on failure.

import { messageOptions } from "./options.js";
import { resultOf } from "./results.js";

/** Something to compute on one picture: a promise that starts when it is first asked. */
export class ComposableTask {
  /** send: hands a message to Python. stage: what this task adds to its parent's faces. */
  constructor(send, { input, options, single = false, parent, stage }) {
    Object.defineProperties(this, {
      _given: { value: { send, input, options, single, parent, stage } },
      _faces: { value: undefined, writable: true }, // promise of faces as the protocol holds them
      _result: { value: undefined, writable: true },
    });
  }

  /** Starts the task, or joins it where it runs already. */
  run() {
    this._result ??= this._start().then((faces) => {
      const results = faces.map(resultOf);
      return this._given.single ? results[0] : results;
    });
    return this._result;
  }

  then(onFulfilled, onRejected) { return this.run().then(onFulfilled, onRejected); }
  catch(onRejected) { return this.run().catch(onRejected); }
  finally(onFinally) { return this.run().finally(onFinally); }
  get [Symbol.toStringTag]() { return this.constructor.name; }

  _start() {
    this._faces ??= this._compute();
    return this._faces;
  }

  async _compute() {
    const { send, input, options, single } = this._given;
    // An ancestor that was awaited before has its faces already; the rest is one message.
    const stages = [];
    let task = this;
    while (task && !(task !== this && task._faces)) {
      stages.unshift(task._given.stage);
      task = task._given.parent;
    }
    const message = { call: "faces", input, stages };
    if (task) message.faces = await task._faces;
    else Object.assign(message, { options: messageOptions(options), single });
    return send(message);
  }

  _next(made, stage) {
    const { send, input, options, single } = this._given;
    return new made(send, { input, options, single, parent: this, stage });
  }
}

export class DetectFacesTaskBase extends ComposableTask {
  constructor(send, given) {
    super(send, { stage: "detect", ...given });
  }
}
export class DetectFaceLandmarksTaskBase extends ComposableTask {}
export class ComputeFaceDescriptorsTaskBase extends ComposableTask {}

const landmarkStage = (useTinyLandmarkNet) => (useTinyLandmarkNet ? "tiny_landmarks" : "landmarks");

/** All faces of a picture, best first. */
export class DetectAllFacesTask extends DetectFacesTaskBase {
  /** 68 points for every face. */
  withFaceLandmarks(useTinyLandmarkNet = false) {
    return this._next(DetectAllFaceLandmarksTask, landmarkStage(useTinyLandmarkNet));
  }
}

/** The face with the highest score, or undefined. */
export class DetectSingleFaceTask extends DetectFacesTaskBase {
  constructor(send, given) {
    super(send, { ...given, single: true });
  }
  /** 68 points of the face. */
  withFaceLandmarks(useTinyLandmarkNet = false) {
    return this._next(DetectSingleFaceLandmarksTask, landmarkStage(useTinyLandmarkNet));
  }
}

/** All faces with landmarks. */
export class DetectAllFaceLandmarksTask extends DetectFaceLandmarksTaskBase {
  /** A descriptor for every face. */
  withFaceDescriptors() {
    return this._next(ComputeAllFaceDescriptorsTask, "descriptors");
  }
}

/** The best face with landmarks, or undefined. */
export class DetectSingleFaceLandmarksTask extends DetectFaceLandmarksTaskBase {
  /** The descriptor of the face. */
  withFaceDescriptor() {
    return this._next(ComputeSingleFaceDescriptorTask, "descriptors");
  }
}

/** All faces with landmarks and descriptors. */
export class ComputeAllFaceDescriptorsTask extends ComputeFaceDescriptorsTaskBase {}

/** The best face with landmarks and descriptor, or undefined. */
export class ComputeSingleFaceDescriptorTask extends ComputeFaceDescriptorsTaskBase {}
