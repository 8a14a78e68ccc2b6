// The page's end of the areas of faults: calls of the JavaScript face, in the page and in a worker,
// whose answers come out as plain numbers, each within a limit of time.

import { loadPyface } from "../pyface.js";
import { goodPictures, KINDS } from "./pictures.js";

const SITE = new URL("../", import.meta.url).href;
const LIMIT = 150_000; // milliseconds; only what hangs takes so long
const faces = {}; // "page" and "worker" -> the namespace
const loads = {}; // the same -> what loadPyface gave
let good; // pictures
let backend; // what computes
let foreign; // address of a picture of another origin
let moments; // of moments.py
let holds = []; // { call, k } of messages for the worker that wait for its k-th call of WebGL

export const kinds = Object.keys(KINDS);

const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (data, ...rest) {
  const hold = holds.find(({ call, go }) => call === data?.message?.call && !go);
  if (!hold) return postMessage.call(this, data, ...rest);
  const told = ({ data: { due } }) => due >= hold.k && hold.go();
  this.addEventListener("message", told);
  hold.go = () => {
    this.removeEventListener("message", told);
    hold.go = () => {};
    postMessage.call(this, data, ...rest);
  };
  return undefined;
};

/**
 * Loads pyface_web. where: "page" or "worker". code: moments.py. elsewhere: of another origin.
 * still: whether the good pictures are images, which a GPU that dies does not take along.
 * backend: its name.
 */
export async function begin({ where, models, code, elsewhere, still, backend: name }) {
  backend = name;
  foreign = `${elsewhere}images/sample1.jpg`;
  good ??= await goodPictures(SITE, still);
  loads[where]?.terminate?.();
  loads[where] = await loadPyface({ models, worker: where === "worker", backend });
  faces[where] = loads[where].faceapi;
  if (where === "page") {
    moments = loads.page.pyodide.runPython(code);
    globalThis.pyface = loads.page;
  }
}

/** Frees the device and everything that earlier tries left; the next call starts anew. */
export const dispose = (where) => faces[where].dispose();

const tiny = (face) => new face.TinyFaceDetectorOptions({ inputSize: 160 });

/** What can be asked of a picture; all give values that `numbers` understands. */
const CALLS = {
  tiny: (face, picture) => face.detectAllFaces(picture, tiny(face)),
  chain: (face, picture) => face.detectAllFaces(picture, tiny(face)).withFaceLandmarks().withFaceDescriptors(),
  // With other weights points would go astray, and be looked at in ways that take more textures for good.
  outline: (face, picture) => face.detectAllFaces(picture, tiny(face)).withFaceLandmarks(true, { refine: false }),
  single: (face, picture) => face.detectSingleFace(picture, tiny(face)).withFaceExpressions().withAgeAndGender(),
  points: (face, picture) => face.detectFaceLandmarksTiny(picture),
  descriptor: (face, picture) => face.computeFaceDescriptor(picture),
  expressions: (face, picture) => face.recognizeFaceExpressions(picture),
  ages: (face, picture) => face.predictAgeAndGender(picture),
  list: (face, picture) => face.computeFaceDescriptor([picture, good.ada]),
  ssd: (face, picture) => face.detectAllFaces(picture, new face.SsdMobilenetv1Options()),
  mtcnn: (face, picture) => face.mtcnn(picture, { minFaceSize: 60 }),
  // Two frames of a canvas, of which the last counts.
  async track(face, picture) {
    const frames = face.track(picture, { detector: tiny(face), landmarks: true, descriptors: true, smoothing: false });
    let last = [];
    let count = 0;
    for await (const frame of frames) {
      last = frame.faces.map((tracked) => tracked.face);
      if (++count === 2) break;
    }
    return last;
  },
};

/** What is done in the midst of calls. */
const ACTIONS = {
  dispose: (face) => face.dispose(),
  load: (face) => face.nets.faceRecognitionNet.loadFromUri("models"),
  async reload(face) {
    const net = face.nets.faceLandmark68Net;
    await net.dispose();
    await net.loadFromUri("models");
  },
  warmup: (face) => face.warmup(),
  backend: (face) => face.setBackend(backend),
  half: (face) => face.setBackend("webgl", 16),
  reference: (face) => face.setBackend("reference"),
  memory: (face) => face.memory(),
  other: (face) => face.nets.faceLandmark68TinyNet.loadFromUri("faults/other"),
  restore: (face) => face.nets.faceLandmark68TinyNet.loadFromUri("models"),
  terminate: async (face, where) => loads[where].terminate(),
};
const MESSAGES = {
  dispose: "dispose", load: "load", reload: "dispose", warmup: "warmup", backend: "set_backend", half: "set_backend",
  reference: "set_backend", memory: "memory", other: "load",
  restore: "load",
};

/** The numbers of an answer, in an order that does not change, relative to the picture. */
function numbers(found) {
  if (found === undefined || found === null) return [];
  if (typeof found === "number") return [found];
  if (Array.isArray(found) || found instanceof Float32Array) return Array.from(found).flatMap(numbers);
  if (found.relativePositions) return found.relativePositions.flatMap(({ x, y }) => [x, y]);
  if (found.relativeBox) {
    const { x, y, width, height } = found.relativeBox;
    return [found.score, x, y, width, height];
  }
  const { detection, landmarks, descriptor, expressions, age, genderProbability } = found;
  if (detection || age !== undefined) {
    const years = age === undefined ? undefined : age / 100;
    return [detection, landmarks, descriptor, expressions, years, genderProbability].flatMap(numbers);
  }
  return Object.values(found).flatMap((value) => (typeof value === "number" ? [value] : []));
}

function described(error) {
  const { name = typeof error, message = String(error), traceback, stack } = error ?? {};
  return { name: String(name), message: String(message).slice(0, 600), traceback: traceback ?? null, stack: String(stack).slice(0, 600) };
}

async function outcome(start) {
  let timer;
  const late = new Promise((done) => (timer = setTimeout(done, LIMIT, { hung: true })));
  const run = async () => {
    try {
      return { value: numbers(await start()) };
    } catch (error) {
      return { error: described(error) };
    }
  };
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function pictureOf(name) {
  if (good[name]) return good[name];
  return KINDS[name]({ good, foreign });
}

async function once(where, call, name) {
  let picture;
  try {
    picture = await pictureOf(name);
  } catch (error) {
    return { skipped: described(error) }; // this browser has no such picture
  }
  return outcome(() => CALLS[call](faces[where], picture));
}

/** Outcomes of [call, picture] each, one after the other: { value }, { error }, { hung } or { skipped }. */
export async function inTurn(where, calls) {
  const found = [];
  for (const [call, picture] of calls) found.push(await once(where, call, picture));
  return found;
}

/** The same, all at once. */
export const atOnce = (where, calls) => Promise.all(calls.map(([call, picture]) => once(where, call, picture)));

/**
 * The same, with actions in their midst: [k, action] each. In the page an action is done at the k-th
 * await of Python, in the worker its message is sent after the k-th call of WebGL, of which the
 * worker was told to tell.
 * Gives { outcomes, actions, awaits }.
 */
export async function race(where, calls, actions) {
  const acted = [];
  const act = (name) => acted.push(outcome(async () => void (await ACTIONS[name](faces[where], where))));
  const running = [];
  if (where === "page") moments.arm(...actions.map(([k, name]) => [k, () => act(name)]));
  else holds = actions.map(([k, name]) => ({ k, call: MESSAGES[name] }));
  for (const [call, picture] of calls) running.push(once(where, call, picture));
  if (where !== "page") {
    await Promise.resolve();
    for (const [k, name] of actions) {
      if (name === "terminate") await later(k);
      act(name);
    }
  }
  const outcomes = await Promise.all(running);
  let awaits = 0;
  if (where === "page") awaits = moments.disarm();
  else flush();
  const done = await Promise.all(acted);
  return { outcomes, actions: done, awaits };
}

const later = async (turns) => {
  for (let i = 0; i < turns; i++) await new Promise((done) => setTimeout(done));
};

/** Lets go of all messages that are held, and holds no more. */
function flush() {
  const held = holds;
  holds = [];
  for (const hold of held) hold.go?.();
}

/** Outcome of loading the tiny landmark net from a folder. */
export const load = (where, folder) => outcome(() => faces[where].nets.faceLandmark68TinyNet.loadFromUri(folder));

let python; // `race` of races.py

/** A race of the page's own Python. code: races.py. spec: as that takes it. */
export async function inPython(code, spec) {
  python ??= pyface.pyodide.runPython(code);
  return python(spec);
}

/** What is held: counts of the bridge, or of the host. */
export async function memory(where) {
  const { textures, texture_bytes, buffers, framebuffers, programs, plans, backend } = await faces[where].memory();
  return { textures, texture_bytes, buffers, framebuffers, programs, plans, backend };
}

/** Name of what computes, for races.py. */
export const computes = () => backend;

/** Proxies between JavaScript and Python of the page, after Python's garbage collection. */
export function proxies() {
  const runtime = pyface.pyodide._module;
  runtime.enable_pyproxy_allocation_tracing?.();
  pyface.pyodide.runPython("import gc; gc.collect(); gc.collect(); None");
  return { js: runtime.pyproxy_alloc_map?.size ?? 0, python: runtime._hiwire_num_refs?.() ?? 0, wasm: runtime.HEAP8.length };
}

/** The page's elements and streams that pictures left. */
export function tidy() {
  for (const element of document.querySelectorAll("iframe, video")) element.remove();
}
