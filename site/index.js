// Boots the page: the loader with its progress, then index.py, which is the page's logic.
//
// What must work before Python is here is done here: the chosen picture is shown at once, and a
// dropped or pasted file becomes that of the file input. index.py then reads the same inputs.

import { loadPyface } from "./pyface.js";

const element = (id) => document.getElementById(id);
const MEGABYTE = 1e6;
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

function showProgress({ loadedBytes, totalBytes, file, stage }) {
  const complete = loadedBytes >= totalBytes;
  const bar = element("progress");
  if (stage === "download" && !complete) {
    element("status").textContent = `Downloading ${inWords(file)}`;
    element("amount").textContent = `${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB`;
    bar.max = totalBytes;
    bar.value = loadedBytes;
  } else {
    element("status").textContent = "Starting Python";
    element("amount").textContent = `${megabytes(totalBytes)} MB loaded`;
    bar.removeAttribute("value");
  }
}

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

function inWords(file) {
  if (file.startsWith("numpy")) return "NumPy";
  if (file.startsWith("pyface_web")) return "pyface_web";
  if (file.includes("_model-")) return "the face models";
  return "Python";
}

function showFailure(error) {
  const title = document.createElement("strong");
  const text = document.createElement("p");
  const again = document.createElement("button");
  title.textContent = "The page could not be loaded";
  text.textContent = error.message;
  again.textContent = "Try again";
  again.addEventListener("click", () => location.reload());
  element("alert").replaceChildren(title, text, again);
  element("status").textContent = "Not loaded";
  element("amount").textContent = "";
  element("badge").textContent = "Not loaded";
  element("progress").hidden = true;
}

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

try {
  let bytes = 0;
  const source = text("index.py");
  source.catch(() => {}); // reported below, after the loader's own errors
  const { pyodide } = await loadPyface({
    models: ["tiny_face_detector", "face_landmark_68"],
    onProgress: (progress) => {
      bytes = progress.totalBytes;
      showProgress(progress);
    },
  });
  await pyodide.runPythonAsync(await source, { filename: "index.py" });
  const main = pyodide.globals.get("main");
  await main(performance.now() / 1000, bytes, () => early.abort());
  main.destroy();
  if (debug) await showDebug(pyodide);
  document.documentElement.dataset.ready = "yes";
} catch (error) {
  console.error(error);
  showFailure(error);
}
