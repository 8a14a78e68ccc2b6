// Whether Python still runs. What its WebAssembly does not survive (a full stack, memory that is not
// its own) ends Pyodide for good, and leaves open what it was asked: whoever waits for Python has to
// watch its life as well.

import { PyfaceError } from "../faceapi/values/errors.js";

const DEAD = /^Pyodide already (exited|fatally failed)/;
const lives = new WeakMap(); // runtime -> AbortController

/** An AbortSignal that is aborted when this Python dies; its reason is the error that says so. */
export const lifeOf = (pyodide) => controlOf(pyodide).signal;

function controlOf(pyodide) {
  if (lives.has(pyodide)) return lives.get(pyodide);
  const life = new AbortController();
  lives.set(pyodide, life);
  const api = pyodide._api ?? {}; // private, and the only way to hear of it
  const before = api.on_fatal;
  api.on_fatal = (error) => {
    end(pyodide, error);
    before?.(error);
  };
  try {
    void pyodide.globals; // what is dead already says so
  } catch (error) {
    end(pyodide, error);
  }
  return life;
}

/** What to throw for an error of a call into Python: why that has died, where it has, else the error. */
export function deathOr(error, pyodide) {
  const isDeath = error?.pyodide_fatal_error || error instanceof WebAssembly.RuntimeError || DEAD.test(error?.message);
  if (isDeath) end(pyodide, error);
  const life = lifeOf(pyodide);
  return life.aborted ? life.reason : error;
}

function end(pyodide, error) {
  if (controlOf(pyodide).signal.aborted) return;
  bury(pyodide);
  endPython(pyodide, stopped(error));
}

/** Says for a Python that runs that it can be used no longer, and why. What it still does it does for nobody. */
export function endPython(pyodide, reason) {
  controlOf(pyodide).abort(reason);
}

// Events, timers and promises of the page would go on calling a Python whose state nobody knows, and some
// of that would still run. With its memory empty nothing does, and is not complained of each time.
function bury({ _api: api, _module: module }) {
  if (api) api.fatal_error = api.maybe_fatal_error = () => {};
  module?.HEAPU8?.fill(0);
}

/** What a promise gives; rejects with the reason of a life, if there is one, as soon as that ends. */
export function during(life, promise) {
  if (!life) return promise;
  return new Promise((resolve, reject) => {
    const end = () => reject(life.reason);
    promise.then(resolve, reject).finally(() => life.removeEventListener("abort", end));
    if (life.aborted) end();
    else life.addEventListener("abort", end);
  });
}

function stopped(error) {
  const said = error?.message || String(error);
  const message = `Python has stopped, and what it was doing is lost (${said}); call loadPyface again, or reload the page`;
  return Object.assign(new PyfaceError("PythonStoppedError", message), { cause: said });
}
