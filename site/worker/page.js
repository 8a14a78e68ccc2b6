// The page's end of loadPyface({ worker: true }): starts the worker, sends it the messages of the
// JavaScript face, and sees to it that nothing waits for a worker that is gone.

import { getWaits, within } from "../faceapi/values/waits.js";
import { Patience } from "../load/patience.js";
import { postMessageOf } from "./pictures.js";
import { fromSent, REMEDY, workerError } from "./errors.js";

const AGAIN = "call loadPyface again";

/**
 * options: as startPyface takes them; signal, if there is one, ends the worker while it loads.
 * Returns { faceapi, python: undefined, pyodide: undefined, terminate() }.
 */
export async function runInWorker({ onProgress = () => {}, signal, ...options }) {
  signal?.throwIfAborted();
  if (typeof OffscreenCanvas === "undefined") throw workerError(`this browser has no OffscreenCanvas, which a worker draws on; ${REMEDY}`);
  const face = import("../faceapi/face.js");
  face.catch(() => {}); // reported below, after the worker's own errors
  const worker = open();
  const life = new AbortController(); // aborted when the worker is gone, with the reason
  const waiting = new Map(); // id -> what settles the answer
  let count = 0;

  // However it ends: nothing waits any longer, and what is asked later hears of it.
  function end(error) {
    if (life.signal.aborted) return;
    worker.terminate();
    life.abort(error);
    for (const settle of waiting.values()) settle(gone());
    waiting.clear();
  }
  const gone = () => ({ error: life.signal.reason, loaded: [] });

  async function transport(message) {
    if (life.signal.aborted) return gone();
    const id = ++count;
    const answer = new Promise((settle) => waiting.set(id, settle));
    try {
      await postMessageOf(message, (ready, transfer) => worker.postMessage({ id, message: ready }, transfer));
    } catch (error) {
      waiting.delete(id);
      throw error;
    }
    return answer;
  }

  let runs;
  const running = new Promise((resolve) => (runs = resolve));
  // Once it runs it ends its own waits, and says so. For as long as any of those, and then some for
  // Python's start, it may be silent; one that is silent for longer hangs.
  const patience = new Patience(() => getWaits().network + getWaits().device);
  const loading = new Promise((ready, fail) => {
    const cancel = () => end(signal.reason);
    signal?.addEventListener("abort", cancel);
    life.signal.addEventListener("abort", () => {
      fail(life.signal.reason);
      runs();
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // it is reported to whoever waits
      end(workerError(event.message ? `the worker has failed: ${event.message}; ${AGAIN}` : `the worker could not be started; ${REMEDY}`));
    });
    worker.addEventListener("messageerror", () => end(workerError(`the worker sent what cannot be read; ${AGAIN}`)));
    worker.addEventListener("message", ({ data }) => {
      patience.heard();
      if (data.alive) runs();
      else if (data.progress) onProgress(data.progress);
      else if (data.failed) end(fromSent(data.failed));
      else if (data.ready) {
        signal?.removeEventListener("abort", cancel);
        ready(data.ready);
      } else {
        waiting.get(data.id)?.(data.answer);
        waiting.delete(data.id);
      }
    });
  });
  loading.catch(() => {}); // it may fail before it is awaited
  try {
    worker.postMessage({ start: options });
    await within("worker", running, "WorkerError", "the worker did not begin to run", REMEDY);
    const hangs = () => workerError(`the worker said nothing for ${patience.seconds} s while Python started; ${AGAIN}, or ${REMEDY}`);
    const loaded = await patience.within(loading, hangs);
    const { createFace } = await face;
    const terminate = () => end(workerError(`the worker was ended by terminate(); ${AGAIN}`));
    return { faceapi: createFace(transport, loaded, life.signal), python: undefined, pyodide: undefined, terminate };
  } catch (error) {
    end(error);
    throw error;
  }
}

function open() {
  const address = new URL("./worker.js", import.meta.url);
  try {
    return new Worker(address, { type: "module", name: "pyface_web" });
  } catch (error) {
    throw workerError(`${address}: the browser refused to start the worker (${error.message}); serve these files from the page's own origin, or ${REMEDY}`);
  }
}
