// The loader: Python, NumPy, pyface_web and the weights, downloaded side by side, with progress.
//
//   const { faceapi, python, pyodide } = await loadPyface({ models: ["tiny_face_detector"] });

import { LoadError } from "./load/errors.js";
import { changeWaits, getWaits } from "./faceapi/values/waits.js";
import { lifeOf } from "./load/life.js";
import { ahead, MODELS, module, startPyface } from "./load/start.js";
// Those that start.js imports, so that the browser asks for all of them side by side.
import "./bridge.js";
import "./tables.js";
import "./faceapi/values/errors.js";
import "./faceapi/values/given.js";
import "./faceapi/values/rules.js";
import "./load/cache.js";
import "./load/downloads.js";
import "./load/life.js";
import "./load/listing.js";
import "./load/manifest.js";
import "./load/network.js";
import "./load/patience.js";
import "./load/python.js";
import "./load/shaders.js";

export { LoadError };

const HERE = new URL("./", import.meta.url).href;

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
  const unknown = models.filter((name) => !MODELS.has(name));
  if (unknown.length) {
    throw new TypeError(`models: ${unknown.join(", ")} unknown; expected ${[...MODELS.keys()].join(", ")}`);
  }
  changeWaits(waits);
  options.signal?.throwIfAborted();
  const given = { ...options, models, baseURL: base.href, modelsURL: modelsBase.href, waits: getWaits() };
  if (worker) {
    const { runInWorker } = await module(new URL("./worker/page.js", import.meta.url));
    return runInWorker({ ...given, onStopped });
  }
  const face = ahead(module(new URL("./faceapi/face.js", import.meta.url)));
  const { python, pyodide } = await startPyface({ ...given, onListing });
  const { createFaceApi } = await face;
  const life = lifeOf(pyodide);
  life.throwIfAborted();
  if (onStopped) life.addEventListener("abort", () => onStopped(life.reason));
  return { faceapi: createFaceApi(pyodide), python, pyodide };
}
