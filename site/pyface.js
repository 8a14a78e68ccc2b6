// The loader: Python, NumPy, pyface_web and the weights, downloaded side by side, with progress.
//
//   const { faceapi, python, pyodide } = await loadPyface({ models: ["tiny_face_detector"] });

import { importChecked } from "./load/modules.js";
import { fileIn, folderAt, homeOf, placeOf } from "./load/addresses.js";
import { Early } from "./load/early.js";
import { LoadError, meant, optionsError } from "./load/errors.js";
import { bundled } from "./load/network.js";
import { Patience } from "./load/patience.js";
import { BACKENDS, NETS, WAITS } from "./tables.js";
// Those that modules.js imports, so that the browser asks for all of them side by side. Everything
// else is imported by that, which looks at each file first.
import { IMAGE } from "./hashes.js";

export { LoadError };

const HERE = homeOf(import.meta.url);
const CALLBACKS = ["onProgress", "onListing", "onStopped"];
const SWITCHES = ["worker", "cache", "latestFrame", "stackSwitching"];
const OPTIONS = ["models", "prefetch", "modelsURL", "baseURL", "backend", "signal", "waits", ...SWITCHES, ...CALLBACKS];
const MODELS = NETS.map(({ option }) => option);
let first; // what the first call asked for early, for whichever wants it: { early, begun, calls that may }
let silence = WAITS.network.default; // in seconds, that ends a wait: as the last call has it that named one

/**
 * Loads Python with pyface_web into the page, or into a worker.
 *
 * baseURL: the folder of dist/, from which everything comes: modules, worker, Python; where this file is, and in a
 * bundle it has to be given, as the files have to be copied: npx pyface-web copy.
 * models: nets to load, names such as "tiny_face_detector"; what is named first comes first. prefetch: nets whose
 * files come in the background when all else is here, for a load() of theirs, or a later call with them in models;
 * loadPyface does not wait for them, nor does onProgress count them. modelsURL: their folder, by default models/ in baseURL, or
 * { name: address } of their files, as where each address is signed. A folder's query goes to all files in it.
 * worker: whether Python and what computes run in a worker, so that the page never waits for them.
 * backend: what computes, "webgl", "wasm" or "reference" (NumPy), or "fastest", which measures the models
 * once and remembers; without it the page takes what suits the machine. An error where it cannot be had.
 * onProgress: called with { loadedBytes, totalBytes, cachedBytes, secondsLeft, what, file, stage }.
 * stage is "download", "start" (Python starts) or "ready"; what: words such as "the SSD detector";
 * cachedBytes: how many of loadedBytes were here already; secondsLeft: undefined until it is known.
 * signal: an AbortSignal that ends it. cache: whether files are kept for the next visit.
 * waits: the longest waits in seconds, { media, camera, network, storage, device, worker }, any of them; they
 * hold for the page from then on, and setWaits changes them.
 * onStopped: called with a PyfaceError if Python ends by itself later, as it does when its stack or its memory
 * is full, or when the worker fails. All that waits for it gets that error; another call starts afresh.
 * onListing: called with the content of files.json as soon as it is here; never with a worker.
 * latestFrame: whether all calls that wait for a video get the faces of its latest frame; see setLatestFrame.
 * stackSwitching: whether Python's run_sync can be used, in browsers that can do it; see docs/guides/loading.md.
 *
 * Returns { faceapi, python, pyodide, terminate }; with a worker python and pyodide are undefined. All calls in
 * a page share one Python, its nets and its backend, as far as they ask for nothing contradictory, which the
 * console says; a worker is its caller's own. terminate() ends what this call gave, and Python with the last
 * of those who share it. Throws a LoadError, an OptionsError for options that cannot be, or the
 * signal's reason; nothing is left running then, and another call starts afresh.
 */
export async function loadPyface(options = {}) {
  check(options);
  const found = await load(options);
  if (options.latestFrame) await found.faceapi.setLatestFrame();
  return found;
}

async function load(options) {
  const { baseURL = home(), models = [], prefetch = [], modelsURL, worker, backend, waits, signal, cache, stackSwitching } = options;
  const [onProgress, onListing, onStopped] = CALLBACKS.map((name) => options[name] ?? undefined);
  const base = folder("baseURL", baseURL);
  const here = new URL("./", base).href; // modules import others without a query
  const place = placeOf("modelsURL", modelsURL ?? fileIn(base, "models/"));
  signal?.throwIfAborted();
  const given = {
    models: [...new Set(models)],
    prefetch: [...new Set(prefetch)],
    baseURL: base.href,
    modelsURL: place,
    onProgress,
    signal,
    backend: backend ?? undefined,
    waits,
    cache: Boolean(cache ?? true),
    stackSwitching: Boolean(stackSwitching),
  };
  if (typeof waits?.network === "number" && waits.network > 0) silence = waits.network;
  const patience = new Patience(() => silence);
  const part = (name) => unlessAborted(importChecked(name, patience, here), signal);
  // What waits may be is known by what is not here yet; nothing is asked for by options that cannot be.
  if (!first) {
    const early = new Early(base, patience);
    first = { early, begun: Promise.resolve(waits === undefined && early.begin(IMAGE, { keep: given.cache })), calls: 0 };
  }
  const { early, begun } = first;
  first.calls++;
  try {
    await unlessAborted(begun, signal);
    let face;
    if (worker) {
      const { runInWorker } = await part("worker/page.js");
      const running = runInWorker({ ...given, onStopped, patience, early, face: () => face });
      face = part("faceapi/face.js"); // many files, which what takes longer must not wait for
      return await unlessAborted(running, signal);
    }
    const sharing = part("load/shared.js");
    // Python needs these, and what says so is not here yet.
    if (base.href === here) for (const name of ["pyodide.mjs", "pyodide.asm.mjs"]) part(`pyodide/${name}`);
    const { sharePyface, release } = await sharing;
    const shared = sharePyface({ ...given, onListing, early }, async ({ python, pyodide, life, nets }) => {
      const { createFaceApi, Handle } = await face;
      life.throwIfAborted();
      const handle = new Handle(pyodide, nets);
      if (onStopped) handle.life.addEventListener("abort", () => handle.isTerminated || onStopped(handle.life.reason));
      return loaded(handle, createFaceApi(pyodide, handle), { python, pyodide }, release);
    });
    face = part("faceapi/face.js");
    return await shared;
  } finally {
    if (--first.calls === 0) early.end();
  }
}

// What a page gets.
function loaded(handle, faceapi, held, release) {
  const take = (name) => {
    handle.giveAway();
    return held[name];
  };
  return {
    faceapi,
    get python() { return take("python"); },
    get pyodide() { return take("pyodide"); },
    terminate() {
      if (held.pyodide) handle.terminate(release(held.pyodide));
      held = {}; // whoever keeps this does not keep Python
    },
  };
}

// Throws an OptionsError for what no later step would say in words.
function check(options) {
  if (typeof options !== "object" || options === null) throw optionsError("its options", "an object", options);
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw optionsError("its options", OPTIONS.join(", "), name, meant(name, OPTIONS));
  }
  const { backend, signal } = options;
  const names = `a list of names such as ${MODELS.join(", ")}`;
  for (const option of ["models", "prefetch"]) {
    const { [option]: models = [] } = options;
    if (!Array.isArray(models)) throw optionsError(option, names, models, MODELS.includes(models) ? `write [${JSON.stringify(models)}]` : "");
    for (const name of models) if (!MODELS.includes(name)) throw optionsError(option, names, name, meant(name, MODELS));
  }
  if (![undefined, null, ...BACKENDS].includes(backend)) throw optionsError("backend", `one of ${BACKENDS.join(", ")}`, backend);
  for (const [names, type, expected] of [[CALLBACKS, "function", "a function"], [SWITCHES, "boolean", "true or false"]]) {
    for (const name of names) if (![type, "undefined"].includes(typeof (options[name] ?? undefined))) throw optionsError(name, expected, options[name]);
  }
  if (signal && typeof signal.throwIfAborted !== "function") throw optionsError("signal", "an AbortSignal", signal);
}

// Where this file is, as long as it is one by itself.
function home() {
  if (HERE) return HERE;
  throw bundled(import.meta.url);
}

// The address of a folder.
function folder(what, value) {
  try {
    return folderAt(value);
  } catch {
    throw optionsError(what, "the address of a folder", value instanceof URL ? value.href : value);
  }
}

// The promise, or the signal's reason. It may be awaited later; its error is reported then.
function unlessAborted(promise, signal) {
  const either = new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    if (signal?.aborted) reject(signal.reason);
    promise.then(resolve, reject);
  });
  either.catch(() => {});
  return either;
}
