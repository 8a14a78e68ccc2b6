// The module worker of loadPyface({ worker: true }): Python, and what computes. The page is at the other
// end, in page.js.
//
// In:  { start: options of startPyface, and handed: as handOver gives it }, then { id, message } for each
// message of the JavaScript face.
// Out: { alive }, { progress }, then { ready: loaded } or { failed: error }, then { id, answer } for each
// message, and { failed: error } when Python has died.

import { transportTo } from "../faceapi/calls/transport.js";
import { inputError } from "../faceapi/values/errors.js";
import { is } from "../faceapi/values/kinds.js";
import { startPyface } from "../load/start.js";
import { toSent } from "./errors.js";
import { Handed } from "./handed.js";

let transport;
let received = 0; // messages of the face so far; their ids count them

const UNREADABLE = inputError("the worker cannot read what was sent to it; is it a picture that was closed, or whose buffer was handed over? Pass a copy of it");

// What cannot be read here came in the place of a message, too; Chromium makes null of some of it.
const refuse = () => reply(++received, { error: toSent(UNREADABLE) });
addEventListener("messageerror", refuse);
addEventListener("message", ({ data }) => {
  if (data?.start) start(data.start);
  else if (data?.message) answer(data);
  else refuse();
});
postMessage({ alive: true });

async function start({ handed, ...options }) {
  const early = new Handed(handed);
  try {
    const { pyodide } = await startPyface({ ...options, early, onProgress: (progress) => postMessage({ progress }) });
    const python = transportTo(pyodide);
    transport = python.transport;
    python.life.addEventListener("abort", () => fail(python.life.reason));
    postMessage({ ready: python.loaded });
  } catch (error) {
    fail(error);
  } finally {
    early.end();
  }
}

const fail = (error) => postMessage({ failed: toSent(error) });

async function answer({ id, message }) {
  received = id;
  try {
    reply(id, await transport(message));
  } catch (error) {
    reply(id, { error: toSent(error) });
  }
  // The page gave these away.
  for (const picture of [message?.input].flat()) {
    if (is(picture, "ImageBitmap") || is(picture, "VideoFrame")) picture.close();
  }
}

const reply = (id, answer) => postMessage({ id, answer });
