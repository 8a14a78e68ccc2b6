// Keeps the site's files in the browser, so that a second visit needs no network for them.
//
// A file lies in the Cache API under its SHA-256 in files.json, so a new version of it is another
// entry, and one that came or lay there broken is never used. Works in pages, workers and sw.js, which
// keeps notes beside them: texts of files.json that pages still go by.

/** SHA-256 of bytes as hex digits; undefined where the browser has none (http that is not localhost). */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class FileCache {
  /** The cache of the site in this folder (an address); null, and a line in the console, if there is none. */
  static async open(base) {
    try {
      if (!globalThis.caches) throw new Error("only https and localhost have one");
      return new FileCache(await caches.open(`pyface_web ${base}`), base);
    } catch (error) {
      console.info(`Files are not kept for the next visit: no cache (${error.message})`);
      return null;
    }
  }

  constructor(cache, base) {
    this.cache = cache;
    this.base = base;
    this.writable = true;
  }

  /** A Response with the bytes of this hash, or undefined. What was spoilt meanwhile is removed. */
  async find(hash) {
    try {
      const found = await this.cache.match(this.key(hash));
      if (!found) return undefined;
      const bytes = await found.arrayBuffer();
      if ((await sha256(bytes)) === hash) return new Response(bytes, { headers: found.headers });
      await this.cache.delete(this.key(hash));
    } catch (error) {
      console.info(`A kept file cannot be read: ${error.message}`);
    }
    return undefined;
  }

  /** Keeps bytes that are known to have this hash. */
  async keep(hash, bytes, type) {
    if (!this.writable) return;
    try {
      await this.cache.put(this.key(hash), new Response(bytes, { headers: { "content-type": type } }));
    } catch (error) {
      this.writable = false;
      console.info(`Files are not kept for the next visit: ${error.message}`);
    }
  }

  /** Removes files that neither this listing nor one among the notes has. */
  async prune({ files } = {}) {
    const noted = await Promise.all((await this.names("version/")).map((name) => this.read(name)));
    const listings = [files ?? {}, ...noted.map((text) => JSON.parse(text).files)];
    const wanted = new Set(listings.flatMap(Object.values).map((file) => this.key(file.sha256)));
    for (const name of await this.names("sha256/")) {
      if (!wanted.has(new URL(name, this.base).href)) await this.remove(name);
    }
  }

  /** The text of a note, or undefined. */
  async read(name) {
    return (await this.cache.match(new URL(name, this.base)))?.text();
  }

  async write(name, text) {
    await this.cache.put(new URL(name, this.base), new Response(text));
  }

  async remove(name) {
    await this.cache.delete(new URL(name, this.base));
  }

  /** Names that begin so, of notes, or of files as "sha256/...". */
  async names(start) {
    const keys = await this.cache.keys();
    return keys.map(({ url }) => url.slice(this.base.length)).filter((name) => name.startsWith(start));
  }

  key(hash) {
    return new URL(`sha256/${hash}`, this.base).href;
  }
}
