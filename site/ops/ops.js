// Boots the page of ops: Python with its progress, then ops.py, which is the page's logic.

import { workOffline } from "../offline.js";
import { loadPyface } from "../pyface.js";

const element = (id) => document.getElementById(id);

function showProgress({ loadedBytes, totalBytes, what, stage }) {
  const bar = element("progress");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  if (stage === "download") {
    element("status").textContent = `Downloading ${what}: ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB`;
    bar.max = totalBytes;
    bar.value = loadedBytes;
  } else {
    element("status").textContent = "Starting Python";
    bar.removeAttribute("value");
  }
}

element("form").addEventListener("submit", (event) => event.preventDefault());
try {
  const [{ pyodide }, response] = await Promise.all([loadPyface({ onProgress: showProgress, onStopped: (error) => fail(error, "Stopped") }), fetch("ops.py")]);
  if (!response.ok) throw new Error(`ops.py: expected a file, got HTTP status ${response.status}`);
  await pyodide.runPythonAsync(await response.text(), { filename: "ops.py" });
  const main = pyodide.globals.get("main");
  await main();
  main.destroy();
  document.documentElement.dataset.ready = "yes";
  workOffline();
} catch (error) {
  console.error(error);
  fail(error, "Not loaded");
}

function fail(error, words) {
  element("alert").textContent = error.message;
  element("status").textContent = element("badge").textContent = words;
  element("progress").hidden = true;
}
