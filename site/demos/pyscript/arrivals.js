// How far the page is, told by the files that have arrived: PyScript gets them without a word. And
// what stops it, said where pages say such things.

import { inWords } from "../../load/downloads.js";
import { LoadError } from "../../load/errors.js";
import { readListing } from "../../load/listing.js";
import { INCOMPLETE } from "../../load/network.js";

const BASE = new URL("../../", import.meta.url);
const NETS = /^models\/(tiny_face_detector|face_landmark_68)_model/;
const NEEDED = [/^pyodide\/py/, /^pyodide\/numpy/, /^wheels\//, NETS]; // in the order they come in
const status = document.querySelector("page-status");
const isReady = () => document.documentElement.dataset.ready;
let observer;
let hasFailed = false;

async function watch() {
  const files = Object.entries((await readListing(BASE)).files);
  const waiting = new Map(NEEDED.flatMap((part) => files.filter(([name]) => part.test(name))));
  const missing = () => [...waiting.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const total = missing();
  observer = new PerformanceObserver((list) => {
    if (isReady()) return observer.disconnect();
    for (const { name, responseStatus } of list.getEntries()) {
      const came = waiting.delete(name.slice(BASE.href.length));
      if (came && responseStatus >= 400) return fail(new LoadError(name, inWords(name), `HTTP status ${responseStatus}`, INCOMPLETE));
    }
    const next = [...waiting.keys()].find((name) => !NETS.test(name));
    status.busy(next ? `Downloading ${inWords(new URL(next, BASE).href)}` : "Starting Python", total - missing(), total);
  });
  observer.observe({ type: "resource", buffered: true });
}

function fail(error) {
  const isDead = error.pyodide_fatal_error; // Python is, which can be at any time
  if (hasFailed || (isReady() && !isDead)) return;
  hasFailed = true; // the first error is the cause of others
  observer?.disconnect();
  document.getElementById("badge").textContent = isDead ? "Stopped" : "Not loaded";
  status[isDead ? "stopped" : "failed"](error, () => location.reload());
}

addEventListener("error", ({ error, message }) => fail(error ?? new Error(message)));
addEventListener("unhandledrejection", ({ reason }) => fail(reason instanceof Error ? reason : new Error(reason)));
addEventListener("py:all-done", () => fail(new Error("Python stopped; what it said is at the end of this page")));
watch().catch(() => {}); // then the bar only moves: PyScript needs no list of files
