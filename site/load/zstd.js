// Decompresses Zstandard, as the image of Python's memory is: few hosts compress files of an unknown type,
// and its decoder, the one of npm's zstddec, is paid for many times over.

const PIECE = 1 << 20; // bytes of what comes out at once
const INPUT = 1 << 18; // and of what goes in
const FAILED = 0xffffff80; // numbers from here on are errors of Zstandard
const IMPORTS = { env: { emscripten_notify_memory_growth() {} } };

export class Zstd {
  /** module: the compiled zstd.wasm. */
  constructor(module) {
    this.module = module;
  }

  /** What a body holds, in pieces as it comes. Throws where that is no Zstandard, spoilt or cut short. */
  async *pieces(body) {
    const { memory, malloc, ZSTD_createDCtx, ZSTD_decompressStream } = this.exports();
    const [source, target, input, output, context] = [malloc(INPUT), malloc(PIECE), malloc(12), malloc(12), ZSTD_createDCtx()];
    let missing = 1;
    for await (const chunk of chunksOf(body)) {
      for (let from = 0; from < chunk.length; from += INPUT) {
        const part = chunk.subarray(from, from + INPUT);
        new Uint8Array(memory.buffer, source).set(part);
        new Uint32Array(memory.buffer, input, 3).set([source, part.length, 0]);
        for (let full = true; full || position(memory, input) < part.length; ) {
          new Uint32Array(memory.buffer, output, 3).set([target, PIECE, 0]);
          missing = checked(ZSTD_decompressStream(context, output, input));
          const made = position(memory, output);
          full = made === PIECE;
          if (made) yield new Uint8Array(memory.buffer).slice(target, target + made);
        }
      }
    }
    if (missing) throw new Error("it was cut short");
  }

  /** What bytes hold, which are as many as size says. */
  whole(bytes, size) {
    const { memory, malloc, ZSTD_decompress } = this.exports();
    const source = malloc(bytes.length);
    const target = malloc(size);
    new Uint8Array(memory.buffer).set(bytes, source);
    const made = checked(ZSTD_decompress(target, size, source, bytes.length));
    if (made !== size) throw new Error(`it holds ${made} bytes, expected ${size}`);
    return new Uint8Array(memory.buffer).slice(target, target + size);
  }

  // Anew each time, as memory of WebAssembly never shrinks.
  exports() {
    return new WebAssembly.Instance(this.module, IMPORTS).exports;
  }
}

const position = (memory, at) => new Uint32Array(memory.buffer, at, 3)[2];

function checked(result) {
  const number = result >>> 0;
  if (number >= FAILED) throw new Error(`it is not what Zstandard makes (error ${-(number | 0)})`);
  return number;
}

// A body cannot be iterated in every browser.
async function* chunksOf(body) {
  const reader = body.getReader();
  try {
    for (let next; !(next = await reader.read()).done; ) yield next.value;
  } finally {
    reader.cancel().catch(() => {}); // of what nobody reads any more
  }
}
