// The module worker of loadPyface({ worker: true }): Python and WebGL2 on an OffscreenCanvas. The page
// is at the other end, in page.js.
//
// In:  { start: options of startPyface }, then { id, message } for each message of the JavaScript face.
// Out: { alive }, then { progress }, then { ready: loaded } or { failed: error }, then { id, answer } for
// each message.

import { createBridge } from "../bridge.js";
import { transportTo } from "../faceapi/calls/transport.js";
import { startPyface } from "../load/start.js";
import { REMEDY, toSent, workerError } from "./errors.js";

let transport;

addEventListener("message", ({ data }) => (data.start ? start(data.start) : answer(data)));
postMessage({ alive: true });

async function start(options) {
  try {
    const starting = startPyface({ ...options, onProgress: (progress) => postMessage({ progress }) });
    starting.catch(() => {}); // awaited below; files are on their way while the GPU is looked at
    checkDevice();
    const { pyodide } = await starting;
    const python = transportTo(pyodide);
    transport = python.transport;
    postMessage({ ready: python.loaded });
  } catch (error) {
    postMessage({ failed: toSent(error) });
  }
}

function checkDevice() {
  const bridge = createBridge();
  try {
    bridge.open();
  } catch (error) {
    throw workerError(`in workers ${error.message}; ${REMEDY}`);
  } finally {
    bridge.close();
  }
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
