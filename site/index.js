// Boots the page: the loader with its progress, then index.py, which is the page's logic.
//
// What must work before Python is here is done here: the chosen picture is shown at once, and a
// dropped or pasted file becomes that of the file input. index.py then reads the same inputs.

import { loadPyface } from "./pyface.js";
import "./page/status.js";

const element = (id) => document.getElementById(id);
const status = document.querySelector("page-status");
const debug = Number(new URLSearchParams(location.search).get("debug"));

// --- pictures: choosing, dropping and pasting

const pictures = element("pictures");
const file = element("file");
const drop = element("drop");
const early = new AbortController(); // listeners until Python takes over

pictures.addEventListener("submit", (event) => event.preventDefault());

pictures.addEventListener(
  "change",
  (event) => {
    if (event.target !== file) {
      file.value = ""; // what was chosen last counts
      preview(event.target.value);
    } else if (file.files.length) {
      preview(URL.createObjectURL(file.files[0]));
    }
  },
  { signal: early.signal },
);

function preview(url) {
  const image = new Image();
  const free = () => url.startsWith("blob:") && URL.revokeObjectURL(url);
  image.alt = "";
  image.onload = free;
  image.onerror = () => {
    free();
    image.remove(); // index.py says what is wrong with it
  };
  image.src = url;
  element("frame").querySelector("img")?.remove();
  element("frame").prepend(image);
  element("hint").textContent = "Faces are marked as soon as Python has started.";
  element("stage").dataset.state = "waiting";
}

function choose(files) {
  if (!files.length) return false;
  file.files = files;
  file.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

document.addEventListener("dragover", (event) => {
  event.preventDefault(); // else the browser leaves the page for a file dropped beside the field
  drop.classList.toggle("over", event.dataTransfer.types.includes("Files"));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  choose(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  if (choose(event.clipboardData.files)) event.preventDefault();
});

// --- loading

// `?debug=2`: a panel that shows what the engine does; see debug.py.
async function showDebug(pyodide) {
  const globals = pyodide.toPy({ __name__: "debug" });
  await pyodide.runPythonAsync(await text("debug.py"), { filename: "debug.py", globals });
  await globals.get("show")(debug, document.querySelector("main"));
}

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: expected a file, got HTTP status ${response.status}`);
  return response.text();
}

async function load(signal) {
  let bytes = 0;
  const source = text("index.py");
  source.catch(() => {}); // reported below, after the loader's own errors
  const { pyodide } = await loadPyface({
    models: ["tiny_face_detector", "face_landmark_68"],
    onProgress: (progress) => {
      bytes = progress.totalBytes - progress.cachedBytes;
      status.progress(progress);
    },
    signal,
  });
  await pyodide.runPythonAsync(await source, { filename: "index.py" });
  const main = pyodide.globals.get("main");
  await main(performance.now() / 1000, bytes, () => early.abort());
  main.destroy();
  if (debug) await showDebug(pyodide);
  document.documentElement.dataset.ready = "yes";
}

async function start() {
  const control = new AbortController();
  element("badge").textContent = "Loading";
  status.loading(() => control.abort());
  try {
    await load(control.signal);
  } catch (error) {
    element("badge").textContent = "Not loaded";
    if (control.signal.aborted) {
      status.cancelled(start);
      return;
    }
    console.error(error);
    status.failed(error, () => location.reload());
  }
}

start();
