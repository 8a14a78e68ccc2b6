// The image of Python's memory that build.py made (tools/image.mjs). Decompressed it is, one after another: the
// length of a JSON header, the header, Pyodide's WebAssembly, the extension modules of NumPy, files of pyface_web,
// those pages of the memory that are not zero, and where in it the collector's links are. Where a program of
// WebAssembly begins with memory that is not zero, the image has what is different from that: page and build have
// the same program.

import { fileIn } from "./addresses.js";
import { DECODER } from "./listing.js";
import { link, reindex } from "./remade.js";
import { stage } from "./stages.js";
import { Zstd } from "./zstd.js";

const PAGE = 4096;

/** An image that is read as it comes: `wasm` and `whole` are promises. */
export class Image {
  constructor(base, listing, downloads) {
    let fail;
    this.wasm = new Promise((resolve, reject) => ([this.give, fail] = [resolve, reject]));
    this.whole = this.read(base, listing, downloads);
    this.whole.catch(fail);
    this.wasm.catch(() => {});
  }

  async read(base, listing, downloads) {
    const came = stage("image, downloaded and decompressed");
    const [decoder, response] = await Promise.all([DECODER, listing.image].map((name) => downloads.response(fileIn(base, name).href)));
    this.decoder = new Zstd(await WebAssembly.compile(await decoder.arrayBuffer()));
    const source = new Source(this.decoder.pieces(response.body));
    const [length] = new Uint32Array((await source.take(4)).buffer);
    const header = JSON.parse(new TextDecoder().decode(await source.take(length)));
    if (header.wheel !== listing.files[listing.wheel].sha256) throw new Error("it holds another version of pyface_web");
    this.header = header;
    await this.compile(source);
    const libraries = [];
    for (const [path, size] of header.libraries) libraries.push(compiled(path, await source.take(size)));
    const files = [];
    for (const [path, size] of header.files) files.push([path, await source.take(size)]);
    this.files = files;
    this.memory = await source.take(header.runs.reduce((sum, [, pages]) => sum + pages * PAGE, 0));
    this.steps = new Uint32Array((await source.take(4 * header.ring)).buffer);
    await source.end();
    came();
    this.libraries = await Promise.all(libraries);
    return this;
  }

  // Compiles Pyodide's WebAssembly while what follows it is read.
  async compile(source) {
    const done = stage("WebAssembly of Python compiled");
    const { stream, over } = source.stream(this.header.wasm);
    const module = WebAssembly.compileStreaming(new Response(stream, { headers: { "content-type": "application/wasm" } }));
    this.give(module);
    module.then(done, () => {});
    await Promise.race([over, module]);
  }

  /** Keeps what the program's memory is before anything ran. */
  begin(memory) {
    this.initial = new Uint8Array(memory.buffer).slice(0, this.header.base);
  }

  /** Makes a Pyodide's memory what the image has. Returns the settings that belong to it. */
  restore(module) {
    const { build, runs, base, settings } = this.header;
    if (build !== module.API.config.BUILD_ID) throw new Error("it was made by another Pyodide");
    const { HEAPU8, HEAPU32 } = module;
    HEAPU8.fill(0, 0, HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2]); // nothing was written beyond
    let from = 0;
    for (const [start, pages] of runs) {
      HEAPU8.set(this.memory.subarray(from, (from += pages * PAGE)), start * PAGE);
    }
    const initial = new Uint32Array(this.initial.buffer);
    for (let i = 0; i < base / 4; i++) HEAPU32[i] ^= initial[i];
    link(HEAPU32, this.steps);
    reindex(HEAPU32, this.header.interned, module._PyObject_Hash);
    this.memory = this.initial = this.steps = this.files = this.libraries = null; // 25 MB that Pyodide's settings would keep
    return settings;
  }
}

const compiled = async (path, bytes) => ({ path, bytes, module: await WebAssembly.compile(bytes) });

// Pieces of any size, taken in portions that somebody wants.
class Source {
  constructor(pieces) {
    this.pieces = pieces;
    this.rest = new Uint8Array(0);
  }

  // The next bytes: at least one, at most so many.
  async some(most) {
    if (!this.rest.length) {
      const { done, value } = await this.pieces.next();
      if (done) throw new Error("it was cut short");
      this.rest = value;
    }
    const part = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(most);
    return part;
  }

  async take(size) {
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size; ) {
      const part = await this.some(size - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  // So many bytes as a stream; over: when all of them have been read, or it was cancelled.
  stream(size) {
    let end;
    const over = new Promise((resolve, reject) => (end = { resolve, reject }));
    over.catch(() => {});
    const stream = new ReadableStream({
      pull: async (controller) => {
        try {
          const part = await this.some(size);
          controller.enqueue(part);
          if ((size -= part.length)) return;
          controller.close();
          end.resolve();
        } catch (error) {
          end.reject(error);
          throw error;
        }
      },
      cancel: end.reject,
    });
    return { stream, over };
  }

  // Reads to the end, so that all is checked.
  async end() {
    if (this.rest.length || !(await this.pieces.next()).done) throw new Error("it holds more than it should");
  }
}
