// Starts Python: out of an image of its memory that build.py made, or, where there is none or it
// does not fit, from scratch. Both end in the same state: NumPy and pyface_web are imported.
//
// The memory holds addresses of NumPy's extension modules, so these are put at the same addresses first.

import { fileIn } from "./addresses.js";
import { awake } from "./awake.js";
import { inWords } from "./downloads.js";
import { LoadError } from "./errors.js";
import { unifyFunctions } from "./functions.js";
import { Image } from "./image.js";
import { Later } from "./later.js";
import { LIBRARY, numpyIn, REST } from "./listing.js";
import { stage } from "./stages.js";
import { untied } from "./ties.js";

const ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: "1" };
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0); // a module of WebAssembly
// Visitors must not all draw the same random numbers; and a look whether NumPy's functions are there.
const FIRST = `
import random, numpy
random.seed()
assert abs(numpy.linalg.det(numpy.diag(numpy.arange(1.0, 4.0))) - 6) < 1e-9
del random, numpy
`;

/**
 * base: the site's folder. listing: its files.json. downloads: files on their way, lent to Pyodide. background:
 * Downloads of what comes later. imports: { pyodide, core } promises of Pyodide's two modules. stackSwitching:
 * whether Python may wait inside a call, on a stack of its own, where the browser can do that.
 * Returns { pyodide, installed, rest }: whether it has pyface_web, and what of its files is still to come.
 */
export async function startPython(...given) {
  const restore = unifyFunctions();
  try {
    return await awake(() => begun(...given));
  } finally {
    restore();
  }
}

async function begun(base, listing, { downloads, background }, imports, stackSwitching) {
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
      const started = await fromImage({ base, listing, downloads, background, loadPyodide, options, core, begin });
      return { ...started, installed: true };
    } catch (error) {
      downloads.control.signal.throwIfAborted();
      console.info(`Python starts from scratch, because its image could not be used: ${error.message}`);
    }
  }
  return { pyodide: await fromScratch(base, listing, downloads, loadPyodide, options, begin), installed: false, rest: [] };
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

async function fromImage({ base, listing, downloads, background, loadPyodide, options, core, begin }) {
  const image = new Image(base, listing, downloads);
  const address = (name) => fileIn(base, name).href;
  const ends = [
    downloads.lend(address(LIBRARY), new Response()), // comes later
    lendCompiled(address("pyodide/pyodide.asm.wasm"), downloads, image),
  ];
  try {
    const pyodide = await fromMemory(image, downloads.guard(image.whole), loadPyodide, options, core);
    const parts = laterParts(image, { base, listing, background });
    for (const part of parts) part.place(pyodide.FS);
    return { pyodide: begin(pyodide), rest: parts };
  } finally {
    for (const end of ends) end();
  }
}

// What of the packages and the standard library comes after the first face.
function laterParts({ header, decoder }, { base, listing, background }) {
  const { files } = listing;
  const common = (name) => ({
    url: background.key(fileIn(base, name).href),
    size: files[name].bytes,
    ask: async (url) => {
      background.start(new URL(url), { again: true, priority: "low" });
      return (await background.response(url)).arrayBuffer();
    },
    keep: (bytes) => background.keep(name, bytes),
  });
  const sizes = header.rest.reduce((sum, [, size]) => sum + size, 0);
  return [
    new Later({ ...common(REST), files: header.rest, unpack: (bytes) => decoder.whole(bytes, sizes) }),
    new Later({ ...common(LIBRARY), files: [[header.library, files[LIBRARY].bytes]], unpack: (bytes) => bytes }),
  ];
}

// Pyodide would not compile its WebAssembly before it is here as a file. This has it out of the image: Pyodide's
// fetch gets an empty answer, for which there is the compiled module. Returns the function that undoes it.
function lendCompiled(url, downloads, image) {
  const original = WebAssembly.instantiateStreaming;
  const empty = new Response();
  const takeBack = downloads.lend(url, empty);
  WebAssembly.instantiateStreaming = async (source, imports) => {
    if ((await source) !== empty) return original.call(WebAssembly, source, imports);
    const module = await image.wasm.catch(() => new Promise(() => {})); // whoever started it hears of it
    const instance = await WebAssembly.instantiate(module, imports);
    image.begin(instance.exports.memory);
    return { module, instance };
  };
  return () => {
    takeBack();
    WebAssembly.instantiateStreaming = original;
  };
}

async function fromMemory(image, whole, loadPyodide, options, core) {
  let module;
  let fail;
  const failure = new Promise((_, reject) => (fail = reject));
  failure.catch(() => {}); // nobody may be waiting for it yet
  whole.catch(fail);
  const pyodide = await loadPyodide({
    ...options,
    _loadSnapshot: new Uint8Array(0), // stands for the memory, which may not be here yet
    createPyodideModule: (settings) => {
      settings.preRun.push((made) => {
        module = made;
        module.addRunDependency("image");
        whole.then(() => lay(module, image)).then(() => module.removeRunDependency("image")).catch(fail);
      });
      // Where the image fails, the runtime would wait for it for ever.
      return Promise.race([untied(() => core.default(settings)), failure]);
    },
  });
  const { header } = image;
  const linked = stage("extension modules linked");
  module.HEAP32[header.trampoline >>> 2] = image.trampoline;
  for (const [handle, path] of header.handles) {
    module.loadDynamicLibrary(path, { loadAsync: false, nodelete: true, global: false }, {}, handle);
  }
  linked();
  Object.assign(pyodide.loadedPackages, header.packages);
  return pyodide;
}

// Before Python's own start: memory large enough, files, and extension modules where they were.
function lay(module, image) {
  const laid = stage("files and extension modules laid out");
  const { header, files, libraries } = image;
  if (header.heap > module.HEAP8.length && !module.growMemory(header.heap)) throw new Error("not enough memory");
  for (const [path, content] of [...files, ...libraries.map(({ path, bytes }) => [path, bytes])]) {
    module.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    module.FS.writeFile(path, content, { canOwn: true });
  }
  module.API.restoreSnapshot = () => {
    const restored = stage("memory restored");
    const settings = image.restore(module);
    restored();
    return settings;
  };
  image.trampoline = module.HEAP32[header.trampoline >>> 2];
  module.wasmTable.grow(header.table - module.wasmTable.length);
  for (const library of libraries) {
    const flags = { loadAsync: false, nodelete: true, global: false, allowUndefined: true };
    module.preloadedWasm[library.path] = module.loadWebAssemblyModule(library.module, flags, library.path, {});
  }
  const end = [module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2], module.wasmTable.length];
  if (`${end}` !== `${header.end}`) throw new Error(`extension modules end at ${end}, expected ${header.end}`);
  laid();
}
