// Composable tasks: detection, then landmarks, descriptors, expressions, age and gender, on one
// picture. A task does nothing until it is awaited, runs once however often it is awaited, and
// rejects on failure.

import { STAGES } from "../../tables.js";
import { inputError, optionsError, text } from "../values/errors.js";
import { extendWithFaceDetection } from "../compat/extend.js";
import { givenOptions, isA, part } from "../values/given.js";
import { messageOptions } from "../values/options.js";
import { defineReplaced } from "../compat/replaced.js";
import { resultOf } from "../values/results.js";
import { checked } from "../values/rules.js";

function misplaced({ single, aligned }) {
  if (!aligned) return inputError("descriptors: expected faces with landmarks, which the descriptor is cut out by; call .withFaceLandmarks() before");
  return single
    ? inputError("withFaceDescriptors: detectSingleFace finds one face; call .withFaceDescriptor(), without s")
    : inputError("withFaceDescriptor: detectAllFaces finds a list of faces; call .withFaceDescriptors(), with s");
}

// A stage as messages hold it, with the options that were given for it.
function stageOf(stage, options) {
  const { call, options: rules } = STAGES[stage];
  const given = givenOptions(call, options, Object.keys(rules));
  for (const [name, value] of Object.entries(given)) checked(`${call}: ${name}`, rules[name], value);
  return { stage, ...given };
}

/** The task classes. send: hands a message to Python. */
export function createTasks(send) {
  /** Something to compute on one picture: a promise that starts when it is first asked. */
  class ComposableTask {
    // given: { input, options, single, parent, stage, aligned }: stage is what this adds to the faces of
    // its parent, { stage: its name, ...options }, aligned whether they have landmarks.
    constructor(given = {}) {
      const isTask = typeof part(part(given, "stage"), "stage") === "string";
      if (!isTask) throw inputError(`ComposableTask: expected what a task is, got ${text(given)}; use detectAllFaces or detectSingleFace`);
      Object.defineProperties(this, {
        _given: { value: given },
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
      const { input, options, single } = this._given;
      // An ancestor that was awaited before has its faces already; the rest is one message.
      const stages = [];
      let task = this;
      while (task && !(task !== this && task._faces)) {
        const { stage, ...others } = task._given.stage;
        stages.unshift(Object.keys(others).length ? task._given.stage : stage);
        task = task._given.parent;
      }
      const message = { call: "faces", input, stages };
      if (task) message.faces = await task._faces;
      else Object.assign(message, { options: messageOptions(options), single });
      return send(message);
    }
  }

  /** A task whose faces can get more. */
  class FacesTask extends ComposableTask {
    /**
     * 68 points for every face. options: { refine = true }: find them once more, on the face as they turn
     * it upright; false leaves them as face-api.js has them, of the detection's box alone.
     */
    withFaceLandmarks(useTinyLandmarkNet = false, options) {
      if (useTinyLandmarkNet !== null && typeof useTinyLandmarkNet === "object") {
        throw optionsError(`withFaceLandmarks: whether the tiny net is to find them comes first, got ${text(useTinyLandmarkNet)}; pass (false, { refine: true })`);
      }
      const made = this._given.single ? DetectSingleFaceLandmarksTask : DetectAllFaceLandmarksTask;
      return new made(this, undefined, useTinyLandmarkNet, options);
    }
    /** Tasks that can have descriptors say which; the others what is missing. */
    withFaceDescriptors() { throw misplaced(this._given); }
    withFaceDescriptor() { throw misplaced(this._given); }
    /**
     * How each face looks. options: { align = "upright" }: how a face with landmarks is cut out, "upright" a
     * square about them, turned by them, or "box", the box around them, as in face-api.js.
     */
    withFaceExpressions(options) { return this._predict("expressions", options); }
    /** Age and gender of each face. options: as for withFaceExpressions. */
    withAgeAndGender(options) { return this._predict("age_and_gender", options); }

    _predict(stage, options) {
      const { single, aligned } = this._given;
      const all = aligned ? PredictAllAlignedFacesTask : PredictAllFacesTask;
      const one = aligned ? PredictSingleAlignedFaceTask : PredictSingleFaceTask;
      return new (single ? one : all)(this, undefined, stage, options);
    }
  }

  class DetectFacesTaskBase extends FacesTask {
    constructor(input, options, single = false) {
      super({ input, options, single, stage: { stage: "detect" }, aligned: false });
    }
  }

  /** A task that adds something to the faces of another one, on the same picture. */
  class NextTask extends FacesTask {
    constructor(parentTask, input, stage, options) {
      if (!isA(parentTask, ComposableTask)) {
        throw inputError(`a task of faces: expected the task before it, got ${text(parentTask)}`);
      }
      const { _given: given } = parentTask;
      const aligned = given.aligned || stage.endsWith("landmarks");
      super({ ...given, input: input ?? given.input, parent: parentTask, stage: stageOf(stage, options), aligned });
    }
  }

  class DetectFaceLandmarksTaskBase extends NextTask {
    constructor(parentTask, input, useTinyLandmarkNet = false, options) {
      super(parentTask, input, useTinyLandmarkNet ? "tiny_landmarks" : "landmarks", options);
    }
  }
  defineReplaced(DetectFaceLandmarksTaskBase.prototype, "DetectFaceLandmarksTaskBase.prototype.");

  /**
   * Faces with descriptors. options: { align }, how each is cut out: "upright" turns it by its landmarks, as the
   * net learned it (dlib's face chip), so that a head may lean; "box" is the square of face-api.js, which never
   * turns. The two do not compare.
   */
  class ComputeFaceDescriptorsTaskBase extends NextTask {
    constructor(parentTask, input, options) {
      super(parentTask, input, "descriptors", options);
    }
  }

  /** All faces of a picture, best first. */
  class DetectAllFacesTask extends DetectFacesTaskBase {
    /** The faces as results that hold nothing but their detection. */
    async runAndExtendWithFaceDetections() {
      return (await this.run()).map((detection) => extendWithFaceDetection({}, detection));
    }
  }

  /** The face with the highest score, or undefined. */
  class DetectSingleFaceTask extends DetectFacesTaskBase {
    constructor(input, options) {
      super(input, options, true);
    }
    /** The face as a result that holds nothing but its detection. */
    async runAndExtendWithFaceDetection() {
      const detection = await this.run();
      return detection && extendWithFaceDetection({}, detection);
    }
  }

  /** All faces with landmarks. */
  class DetectAllFaceLandmarksTask extends DetectFaceLandmarksTaskBase {
    /** A descriptor for every face. options: { align = "upright" }, see ComputeFaceDescriptorsTaskBase. */
    withFaceDescriptors(options) { return new ComputeAllFaceDescriptorsTask(this, undefined, options); }
  }

  /** The best face with landmarks, or undefined. */
  class DetectSingleFaceLandmarksTask extends DetectFaceLandmarksTaskBase {
    /** The descriptor of the face. options: { align = "upright" }, see ComputeFaceDescriptorsTaskBase. */
    withFaceDescriptor(options) { return new ComputeSingleFaceDescriptorTask(this, undefined, options); }
  }

  /** All faces with landmarks and descriptors. */
  class ComputeAllFaceDescriptorsTask extends ComputeFaceDescriptorsTaskBase {}
  /** The best face with landmarks and descriptor, or undefined. */
  class ComputeSingleFaceDescriptorTask extends ComputeFaceDescriptorsTaskBase {}

  /** All faces with expressions, or age and gender, but without landmarks. */
  class PredictAllFacesTask extends NextTask {}
  /** The best face with these, or undefined. */
  class PredictSingleFaceTask extends NextTask {}
  /** All faces with landmarks and expressions, or age and gender. */
  class PredictAllAlignedFacesTask extends NextTask {
    /** A descriptor for every face. options: { align = "upright" }, see ComputeFaceDescriptorsTaskBase. */
    withFaceDescriptors(options) { return new ComputeAllFaceDescriptorsTask(this, undefined, options); }
  }
  /** The best face with these, or undefined. */
  class PredictSingleAlignedFaceTask extends NextTask {
    /** The descriptor of the face. options: { align = "upright" }, see ComputeFaceDescriptorsTaskBase. */
    withFaceDescriptor(options) { return new ComputeSingleFaceDescriptorTask(this, undefined, options); }
  }

  return {
    ComposableTask,
    DetectFacesTaskBase,
    DetectAllFacesTask,
    DetectSingleFaceTask,
    DetectFaceLandmarksTaskBase,
    DetectAllFaceLandmarksTask,
    DetectSingleFaceLandmarksTask,
    ComputeFaceDescriptorsTaskBase,
    ComputeAllFaceDescriptorsTask,
    ComputeSingleFaceDescriptorTask,
  };
}
