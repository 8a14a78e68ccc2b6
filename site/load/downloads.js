// The loader's downloads: asked for ahead of need, counted, checked against files.json, kept for the
// next visit, and handed to whoever asks next.

import { NETS } from "../tables.js";
import { absolute, nameIn } from "./addresses.js";
import { LoadError } from "./errors.js";
import { ask, asPage, chunksOf, INCOMPLETE, OTHER_VERSION, otherContent, refuse, sha256 } from "./network.js";
import { ENDLESS, Patience } from "./patience.js";

const RECENT = 4000; // milliseconds of downloading that the estimate rests on
const ENOUGH = 500; // and how many it needs at least

const WORDS = [
  [/\/python\.(image|rest)$|\/zstd\.wasm$/, "Python"],
  [/\/numpy-[^/]*$/, "NumPy"],
  [/\/pyface_web-[^/]*$/, "pyface_web"],
  [/\/pyodide\//, "Python"],
  ...NETS.flatMap(({ model, otherModels = [], words }) =>
    [model, ...otherModels].map((name) => [new RegExp(`/${name}-[^/]*$`), words])),
];

/** What a file is, in words, by its address or its name. */
export function inWords(file) {
  const { pathname } = new URL(file, "https://site.invalid/");
  return WORDS.find(([pattern]) => pattern.test(pathname))?.[1] ?? pathname.split("/").pop().slice(0, 80);
}

/**
 * Files of a site that are asked for ahead of need.
 *
 * base: URL of the site's folder. listing: its files.json. store: FileCache or null. signal: ends all.
 * patience: for how long none of them may bring anything. earlier: Downloads that may have some already, or Early.
 * `failed` is a promise that only ever rejects: with the first error of a file that start() was told
 * to get, or the signal's reason. After either nothing is on its way any more.
 */
export class Downloads {
  constructor(base, listing, { store = null, signal, patience = new Patience(), onProgress, earlier } = {}) {
    Object.assign(this, { base, listing, store, patience, earlier, onProgress: onProgress ?? (() => {}) });
    this.files = new Map(); // address -> { what, bytes, loaded, cached, whole } in the order of expect()
    this.pending = new Map(); // address -> promise of a Response
    this.forgone = new Set(); // addresses that start() does not ask for
    this.recent = []; // [time, bytes that came over the network until then]
    this.isOver = false;
    this.control = new AbortController();
    this.cancel = () => this.control.abort(signal.reason);
    this.unfollow = () => signal?.removeEventListener("abort", this.cancel);
    this.failed = new Promise((_, reject) => {
      this.control.signal.addEventListener("abort", () => reject(this.control.signal.reason));
    });
    this.failed.catch(() => {});
    signal?.addEventListener("abort", this.cancel);
    if (signal?.aborted) this.cancel();
  }

  /** The value of a promise, or the error that ended the downloads, as soon as there is one. */
  guard(promise) {
    promise.catch(() => {});
    return Promise.race([this.failed, promise]);
  }

  /** Counts a file from now on, which start() asks for later. name: as there. */
  expect({ href }, name = href) {
    const url = this.key(href);
    if (!this.files.has(url)) this.files.set(url, { what: inWords(name), ...this.nothingOf(url) });
    return this.files.get(url);
  }

  /**
   * Asks for a file, once. name: where the address does not end with it. optional: somebody knows what to do
   * without it. again: who wants it asks anew, should this fail. remedy: where it may not be there.
   * limit: bytes that it may have at most; a listed file may have as many as the list says. priority: as of fetch.
   */
  start({ href }, { name = href, optional = false, again = false, remedy = INCOMPLETE, limit = Infinity, priority } = {}) {
    const url = this.key(href);
    if (this.pending.has(url)) return this.pending.get(url);
    if (this.forgone.has(url)) throw new Error(`${url} was left to others`); // which nobody hears of
    this.earlier?.forgo(url);
    const file = Object.assign(this.expect({ href }, name), { limit, ...this.nothingOf(url) });
    file.whole = new Promise((resolve) => (file.end = resolve)); // or it will not come
    const fail = (error) => {
      file.end();
      file.bytes = file.loaded; // the rest is not waited for
      if (again) this.pending.delete(url);
      else if (!optional) this.fail(error);
    };
    const promise = this.find(url, file, { remedy, fail, signal: this.control.signal, patience: this.patience, priority });
    promise.catch(fail);
    this.pending.set(url, promise);
    return promise;
  }

  /** Leaves a file, unless it is on its way already, to whoever asks for it now. */
  forgo(url) {
    if (!this.has(url)) this.forgone.add(this.key(url));
  }

  /** When none of what start() has asked for is on its way any more. */
  async arrival() {
    await Promise.all([...this.files.values()].map(({ whole }) => whole));
  }

  /** Ends all downloads with this error. */
  fail(error) {
    this.control.abort(error);
  }

  /** No progress and no errors from now on: later files are their askers' own. */
  finish() {
    this.isOver = true;
    this.report();
    this.unfollow();
  }

  /**
   * The Response of a file, asked for ahead or now. One of the site's files is checked and kept.
   * own: a signal of the asker, who then ends waits himself.
   */
  response(address, own) {
    const url = this.key(address);
    const pending = this.pending.get(url);
    this.pending.delete(url);
    if (pending) return pending;
    const signals = [own, this.isOver ? undefined : this.control.signal].filter(Boolean);
    const signal = signals.length > 1 && AbortSignal.any ? AbortSignal.any(signals) : signals[0];
    const patience = own ? ENDLESS : this.patience;
    const listed = this.listed(url);
    if (!listed) return this.foreign(url, signal, patience);
    return this.find(url, { what: inWords(url), bytes: listed.bytes, loaded: 0 }, { signal, patience });
  }

  /** Whether a file was asked for ahead, and nobody has it yet. */
  has(url) {
    return this.pending.has(this.key(url));
  }

  /** Whether nothing is missing of a file that was asked for ahead. */
  isWhole(url) {
    const { bytes, loaded } = this.files.get(this.key(url)) ?? {};
    return loaded > 0 && loaded === bytes;
  }

  /** { status, type, bytes } of a file that was asked for ahead, else undefined. */
  async take(url) {
    if (!this.has(url)) return undefined;
    const response = await this.response(url);
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  }

  /** Keeps bytes that came another way for the next visit, if they are those of this file of the site. */
  async keep(name, bytes) {
    const wanted = this.listing.files[name].sha256;
    if ((await sha256(bytes)) === wanted) await this.store?.keep(wanted, bytes, "");
  }

  /** Has a Response ready for whoever asks for a file next; returns the function that takes it back. */
  lend(address, response) {
    const url = this.key(address);
    const lent = Promise.resolve(response);
    this.pending.set(url, lent);
    return () => this.pending.get(url) === lent && this.pending.delete(url);
  }

  /** Answers fetches of the site's files with those; returns the function that undoes it. */
  lendTo(scope) {
    const original = scope.fetch;
    scope.fetch = (input, init) => {
      const url = addressOf(input);
      if (!url || (!this.has(url) && !this.listed(url))) return original.call(scope, input, init);
      // Pyodide has promises that nobody waits for where another one fails first. What fails ends the load,
      // so these need not hear of it, and the browser has nothing uncaught to report.
      return this.whole(url).catch((error) => {
        this.control.abort(error);
        return new Promise(() => {});
      });
    };
    return () => {
      scope.fetch = original;
    };
  }

  // The Response of a file of which nothing is missing any more; but WebAssembly is compiled as it comes.
  async whole(url) {
    const response = await this.response(url);
    if (url.endsWith(".wasm")) return response;
    return new Response(await response.arrayBuffer(), { headers: response.headers });
  }

  // Whatever answers, with an end to the wait for its body: what is right is for its asker to say.
  async foreign(url, signal, patience) {
    const response = await ask(url, inWords(url), { signal, patience });
    if (!response.ok || !response.body) return response;
    const chunks = chunksOf(url, inWords(url), response, { signal, patience });
    const { status, headers } = response;
    return new Response(streamOf(chunks), { status, headers });
  }

  // What is known of a file that has still to come, for the first time or anew.
  nothingOf(url) {
    return { bytes: this.listed(url)?.bytes ?? 0, loaded: 0, cached: false };
  }

  listed(url) {
    return this.listing.files[nameIn(this.base, url)];
  }

  // The address by which a file is asked for: one of the site has the site's query, if it has none itself.
  key(address) {
    const url = new URL(address);
    url.hash = "";
    if (!url.search && this.listed(address)) url.search = this.base.search;
    return url.href;
  }

  async find(url, file, { remedy = INCOMPLETE, fail, signal, patience, priority }) {
    const listed = this.listed(url);
    const kept = listed && (await this.store?.find(listed.sha256));
    signal?.throwIfAborted();
    if (kept) {
      file.loaded = listed.bytes;
      file.cached = true;
      this.report();
      file.end?.();
      return kept;
    }
    const most = file.limit < Infinity ? ` (at most ${file.limit} bytes)` : "";
    const expected = `${file.what}${file.bytes ? ` (${file.bytes} bytes)` : most}`;
    // What is kept here need not lie in the browser's own cache as well; nor may that give an old one.
    const cache = !listed ? "default" : this.store?.writable ? "no-store" : "no-cache";
    const response = this.earlier?.has(url)
      ? await this.earlier.response(url, signal)
      : await ask(url, expected, { signal, patience, cache, priority });
    refuse(url, expected, response, remedy);
    if (!file.bytes && !response.headers.has("content-encoding")) file.bytes = Number(response.headers.get("content-length"));
    const type = url.endsWith(".wasm") ? "application/wasm" : (response.headers.get("content-type") ?? "");
    const body = this.checked(url, file, response, { listed, expected, type, signal, patience, fail });
    return new Response(body, { headers: { "content-type": type } });
  }

  // The body of a response. It is read as fast as it comes, and ends only when it is found right.
  checked(url, file, response, { listed, expected, type, signal, patience, fail }) {
    const parts = [];
    const chunks = chunksOf(url, expected, response, { signal, patience });
    const most = listed?.bytes ?? file.limit ?? Infinity;
    const wrong = (got, remedy) => asPage(new LoadError(url, expected, got, remedy), url, expected, response, remedy);
    const check = async () => {
      if (!listed) return;
      if (file.loaded < listed.bytes) throw wrong(`only ${file.loaded} bytes`, "load again; if it stays so, the server's copy was cut short");
      const bytes = await new Blob(parts.splice(0)).arrayBuffer();
      const hash = await sha256(bytes);
      if (hash && hash !== listed.sha256) throw asPage(otherContent(url, expected, hash, listed.sha256), url, expected, response, INCOMPLETE);
      if (hash) this.store?.keep(hash, bytes, type);
    };
    const next = async () => {
      try {
        const part = await chunks.next();
        if (!part) await check();
        file.loaded += part?.byteLength ?? 0;
        if (file.loaded > most) throw wrong(`more than ${most} bytes`, listed ? OTHER_VERSION : "is it another file?");
        if (listed && part) parts.push(part);
        if (part) this.report(url);
        else file.end?.();
        return part;
      } catch (error) {
        fail?.(error);
        throw error;
      }
    };
    const cancel = (reason) => {
      file.end?.();
      chunks.cancel(reason);
    };
    return streamOf({ next, cancel });
  }

  report(url = "") {
    if (this.control.signal.aborted) return;
    const files = [...this.files.values()];
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    const loadedBytes = sum(files.map((file) => file.loaded));
    const totalBytes = sum(files.map((file) => Math.max(file.bytes, file.loaded)));
    const cachedBytes = sum(files.map((file) => (file.cached ? file.loaded : 0)));
    const stage = this.isOver ? "ready" : loadedBytes < totalBytes ? "download" : "start";
    this.onProgress({
      loadedBytes,
      totalBytes,
      cachedBytes,
      secondsLeft: stage === "download" ? this.secondsLeft(loadedBytes - cachedBytes, totalBytes - loadedBytes) : undefined,
      what: (stage === "download" && files.find((file) => file.loaded < file.bytes)?.what) || "Python",
      file: url.split("/").pop(),
      stage,
    });
  }

  secondsLeft(came, missing) {
    const now = performance.now();
    this.recent.push([now, came]);
    while (this.recent[0][0] < now - RECENT) this.recent.shift();
    const [since, before] = this.recent[0];
    if (now - since < ENOUGH || came === before) return undefined;
    return (missing * (now - since)) / (came - before) / 1000;
  }
}

// The address that fetch is called with, if it is one.
function addressOf(input) {
  try {
    return absolute(input?.url ?? input).href;
  } catch {
    return undefined; // which the browser's own fetch says
  }
}

// What chunksOf, or something like it, reads, as a stream that takes all of it at once.
function streamOf({ next, cancel }) {
  const source = {
    async pull(controller) {
      try {
        const chunk = await next();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      } catch (error) {
        cancel();
        throw error;
      }
    },
    cancel,
  };
  return new ReadableStream(source, { highWaterMark: Infinity });
}
