// Boots a page: the loader with its bar, the Python package `page` beside this file, then the page's
// own Python, named by its script element:
//
//   <script type="module" src="../../page/boot.js" data-python="landmarks.py"
//           data-models="tiny_face_detector face_landmark_68" data-prefetch="face_recognition"></script>
//
// files.json says which modules the package has. The document hears "takeover" before the page's Python begins, and
// "ready" when it has.
// `?debug=2` shows what the engine does; see debug.py. `?backend=` is the option `backend` of loadPyface.

import { workOffline } from "../offline.js";
import { loadPyface } from "../pyface.js";
import "./chooser.js";
import "./controls.js";
import "./early.js";
import "./preview.js";
import { asked } from "./query.js";
import "./status.js";

const ROOT = new URL("../", import.meta.url);
const MODULE = /^page\/\w+\.py$/;
const DEBUG = "page/debug.py"; // not fetched before somebody asks for it
const script = document.querySelector("script[data-python]");
const status = document.querySelector("page-status");
const badge = document.getElementById("badge");

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: expected a file, got HTTP status ${response.status}; is the site complete?`);
  return response.text();
}

// The modules of the package `page`, as [name in files.json, source].
function modulesOf({ files }) {
  const names = Object.keys(files).filter((name) => MODULE.test(name) && name !== DEBUG);
  return Promise.all(names.map(async (name) => [name, await text(new URL(name, ROOT))]));
}

// A promise whose error is reported below, after the loader's own errors.
function later(promise) {
  promise.catch(() => {});
  return promise;
}

const names = (text = "") => text.split(/\s+/).filter(Boolean);

async function boot(signal) {
  const name = script.dataset.python;
  const own = later(text(name));
  let listing;
  let modules;
  let bytes = 0;
  const { pyodide } = await loadPyface({
    backend: asked("backend"),
    models: names(script.dataset.models),
    prefetch: names(script.dataset.prefetch),
    onListing: (found) => {
      listing = found;
    },
    onProgress: (progress) => {
      // Small, and not needed before Python runs: nothing large has to wait for them.
      if (progress.stage !== "download") modules ??= later(modulesOf(listing));
      bytes = progress.totalBytes - progress.cachedBytes;
      status.progress(progress);
    },
    onStopped,
    signal,
  });
  const source = await own;
  pyodide.FS.mkdirTree("/site/page");
  for (const [file, content] of await modules) pyodide.FS.writeFile(`/site/${file}`, content);
  const begin = pyodide.runPython("import sys\nsys.path.insert(0, '/site')\nimport page\npage.start");
  await begin(new URL("models/", ROOT).href, bytes);
  begin.destroy();
  document.dispatchEvent(new Event("takeover"));
  await pyodide.runPythonAsync(source, { filename: name });
  const debug = Number(asked("debug"));
  if (debug) await showDebug(pyodide, debug);
  document.dispatchEvent(new Event("ready"));
  document.documentElement.dataset.ready = "yes";
  workOffline(); // not before: it fetches, too
}

async function showDebug(pyodide, level) {
  const globals = pyodide.toPy({ __name__: "debug" });
  await pyodide.runPythonAsync(await text(new URL(DEBUG, ROOT)), { filename: "debug.py", globals });
  await globals.get("show")(level, document.querySelector("main"));
}

// What the page's own Python had begun never ends now, so only another page is whole.
function onStopped(error) {
  badge.textContent = "Stopped";
  document.querySelector("main").setAttribute("aria-busy", false);
  status.stopped(error, () => location.reload());
}

async function start() {
  const control = new AbortController();
  badge.textContent = "Loading";
  status.loading(() => control.abort());
  try {
    await boot(control.signal);
  } catch (error) {
    badge.textContent = "Not loaded";
    if (control.signal.aborted) {
      status.cancelled(start);
      return;
    }
    console.error(error);
    status.failed(error, () => location.reload());
  }
}

start();
