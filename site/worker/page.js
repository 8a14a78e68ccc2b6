// The page's end of loadPyface({ worker: true }): starts the worker, sends it the messages of the
// JavaScript face, and sees to it that nothing waits for a worker that is gone.

import { changeWaits, getWaits, within } from "../faceapi/values/waits.js";
import { during } from "../load/life.js";
import { checkFor } from "../load/modules.js";
import { watchPolicy } from "../load/network.js";
import { Patience } from "../load/patience.js";
import { handOver } from "./handed.js";
import { postMessageOf } from "./pictures.js";
import { fromSent, REMEDY, workerError } from "./errors.js";

const AGAIN = "call loadPyface again";
const unused = new FinalizationRegistry((terminate) => terminate()); // ends workers whose face nobody has any more

/**
 * options: as startPyface takes them; signal, if there is one, ends the worker while it loads. onStopped:
 * called with the error when the worker, or Python in it, has ended by itself later. face: gives a promise of
 * faceapi/face.js. patience: for what the worker will import. early: what has been asked for already.
 * Returns { faceapi, python: undefined, pyodide: undefined, terminate() }. The worker ends by itself when nobody
 * has that face any longer.
 */
export async function runInWorker({ onProgress = () => {}, onStopped = () => {}, signal, face, patience: toFetch, early, waits, ...options }) {
  changeWaits(waits);
  if (typeof OffscreenCanvas === "undefined") throw workerError(`this browser has no OffscreenCanvas, which a worker draws on; ${REMEDY}`);
  await checkFor("worker/worker.js", toFetch); // no browser looks at what workers import
  signal?.throwIfAborted();
  const address = addressOf(new URL("./worker.js", import.meta.url));
  const policy = watchPolicy(address);
  const worker = open(address);
  const life = new AbortController(); // aborted when the worker is gone, with the reason
  const waiting = new Map(); // id -> what settles the answer
  let posted = 0; // messages so far: an id is a message's place in the order in which they are posted

  // However it ends: nothing waits any longer, and what is asked later hears of it.
  function end(error) {
    if (life.signal.aborted) return;
    worker.terminate();
    waiting.clear(); // the face watches the life
    life.abort(error);
  }

  function transport(message) {
    return new Promise((settle, fail) => {
      const post = (ready, transfer) => {
        life.signal.throwIfAborted(); // to make pictures took a while
        worker.postMessage({ id: posted + 1, message: ready }, transfer);
        waiting.set(++posted, settle);
      };
      postMessageOf(message, post).catch(fail);
    });
  }

  let runs;
  let isReady;
  const running = new Promise((resolve) => (runs = resolve));
  const ready = new Promise((resolve) => (isReady = resolve));
  // Once it runs it ends its own waits, and says so. For as long as any of those, and then some for
  // Python's start, it may be silent; one that is silent for longer hangs.
  const patience = new Patience(() => getWaits().network + getWaits().device);
  worker.addEventListener("error", async (event) => {
    event.preventDefault(); // it is reported to whoever waits
    await new Promise((resume) => setTimeout(resume)); // for the event of a policy
    end(workerError(event.message ? `the worker has failed: ${event.message}; ${AGAIN}` : `the worker could not be started; ${whyNot(policy, address)}${REMEDY}`));
  });
  worker.addEventListener("messageerror", () => end(workerError(`the worker sent what cannot be read; ${AGAIN}`)));
  worker.addEventListener("message", ({ data }) => {
    patience.heard();
    if (data.alive) runs();
    else if (data.progress) onProgress(data.progress);
    else if (data.failed) end(fromSent(data.failed));
    else if (data.ready) isReady(data.ready);
    else {
      waiting.get(data.id)?.(data.answer);
      waiting.delete(data.id);
    }
  });
  const cancel = () => end(signal.reason);
  signal?.addEventListener("abort", cancel);
  try {
    const handed = handOver(early, life.signal);
    worker.postMessage({ start: { ...options, handed, waits: getWaits() } }, handed.map(([, port]) => port));
    await within("worker", during(life.signal, running), "WorkerError", "the worker did not begin to run", REMEDY);
    const hangs = () => workerError(`the worker said nothing for ${patience.seconds} s while Python started; ${AGAIN}, or ${REMEDY}`);
    const loaded = await patience.within(during(life.signal, ready), hangs);
    const { createFace } = await face();
    life.signal.throwIfAborted();
    let isWanted = false;
    life.signal.addEventListener("abort", () => isWanted || onStopped(life.signal.reason));
    const terminate = () => {
      isWanted = true;
      end(workerError(`the worker was ended by terminate(); ${AGAIN}`));
    };
    const asked = only(transport);
    unused.register(asked, terminate);
    return { faceapi: createFace(asked, loaded, life.signal), python: undefined, pyodide: undefined, terminate };
  } catch (error) {
    end(error);
    throw error?.name === "DataCloneError" ? new TypeError(`loadPyface: an option cannot be sent to a worker (${error.message})`) : error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    policy.end();
    URL.revokeObjectURL(address); // if it is one
  }
}

// A function of its own, which the face holds, and nothing of the worker.
const only = (transport) => (message) => transport(message);

// What a policy has to name for a worker at this address.
const sourceOf = (address) => address.match(/^(blob|data):/)?.[0] ?? "'self'";

// Browsers say nothing of a worker that did not start.
const whyNot = ({ directive }, address) =>
  directive
    ? `the page's Content-Security-Policy does not allow it: add ${sourceOf(address)} to ${directive}, or `
    : "is worker/worker.js there, and sent as text/javascript? Else ";

// No browser starts a worker of another origin, but one of the page's own may import it. A page in a sandbox has
// none, which Chromium does not take for that of its blobs.
function addressOf({ href, origin }) {
  if (origin === location.origin) return href;
  const code = `import ${JSON.stringify(href)};`;
  if (globalThis.origin === "null") return `data:text/javascript,${encodeURIComponent(code)}`;
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

function open(address) {
  try {
    return new Worker(address, { type: "module", name: "pyface_web" });
  } catch (error) {
    throw workerError(`${address}: the browser refused to start the worker (${error.message}); does the page's Content-Security-Policy allow it, worker-src ${sourceOf(address)}? Else ${REMEDY}`);
  }
}
