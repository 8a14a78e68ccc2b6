// Leaves out of a running Python's memory what an image of it need not hold: what is free, what nobody reads
// again, and what pages make anew (site/load/remade.js).
//
// Python's allocator here is dlmalloc: each chunk begins with eight bytes, of which the second four are its size
// and, in bit 1, whether it is used.

import { FLAGS, hashOf, keysAt, UNICODE } from "../site/load/remade.js";

const HEAD = 8;
const BUFFER = 131072; // bytes of a stream's

export class Memory {
  /** module: Pyodide's, as long as dlmalloc has given none of its memory. */
  constructor(module) {
    this.module = module;
    this.start = this.top;
  }

  get words() {
    return this.module.HEAPU32;
  }

  get bytes() {
    return this.module.HEAPU8;
  }

  /** Where the memory ends that dlmalloc has got. */
  get top() {
    return this.words[this.module._emscripten_get_sbrk_ptr() >>> 2];
  }

  sizeOf(chunk) {
    return this.words[(chunk + 4) >>> 2] & ~7;
  }

  *chunks() {
    const { start, top } = this;
    let at = start;
    while (at < top) {
      const size = this.sizeOf(at);
      if (size < 16) throw new Error(`Error: no chunk of memory at ${at}`);
      yield { at, size, used: Boolean(this.words[(at + 4) >>> 2] & 2) };
      at += size;
    }
    if (at !== top) throw new Error(`Error: the chunks of memory end at ${at}, not ${top}`);
  }

  /** Zeroes what is free. */
  clearFree() {
    const { top } = this;
    for (const { at, size, used } of this.chunks()) {
      const links = size < 256 ? 16 : 32; // of its list or tree
      if (!used && at + size < top) this.bytes.fill(0, at + links, at + size);
    }
    this.bytes.fill(0, top);
  }

  /** Zeroes the buffers of Python's streams, in which nothing waits: they were memory of others before. */
  clearStreams(objects) {
    for (const object of objects) {
      const words = this.words.subarray(object >>> 2, (object >>> 2) + 32);
      const buffers = words.filter((word) => word > HEAD && this.sizeOf(word - HEAD) === BUFFER + HEAD);
      if (buffers.length !== 1) throw new Error(`Error: a stream has ${buffers.length} buffers of ${BUFFER} bytes`);
      this.bytes.fill(0, buffers[0], buffers[0] + BUFFER);
    }
  }

  /** Zeroes copies of files of extension modules, which Emscripten keeps for threads. */
  clearCopies(files) {
    for (const content of files) {
      const at = Buffer.from(this.bytes.buffer).indexOf(content);
      if (at < 0) throw new Error("Error: an extension module without a copy to leave out");
      this.bytes.fill(0, at, at + content.length);
    }
  }

  /** The places of all links in the ring of these, in ascending order. */
  ringOf(links) {
    const places = [];
    let at = links;
    do {
      places.push(at);
      at = this.words[at >>> 2] & ~FLAGS;
    } while (at !== links);
    return Uint32Array.from(places).sort();
  }

  /** The place of the keys of Python's dict of interned strings, of which one is known. */
  interned(string) {
    const found = [];
    for (const { at, size, used } of this.chunks()) {
      if (!used || size < 1 << 16) continue;
      const { kind, index, entries } = keysAt(this.words, at + HEAD);
      if (kind !== UNICODE || size < 4 * (index.length + entries.length)) continue;
      const isSame = entries.every((word, i) => i % 2 === 0 || word === entries[i - 1]); // a string stands for itself
      if (isSame && entries.includes(string)) found.push(at + HEAD);
    }
    if (found.length !== 1) throw new Error(`Error: ${found.length} dicts of interned strings`);
    return found[0];
  }
}

/** Takes out of words of memory what pages make anew. */
export function strip(words, { ring, interned }) {
  for (const place of ring) {
    words[place >>> 2] &= FLAGS;
    words[(place >>> 2) + 1] &= FLAGS;
  }
  const { index, entries } = keysAt(words, interned);
  for (const string of entries) if (string) words[hashOf(string)] = 0;
  index.fill(0);
}
