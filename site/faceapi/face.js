// The JavaScript face: the names of face-api.js, computed by Python. Values, matching and drawing
// are JavaScript (faceapi/*.js); every computation is one message to pyface_web/messages.py and one
// answer of values that can be cloned, so that Python can run in another thread.

import { createCalls } from "./calls/calls.js";
import { createCrowd } from "./calls/crowd.js";
import { Handle } from "./calls/handle.js";
import * as draw from "./page/draw.js";
import { createTf, env } from "./compat/env.js";
import { cluster } from "./values/cluster.js";
import { PyfaceError } from "./values/errors.js";
import * as expressions from "./values/expressions.js";
import * as extend from "./compat/extend.js";
import * as geometry from "./values/geometry.js";
import * as landmarks from "./values/landmarks.js";
import * as matcher from "./values/matcher.js";
import * as fetching from "./page/fetching.js";
import * as media from "./page/media.js";
import { messageInput, NetInput, toNetInput } from "./compat/net_input.js";
import { createNets } from "./calls/nets.js";
import { drawOn } from "./page/overlay.js";
import * as numbers from "./values/numbers.js";
import * as options from "./values/options.js";
import { defineReplaced } from "./compat/replaced.js";
import { FaceDetection, FaceResult, ObjectDetection, resizeResults } from "./values/results.js";
import { createTasks } from "./calls/tasks.js";
import * as tensors from "./compat/tensors.js";
import { createTrack } from "./calls/track.js";
import { during } from "../load/life.js";
import { getWaits } from "./values/waits.js";
import * as utils from "./compat/utils.js";

// What only the files of the face need of each other.
const { expressionsOf, ...expressionNames } = expressions;
const { pointList, pointOf, pointsOf, scaleBetween, truncate, unmarked, ...geometryNames } = geometry;
const { asLandmarks, landmarksOf, ...landmarkNames } = landmarks;
const { existing, cropBox, emptyImage, isDrawable, ...mediaNames } = media;
const { messageOptions, optionValues, ...optionNames } = options;
const { imageDataOf, numbersOf, tensorOf, ...tensorNames } = tensors;

export { Handle };

/**
 * The namespace of face-api.js, with Python in this page; there may be several on one Python.
 * pyodide: the runtime, with pyface_web on its path. handle: whose face it is, by default of a new user.
 */
export function createFaceApi(pyodide, handle = new Handle(pyodide)) {
  return faceOf(handle.transport, handle.loaded, handle.life);
}

/**
 * The namespace of face-api.js on a transport.
 * transport(message): promise of an answer, { value | error, loaded }. loaded: nets with weights, by
 * their names, or by their numbers where they are not the global ones. life: an AbortSignal that ends when
 * Python does, which may be before the page does; its reason is the error that all calls get then.
 */
export function createFace(transport, loaded = [], life = undefined) {
  const { known, follow } = namesUntil(life, loaded);
  return faceOf(async (message) => {
    const answer = await transport(message);
    if (answer.loaded) follow(answer.loaded);
    return answer;
  }, known, life);
}

// The nets with weights; what hears of the end holds them alone, so that a face can be collected before it.
function namesUntil(life, names) {
  const known = new Set(names);
  const follow = (newer) => {
    known.clear();
    for (const name of newer) known.add(name);
  };
  life?.addEventListener("abort", () => known.clear());
  return { known, follow };
}

function faceOf(transport, loaded, life) {
  const { ask, setLatestFrame } = createCrowd((message) => during(life, transport(message)));
  const session = {
    loaded,
    async send(message) {
      life?.throwIfAborted();
      const ready = "input" in message ? { ...message, input: messageInput(message.input) } : message;
      const answer = await ask(ready);
      if (answer.error) throw new PyfaceError(answer.error.name, answer.error.message, answer.error.traceback);
      return answer.value;
    },
  };
  const nets = createNets(session);
  const tasks = createTasks(session.send);
  const calls = createCalls(session.send, nets, tasks);
  return Object.freeze(
    defineReplaced({
      ...nets,
      ...tasks,
      ...calls,
      setLatestFrame,
      ...createTrack(session.send, life),
      ...geometryNames,
      ...landmarkNames,
      ...expressionNames,
      ...extend,
      ...matcher,
      cluster,
      ...mediaNames,
      ...fetching,
      ...numbers,
      ...optionNames,
      ...tensorNames,
      ...utils, // at the top of the namespace in 0.15
      utils,
      ...draw,
      drawOn,
      env,
      tf: createTf(calls),
      NetInput,
      toNetInput,
      ObjectDetection,
      FaceDetection,
      FaceResult,
      resizeResults,
      PyfaceError,
      getWaits,
    }),
  );
}
