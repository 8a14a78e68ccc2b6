// The loader: Python, NumPy, pyface_web and the weights, downloaded side by side, with progress.
//
//   const { faceapi, python, pyodide } = await loadPyface({ models: ["tiny_face_detector"] });

import { createBridge } from "./bridge.js";
import { Downloads, json, LoadError } from "./downloads.js";
import { startPython } from "./runtime.js";
import { prepareShaders } from "./shaders.js";

export { LoadError };

const HERE = new URL("./", import.meta.url).href;

// name for `models` -> [attribute of pyface_web.nets, file name of the manifest]
const MODELS = {
  ssd_mobilenetv1: ["ssd_mobilenetv1", "ssd_mobilenetv1_model"],
  tiny_face_detector: ["tiny_face_detector", "tiny_face_detector_model"],
  mtcnn: ["mtcnn", "mtcnn_model"],
  tiny_yolov2: ["tiny_yolov2", "tiny_yolov2_separable_conv_model"], // in a folder of your own
  face_landmark_68: ["face_landmark68_net", "face_landmark_68_model"],
  face_landmark_68_tiny: ["face_landmark68_tiny_net", "face_landmark_68_tiny_model"],
  face_recognition: ["face_recognition_net", "face_recognition_model"],
  face_expression: ["face_expression_net", "face_expression_model"],
  age_gender: ["age_gender_net", "age_gender_model"],
};

/**
 * Loads Python with pyface_web into the page, or into a worker.
 *
 * baseURL: the folder of this file's siblings (pyodide/, wheels/, files.json); where this file is.
 * models: nets to load, names as in MODELS. modelsURL: their folder, by default baseURL + models/.
 * worker: whether Python and WebGL2 run in a worker, so that the page never waits for them.
 * onProgress: called with { loadedBytes, totalBytes, file, stage }; stage is "download", "start"
 * (Python starts) or "ready". Returns { faceapi, python, pyodide }; with a worker python and pyodide
 * are undefined, and there is terminate(), which ends it.
 */
export async function loadPyface({ baseURL = HERE, models = [], modelsURL, worker = false, ...options } = {}) {
  const base = new URL(baseURL, document.baseURI);
  const modelsBase = new URL(modelsURL ?? new URL("models/", base), document.baseURI);
  if (!modelsBase.pathname.endsWith("/")) modelsBase.pathname += "/";
  const unknown = models.filter((name) => !(name in MODELS));
  if (unknown.length) {
    throw new TypeError(`models: ${unknown.join(", ")} unknown; expected ${Object.keys(MODELS).join(", ")}`);
  }
  const given = { ...options, models, baseURL: base.href, modelsURL: modelsBase.href };
  if (worker) return (await import("./run_in_worker.js")).runInWorker(given);

  const face = ahead(import("./faceapi.js"));
  const { python, pyodide } = await startPyface(given);
  return { faceapi: (await face).createFaceApi(pyodide), python, pyodide };
}

/** What of loadPyface runs where Python does. All addresses are absolute. Returns { python, pyodide }. */
export async function startPyface({ baseURL, models, modelsURL, onProgress }) {
  const base = new URL(baseURL);
  const modelsBase = new URL(modelsURL);
  const here = globalThis.document?.baseURI ?? location.href;
  // What needs no list of files is on its way before the list is here.
  const imports = {
    pyodide: ahead(import(new URL("pyodide/pyodide.mjs", base))),
    core: ahead(import(new URL("pyodide/pyodide.asm.mjs", base))),
  };
  const downloads = new Downloads(onProgress);
  downloads.start(new URL("pyodide/pyodide.asm.wasm", base));
  downloads.start(new URL("pyodide/python_stdlib.zip", base));
  downloads.start(new URL("pyodide/pyodide-lock.json", base));
  const find = (url) => downloads.response(url);
  const listing = await json(new URL("files.json", base));
  downloads.expect(listing, base);
  for (const name of neededFiles(listing)) downloads.start(new URL(name, base), listing.files[name].bytes);
  for (const name of models) {
    for (const file of modelFiles(listing, `${MODELS[name][1]}-weights_manifest.json`)) {
      downloads.start(new URL(file, modelsBase), listing.files[`models/${file}`].bytes);
    }
  }
  // To open the GPU takes the browser a while, so all downloads are on their way first.
  const bridgeForPython = models.length
    ? prepareShaders(createBridge, base, listing, models.map((name) => MODELS[name][1]), find)
    : createBridge;

  // Pyodide fetches by itself; while it starts, it gets what is on its way already.
  const restore = downloads.lendTo(globalThis);
  let started;
  try {
    started = await startPython(base, listing, downloads, imports);
  } finally {
    restore();
  }
  const { pyodide, installed } = started;
  downloads.stage = "start";
  downloads.report("pyface_web");
  if (!installed) pyodide.unpackArchive(await wheelBytes(downloads, new URL(listing.wheel, base).href), "wheel");
  pyodide.registerJsModule("pyface_bridge", { createBridge: bridgeForPython });
  pyodide.registerJsModule("pyface_prefetch", { take: (url) => downloads.take(new URL(url, here).href) });
  const python = pyodide.pyimport("pyface_web");
  const nets = python.nets;
  await Promise.all(models.map((name) => loadNet(nets, MODELS[name][0], modelsBase.href)));
  nets.destroy();
  downloads.stage = "ready";
  downloads.report("");
  return { python, pyodide };
}

// A promise that is awaited later; its error is reported then.
function ahead(promise) {
  promise.catch(() => {});
  return promise;
}

async function wheelBytes(downloads, url) {
  const response = await downloads.response(url);
  if (!response.ok) throw new LoadError(url, "the wheel of pyface_web", `HTTP status ${response.status}`, "was the folder built with build.py?");
  return response.arrayBuffer();
}

async function loadNet(nets, attribute, url) {
  const net = nets[attribute];
  try {
    await net.load(url);
  } finally {
    net.destroy();
  }
}

// With an image of Python's memory, NumPy and pyface_web are in it.
function neededFiles(listing) {
  if (listing.image) return [listing.image];
  return [Object.keys(listing.files).find((name) => name.startsWith("pyodide/numpy-")), listing.wheel];
}

function modelFiles(listing, manifest) {
  const model = manifest.replace("-weights_manifest.json", "-shard");
  return Object.keys(listing.files)
    .filter((name) => name === `models/${manifest}` || name.startsWith(`models/${model}`))
    .map((name) => name.slice("models/".length));
}
