// The JavaScript face: the names of face-api.js, computed by Python. Values, matching and drawing
// are JavaScript (faceapi/*.js); every computation is one message to pyface_web/js_face.py and one
// answer of values that can be cloned, so that Python can run in another thread.

import * as draw from "./faceapi/draw.js";
import { PyfaceError } from "./faceapi/errors.js";
import * as geometry from "./faceapi/geometry.js";
import * as landmarks from "./faceapi/landmarks.js";
import * as matcher from "./faceapi/matcher.js";
import * as media from "./faceapi/media.js";
import { createCalls } from "./faceapi/nets.js";
import { SsdMobilenetv1Options, TinyFaceDetectorOptions } from "./faceapi/options.js";
import { FaceDetection, FaceResult, ObjectDetection, resizeResults } from "./faceapi/results.js";
import * as tasks from "./faceapi/tasks.js";

const { truncate, ...geometryNames } = geometry;
const { landmarksOf, ...landmarkNames } = landmarks;
const { existing, ...mediaNames } = media;

/**
 * The namespace of face-api.js, with Python in this page.
 * pyodide: the runtime, with pyface_web on its path.
 */
export function createFaceApi(pyodide) {
  const { transport, loaded } = pageTransport(pyodide);
  return createFace(transport, loaded);
}

/**
 * The namespace of face-api.js on a transport.
 * transport(message): promise of an answer, { value | error, loaded }. loaded: nets with weights.
 */
export function createFace(transport, loaded = []) {
  const session = {
    loaded: new Set(loaded),
    async send(message) {
      // Elements stay on the page, and so does the search for one by its id.
      const answer = await transport("input" in message ? { ...message, input: pictures(message.input) } : message);
      session.loaded = new Set(answer.loaded);
      if (answer.error) throw new PyfaceError(answer.error.name, answer.error.message, answer.error.traceback);
      return answer.value;
    },
  };
  return Object.freeze({
    ...createCalls(session),
    ...geometryNames,
    ...landmarkNames,
    ...matcher,
    ...mediaNames,
    ...draw,
    ...tasks,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    ObjectDetection,
    FaceDetection,
    FaceResult,
    resizeResults,
    PyfaceError,
  });
}

const pictures = (input) => (Array.isArray(input) ? input.map(existing) : existing(input));

/** A transport to Python in this page; no proxy of a Python object outlives a message. */
function pageTransport(pyodide) {
  const python = pyodide.pyimport("pyface_web.js_face");
  const handle = python.handle.copy(); // lives as long as the page
  const loaded = values(python.loaded());
  python.destroy();
  const transport = async (message) => {
    const running = handle(message);
    try {
      return values(await running);
    } finally {
      running.destroy();
    }
  };
  return { transport, loaded };
}

function values(proxy) {
  try {
    return proxy.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    proxy.destroy();
  }
}
