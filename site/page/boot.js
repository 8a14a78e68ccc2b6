// Boots a page: the loader with its bar, the Python package `page` beside this file, then the page's
// own Python, named by its script element:
//
//   <script type="module" src="../../page/boot.js" data-python="landmarks.py"
//           data-models="tiny_face_detector face_landmark_68"></script>
//
// The page's code is shown in its own <pre data-source>, so that a visitor can read and copy it.
// `?debug=2` shows what the engine does; see debug.py.

import { workOffline } from "../offline.js";
import { loadPyface } from "../pyface.js";
import "./chooser.js";
import { previewChoice } from "./preview.js";
import "./status.js";

const MODULES = [
  "__init__", "album", "controls", "faces", "files", "film", "live", "nets", "pictures", "plots", "portraits",
  "roster", "stage", "status",
];
const HERE = new URL("./", import.meta.url);
const script = document.querySelector("script[data-python]");
const status = document.querySelector("page-status");
const badge = document.getElementById("badge");
const takeOver = previewChoice();

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: expected a file, got HTTP status ${response.status}; is the site complete?`);
  return response.text();
}

async function boot(signal) {
  const name = script.dataset.python;
  const files = Promise.all([text(name), ...MODULES.map((module) => text(new URL(`${module}.py`, HERE)))]);
  files.catch(() => {}); // reported below, after the loader's own errors
  let bytes = 0;
  const { pyodide } = await loadPyface({
    models: script.dataset.models?.split(/\s+/).filter(Boolean) ?? [],
    onProgress: (progress) => {
      bytes = progress.totalBytes - progress.cachedBytes;
      status.progress(progress);
    },
    signal,
  });
  const [source, ...modules] = await files;
  const shown = document.querySelector("pre[data-source]");
  if (shown) shown.textContent = source;
  pyodide.FS.mkdirTree("/site/page");
  MODULES.forEach((module, i) => pyodide.FS.writeFile(`/site/page/${module}.py`, modules[i]));
  const begin = pyodide.runPython("import sys\nsys.path.insert(0, '/site')\nimport page\npage.start");
  await begin(new URL("../models/", HERE).href, bytes);
  begin.destroy();
  takeOver();
  await pyodide.runPythonAsync(source, { filename: name });
  const debug = Number(new URLSearchParams(location.search).get("debug"));
  if (debug) await showDebug(pyodide, debug);
  document.documentElement.dataset.ready = "yes";
  workOffline(); // not before: it fetches, too
}

async function showDebug(pyodide, level) {
  const globals = pyodide.toPy({ __name__: "debug" });
  await pyodide.runPythonAsync(await text(new URL("./debug.py", HERE)), { filename: "debug.py", globals });
  await globals.get("show")(level, document.querySelector("main"));
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
