// Asks for what everything waits for, while the modules are still on their way that want it.

import { cacheOf, fileIn } from "./addresses.js";
import { ask } from "./network.js";

const LOOK = 200; // milliseconds in which a browser says what it has; everything waits meanwhile

/** files.json, in words. */
export const LISTING = "the list of the site's files";

/** Responses that were asked for before anybody wanted them; each is given once. */
export class Early {
  /** base: URL of the site's folder. patience: for how long none may bring anything. */
  constructor(base, patience) {
    Object.assign(this, { base, patience });
    this.pending = new Map(); // address -> { promise of a Response, control }
    this.over = false;
  }

  /** Asks for the list, and for the image of Python's memory unless the browser keeps files of the site already. */
  async begin(image, { keep }) {
    this.start("files.json", LISTING, { cache: "no-cache" });
    const known = image && keep ? await isKnown(this.base) : undefined;
    if (!image || known) return;
    this.start(image, "Python", { cache: known === false ? "no-store" : "no-cache" }); // as of what is kept
  }

  start(name, expected, init) {
    if (this.over) return;
    const control = new AbortController();
    const promise = ask(fileIn(this.base, name).href, expected, { signal: control.signal, patience: this.patience, ...init });
    promise.catch(() => {}); // whoever wants it hears of it
    this.pending.set(fileIn(this.base, name).href, { promise, control });
  }

  /** A promise of the Response for an address, if there is one. signal: of whoever wants it. */
  take(url, signal) {
    const found = this.pending.get(url);
    if (!found) return undefined;
    this.pending.delete(url);
    signal?.addEventListener("abort", () => found.control.abort(signal.reason));
    if (signal?.aborted) found.control.abort(signal.reason);
    return found.promise;
  }

  /** Ends what nobody has taken, and will not. */
  end() {
    this.over = true;
    for (const { control } of this.pending.values()) control.abort();
    this.pending.clear();
  }
}

// undefined where nothing can be kept, as in a sandboxed iframe, whose `caches` throws.
async function isKnown(base) {
  const late = new Promise((resume) => setTimeout(resume, LOOK, true));
  try {
    return await Promise.race([caches.has(cacheOf(new URL("./", base).href)), late]);
  } catch {
    return undefined;
  }
}
