// Every function, class, static and method of the JavaScript face with hostile values in the place of
// each parameter. hostileCalls(faceapi, { seed, many, only }) -> [[verdict, what], ...].
// A value is right if it is finite throughout, unless the documentation says otherwise; else there must
// be a PyfaceError.

const boom = () => {
  throw new RangeError("hostile");
};
const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, boom]));
const throwing = (target) => new Proxy(target, traps);
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const cycle = () => {
  const list = [];
  list.push(list);
  return list;
};
const deep = (levels) => {
  let list = [];
  for (let i = 0; i < levels; i++) list = [list];
  return list;
};
const detached = () => {
  const numbers = new Float32Array(128);
  structuredClone(numbers.buffer, { transfer: [numbers.buffer] });
  return numbers;
};
const closedBitmap = () => {
  const canvas = new OffscreenCanvas(2, 2);
  canvas.getContext("2d");
  const bitmap = canvas.transferToImageBitmap();
  bitmap.close();
  return bitmap;
};
const glCanvas = () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("bitmaprenderer");
  return canvas;
};

const HOSTILE = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  NaN: () => NaN,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "-0": () => -0,
  "-1": () => -1,
  0.5: () => 0.5,
  "1e308": () => 1e308,
  "-1e308": () => -1e308,
  "1e200": () => 1e200,
  "5e-324": () => 5e-324,
  "2**53": () => 2 ** 53,
  '""': () => "",
  text: () => "a",
  surrogate: () => "\ud800",
  NUL: () => "a\0b",
  "long text": () => "x".repeat(100_000),
  "#": () => "#",
  "#[": () => "#[",
  address: () => "http://[",
  constructor: () => "constructor",
  JSON: () => '{"label": NaN}',
  Symbol: () => Symbol("hostile"),
  BigInt: () => 10n ** 400n,
  function: () => () => {},
  class: () => class Hostile {},
  "{}": () => ({}),
  "Object.create(null)": () => Object.create(null),
  "toString throws": () => ({ toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom }),
  "getters throw": () => ({ get x() { return boom(); }, get width() { return boom(); }, get detection() { return boom(); } }),
  "{x: null, y: NaN}": () => ({ x: null, y: NaN }),
  "size of 1e308": () => ({ width: 1e308, height: 1e308 }),
  "size of NaN": () => ({ width: NaN, height: "4" }),
  "edges far apart": () => ({ left: -1e308, top: 0, right: 1e308, bottom: 1 }),
  "huge box": () => ({ x: 1e308, y: 1e308, width: 1e308, height: 1e308 }),
  cycle,
  "cyclic object": () => {
    const made = {};
    made.detection = made.landmarks = made.parent = made;
    return made;
  },
  deep: () => deep(5000),
  "[]": () => [],
  "[[]]": () => [[]],
  "[null]": () => [null],
  holes: () => new Array(4),
  "too long": () => new Array(2 ** 32 - 1),
  "[NaN, NaN]": () => [NaN, NaN],
  "[1e308, -1e308]": () => [1e308, -1e308],
  texts: () => ["1", "\ud800"],
  mixed: () => [1, "a", null, [2], {}, 3n],
  Date: () => new Date(NaN),
  Map: () => new Map([[1, 2]]),
  Set: () => new Set([1]),
  RegExp: () => /hostile/,
  Promise: () => Promise.resolve(1),
  "a thenable": () => ({ then: boom }),
  Error: () => new Error("hostile"),
  frozen: () => Object.freeze({ width: 1 }),
  generator: () => (function* () { yield 1; })(),
  endless: () => ({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }),
  ArrayBuffer: () => new ArrayBuffer(7),
  DataView: () => new DataView(new ArrayBuffer(8)),
  "detached array": detached,
  "Float32Array of NaN": () => new Float32Array(128).fill(NaN),
  "Float64Array of 1e300": () => new Float64Array(128).fill(1e300),
  BigInt64Array: () => new BigInt64Array(128),
  Uint8Array: () => new Uint8Array(3),
  "odd tensor": () => ({ data: [1, 2], shape: [1, 2, 3] }),
  "tensor of texts": () => ({ data: "abc", shape: [3] }),
  "tensor of NaN": () => ({ data: [NaN, 1, 2], shape: [1, 1, 1, 3] }),
  "empty tensor": () => ({ data: [], shape: [1, 0, 0, 3] }),
  "wide tensor": () => ({ data: new Uint8Array(3 * 70_000), shape: [1, 1, 70_000, 3] }),
  "tensor of BigInts": () => ({ data: new BigInt64Array(3), shape: [1, 1, 1, 3] }),
  "throwing proxy": () => throwing({}),
  "throwing list": () => throwing([1, 2]),
  "throwing function": () => throwing(() => {}),
  "revoked proxy": () => revoked({}),
  "revoked list": () => revoked([]),
  window: () => window,
  document: () => document,
  body: () => document.body,
  "text node": () => new Text("hostile"),
  "broken image": () => Object.assign(new Image(), { src: "data:image/png;base64,AAAA" }),
  "empty image": () => new Image(),
  "empty canvas": () => Object.assign(document.createElement("canvas"), { width: 0 }),
  "canvas of another context": glCanvas,
  "empty video": () => document.createElement("video"),
  ImageData: () => new ImageData(1, 1),
  "closed bitmap": closedBitmap,
  Blob: () => new Blob(["hostile"], { type: "image/png" }),
  "empty Blob": () => new Blob([]),
  AbortSignal: () => AbortSignal.abort(),
};

// --- what is right in the place of a parameter, by its name, or by that of the function and its own

function validFor(faceapi) {
  const box = () => ({ x: 0, y: 0, width: 0.5, height: 0.5 });
  const detection = () => new faceapi.FaceDetection(0.75, box(), { width: 40, height: 30 });
  const points = () => Array.from({ length: 68 }, (_, i) => ({ x: i / 68, y: (i * i) / 5000 }));
  const landmarks = () => new faceapi.FaceLandmarks68(points(), { width: 20, height: 15 });
  const result = () => faceapi.extendWithFaceLandmarks({ detection: detection() }, landmarks());
  const canvas = () => Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  const descriptor = () => new Float32Array(128).fill(0.1);
  const tensor = () => ({ data: new Float32Array(4 * 6 * 3), shape: [1, 4, 6, 3] });
  const probabilities = () => [1, 0, 0, 0, 0, 0, 0];
  const context = () => canvas().getContext("2d");
  const task = () => faceapi.detectAllFaces(canvas());
  const matcher = () => new faceapi.FaceMatcher([new faceapi.LabeledFaceDescriptors("Ada", [descriptor()])]);
  const each = (names, make) => Object.fromEntries(names.map((name) => [name, make]));
  const valid = {
    ...each(["x", "y", "width", "height", "left", "top", "padX", "padY", "shiftX", "shiftY"], () => 3),
    ...each(["right", "bottom", "imageWidth", "imageHeight", "scaleX", "scaleY", "num", "start", "step", "k"], () => 9),
    ...each(["score", "classScore", "distance", "genderProbability", "iouThreshold", "padding", "scale"], () => 0.5),
    ...each(["age", "label", "batchIdx", "dim", "prec"], () => 0),
    ...each(["box", "box1", "box2", "relativeBox", "rect", "region"], box),
    ...each(["canvasArg", "canvas", "input", "media", "image", "inputs", "media", "source", "arg"], canvas),
    ...each(["ctx", "context"], context),
    ...each(["imgDims", "imageDims", "dims", "dimensions", "reference", "obj", "canvasDims"], () => ({ width: 40, height: 30 })),
    ...each(["pts", "points"], () => [{ x: 1, y: 2 }, { x: 3, y: 4 }]),
    ...each(["other", "point", "shift", "anchor"], () => ({ x: 1, y: 2 })),
    ...each(["descriptor", "queryDescriptor", "arr1", "arr2", "a", "b"], descriptor),
    ...each(["detection", "detections"], () => [detection()]),
    ...each(["imgTensor", "tensor"], tensor),
    ...each(["faceLandmarks", "unshiftedLandmarks"], landmarks),
    ...each(["uri", "url", "weightsOrUrl"], () => "no/such/file"),
    ...each(["defaultModelName", "name", "callee", "className"], () => "webgl"),
    ...each(["lines", "line", "text"], () => "a line"),
    descriptors: () => [descriptor()],
    relativeFaceLandmarkPositions: points,
    sourceObj: () => ({ detection: detection() }),
    expressions: () => new faceapi.FaceExpressions(probabilities()),
    faceExpressions: () => new faceapi.FaceExpressions(probabilities()),
    probabilities,
    gender: () => "male",
    values: () => ({ detection: detection() }),
    boxes: () => [box(), box()],
    scores: () => [0.5, 0.75],
    inputSize: () => 32,
    meanRgb: () => [1, 2, 3],
    results: () => [detection()],
    inputArray: () => [1, 2],
    weightMap: () => ({}),
    weights: () => new Float32Array(4),
    parentTask: task,
    facts: () => undefined,
    json: () => JSON.stringify(matcher().toJSON()),
    config: () => ({ withSeparableConvs: true, iouThreshold: 0.4, classes: ["face"], anchors: [{ x: 1, y: 2 }] }),
    buf: () => new Blob([]),
    video: canvas,
    tensorOrCanvas: canvas,
    "inverseSigmoid.x": () => 0.5,
    "normalize.x": tensor,
    "iou.box1": box,
    "extendWithFaceDetection.detection": detection,
    "FaceDetectionWithLandmarks.detection": detection,
    "FullFaceDescription.detection": detection,
    "FaceLandmarks68.align.detection": detection,
    "FaceLandmarks5.relativeFaceLandmarkPositions": () => points().slice(0, 5),
    "LabeledFaceDescriptors.label": () => "Ada",
    "FaceMatcher.add.label": () => "Ada",
    "FaceMatcher.remove.label": () => "Ada",
    "FaceMatch.label": () => "Ada",
    "FaceMatcher.inputs": () => [new faceapi.LabeledFaceDescriptors("Ada", [descriptor()])],
    "LabeledFaceDescriptors.fromJSON.json": () => ({ label: "Ada", descriptors: [] }),
    "NetInput.inputs": () => [canvas()],
    "extractFaceTensors.source": canvas,
    "matchDimensions.input": canvas,
    "getMediaDimensions.input": canvas,
  };
  const instances = {
    FaceMatcher: matcher,
    FaceResult: result,
    FaceDetectionWithLandmarks: result,
    ComposableTask: task,
    DetectFacesTaskBase: task,
    NeuralNetwork: () => new faceapi.TinyFaceDetector(),
  };
  return { valid, instances };
}

// What may give anything, as the documentation says: also whatever it was given.
const FREE = new RegExp(
  "^(iou|inverseSigmoid|FaceMatch|FaceMatcher.(findBestMatch|matchDescriptor|topK)|extendWith.*|FaceResult|" +
    "resizeResults|shuffleArray|resolveInput)$",
);
// What would change what others see, or is the browser's.
const LEFT_OUT = new Set(["env", "tf", "nets", "PyfaceError"]);

/** Names of a function's parameters, as its source has them; a class's are those of its constructor. */
function parametersOf(value) {
  let source = Function.prototype.toString.call(value);
  if (source.startsWith("class")) {
    const at = source.search(/^\s*constructor\s*\(/m);
    if (at < 0) {
      const parent = Object.getPrototypeOf(value);
      return parent === Function.prototype ? [] : parametersOf(parent);
    }
    source = source.slice(at);
  }
  const arrow = /^(?:async\s+)?(\w+)\s*=>/.exec(source);
  if (arrow) return [arrow[1]];
  const names = [];
  let [depth, text] = [0, ""];
  for (const character of source.slice(source.indexOf("("))) {
    if (")]}".includes(character)) depth--;
    if (depth === 0 && text) break;
    if (character === "," && depth === 1) [names[names.length], text] = [text, ""];
    else if (depth) text += character;
    if ("([{".includes(character)) depth++;
  }
  if (text.trim()) names.push(text);
  return names.map((name) => /[\w$]+/.exec(name.replace("...", ""))?.[0] ?? "options");
}

/** [name, parameters, make] of all that can be called; make() gives what to call with a list. */
function subjectsOf(faceapi, instances, instance) {
  const found = [];
  const seen = new Set();
  const add = (name, value, make) => {
    if (seen.has(value)) return;
    seen.add(value);
    found.push([name, parametersOf(value), make]);
  };
  const members = (name, made) => {
    for (const key of Object.getOwnPropertyNames(made)) {
      if (["length", "name", "prototype", "pointCount", "Options"].includes(key)) continue;
      if (typeof made[key] === "function") add(`${name}.${key}`, made[key], () => (given) => made[key](...given));
    }
    for (let proto = made.prototype; proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
      for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
        if (["constructor", "then", "catch", "finally"].includes(key) || key.startsWith("_") || typeof value !== "function") continue;
        add(`${name}.${key}`, value, () => {
          const owner = instance(name, made);
          return (given) => owner[key](...given);
        });
      }
    }
  };
  const space = (values, prefix) => {
    for (const [name, value] of Object.entries(values)) {
      if (LEFT_OUT.has(name) || typeof value !== "function") continue;
      const isClass = /^class\b/.test(Function.prototype.toString.call(value));
      if (isClass) add(prefix + name, value, () => (given) => new value(...given));
      else add(prefix + name, value, () => (given) => value(...given));
      if (isClass) members(name, value);
    }
  };
  space(faceapi, "");
  space(faceapi.utils, "utils.");
  space(faceapi.draw, "draw.");
  return found;
}

// --- calling and judging

function notFinite(value, depth = 4) {
  if (typeof value === "number") return Number.isFinite(value) ? "" : String(value);
  if (typeof value !== "object" || value === null || depth === 0) return "";
  if (ArrayBuffer.isView(value)) return value.every?.((n) => typeof n === "bigint" || Number.isFinite(n)) === false ? "an array that is not finite" : "";
  if (value instanceof Node || value instanceof Blob || value instanceof ImageData) return "";
  const names = Object.keys(value);
  for (let proto = Object.getPrototypeOf(value); proto && proto !== Object.prototype && !Array.isArray(value); proto = Object.getPrototypeOf(proto)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) if (get) names.push(name);
  }
  for (const name of names.slice(0, 200)) {
    let inside;
    try {
      inside = value[name];
    } catch (error) {
      if (error?.constructor?.name !== "PyfaceError") throw error;
    }
    const found = notFinite(inside, depth - 1);
    if (found) return `${name}: ${found}`;
  }
  return "";
}

const SECONDS = 20;

async function verdictOf(faceapi, name, run) {
  try {
    let value = run();
    if (FREE.test(name)) return ["right", ""];
    if (value instanceof Promise || value instanceof faceapi.ComposableTask) {
      let timer;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, SECONDS * 1000, HUNG)));
      value = await Promise.race([value, late]);
      clearTimeout(timer);
      if (value === HUNG) return ["hung", ""];
    }
    const wrong = notFinite(value);
    return wrong ? ["wrong", wrong] : ["right", ""];
  } catch (error) {
    if (error instanceof faceapi.PyfaceError && !error.traceback) {
      const isReadable = error.message.length > 0 && error.message.length < 5000 && !/[\ud800-\udfff]/.test(error.message);
      return isReadable ? ["typed", ""] : ["wrong", `says ${JSON.stringify(error.message.slice(0, 100))}`];
    }
    let said = "";
    try {
      said = `${error.name}: ${error.message} ${String(error.traceback ?? error.stack).slice(-400)}`;
    } catch {
      said = "what cannot be read";
    }
    return ["other", said];
  }
}

const HUNG = Symbol("hung");

/** A generator of numbers 0..1 (mulberry32). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * many: calls, each with one or two hostile values. only: a regular expression of the names of what is
 * called. With many = 0 everything is called once, with right values.
 */
globalThis.hostileCalls = async (faceapi, { seed, many, only = "" }) => {
  const random = seeded(seed);
  const choose = (list) => list[Math.floor(random() * list.length)];
  const { valid, instances } = validFor(faceapi);
  const rightFor = (name, parameter) => {
    const [method, owner] = [name.split(".").at(-1), name.split(".")[0]];
    const make = valid[`${name}.${parameter}`] ?? valid[`${method}.${parameter}`] ?? valid[`${owner}.${parameter}`] ?? valid[parameter];
    return make?.();
  };
  const given = (name, parameters) => parameters.map((parameter) => rightFor(name, parameter));
  const instance = (name, made) => instances[name]?.() ?? new made(...given(name, parametersOf(made)));
  const subjects = subjectsOf(faceapi, instances, instance).filter(([name]) => new RegExp(only).test(name));
  const strays = [];
  const hear = (event) => {
    strays.push(String(event.reason?.stack ?? event.message));
    event.preventDefault();
  };
  for (const name of ["unhandledrejection", "error"]) addEventListener(name, hear);
  // What never loads is waited for, but not here for long.
  const waits = faceapi.getWaits();
  await faceapi.setWaits({ media: 0.2 }).catch(() => {});
  const found = [];
  const call = async ([name, parameters, make], places) => {
    const values = given(name, parameters);
    for (const [place, kind] of places) values[place] = HOSTILE[kind]();
    const what = `${name}(${places.map(([place, kind]) => `${parameters[place]}=${kind}`).join(", ")})`;
    const target = make();
    const [verdict, said] = await verdictOf(faceapi, name, () => target(values));
    found.push([verdict, `${what}: ${said}`]);
    found.push(...strays.splice(0).map((text) => ["leaked", `${what}: ${text.slice(0, 300)}`]));
  };
  try {
    if (!many) for (const subject of subjects) await call(subject, []);
    const kinds = Object.keys(HOSTILE);
    const callable = subjects.filter(([, parameters]) => parameters.length);
    for (let i = 0; i < many; i++) {
      const subject = choose(callable);
      const places = new Map([[Math.floor(random() * subject[1].length), choose(kinds)]]);
      if (random() < 0.3) places.set(Math.floor(random() * subject[1].length), choose(kinds));
      await call(subject, [...places]);
      if (i % 200 === 0) await new Promise((resume) => setTimeout(resume)); // rejections are told of late
    }
    await new Promise((resume) => setTimeout(resume, 50));
    found.push(...strays.splice(0).map((text) => ["leaked", text.slice(0, 300)]));
  } finally {
    await faceapi.setWaits(waits).catch(() => {});
    for (const name of ["unhandledrejection", "error"]) removeEventListener(name, hear);
  }
  return found;
};
