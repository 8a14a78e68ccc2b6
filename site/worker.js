// The module worker of loadPyface({ worker: true }): Python and WebGL2 on an OffscreenCanvas. The page
// is at the other end, in run_in_worker.js.
//
// In:  { start: options of startPyface }, then { id, message } for each message of the JavaScript face.
// Out: { progress }, then { ready: loaded } or { failed: error }, then { id, answer } for each message.

import { transportTo } from "./faceapi/transport.js";
import { startPyface } from "./pyface.js";
import { REMEDY, toSent, workerError } from "./worker_errors.js";

let transport;

addEventListener("message", ({ data }) => (data.start ? start(data.start) : answer(data)));

async function start(options) {
  try {
    const starting = startPyface({ ...options, onProgress: (progress) => postMessage({ progress }) });
    starting.catch(() => {}); // awaited below; files are on their way while the GPU is looked at
    checkWebGL();
    const { pyodide } = await starting;
    const python = transportTo(pyodide);
    transport = python.transport;
    postMessage({ ready: python.loaded });
  } catch (error) {
    postMessage({ failed: toSent(error) });
  }
}

function checkWebGL() {
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!context) throw workerError(`this browser has no WebGL2 in workers, or it is switched off; ${REMEDY}`);
  context.getExtension("WEBGL_lose_context")?.loseContext();
}

async function answer({ id, message }) {
  let found;
  try {
    found = await transport(message);
  } catch (error) {
    found = { error: toSent(error), loaded: [] }; // Python itself has failed
  }
  postMessage({ id, answer: found });
  // The page gave these away.
  for (const picture of [message.input].flat()) {
    if (picture instanceof ImageBitmap || isFrame(picture)) picture.close();
  }
}

const isFrame = (value) => typeof VideoFrame === "function" && value instanceof VideoFrame;
