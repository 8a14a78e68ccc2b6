// Runs Pyodide under Node and writes what pages start from: an image of Python's memory with NumPy
// and pyface_web imported and the files that come after it (site/load/image.js says how they are laid
// out; image.py compresses them), and the lists of shaders.
//
//   node image.mjs JOB.json   { runtime, numpy, wheel, wheelHash, manifests, out }

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { LINKS } from "../site/load/remade.js";
import { Memory, strip } from "./memory.mjs";

// Node shows the line of source where an error arose, which in Pyodide has a megabyte.
process.on("uncaughtException", (error) => {
  fs.writeSync(2, `${error?.message ?? error}\n`);
  process.exit(1);
});

const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const SITE_PACKAGES = "/lib/python3.14/site-packages";
// What NumPy's wheel has for compilers and type checkers, which the page cannot use.
const UNUSED = /\.(pyi|pxd|pyx|a|c|h)$|\/RECORD$/;
const OPTIONS = { indexURL: job.runtime + path.sep, env: { PYTHONDONTWRITEBYTECODE: "1" } };
// What is in the image has no docstrings and knows of no columns, which takes a quarter off it; what pages run
// afterwards has both. The same seed for hashes each time gives the same image.
const LEAN = { PYTHONOPTIMIZE: "2", PYTHONNODEBUGRANGES: "1", PYTHONHASHSEED: "0" };
const PAGE = 4096; // bytes of memory that are in the image, or are zero
const SETTINGS = 48; // where in a snapshot of Pyodide's its settings begin
const CONFIGURED = 200; // words at the start of CPython's PyConfig, more than it has numbers
const LIBRARY = { loadAsync: false, nodelete: true, global: false, allowUndefined: true };

// Pyodide decides as it starts whether Python can ever switch stacks (JSPI): the page's browser may be able to
// where this Node is not, and nothing here does.
WebAssembly.Suspending ??= function (call) {
  return call;
};
WebAssembly.promising ??= (call) => call;

const load = (name) => import(pathToFileURL(path.join(job.runtime, name)));
const { loadPyodide } = await load("pyodide.mjs");
const core = (await load("pyodide.asm.mjs")).default;

// The modules that a page needs until its first faces are drawn.
const IMPORTS = `
import asyncio, gc, json, random
import numpy
import pyface_web, pyface_web.engine.debug, pyface_web.messages
import pyface_web.engine.wasm.probe, pyface_web.engine.webgl.probe
import importlib.resources
importlib.resources.files("pyface_web").joinpath("none").is_file()  # imports what reads files of packages
`;

// A first Python unpacks the wheels, finds the extension modules, and lists the shaders.
const plain = await loadPyodide(OPTIONS);
for (const wheel of [job.numpy, job.wheel]) {
  plain.unpackArchive(new Uint8Array(fs.readFileSync(wheel)), "wheel", { extractDir: SITE_PACKAGES });
}
plain.globals.set("manifests", plain.toPy(job.manifests));
const found = JSON.parse(
  plain.runPython(`${IMPORTS}
import sys
from pathlib import Path
from pyface_web.engine.webgl.program_list import program_list
from pyface_web.weights import manifest

shaders = {}
for targets in (4, 8):
    shaders[f"{targets}/self_test"] = program_list(None, (), targets)
    for _, net in pyface_web.nets.items():
        name = net.architecture.model_name
        if name not in manifests:  # Tiny YOLOv2, whose weights are the visitor's
            continue
        entries = manifest.parse(manifests[name], name).entries
        quantised = {entry.name for entry in entries if entry.quantised}
        shaders[f"{targets}/{name}"] = program_list(net.architecture, quantised, targets)
paths = sorted(Path("${SITE_PACKAGES}").rglob("*"))
files = [str(path) for path in paths if path.is_file() and "__pycache__" not in path.parts]
modules = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
json.dumps([files, [path for path in modules if path.endswith(".so")], shaders])
`),
);
const [paths, libraries, shaders] = found;
for (const [name, programs] of Object.entries(shaders)) {
  const target = path.join(job.out, "shaders", `${name}.json`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, JSON.stringify({ wheel: job.wheelHash, programs }));
}

// A second one begins as the page will: the same files, then the same extension modules in the
// same order, so that they get the same addresses; then it imports what the page will use.
const files = paths.filter((name) => !UNUSED.test(name)).map((name) => [name, plain.FS.readFile(name)]);
const content = new Map(files);
const isFirst = (name) => name.includes("/pyface_web/") && !name.endsWith(".py");
const compiled = await Promise.all(libraries.map((name) => WebAssembly.compile(content.get(name))));
let module;
let places;
let heap;
let initial; // the memory before anything ran in it
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate.call(WebAssembly, source, imports);
  initial ??= new Uint8Array(made.instance.exports.memory.buffer).slice();
  return made;
};
const pyodide = await loadPyodide({
  ...OPTIONS,
  env: { ...OPTIONS.env, ...LEAN },
  _makeSnapshot: true,
  createPyodideModule: (settings) => {
    settings.preRun.push((made) => {
      module = made;
      for (const [name, bytes] of files) {
        module.FS.mkdirTree(path.posix.dirname(name));
        module.FS.writeFile(name, bytes);
      }
      // Pages whose browser adds functions of its own to the table still find this place free.
      const table = Math.ceil((module.wasmTable.length + 32) / 64) * 64;
      module.wasmTable.grow(table - module.wasmTable.length);
      libraries.forEach((name, i) => {
        module.preloadedWasm[name] = module.loadWebAssemblyModule(compiled[i], LIBRARY, name, {});
      });
      heap = new Memory(module);
      places = { table, end: [heap.start, module.wasmTable.length] };
    });
    return core(settings);
  },
});
WebAssembly.instantiate = instantiate;
pyodide.globals.set("documented", plain.runPython("numpy.apply_over_axes.__doc__")); // numpy.ma takes a part of it
pyodide.runPython(`${IMPORTS}
import linecache, os, re, sys, typing
if "numpy.random" in sys.modules:
    raise ImportError("every visitor would draw the same random numbers")
for name in ${JSON.stringify(Object.keys(LEAN))}:
    os.environ.pop(name, None)
for clear in typing._cleanups:
    clear()
# numpy.ma looks for words in docstrings, but where there are none; what NumPy fills in makes empty ones of those.
for thing in vars(numpy).values():
    if getattr(thing, "__doc__", None) == "":
        thing.__doc__ = None
numpy.apply_over_axes.__doc__ = documented
re.purge()
linecache.clearcache()
# These are in nearly all tracebacks, and otherwise in a file that comes later.
for name in ("_pyodide._base", "pyodide.webloop", "asyncio.futures", "asyncio.tasks", "contextlib"):
    module = sys.modules[name]
    linecache.lazycache(module.__file__, module.__dict__)
    linecache.getlines(module.__file__)
sys._clear_internal_caches()
streams = sys.stdin, sys.stdout, sys.stderr
del clear, documented, linecache, module, name, os, re, sys, thing, typing
gc.collect()
`);
forgetLean();
heap.clearStreams(pyodide.runPython("[id(stream.buffer) for stream in streams]").toJs());
heap.clearCopies(libraries.map((name) => content.get(name)));
const handles = Object.entries(module.LDSO.loadedLibsByHandle)
  .filter(([, { name }]) => libraries.includes(name))
  .map(([handle, { name }]) => [Number(handle), name]);
// What there is now stays, so the collector need not look through it any more.
const [frozen, known] = pyodide.runPython(`
del streams
gc.collect()
gc.freeze()
id(numpy.__dict__), id("pyface_web")
`).toJs();
const remade = { ring: heap.ringOf(frozen - LINKS), interned: heap.interned(known) };
const loadedPackages = pyodide.loadedPackages; // a snapshot must have none; the page sets them again
for (const name of Object.keys(loadedPackages)) delete loadedPackages[name];
heap.clearFree();
const snapshot = pyodide.makeMemorySnapshot();
// Pyodide's own header: a magic number, where the memory begins, how long its settings are.
const [, offset, length] = new Uint32Array(snapshot.buffer, 0, 3);
const settings = JSON.parse(new TextDecoder().decode(snapshot.subarray(SETTINGS, SETTINGS + length)));
const memory = snapshot.subarray(offset);
// A function that Node's engine may have and the page's not, or the other way round: none, until
// the page puts in its own.
const trampoline = module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
new DataView(memory.buffer, offset).setInt32(trampoline, 0, true);

strip(new Uint32Array(memory.buffer, offset), remade);
const base = lastOf(initial);
for (let i = 0; i < base; i++) memory[i] ^= initial[i];
const runs = runsOf(memory);
const wasm = fs.readFileSync(path.join(job.runtime, "pyodide.asm.wasm"));
const first = files.filter(([name]) => isFirst(name));
const rest = files.filter(([name]) => !isFirst(name) && !libraries.includes(name));
const lengths = (files) => files.map(([name, bytes]) => [name, bytes.length]);
const header = new TextEncoder().encode(JSON.stringify({
  wheel: job.wheelHash,
  build: module.API.config.BUILD_ID,
  wasm: wasm.length,
  libraries: lengths(libraries.map((name) => [name, content.get(name)])),
  files: lengths(first),
  rest: lengths(rest),
  library: plain.runPython("import sys; next(path for path in sys.path if path.endswith('.zip'))"),
  heap: memory.length,
  base,
  runs,
  ring: remade.ring.length,
  interned: remade.interned,
  settings,
  handles,
  packages: { numpy: "default channel" },
  trampoline,
  ...places,
}));
write("python.image", [
  new Uint8Array(Uint32Array.of(header.length).buffer),
  header,
  wasm,
  ...libraries.map((name) => content.get(name)),
  ...first.map(([, bytes]) => bytes),
  ...runs.map(([start, pages]) => memory.subarray(start * PAGE, (start + pages) * PAGE)),
  new Uint8Array(remade.ring.map((place, i) => place - (remade.ring[i - 1] ?? 0)).buffer),
]);
write("python.rest", rest.map(([, bytes]) => bytes));

// From here on Python compiles as it does elsewhere, with docstrings, assertions and columns.
function forgetLean() {
  const name = new TextEncoder().encode("optimization_level\0");
  const at = module._malloc(name.length);
  module.HEAPU8.set(name, at);
  if (module._PyConfig_Set(at, module._PyLong_FromLong(0))) throw new Error("Error: optimization_level cannot be set");
  module._free(at);
  // No call sets this one. It is the number that is 1 where LEAN is not, and 0 here.
  const here = configOf(module);
  const there = configOf(plain._module);
  const found = Array.from({ length: CONFIGURED }, (_, i) => i).filter((i) => there[i] === 1 && here[i] === 0);
  if (found.length !== 1) throw new Error(`Error: code_debug_ranges is one of ${found.length} numbers of PyConfig`);
  here[found[0]] = 1;
}

function configOf(module) {
  const start = module.__Py_GetConfig() >>> 2;
  return module.HEAP32.subarray(start, start + CONFIGURED);
}

// Where what is not zero ends, in whole words.
function lastOf(bytes) {
  let end = bytes.length;
  while (end && !bytes[end - 1]) end--;
  return Math.ceil(end / 4) * 4;
}

// [first page, number of pages] of each run of pages that are not all zero.
function runsOf(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const runs = [];
  for (let page = 0; page < memory.length / PAGE; page++) {
    if (!words.subarray((page * PAGE) / 4, ((page + 1) * PAGE) / 4).some(Boolean)) continue;
    const run = runs.at(-1);
    if (run && run[0] + run[1] === page) run[1] += 1;
    else runs.push([page, 1]);
  }
  return runs;
}

function write(name, parts) {
  fs.writeFileSync(path.join(job.out, name), Buffer.concat(parts));
}
