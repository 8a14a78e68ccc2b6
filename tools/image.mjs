// Runs Pyodide under Node and writes what pages start from: an image of Python's memory with NumPy
// and pyface_web imported (site/load/python.js says how it is laid out), and the lists of shaders.
//
//   node image.mjs JOB.json   { runtime, numpy, wheel, wheelHash, manifests, out }

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

// Node shows the line of source where an error arose, which in Pyodide has a megabyte.
process.on("uncaughtException", (error) => {
  fs.writeSync(2, `${error?.message ?? error}\n`);
  process.exit(1);
});

const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const SITE_PACKAGES = "/lib/python3.14/site-packages";
// What NumPy's wheel has for compilers and type checkers, which the page cannot use.
const UNUSED = /\.(pyi|pxd|pyx|a|c|h)$|\/numpy\/f2py\/|\/RECORD$/;
const OPTIONS = { indexURL: job.runtime + path.sep, env: { PYTHONDONTWRITEBYTECODE: "1" } };
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
const compiled = await Promise.all(libraries.map((name) => WebAssembly.compile(content.get(name))));
let module;
let places;
const pyodide = await loadPyodide({
  ...OPTIONS,
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
      places = { table, end: [module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2], module.wasmTable.length] };
    });
    return core(settings);
  },
});
pyodide.runPython(`${IMPORTS}
import sys
assert "numpy.random" not in sys.modules, "every visitor would draw the same random numbers"
gc.collect()
`);
const handles = Object.entries(module.LDSO.loadedLibsByHandle)
  .filter(([, { name }]) => libraries.includes(name))
  .map(([handle, { name }]) => [Number(handle), name]);
const loadedPackages = pyodide.loadedPackages; // a snapshot must have none; the page sets them again
for (const name of Object.keys(loadedPackages)) delete loadedPackages[name];
const memory = pyodide.makeMemorySnapshot();
// A function that Node's engine may have and the page's not, or the other way round: none, until
// the page puts in its own.
const trampoline = module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
new DataView(memory.buffer).setInt32(new Uint32Array(memory.buffer, 4, 1)[0] + trampoline, 0, true);

const header = new TextEncoder().encode(JSON.stringify({
  wheel: job.wheelHash,
  memory: memory.length,
  files: files.map(([name, bytes]) => [name, bytes.length]),
  libraries,
  handles,
  packages: { numpy: "default channel" },
  trampoline,
  ...places,
}));
const start = Math.ceil((8 + header.length) / 16) * 16;
const total = start + memory.length + files.reduce((sum, [, bytes]) => sum + bytes.length, 0);
const image = new Uint8Array(total);
new Uint32Array(image.buffer, 0, 2).set([total, header.length]);
image.set(header, 8);
let position = start;
for (const bytes of [memory, ...files.map(([, bytes]) => bytes)]) {
  image.set(bytes, position);
  position += bytes.length;
}
fs.writeFileSync(path.join(job.out, "python.image"), zlib.gzipSync(image, { level: 9 }));
