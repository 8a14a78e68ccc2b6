// Boots a page: the loader with its bar, the Python package `page` beside this file, then the page's
// own Python, named by its script element:
//
//   <script type="module" src="../../page/boot.js" data-python="landmarks.py"
//           data-models="tiny_face_detector face_landmark_68"></script>
//
// The page's code is shown in its own <pre data-source>, so that a visitor can read and copy it.

import { loadPyface } from "../pyface.js";
import "./chooser.js";
import "./status.js";

const MODULES = [
  "__init__", "album", "controls", "faces", "files", "film", "live", "nets", "pictures", "plots", "portraits", "stage",
  "status",
];
const HERE = new URL("./", import.meta.url);
const script = document.querySelector("script[data-python]");
const status = document.querySelector("page-status");

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: expected a file, got HTTP status ${response.status}; is the site complete?`);
  return response.text();
}

async function boot(signal) {
  const name = script.dataset.python;
  const files = Promise.all([text(name), ...MODULES.map((module) => text(new URL(`${module}.py`, HERE)))]);
  files.catch(() => {}); // reported below, after the loader's own errors
  const { pyodide } = await loadPyface({
    models: script.dataset.models?.split(/\s+/).filter(Boolean) ?? [],
    onProgress: (progress) => status.progress(progress),
    signal,
  });
  const [source, ...modules] = await files;
  const shown = document.querySelector("pre[data-source]");
  if (shown) shown.textContent = source;
  pyodide.FS.mkdirTree("/site/page");
  MODULES.forEach((module, i) => pyodide.FS.writeFile(`/site/page/${module}.py`, modules[i]));
  pyodide.globals.set("MODELS", new URL("../models/", HERE).href);
  pyodide.runPython("import sys\nsys.path.insert(0, '/site')\nimport page\npage.nets.MODELS = MODELS\ndel MODELS");
  await pyodide.runPythonAsync("import page\nawait page.start()");
  await pyodide.runPythonAsync(source, { filename: name });
  document.documentElement.dataset.ready = "yes";
}

async function start() {
  const control = new AbortController();
  status.loading(() => control.abort());
  try {
    await boot(control.signal);
  } catch (error) {
    if (control.signal.aborted) {
      status.cancelled(start);
      return;
    }
    console.error(error);
    status.failed(error, () => location.reload());
  }
}

start();
