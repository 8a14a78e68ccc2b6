// Several faces on one Python: what one of them disposes of, the others go on using.

import { DISPOSED } from "../../tables.js";
import { during, endPython } from "../../load/life.js";
import { PyfaceError } from "../values/errors.js";
import { transportTo } from "./transport.js";

const AT_REST = ["load", "weight_map", "memory", "set_waits", "set_latest_frame", "dispose", "begin_track", "end_track"]; // these take up no device
const users = new WeakMap(); // runtime -> Set of WeakRefs to its Handles: a face that nobody has any more uses nothing
const givers = new WeakMap(); // runtime -> Set of the Handles that gave Python itself away, and stay as long as that

// What a face leaves that was let go without `terminate`; its own nets went before it.
const forgotten = new FinalizationRegistry(({ python, trackers, end }) => {
  const found = python.deref();
  if (!found) return;
  found.life.removeEventListener("abort", end);
  tell(found, endsOf(trackers));
});

const endsOf = (trackers) => [...trackers.keys()].map((tracker) => ({ call: "end_track", tracker }));

function tell(python, messages) {
  for (const message of messages) python.transport(message).catch(() => {});
}

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
  #self = new WeakRef(this);
  #end;

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
    const self = this.#self;
    users.get(pyodide).add(self);
    const { life } = this.#python;
    this.#end = () => self.deref()?.#stop(); // Python's life must not keep this, nor what is left of this Python
    if (life.aborted) this.#stop();
    else life.addEventListener("abort", this.#end);
    const left = { python: new WeakRef(this.#python), trackers: this.#trackers, end: this.#end };
    forgotten.register(this, left, self);
  }

  #stop() {
    this.#life.abort(this.#python.life.reason);
  }

  /** Whoever has Python itself may be busy with it, for all that is known, also without the face. */
  giveAway() {
    this.isBusy = true;
    if (!this.#pyodide) return;
    if (!givers.has(this.#pyodide)) givers.set(this.#pyodide, new Set());
    givers.get(this.#pyodide).add(this);
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
    return [...users.get(this.#pyodide)].map((self) => self.deref()).filter((other) => other && other !== this);
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
    users.get(this.#pyodide).delete(this.#self);
    givers.get(this.#pyodide)?.delete(this);
    forgotten.unregister(this.#self);
    this.#python.life.removeEventListener("abort", this.#end);
    this.#life.abort(error);
    this.#calls.abort(error);
    if (others.length || !isLast) {
      const isOnlyBusy = this.isBusy && !others.some((other) => other.isBusy);
      const nets = [...this.#own.values()].map((net) => ({ call: "dispose", net }));
      tell(this.#python, [...endsOf(this.#trackers), ...nets, ...(isOnlyBusy ? [{ call: "dispose" }] : [])]);
    } else {
      tell(this.#python, [{ call: "dispose" }]); // which ends what it does
      endPython(this.#pyodide, error);
    }
    this.#pyodide = this.#python = undefined; // whoever keeps this does not keep Python
  }
}

const disposed = () => ({ error: { name: "DisposedError", message: DISPOSED } });
