// Several faces on one Python: what one of them disposes of, the others go on using.

import { DISPOSED } from "../../tables.js";
import { during, endPython } from "../../load/life.js";
import { PyfaceError } from "../values/errors.js";
import { transportTo } from "./transport.js";

const AT_REST = ["load", "weight_map", "memory", "set_waits", "set_latest_frame", "dispose", "begin_track", "end_track"]; // these take up no device
const users = new WeakMap(); // runtime -> Set of its Handles

/** One user of a Python: a face, and for whoever asked for that also Python itself. */
export class Handle {
  #pyodide;
  #python;
  #life = new AbortController(); // ends with Python, or earlier
  #calls = new AbortController(); // those since the last dispose
  #nets; // names of the nets that it counts on
  #left = new Set(); // and of those that it has disposed of while others went on
  #own = new Map(); // numbers of its own nets, by which Python knows them
  #trackers = new Map(); // number -> whether it may go on

  /** Whether it may hold something on the device, or wait for it. */
  isBusy = false;
  /** Whether `terminate` has ended it. */
  isTerminated = false;

  /** pyodide: the runtime. nets: names of those that were loaded for this user. */
  constructor(pyodide, nets = []) {
    this.#pyodide = pyodide;
    this.#python = transportTo(pyodide);
    this.#nets = new Set(nets);
    if (!users.has(pyodide)) users.set(pyodide, new Set());
    users.get(pyodide).add(this);
    const { life } = this.#python;
    const end = () => this.#life.abort(life.reason);
    if (life.aborted) end();
    else life.addEventListener("abort", end, { signal: this.#life.signal });
  }

  /** An AbortSignal that ends when this can be used no longer; its reason says why. */
  get life() { return this.#life.signal; }

  /** The nets with weights, as a Set says it. Whoever is told that a net has some counts on it. */
  loaded = {
    has: (net) => {
      const isLoaded = !this.life.aborted && !this.#left.has(net) && this.#python.loaded.has(net);
      if (isLoaded) this.#nets.add(net);
      return isLoaded;
    },
  };

  /** Promise of the answer to a message. */
  transport = async (message) => {
    this.life.throwIfAborted();
    const { call, net, tracker } = message;
    if (call === "dispose" && net === undefined) return this.#dispose();
    if (call === "track" && this.#trackers.get(tracker) === false) return disposed();
    if (!AT_REST.includes(call)) this.isBusy = true;
    if (call === "begin_track") this.#trackers.set(tracker, true);
    if (call === "end_track") this.#trackers.delete(tracker);
    if (typeof net === "object" && call !== "dispose") this.#own.set(net.id, net);
    if (typeof net === "object" && call === "dispose") this.#own.delete(net.id);
    if (typeof net === "string" && call === "load") {
      this.#nets.add(net);
      this.#left.delete(net);
    }
    if (typeof net === "string" && call === "dispose") {
      this.#nets.delete(net);
      if (this.#others.some((other) => other.#nets.has(net))) {
        this.#left.add(net);
        return { value: null };
      }
    }
    const { signal } = this.#calls;
    try {
      return await during(signal, this.#python.transport(message));
    } catch (error) {
      if (error === signal.reason && !this.life.aborted) return disposed();
      throw error;
    }
  };

  get #others() {
    return [...users.get(this.#pyodide)].filter((other) => other !== this);
  }

  // As Python's own dispose, of all that others do not use.
  async #dispose() {
    this.isBusy = false;
    if (!this.#others.some((other) => other.isBusy)) return this.#python.transport({ call: "dispose" });
    for (const tracker of this.#trackers.keys()) this.#trackers.set(tracker, false);
    const calls = this.#calls;
    this.#calls = new AbortController();
    calls.abort();
    return { value: null };
  }

  /**
   * Ends this handle; whatever waits hears of it. May be repeated.
   * isLast: whether to end Python, too, if nobody else has it.
   */
  terminate(isLast = true) {
    if (this.life.aborted) return;
    this.isTerminated = true;
    const error = new PyfaceError("PythonStoppedError", "this was ended by terminate(); call loadPyface again");
    const others = this.#others;
    users.get(this.#pyodide).delete(this);
    this.#life.abort(error);
    this.#calls.abort(error);
    const forget = (message) => void this.#python.transport(message).catch(() => {});
    if (others.length || !isLast) {
      for (const tracker of this.#trackers.keys()) forget({ call: "end_track", tracker });
      for (const net of this.#own.values()) forget({ call: "dispose", net });
      if (this.isBusy && !others.some((other) => other.isBusy)) forget({ call: "dispose" });
    } else {
      forget({ call: "dispose" }); // which ends what it does
      endPython(this.#pyodide, error);
    }
    this.#pyodide = this.#python = undefined; // whoever keeps this does not keep Python
  }
}

const disposed = () => ({ error: { name: "DisposedError", message: DISPOSED } });
