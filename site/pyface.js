// The loader: Python, NumPy, pyface_web and the weights, downloaded side by side, with progress.
//
//   const { faceapi, python, pyodide } = await loadPyface({ models: ["tiny_face_detector"] });

import { importChecked } from "./load/modules.js";
import { LoadError } from "./load/errors.js";
import { Patience } from "./load/patience.js";
import { NETS, WAITS } from "./tables.js";
// Those that modules.js imports, so that the browser asks for all of them side by side. Everything
// else is imported by that, which looks at each file first.
import "./hashes.js";
import "./load/network.js";

export { LoadError };

const HERE = new URL("./", import.meta.url).href;
const MODELS = NETS.map(({ option }) => option);

/**
 * Loads Python with pyface_web into the page, or into a worker.
 *
 * baseURL: the folder of this file's siblings (pyodide/, wheels/, files.json); where this file is.
 * models: nets to load, names such as "tiny_face_detector". modelsURL: their folder, by default baseURL + models/.
 * worker: whether Python and WebGL2 run in a worker, so that the page never waits for them.
 * onProgress: called with { loadedBytes, totalBytes, cachedBytes, secondsLeft, what, file, stage }.
 * stage is "download", "start" (Python starts) or "ready"; what: words such as "the SSD detector";
 * cachedBytes: how many of loadedBytes were here already; secondsLeft: undefined until it is known.
 * signal: an AbortSignal that ends it. cache: whether files are kept for the next visit.
 * waits: the longest waits in seconds, { media, camera, network, storage, device, worker }, any of them; they
 * hold for the page from then on, and setWaits changes them.
 * onStopped: called with a PyfaceError if Python ends by itself later, as it does when its stack or its memory
 * is full, or when the worker fails. All that waits for it gets that error; another call starts afresh.
 * onListing: called with the content of files.json as soon as it is here; never with a worker.
 * stackSwitching: whether Python's run_sync can be used, in browsers that can do it; see the README.
 *
 * Returns { faceapi, python, pyodide }; with a worker python and pyodide are undefined, and there is
 * terminate(), which ends it. Throws a LoadError, or the signal's reason; nothing is left running
 * then, and another call starts afresh.
 */
export async function loadPyface({ baseURL = HERE, models = [], modelsURL, worker = false, waits, onListing, onStopped, ...options } = {}) {
  const base = new URL(baseURL, document.baseURI);
  const modelsBase = new URL(modelsURL ?? new URL("models/", base), document.baseURI);
  for (const folder of [base, modelsBase]) if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  const unknown = models.filter((name) => !MODELS.includes(name));
  if (unknown.length) {
    throw new TypeError(`models: ${unknown.join(", ")} unknown; expected ${MODELS.join(", ")}`);
  }
  const { signal } = options;
  signal?.throwIfAborted();
  const given = { ...options, models, baseURL: base.href, modelsURL: modelsBase.href, waits };
  const patience = new Patience(() => (waits?.network > 0 ? waits.network : WAITS.network.default));
  const part = (name) => unlessAborted(importChecked(name, patience), signal);
  if (worker) {
    const face = part("faceapi/face.js");
    const { runInWorker } = await part("worker/page.js");
    return unlessAborted(runInWorker({ ...given, onStopped, patience, face }), signal);
  }
  const face = part("faceapi/face.js");
  // Python needs these, and what says so is not here yet.
  if (base.href === HERE) for (const name of ["pyodide.mjs", "pyodide.asm.mjs"]) part(`pyodide/${name}`);
  const { startPyface } = await part("load/start.js");
  const { python, pyodide, life } = await startPyface({ ...given, onListing });
  const { createFaceApi } = await face;
  life.throwIfAborted();
  if (onStopped) life.addEventListener("abort", () => onStopped(life.reason));
  return { faceapi: createFaceApi(pyodide), python, pyodide };
}

// The promise, or the signal's reason. It may be awaited later; its error is reported then.
function unlessAborted(promise, signal) {
  const either = new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    promise.then(resolve, reject);
  });
  either.catch(() => {});
  return either;
}
