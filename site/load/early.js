// Asks for what everything waits for, while the modules are still on their way that want it.

import { cacheOf, fileIn } from "./addresses.js";
import { ask } from "./network.js";

const LOOK = 200; // milliseconds in which a browser says what it has; everything waits meanwhile

/** files.json, in words. */
export const LISTING = "the list of the site's files";

/** Responses that were asked for before anybody wanted them; each is given once. As `earlier` of Downloads, too. */
export class Early {
  /** base: URL of the site's folder. patience: for how long none may bring anything. */
  constructor(base, patience) {
    Object.assign(this, { base, patience });
    this.pending = new Map(); // address -> { promise of a Response, control }
    this.isOver = false;
  }

  /** Asks for the list, and for the image of Python's memory unless the browser keeps files of the site already. */
  async begin(image, { keep }) {
    this.start("files.json", LISTING, { cache: "no-cache" });
    const known = image && keep ? await isKnown(this.base) : undefined;
    if (!image || known || this.isOver) return;
    this.start(image, "Python", { cache: known === false ? "no-store" : "no-cache" }); // as of what is kept
  }

  start(name, expected, init) {
    const { href } = fileIn(this.base, name);
    const control = new AbortController();
    const promise = ask(href, expected, { signal: control.signal, patience: this.patience, ...init });
    promise.catch(() => {}); // whoever wants it hears of it
    this.pending.set(href, { promise, control });
  }

  addresses() {
    return [...this.pending.keys()];
  }

  has(url) {
    return this.pending.has(url);
  }

  /** A promise of the Response for an address that it has. signal: of whoever wants it. */
  response(url, signal) {
    const { promise, control } = this.pending.get(url);
    this.pending.delete(url);
    signal?.addEventListener("abort", () => control.abort(signal.reason));
    if (signal?.aborted) control.abort(signal.reason);
    return promise;
  }

  forgo() {} // all of it is on its way

  /** Ends what nobody has taken, and will not. */
  end() {
    this.isOver = true;
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
