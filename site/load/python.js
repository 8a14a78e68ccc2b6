// Starts Python: out of an image of its memory that build.py made, or, where there is none or it
// does not fit, from scratch. Both end in the same state: NumPy and pyface_web are imported.
//
// An image is gzip of: its length, the length of a JSON header, the header, the memory as Pyodide's
// (private) makeMemorySnapshot gives it, and the files of the installed packages. The memory holds
// addresses of NumPy's extension modules, so these are put at the same addresses first.

import { fileIn } from "./addresses.js";
import { awake } from "./awake.js";
import { inWords } from "./downloads.js";
import { LoadError } from "./errors.js";
import { unifyFunctions } from "./functions.js";
import { numpyIn } from "./listing.js";
import { stage } from "./stages.js";
import { untied } from "./ties.js";

const ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: "1" };
const PAGE = 65536;
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0); // a module of WebAssembly
// Visitors must not all draw the same random numbers; and a look whether NumPy's functions are there.
const FIRST = `
import random, numpy
random.seed()
assert abs(numpy.linalg.det(numpy.diag(numpy.arange(1.0, 4.0))) - 6) < 1e-9
del random, numpy
`;

/**
 * base: the site's folder. listing: its files.json. downloads: files on their way, lent to Pyodide.
 * imports: { pyodide, core } promises of Pyodide's two modules. stackSwitching: whether Python may wait
 * inside a call, on a stack of its own, where the browser can do that.
 */
export async function startPython(...given) {
  const restore = unifyFunctions();
  try {
    return await awake(() => begun(...given));
  } finally {
    restore();
  }
}

async function begun(base, listing, downloads, imports, stackSwitching) {
  const [{ loadPyodide }, core] = await Promise.all([imports.pyodide, imports.core]);
  downloads.control.signal.throwIfAborted(); // a Python that nobody waits for any longer must not start
  const createPyodideModule = (settings) => untied(() => core.default(settings));
  const options = { indexURL: new URL("pyodide/", base).href, env: ENVIRONMENT, createPyodideModule };
  // Pyodide would give each call a stack of its own. Chromium's samplers read past the ends of those,
  // and one visit in a thousand or so ended with the tab.
  const begin = (pyodide) => {
    if (!stackSwitching) pyodide._module.jspiSupported = false;
    const ran = stage("first Python");
    pyodide.runPython(FIRST);
    ran();
    return pyodide;
  };
  if (listing.image) {
    try {
      const image = fileIn(base, listing.image);
      const pyodide = await fromImage(image, { base, listing, downloads, loadPyodide, options, core, begin });
      return { pyodide, installed: true };
    } catch (error) {
      downloads.control.signal.throwIfAborted();
      console.info(`Python starts from scratch, because its image could not be used: ${error.message}`);
    }
  }
  return { pyodide: await fromScratch(base, listing, downloads, loadPyodide, options, begin), installed: false };
}

// What it needs came as files.json has it, or there was a LoadError. That it is Python is seen here.
async function fromScratch(base, listing, downloads, loadPyodide, options, begin) {
  let name = "pyodide/pyodide.asm.wasm";
  try {
    const pyodide = await loadPyodide({ ...options, packages: ["numpy"] });
    name = numpyIn(listing.files);
    return begin(pyodide);
  } catch (error) {
    downloads.control.signal.throwIfAborted();
    throw unusable(fileIn(base, name).href, error);
  }
}

/** Throws a LoadError where no WebAssembly may run, for which Pyodide would wait for ever. */
export function checkWebAssembly() {
  const wrong = (got, remedy) => new LoadError(location.href, "a page that can run WebAssembly, as Python is", got, remedy);
  if (typeof WebAssembly === "undefined") throw wrong("a browser without it", "is it in a lockdown mode? Then allow this page there");
  try {
    new WebAssembly.Module(EMPTY);
  } catch (error) {
    throw wrong(
      `one whose Content-Security-Policy forbids it (${error.message.slice(0, 200)})`,
      "add 'wasm-unsafe-eval' to its script-src; in an extension that is content_security_policy.extension_pages of manifest.json",
    );
  }
}

/** A LoadError for a file of Python's that came as files.json has it, and is of no use. */
export function unusable(url, error) {
  if (error instanceof LoadError) return error;
  // The message of an exception in Python is a traceback, and then what it says, in one line or more.
  const message = String(error?.message ?? error).trim();
  const said = (message.match(/^[\w.]*(?:Error|Exception)\b.*$/gm) ?? message.split("\n")).at(-1).slice(0, 200);
  return new LoadError(url, `${inWords(url)} that can be used`, `one that fails (${said})`, wayOut(message));
}

// What is probably the matter, by what browsers say.
function wayOut(said) {
  if (/memory|allocat/i.test(said)) return "the browser has no memory left for it; close other tabs, and load again";
  return "does it belong to the Pyodide beside it? Build dist/ again";
}

async function fromImage(image, { base, listing, downloads, loadPyodide, options, core, begin }) {
  const { compiled, restore } = lendCompiled(fileIn(base, "pyodide/pyodide.asm.wasm").href, downloads);
  try {
    const parts = Promise.all([unpacked(image, listing, downloads), compiled]);
    return await fromMemory(downloads.guard(parts.then(([start]) => start)), loadPyodide, options, core, begin);
  } finally {
    restore();
  }
}

// Pyodide would not compile its WebAssembly before the image is here. This compiles it meanwhile:
// Pyodide's fetch gets an empty answer, for which there is the compiled module. Returns that module's
// promise and the function that undoes it.
function lendCompiled(url, downloads) {
  const original = WebAssembly.instantiateStreaming;
  const came = stage("WebAssembly of Python, downloaded and compiled");
  const compiled = WebAssembly.compileStreaming(downloads.response(url));
  compiled.then(came, () => {});
  const empty = new Response();
  downloads.lend(url, empty);
  WebAssembly.instantiateStreaming = async (source, imports) => {
    if ((await source) !== empty) return original.call(WebAssembly, source, imports);
    const module = await compiled.catch(() => new Promise(() => {})); // whoever started it hears of it
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  const restore = () => {
    WebAssembly.instantiateStreaming = original;
  };
  return { compiled, restore };
}

async function fromMemory(image, loadPyodide, options, core, begin) {
  let module;
  let fail;
  const failure = new Promise((_, reject) => (fail = reject));
  failure.catch(() => {}); // nobody may be waiting for it yet
  image.catch(fail);
  const pyodide = await loadPyodide({
    ...options,
    _loadSnapshot: new Uint8Array(0), // stands for the memory, which may not be here yet
    createPyodideModule: (settings) => {
      settings.preRun.push((made) => {
        module = made;
        module.addRunDependency("image");
        image.then((start) => lay(module, start)).then(() => module.removeRunDependency("image")).catch(fail);
      });
      // Where the image fails, the runtime would wait for it for ever.
      return Promise.race([untied(() => core.default(settings)), failure]);
    },
  });
  const start = await image;
  const { header } = start;
  const linked = stage("extension modules linked");
  module.HEAP32[header.trampoline >>> 2] = start.trampoline;
  for (const [handle, path] of header.handles) {
    module.loadDynamicLibrary(path, { loadAsync: false, nodelete: true, global: false }, {}, handle);
  }
  linked();
  Object.assign(pyodide.loadedPackages, header.packages);
  start.memory = start.files = null; // 50 MB that Pyodide's settings would keep
  return begin(pyodide);
}

// Before Python's own start: memory large enough, files, and extension modules where they were.
function lay(module, start) {
  const laid = stage("files and extension modules laid out");
  const { header, files, libraries, memory } = start;
  const heap = Math.ceil((memory.length - PAGE) / PAGE) * PAGE; // less the snapshot's own header
  if (heap > module.HEAP8.length && !module.growMemory(heap)) throw new Error("not enough memory");
  for (const [path, content] of files) {
    module.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    module.FS.writeFile(path, content, { canOwn: true });
  }
  const { restoreSnapshot } = module.API;
  module.API.restoreSnapshot = () => {
    const restored = stage("memory restored");
    const settings = restoreSnapshot(start.memory);
    restored();
    return settings;
  };
  start.trampoline = module.HEAP32[header.trampoline >>> 2];
  module.wasmTable.grow(header.table - module.wasmTable.length);
  for (const [path, library] of libraries) {
    const flags = { loadAsync: false, nodelete: true, global: false, allowUndefined: true };
    module.preloadedWasm[path] = module.loadWebAssemblyModule(library, flags, path, {});
  }
  const end = [module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2], module.wasmTable.length];
  if (`${end}` !== `${header.end}`) throw new Error(`extension modules end at ${end}, expected ${header.end}`);
  laid();
}

async function unpacked(url, listing, downloads) {
  const came = stage("image, downloaded and unpacked");
  const bytes = await inflated((await downloads.response(url.href)).body);
  came();
  const numbers = new Uint32Array(bytes.buffer, 0, 2);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + numbers[1])));
  if (header.wheel !== listing.files[listing.wheel].sha256) throw new Error("it holds another version of pyface_web");
  let position = Math.ceil((8 + numbers[1]) / 16) * 16;
  const memory = bytes.subarray(position, (position += header.memory));
  const files = header.files.map(([path, size]) => [path, bytes.slice(position, (position += size))]);
  const content = new Map(files);
  const compiled = header.libraries.map(async (path) => [path, await WebAssembly.compile(content.get(path))]);
  const done = stage("extension modules compiled");
  const libraries = await Promise.all(compiled);
  done();
  return { header, memory, files, libraries };
}

// What a gzip stream holds; its first four bytes say how much.
async function inflated(body) {
  const reader = body.pipeThrough(new DecompressionStream("gzip")).getReader();
  let bytes = null;
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes ??= new Uint8Array(new DataView(value.buffer, value.byteOffset).getUint32(0, true));
    bytes.set(value, filled);
    filled += value.length;
  }
  if (!bytes || filled !== bytes.length) throw new Error("it was cut short");
  return bytes;
}
