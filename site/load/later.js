// Files of Python's file system that no first face needs: sources and seldom used parts of NumPy, sources of
// pyface_web, the standard library. They are there from the beginning, by name and size. Their content comes in the
// background, or is asked for when something reads one of them, and until it is there nothing else can happen:
// Python has no way to wait.

import { LoadError } from "./errors.js";

const NO_ANSWER = 29; // EIO, by its number in WebAssembly

/** Files that come together, as one file of the site. */
export class Later {
  /**
   * url: of that. size: its bytes. files: [[path, size]]. unpack(bytes): the bytes of all of them, one after another.
   * ask(url): a promise of its bytes, checked. keep(bytes): keeps what was asked for by itself.
   */
  constructor({ url, size, files, unpack, ask, keep }) {
    Object.assign(this, { url, size, files, unpack, ask, keep });
    this.bytes = undefined;
    this.contents = undefined; // path -> bytes
  }

  /** Puts the files into a file system, without their content. */
  place(FS) {
    for (const [path, size] of this.files) {
      FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      FS.writeFile(path, new Uint8Array());
      const { node } = FS.lookupPath(path);
      node.usedBytes = size;
      Object.defineProperty(node, "contents", {
        configurable: true,
        enumerable: true,
        get: () => (node.contents = this.contentOf(path, FS)),
        set: (value) => Object.defineProperty(node, "contents", { value, writable: true, configurable: true, enumerable: true }),
      });
    }
  }

  /** Has the content come in the background. Where that fails, it is asked for when it is read. */
  async begin() {
    if (this.contents) return;
    try {
      const bytes = new Uint8Array(await this.ask(this.url));
      if (!this.contents) this.bytes = bytes; // compressed, as most of them are never read
    } catch (error) {
      console.info(`${this.url} comes when it is needed: ${error.message}`);
    }
  }

  contentOf(path, FS) {
    try {
      this.contents ??= this.unpacked();
    } catch (error) {
      console.error(error);
      throw new FS.ErrnoError(NO_ANSWER); // an OSError in Python
    }
    const content = this.contents.get(path);
    this.contents.delete(path); // it is the file's own now
    return content;
  }

  unpacked() {
    const given = this.bytes ?? this.asked();
    const bytes = this.unpack(given);
    this.bytes = undefined;
    let from = 0;
    return new Map(this.files.map(([path, size]) => [path, bytes.slice(from, (from += size))]));
  }

  asked() {
    const bytes = fetchNow(this.url);
    if (bytes.length !== this.size) throw new LoadError(this.url, `a file of ${this.size} bytes`, `${bytes.length} bytes`, "is the network up? Otherwise load the page again");
    this.keep(bytes);
    return bytes;
  }
}

// The bytes of a file, for which everything waits.
function fetchNow(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  const isPage = typeof document !== "undefined"; // which may ask so for text only, workers for bytes
  if (isPage) request.overrideMimeType("text/plain; charset=x-user-defined");
  else request.responseType = "arraybuffer";
  const wrong = (got) => new LoadError(url, "files that Python asked for", got, "is the network up, and the server? Ask again when it is");
  try {
    request.send();
  } catch (error) {
    throw wrong(`no answer (${error.message})`);
  }
  if (request.status !== 200) throw wrong(`HTTP status ${request.status}`);
  if (!isPage) return new Uint8Array(request.response);
  const text = request.responseText;
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)); // the low byte of each
}
