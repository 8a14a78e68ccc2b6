// Python with pyface_web and the weights into this page or worker, wherever this runs.

import { renderer } from "../bridge.js";
import { createClock } from "../clock.js";
import { changeWaits, getWaits } from "../faceapi/values/waits.js";
import { MANIFEST, NETS } from "../tables.js";
import { absolute, fileIn, fileOf, nameIn } from "./addresses.js";
import { fastestOf, measuredBefore, prepareBackend } from "./backend.js";
import { FileCache } from "./cache.js";
import { Downloads, inWords } from "./downloads.js";
import { lifeOf } from "./life.js";
import { DECODER, LOCK, numpyIn, PYTHON, readListing } from "./listing.js";
import { parse } from "./manifest.js";
import { HERE, importChecked, importFile } from "./modules.js";
import { asPage } from "./network.js";
import { Patience } from "./patience.js";
import { checkWebAssembly, startPython, unusable } from "./python.js";
import { stage } from "./stages.js";

const FIRST_RESULT = 1000; // milliseconds from the first result of a net until the rest of Python comes
const NO_RESULT = 20000; // and from the start, where no net is asked

/** Nets by their names in `models`. */
export const MODELS = new Map(NETS.map((net) => [net.option, net]));

/**
 * What of loadPyface runs where Python does. All addresses are absolute; modelsURL: as placeOf gives it.
 * early: what has been asked for already. prefetch: nets whose files come in the background, when all else is here.
 * Returns { python, pyodide, life, more, prefetch };
 * more({ models, modelsURL, onProgress, signal, cache }) loads further nets into this Python,
 * prefetch({ models, modelsURL }) has their files come for whoever loads them later.
 */
export async function startPyface(options) {
  const { baseURL, backend, models, modelsURL, waits, early, onListing, onProgress, signal, cache = true, stackSwitching = false } = options;
  const wantedLater = (options.prefetch ?? []).filter((name) => !models.includes(name));
  const base = new URL(baseURL);
  checkWebAssembly();
  changeWaits(waits);
  const patience = new Patience(() => getWaits().network);
  const listed = ahead(readListing(base, { signal, patience, early }));
  // Those of this folder need no list of files, so they are on their way before the list is here.
  const module = async (name) => {
    if (base.href === HERE) return importChecked(name, patience);
    return importFile(fileIn(base, name).href, (await listed).files[name].sha256, patience);
  };
  const loadHost = () => importChecked("host.js", patience);
  const imports = { pyodide: ahead(module("pyodide/pyodide.mjs")), core: ahead(module("pyodide/pyodide.asm.mjs")) };
  const [listing, store] = await Promise.all([listed, cache ? FileCache.open(new URL("./", base).href, () => getWaits().storage) : null]);
  onListing?.(listing);
  const downloads = new Downloads(base, listing, { store, signal, patience, onProgress, earlier: early });
  const background = new Downloads(base, listing, { store, patience }); // counted nowhere
  const prefetch = ({ models, modelsURL }) => askInOrder(background, base, modelsURL, models, { again: true, priority: "low" });
  try {
    const later = new Set([background]); // Downloads of nets that are wanted when Python is there already
    const whenHere = () => void prefetch({ models: wantedLater, modelsURL });
    const { python, pyodide, life } = await downloads.guard(start(downloads, base, { imports, models, place: modelsURL, stackSwitching, backend, loadHost, later, whenHere }));
    life.addEventListener("abort", () => background.control.abort(life.reason));
    store?.prune(listing); // which may take as long as it likes; by a list that led to nothing none is removed
    const more = (asked) => loadMore(pyodide, { base, listing, patience, later, earlier: background, ...asked });
    return { python, pyodide, life, more, prefetch };
  } catch (error) {
    background.control.abort(error);
    downloads.control.abort(error);
    await downloads.unwound;
    throw error;
  } finally {
    downloads.unfollow();
  }
}

async function start(downloads, base, { imports, models, place, stackSwitching, backend, loadHost, later, whenHere }) {
  const { listing } = downloads;
  const signal = downloads.control.signal;
  for (const name of neededFiles(listing)) {
    downloads.start(fileIn(base, name), { optional: [DECODER, listing.image].includes(name) }); // there is a way without
  }
  const asked = askInOrder(downloads, base, place, models);
  Promise.all(asked).then(() => downloads.arrival()).then(() => signal.aborted || whenHere(), () => {});
  const find = (url) => downloads.response(url);
  // To open the GPU takes the browser a while, so all downloads are on their way first.
  const files = models.map((name) => MODELS.get(name).model);
  const measured = measuredBefore(downloads.store, listing.files[listing.wheel].sha256);
  const winner = backend === "fastest" ? await downloads.guard(fastestOf(measured, models.map((name) => MODELS.get(name).name))) : undefined;
  const bridgeForPython = prepareBackend(backend, { loadHost, winner, base, listing, models: files, find, signal, seconds: getWaits().device });

  const [background] = later;
  const sources = { downloads, background };
  const { pyodide, installed, rest } = await inTurn(downloads, () => startPython(base, listing, sources, imports, stackSwitching));
  const life = lifeOf(pyodide);
  life.addEventListener("abort", () => downloads.control.abort(life.reason)); // it may be while it loads
  downloads.report();
  if (!installed) {
    const url = fileIn(base, listing.wheel);
    const wheel = await downloads.start(url);
    const bytes = await wheel.arrayBuffer();
    try {
      pyodide.unpackArchive(bytes, "wheel");
      pyodide.runPython("import pyface_web.messages");
    } catch (error) {
      throw unusable(url.href, error);
    }
  }
  signal.throwIfAborted();
  pyodide.registerJsModule("pyface_bridge", { createBridge: closedWith(life, bridgeForPython), renderer });
  pyodide.registerJsModule("pyface_host", { load: loadHost });
  pyodide.registerJsModule("pyface_clock", { createClock });
  pyodide.registerJsModule("pyface_fastest", measured);
  pyodide.registerJsModule("pyface_rest", { begin: () => restAfter(FIRST_RESULT, rest, background) });
  const of = (url) => {
    const found = [...later].find((downloads) => downloads.has(url));
    if (!found) background.forgo(url); // what is asked for now need not come once more
    return found ?? downloads;
  };
  pyodide.registerJsModule("pyface_prefetch", {
    take(given, { href } = absolute(given)) {
      const found = of(href);
      return found === background && !found.isWhole(href) ? undefined : found.take(href); // opened, it says how far it is
    },
    open: (given, signal, { href } = absolute(given)) => of(href).response(href, signal),
  });
  const python = pyodide.pyimport("pyface_web");
  tellWaits(python);
  const loaded = stage("nets loaded");
  await loadNets(pyodide, models, place, asked);
  loaded();
  if (backend) await preferBackend(pyodide, backend);
  signal.throwIfAborted();
  downloads.finish();
  restAfter(NO_RESULT, rest, background);
  return { python, pyodide, life };
}

// Has what no first face needs come, one file after another, unless nothing is to come any more. Until then nothing
// of Python is held, which may be gone by then.
function restAfter(milliseconds, rest, { control }) {
  const begin = async () => {
    for (const part of rest.splice(0)) if (!control.signal.aborted) await part.begin();
  };
  setTimeout(begin, milliseconds);
}

/** Has Python wait as long as this page does. */
export function tellWaits(python) {
  const setWaits = python.set_waits;
  setWaits.callKwargs(getWaits()).destroy();
  setWaits.destroy();
}

// Nets for a Python that runs.
async function loadMore(pyodide, { base, listing, patience, later, earlier, models, modelsURL, onProgress, signal, cache }) {
  const store = cache ? await FileCache.open(new URL("./", base).href, () => getWaits().storage) : null;
  const downloads = new Downloads(base, listing, { store, signal, patience, onProgress, earlier });
  later.add(downloads);
  try {
    const asked = askInOrder(downloads, base, modelsURL, models);
    await downloads.guard(loadNets(pyodide, models, modelsURL, asked));
    downloads.finish();
  } catch (error) {
    downloads.control.abort(error);
    throw error;
  } finally {
    downloads.unfollow();
    later.delete(downloads);
  }
}

// A dead Python lets go of nothing by itself: what its bridges have on the GPU is freed here.
function closedWith(life, createBridge) {
  const made = new Set(); // of WeakRefs: one that Python has given up is nobody's
  life.addEventListener("abort", () => made.forEach((bridge) => bridge.deref()?.close()));
  return () => {
    const bridge = createBridge();
    for (const earlier of made) if (!earlier.deref()) made.delete(earlier);
    made.add(new WeakRef(bridge));
    return bridge;
  };
}

// Of a page, which may have this module more than once: from two folders.
const TURN = Symbol.for("the turn of pyface_web");

// One Python starts at a time: it fetches by itself, and gets what is on its way already, so the
// page's fetch is changed meanwhile.
function inTurn(downloads, work) {
  const before = globalThis[TURN] ?? Promise.resolve();
  const result = (async () => {
    await downloads.guard(before);
    const restore = downloads.lendTo(globalThis);
    try {
      return await downloads.guard(work());
    } finally {
      restore();
    }
  })();
  const over = () => {}; // and nothing of it: this would hold the last Python for ever
  downloads.unwound = globalThis[TURN] = result.then(over, over);
  return result;
}

// A promise that is awaited later; its error is reported then.
export function ahead(promise) {
  promise.catch(() => {});
  return promise;
}

// place: as placeOf gives it. asked: promises that the files of each are on their way. A net is ready as soon as
// its own files are here.
async function loadNets(pyodide, models, place, asked) {
  const python = pyodide.pyimport("pyface_web");
  const { nets } = python;
  const given = typeof place === "string" ? place : pyodide.toPy(place);
  try {
    await Promise.all(models.map(async (name, i) => {
      await asked[i];
      await loadNet(nets, MODELS.get(name).name, given);
    }));
  } finally {
    for (const proxy of [given, nets, python]) proxy.destroy?.();
  }
}

async function loadNet(nets, attribute, place) {
  const net = nets[attribute];
  try {
    await net.load(place);
  } catch (error) {
    throw asOurs(error);
  } finally {
    net.destroy();
  }
}

async function preferBackend(pyodide, name) {
  const choice = pyodide.pyimport("pyface_web.pipeline.choice");
  try {
    await choice.prefer_backend(name);
  } catch (error) {
    throw asOurs(error);
  } finally {
    choice.destroy();
  }
}

// An error of Python as one of JavaScript. Its message ends a traceback.
function asOurs(error) {
  if (!error.type) return error;
  const said = error.message.trimEnd().split("\n").pop().replace(/^[\w.]+: /, "");
  return Object.assign(new Error(said), { name: error.type });
}

// With an image of Python's memory all is in it that a first face needs.
function neededFiles({ image, wheel, files }) {
  return image ? [DECODER, image, LOCK] : [...PYTHON, numpyIn(files), wheel];
}

// Asks for the files of nets, one net after the other, each when nothing else of these downloads is on its way: so
// a small net that was named first never shares the line with a large one. Returns a promise for each, that it is asked for.
function askInOrder(downloads, base, place, models, options) {
  const files = models.map((name) => MODELS.get(name).model);
  for (const model of files) listedFiles(downloads, base, place, model)?.forEach((file) => downloads.expect(file));
  const asked = [];
  for (const [i, model] of files.entries()) {
    const ask = (priority) => askForModel(downloads, base, place, model, { priority, ...options });
    const before = asked.at(-1);
    const next = () => downloads.arrival().then(() => ask("low"));
    asked.push(ahead(before ? before.then(next, next) : ask("high"))); // one that failed, where that ends not all, stops no other
  }
  return asked;
}

// Addresses of the files of a model that files.json lists; undefined of one that is elsewhere.
function listedFiles(downloads, base, place, model) {
  const name = manifestOf(model);
  const manifest = fileOf(place, name);
  if (typeof place !== "string" || !downloads.listed(manifest.href)) return undefined;
  const start = nameIn(base, manifest).slice(0, -name.length);
  const found = Object.keys(downloads.listing.files).filter((other) => other.startsWith(`${start}${model}-`));
  return found.map((other) => fileOf(place, other.slice(start.length)));
}

const manifestOf = (model) => `${model}-weights_manifest.json`;

// Asks for the files of a model: those that files.json lists, elsewhere those that its manifest names.
async function askForModel(downloads, base, place, model, options) {
  const listed = listedFiles(downloads, base, place, model);
  if (listed) {
    for (const file of listed) downloads.start(file, options);
    return;
  }
  const name = manifestOf(model);
  const manifest = fileOf(place, name);
  const remedy = typeof place === "string"
    ? `is modelsURL, now ${place}, the folder with this model's files?`
    : "is it the address of this file that modelsURL has?";
  const response = await downloads.start(manifest, { ...options, name, remedy, limit: MANIFEST.maxBytes });
  const text = await response.clone().text();
  let found;
  try {
    found = parse(text, manifest.href);
    for (const path of new Set(found.paths)) {
      downloads.start(fileOf(place, path), { ...options, name: path, remedy, limit: found.nbytes }); // the limit is that of all of them
    }
  } catch (error) {
    const told = asPage(error, manifest.href, inWords(name), response, remedy);
    if (!options.again) downloads.fail(told);
    throw told;
  }
}
