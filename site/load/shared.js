// The Python of a page: calls of loadPyface that ask for nothing contradictory share one.

import { changeWaits } from "../faceapi/values/waits.js";
import { during } from "./life.js";
import { ahead, MODELS, startPyface, tellWaits } from "./start.js";

const known = new Set(); // of WeakRefs to all that start or run
const sharedOf = new WeakMap(); // runtime -> SharedPython
let kept; // the one last asked for, for whoever comes next; the others go when nobody uses them any more

/**
 * A Python that does what the options of startPyface say: one that starts or runs already, or else a new one.
 * use({ python, pyodide, life, nets }): makes of it what is returned; nets: names of those that were asked for.
 */
export async function sharePyface(options, use) {
  for (;;) {
    const found = find(options);
    const shared = found ?? new SharedPython(options);
    shared.coming += 1;
    kept = shared;
    try {
      const python = await (found ? shared.join(options) : shared.begin(options));
      if (python) return await use(python);
    } catch (error) {
      if (!found || options.signal?.aborted || error !== shared.failure?.error) throw error;
      // It has not come to life, and why may be the business of another call.
    } finally {
      shared.coming -= 1;
    }
  }
}

/** Keeps a Python no longer that one of its users wants to have ended. Returns whether nobody is about to use it. */
export function release(pyodide) {
  const shared = sharedOf.get(pyodide);
  if (shared.coming) return false;
  if (kept === shared) kept = undefined;
  return true;
}

function find(options) {
  for (const reference of known) if (!reference.deref()) known.delete(reference);
  const there = [...known].map((reference) => reference.deref()).filter(Boolean);
  const found = there.find((shared) => !shared.contradiction(options));
  const likely = kept ?? there.find(({ baseURL }) => baseURL === options.baseURL);
  const reason = !found && likely?.contradiction(options);
  if (reason) console.info(`loadPyface: one more Python starts, for ${reason}; terminate() ends what is not needed`);
  return found;
}

class SharedPython {
  constructor({ baseURL, stackSwitching, backend }) {
    Object.assign(this, { baseURL, stackSwitching, backend });
    this.asked = new Map(); // name of a model -> where it came from
    this.changes = new Map(); // and which weights that gave
    this.waiting = new Set(); // those who wait for its start
    this.control = new AbortController(); // ends the start
    this.reference = new WeakRef(this);
    this.turn = Promise.resolve(); // of those who want more nets
    this.coming = 0; // calls that have asked for it, and have nothing of it yet
    this.failure = undefined; // { error } of the start
    known.add(this.reference);
  }

  /** In words, what of these options does not go with what it was asked for before; undefined if all does. */
  contradiction({ baseURL, stackSwitching, backend, models, modelsURL }) {
    if (baseURL !== this.baseURL) return `baseURL is ${baseURL} here, and was ${this.baseURL}`;
    if (stackSwitching !== this.stackSwitching) return `stackSwitching is ${stackSwitching} here, and was ${this.stackSwitching}`;
    if (backend && backend !== this.backend) return `backend is "${backend}" here, and was ${this.backend ? `"${this.backend}"` : "left open"}`;
    const running = backend && backend !== "fastest" && this.pyodide && ask(this.pyodide, runningIn);
    if (running && ![backend, "none"].includes(running)) return `backend is "${backend}" here, and "${running}" was set`;
    for (const name of models) {
      const [here, before] = [whence(name, modelsURL), this.asked.get(name)];
      if (before && before !== here) return `the model ${name} comes from ${here} here, and came from ${before}`;
      const change = this.pyodide && this.changeOf(name);
      if (change && change !== this.changes.get(name)) return `the model ${name} has got other weights`;
    }
    return undefined;
  }

  // The number of the weights of a net; 0 as long as it has none.
  changeOf(name) {
    return ask(this.pyodide, (python) => changeIn(python, MODELS.get(name).name));
  }

  /** Starts, with the nets of whoever is the first. */
  async begin(options) {
    const { signal } = this.control;
    for (const name of options.models) this.asked.set(name, whence(name, options.modelsURL));
    const onProgress = (progress) => this.tell("onProgress", (this.progress = progress));
    const onListing = (listing) => this.tell("onListing", (this.listing = listing));
    this.started = ahead(this.outcome(() => startPyface({ ...options, signal, onProgress, onListing })));
    return { ...(await this.wait(options)), nets: options.models.map(netOf) };
  }

  async outcome(start) {
    try {
      const started = await start();
      this.pyodide = started.pyodide;
      sharedOf.set(started.pyodide, this);
      for (const name of this.asked.keys()) this.changes.set(name, this.changeOf(name));
      started.life.addEventListener("abort", () => this.leave());
      return started;
    } catch (error) {
      this.failure = { error };
      this.leave();
      throw error;
    }
  }

  leave() {
    known.delete(this.reference);
    if (kept === this) kept = undefined;
  }

  /** For all others, whose nets are loaded once it has started. Nothing, if that contradicts what it is by then. */
  async join(options) {
    const { models, prefetch, modelsURL, waits, onProgress = () => {}, signal } = options;
    changeWaits(waits);
    if (this.listing) options.onListing?.(this.listing);
    if (this.progress && !this.pyodide) onProgress(this.progress);
    const { life, more, prefetch: prefetchLater } = await this.wait({ ...options, onProgress: (progress) => progress.stage === "ready" || onProgress(progress) });
    const { pyodide } = this;
    ask(pyodide, tellWaits);
    this.turn = ahead(this.turn.catch(() => {}).then(async () => {
      signal?.throwIfAborted();
      if (this.contradiction(options)) return false;
      const wanted = models.filter((name) => !this.changeOf(name));
      if (wanted.length) await this.add(wanted, more, { ...options, onProgress });
      else onProgress(this.progress);
      prefetchLater({ models: prefetch.filter((name) => !this.changeOf(name)), modelsURL });
      return true;
    }));
    return (await during(signal, this.turn)) && { python: pyodide.pyimport("pyface_web"), pyodide, life, nets: models.map(netOf) };
  }

  // Loads further nets; their bytes come on top of those of the start.
  async add(models, more, { modelsURL, onProgress, ...options }) {
    const { loadedBytes, totalBytes, cachedBytes } = this.progress;
    await more({
      ...options,
      models,
      modelsURL,
      onProgress: (now) => onProgress({
        ...now,
        loadedBytes: loadedBytes + now.loadedBytes,
        totalBytes: totalBytes + now.totalBytes,
        cachedBytes: cachedBytes + now.cachedBytes,
      }),
    });
    for (const name of models) {
      this.asked.set(name, whence(name, modelsURL));
      this.changes.set(name, this.changeOf(name));
    }
  }

  // What has started. One who does not want to wait any longer leaves; where nobody else waits, the start ends.
  async wait(options) {
    const { signal } = options;
    const one = { ...options };
    const failed = new Promise((_, reject) => (one.fail = reject));
    const leave = () => {
      this.waiting.delete(one);
      if (this.waiting.size) one.fail(signal.reason);
      else this.control.abort(signal.reason);
    };
    this.waiting.add(one);
    signal?.addEventListener("abort", leave);
    if (signal?.aborted) leave();
    try {
      return await Promise.race([failed, this.started]);
    } finally {
      this.waiting.delete(one);
      signal?.removeEventListener("abort", leave);
    }
  }

  // Tells those who wait. What fails where it hears of it fails for itself alone.
  tell(name, value) {
    for (const one of this.waiting) {
      try {
        one[name]?.(value);
      } catch (error) {
        this.waiting.delete(one);
        if (!this.waiting.size) throw error;
        one.fail(error);
      }
    }
  }
}

const netOf = (name) => MODELS.get(name).name;
// Where the files of a model are, whatever the token or the time in their address. place: as placeOf gives it.
function whence(name, place) {
  const bare = (address) => address.replace(/[?#].*/, "");
  if (typeof place === "string") return bare(place);
  const { model } = MODELS.get(name);
  return Object.keys(place).filter((file) => file.startsWith(`${model}-`)).sort().map((file) => bare(place[file])).join(", ");
}

// What a function makes of Python's module.
function ask(pyodide, look) {
  const python = pyodide.pyimport("pyface_web");
  try {
    return look(python);
  } finally {
    python.destroy();
  }
}

function runningIn(python) {
  const { memory } = python;
  const found = memory();
  try {
    return found.get("backend");
  } finally {
    found.destroy();
    memory.destroy();
  }
}

function changeIn({ nets }, name) {
  const net = nets[name];
  try {
    return net.is_loaded ? net.change : 0;
  } finally {
    net.destroy();
    nets.destroy();
  }
}
