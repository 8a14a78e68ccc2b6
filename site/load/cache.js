// Keeps the site's files in the browser, so that a second visit needs no network for them.
//
// A file lies in the Cache API under its SHA-256 in files.json, so a new version of it is another
// entry, and one that came or lay there broken is never used. Works in pages, workers and sw.js, which
// keeps notes beside them: texts of files.json that pages still go by.
//
// The Cache API may be missing, refuse, fail, be full, or never answer. Pages go on without it then.

import { WAITS } from "../tables.js";
import { cacheOf } from "./addresses.js";
import { listingOf } from "./listing.js";
import { sha256 } from "./network.js";
import { Patience } from "./patience.js";

const SECONDS = 5; // that it may be silent while somebody waits to read, who could ask the network

export class FileCache {
  /**
   * The cache of the site in this folder (an address); null, and a line in the console, if there is none.
   * limit: a function that gives how many seconds its silence may last; here it is never more than a few.
   */
  static async open(base, limit = () => WAITS.storage.default) {
    if (!base.startsWith("http")) return null; // of an extension or an app, whose files are on this device
    const made = new FileCache(base, limit);
    try {
      if (!globalThis.caches) throw new Error("only https and localhost have one");
      made.cache = await made.ask(() => caches.open(cacheOf(base)));
      return made;
    } catch (error) {
      console.info(`Files are not kept for the next visit: no cache (${error.message})`);
      return null;
    }
  }

  constructor(base, limit) {
    this.base = base;
    this.patience = new Patience(() => Math.min(limit(), SECONDS));
    this.patienceToWrite = new Patience(limit); // which no page waits for
    this.full = false;
    this.silent = false; // whether it owes an answer; nobody waits for another one then
  }

  /** Whether files are being kept, as far as is known. */
  get writable() {
    return !this.full && !this.silent;
  }

  /** What the Cache API answers, or an error, also where it does not answer. */
  async ask(call) {
    if (this.silent) throw new Error("it does not answer");
    const answer = (async () => call())();
    return this.patience.within(answer, () => {
      this.silent = true;
      const answered = () => (this.silent = false);
      answer.then(answered, answered);
      return new Error(`no answer for ${this.patience.seconds} s`);
    });
  }

  // --- for whoever can do without: these throw nothing

  /** A Response with the bytes of this hash, or undefined. What was spoilt meanwhile is removed. */
  async find(hash) {
    if (this.silent) return undefined;
    try {
      const found = await this.ask(() => this.cache.match(this.key(hash)));
      if (!found) return undefined;
      const bytes = await this.ask(() => found.arrayBuffer());
      if ((await sha256(bytes)) === hash) return new Response(bytes, { headers: found.headers });
      await this.ask(() => this.cache.delete(this.key(hash)));
    } catch (error) {
      console.info(`A kept file cannot be read: ${error.message}`);
    }
    return undefined;
  }

  /** Keeps bytes that are known to have this hash. */
  async keep(hash, bytes, type) {
    if (!this.writable) return;
    try {
      const response = new Response(bytes, { headers: { "content-type": type } });
      const late = () => new Error(`not done after ${this.patienceToWrite.seconds} s`);
      await this.patienceToWrite.within(this.cache.put(this.key(hash), response), late);
    } catch (error) {
      this.full = true;
      console.info(`Files are not kept for the next visit: ${error.message}`);
    }
  }

  /** Removes files that neither this listing nor one among the notes has; none while a note is none. */
  async prune({ files } = {}) {
    try {
      const noted = await Promise.all((await this.names("version/")).map((name) => this.read(name)));
      const listings = noted.filter(Boolean).map((text) => listingOf(text, "a noted version").files);
      const wanted = new Set([files ?? {}, ...listings].flatMap(Object.values).map((file) => this.key(file.sha256)));
      for (const name of await this.names("sha256/")) {
        if (!wanted.has(new URL(name, this.base).href)) await this.remove(name);
      }
    } catch (error) {
      console.info(`Files of earlier versions stay for now: ${error.message}`);
    }
  }

  // --- for the service worker: these throw what goes wrong

  /** The text of a note, or undefined. */
  read(name) {
    return this.ask(async () => (await this.cache.match(new URL(name, this.base)))?.text());
  }

  write(name, text) {
    return this.ask(() => this.cache.put(new URL(name, this.base), new Response(text)));
  }

  remove(name) {
    return this.ask(() => this.cache.delete(new URL(name, this.base)));
  }

  /** Names that begin so, of notes, or of files as "sha256/...". */
  async names(start) {
    const keys = await this.ask(() => this.cache.keys());
    return keys.map(({ url }) => url.slice(this.base.length)).filter((name) => name.startsWith(start));
  }

  key(hash) {
    return new URL(`sha256/${hash}`, this.base).href;
  }
}
