// The only file that touches the WebAssembly kernels. It knows memory, pictures and steps, and
// nothing of nets.
//
// Python asks for: open, close, grow, write, panels, record, release, setPicture, fill, run, profile,
// cancel, stats. Arrays come as PyProxies of NumPy arrays and are read in place; results
// go back as typed arrays. Addresses are bytes in the memory of the kernels.

const PAGE = 65536;
const SLICE = 8; // ms for which a page is kept from its other work
const CALL = 3; // ms that one call of a kernel is to take in a page
const SLOWEST = 1e6; // multiply-adds in a millisecond, until more is known
const LINES = 32; // of a picture, after which the page may have its turn
const RGBA = 4; // bytes of a pixel of a picture
const COLUMN = 16; // bytes that say where one is read
const WIDE = 16; // bytes of one while it is stretched
const SUM = 8; // bytes of one of five pixels while they are halved
const BEYOND = 16; // bytes that may be written behind a row that is halved
const SMALL = 1e6; // pixels of a picture that are read at once
const QUICK = 4; // ms that to read a few rows takes, unless the browser copies all of the picture
const SURE = 3; // reads in a row that took longer, so that it was not the machine

// Names that Python knows: Unsupported, OutOfMemory, Unreadable (a picture), Gone (what a call counts
// on), Cancelled; others are the browser's, about a picture.
class HostError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// A page has to look after its visitor; a worker has nothing else to do.
const inPage = typeof document !== "undefined";

// A page goes on while its browser compiles. A worker has nothing to do meanwhile, and WebKitGTK may let it
// sleep when that is done (site/load/awake.js), so there it is compiled at once.
async function started(bytes, imports) {
  return inPage ? (await WebAssembly.instantiate(bytes, imports)).instance : new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
}

// Gives the page its turn. A timer would wait 4 ms each time.
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

// The two cells next to a place, and the part of the second.
function neighbours(at, length) {
  const low = Math.floor(at);
  const inside = (cell) => Math.min(Math.max(cell, 0), length - 1);
  return [inside(low), inside(low + 1), at - low];
}

// Two of the rows that make(row, address) puts into memory, which are asked for in order: each is made
// once. Gives (row, the other one that is needed as well) -> address.
function pair(address, bytes, make) {
  const held = [-1, -1];
  return (row, other) => {
    let place = held.indexOf(row);
    if (place < 0) {
      place = held[0] === other ? 1 : 0;
      make(row, address + place * bytes);
      held[place] = row;
    }
    return address + place * bytes;
  };
}

export function createHost() {
  let kernels = null; // exports of the module
  let memory = null;
  let bytes = null; // all of the memory, a new view when it has grown
  let records = new Map(); // id -> { steps, outputs }
  let pixels = null; // of the picture, RGBA, where they were given as such
  let width = 0; // of it
  let height = 0;
  let slow = 0; // reads in a row that were not quick, SURE for good
  let context = null; // of a canvas that has all others
  let picture = 0; // its number, 0 for none
  let pictures = 0; // so many were taken over
  let current = 0; // the call that has the memory; any other one ends
  let since = 0; // when the page had its turn
  let done = 0; // multiply-adds since then
  let speed = SLOWEST;
  const count = { runs: 0, steps: 0, uploads: 0 };

  // modules: the kernels as they may be, the best first. Gives the place of the one that this browser
  // can run, and where its memory begins to be free. A picture that is held stays.
  async function open(...modules) {
    end();
    const copies = modules.map((module) => copied(module));
    const found = copies.findIndex((module) => WebAssembly.validate(module));
    if (found < 0) throw new HostError("Unsupported", "this browser's WebAssembly has no SIMD");
    const made = new WebAssembly.Memory({ initial: 2 });
    const instance = await started(copies[found], { env: { memory: made } });
    memory = made;
    kernels = instance.exports;
    bytes = new Uint8Array(memory.buffer);
    return [found, kernels.__heap_base.value];
  }

  function end() {
    cancel();
    kernels = memory = bytes = null;
    records = new Map();
  }

  function close() {
    end();
    forgetPicture();
  }

  // Whatever runs ends at its next rest.
  function cancel() {
    current++;
  }

  // Makes sure that the memory has so many bytes. It never shrinks.
  function grow(length) {
    const missing = Math.ceil((length - bytes.length) / PAGE);
    if (missing <= 0) return;
    try {
      memory.grow(missing);
    } catch {
      throw new HostError("OutOfMemory", `${Math.ceil(length / 1e6)} MB for weights and layers`);
    }
    bytes = new Uint8Array(memory.buffer);
  }

  function copied(data) {
    if (!data.getBuffer) return data;
    const view = data.getBuffer("u8");
    try {
      return view.data.slice();
    } finally {
      view.release();
    }
  }

  // Copies an array of bytes to an address.
  function write(address, data) {
    const view = data.getBuffer("u8");
    try {
      bytes.set(view.data, address);
    } finally {
      view.release();
    }
  }

  function panels(...numbers) {
    kernels.panels(...numbers);
  }

  // --- pictures

  // Takes over a picture as it is now; gives its number, which whoever looks at it says. What a page
  // can draw is drawn, and its pixels are read where they are looked at: to shrink a photo takes a
  // few of its rows.
  function setPicture(source, w, h) {
    picture = 0;
    pixels = null;
    width = w;
    height = h;
    const isData = Object.prototype.toString.call(source) === "[object ImageData]";
    if (isData || source.getBuffer) {
      const found = isData ? source.data : copied(source);
      if (found.length !== w * h * RGBA) throw new HostError("Unreadable", `${found.length} bytes for ${w}x${h} pixels`);
      pixels = isData ? found.slice() : found;
    } else {
      draw(source, w, h);
    }
    count.uploads++;
    return (picture = ++pictures);
  }

  // A canvas is used again where it is large enough: a new one costs more than all the rest.
  function draw(source, w, h) {
    const { width: across = 0, height: down = 0 } = context?.canvas ?? {};
    if (across < w || down < h || across * down > 4 * w * h) context = newCanvas(w, h);
    try {
      context.clearRect(0, 0, w, h);
      context.drawImage(source, 0, 0, w, h);
      if (w * h <= SMALL || slow === SURE) pixels = context.getImageData(0, 0, w, h).data;
      else context.getImageData(0, 0, 1, 1); // says whether it may be read
    } catch (error) {
      context = null; // a picture of another site spoils it for ever
      throw error;
    }
  }

  function newCanvas(w, h) {
    const canvas = typeof OffscreenCanvas === "undefined" ? document.createElement("canvas") : new OffscreenCanvas(w, h);
    Object.assign(canvas, { width: w, height: h });
    return canvas.getContext("2d", { willReadFrequently: true });
  }

  function forgetPicture() {
    pixels = context = null;
    picture = 0;
  }

  // Pixels of what was drawn. Once the page has had its turn, Firefox copies all of the canvas for each
  // read; then all pixels are read, of later pictures as soon as they are drawn.
  function readDrawn(x, y, w, h) {
    const start = performance.now();
    const { data } = context.getImageData(x, y, w, h);
    if (4 * w * h < width * height) slow = performance.now() - start > QUICK ? slow + 1 : 0;
    if (slow === SURE) pixels = context.getImageData(0, 0, width, height).data;
    return data;
  }

  // Gives the pixels of any row of a crop, of which so many are read at once, those that follow.
  function reader(x, y, w, h, atOnce) {
    let first = 0; // of the rows that were read
    let read = [];
    return (row) => {
      if (pixels) return pixels.subarray(((y + row) * width + x) * RGBA, ((y + row) * width + x + w) * RGBA);
      const at = (row - first) * w * RGBA;
      if (at >= 0 && at < read.length) return read.subarray(at, at + w * RGBA);
      first = row;
      read = readDrawn(x, y + row, w, Math.min(atOnce, h - row));
      return read.subarray(0, w * RGBA);
    };
  }

  // Rows of a crop in memory, from an address on where nothing else lies. lines: for so many two rows each
  // are going to be asked for.
  function rowsOf(x, y, w, h, lines, address) {
    const read = reader(x, y, w, h, 2 * lines > 0.75 * h ? h : 2);
    return pair(address, w * RGBA, (row, to) => bytes.set(read(row), to));
  }

  // An image in memory, colours times alpha: a region, halved so many times. All halves are made at once, row
  // by row; each keeps the five rows of sums of which a row of it will be made.
  async function imageOf(x, y, w, h, halvings, room, pause) {
    let [width, height, at, end] = [w, h, room, room + w * RGBA];
    const halves = [];
    for (let i = 0; i < halvings; i++) {
      [width, height] = [(width - 3) >> 1, (height - 3) >> 1];
      at = end + 5 * width * SUM;
      halves.push({ width, sums: end, at });
      end = at + width * RGBA + BEYOND;
    }
    grow(at + width * height * RGBA + BEYOND);
    const add = (to, row, address) => {
      const { width, sums, at } = halves[to];
      const place = (i) => sums + (i % 5) * width * SUM;
      kernels.narrower_row(place(row), address, width);
      if (row < 4 || row % 2) return;
      const made = (row - 4) / 2;
      const isLast = to === halvings - 1;
      const out = isLast ? at + made * width * RGBA : at;
      kernels.lower_row(out, ...[4, 3, 2, 1, 0].map((before) => place(row - before)), width);
      if (!isLast) add(to + 1, made, out);
    };
    const read = reader(x, y, w, h, LINES);
    for (let row = 0; row < h; row++) {
      const to = halvings ? room : room + row * w * RGBA;
      bytes.set(read(row), to);
      kernels.premultiply(to, w);
      if (halvings) add(0, row, to);
      if (row % LINES === 0) await pause();
    }
    return [at, width, height];
  }

  // An input, and the address of its first pixel, as they are for a picture that is turned clockwise by so
  // many quarters before it is filled in: the first row of which becomes the last column.
  function turned(input, first, quarters) {
    if (!quarters) return [input, first];
    const { across, down, width, height } = input;
    const once = { ...input, across: down, down: -across, width: height, height: width };
    return turned(once, first + (width - 1) * across, quarters - 1);
  }

  // How items of a kind fill an input: from a row of numbers, the address of their first pixel, and one
  // where nothing else lies. An input is { kind, items, at, item, first, across, down, width, height,
  // entry }: how many are filled; in bytes where the first one begins, from one to the next, and from its
  // beginning to its first pixel; from a pixel of the picture to the one beside it and the one below it;
  // its size as the picture lies; and what becomes of a colour: mean (3), factor, whether it is BGR.
  const fillers = {
    // crop (x, y, width, height), the picture in the square (x, width, y, height), and the pixels that
    // belong to it (first and end column, first and end row)
    async letterbox(input, [x, y, w, h, dx, fittedWidth, dy, fittedHeight, left, right, top, bottom], start, room, pause) {
      const columns = room + 2 * w * RGBA;
      grow(columns + input.width * COLUMN);
      kernels.letterbox_columns(columns, left, right, dx, w / fittedWidth, w);
      const row = rowsOf(x, y, w, h, bottom - top, room);
      for (let line = 0; line < input.height; line++) {
        const out = start + line * input.down;
        const [from, to] = line >= top && line < bottom ? [left, right] : [0, 0];
        kernels.black_row(out, 0, from);
        kernels.black_row(out, to, input.width);
        if (from === to) continue;
        const [upper, lower, part] = neighbours((line + 0.5 - dy) * (h / fittedHeight) - 0.5, h);
        kernels.letterbox_row(out, row(upper, lower), row(lower, upper), part, from, to, columns);
        if (line % LINES === 0) await pause();
      }
    },

    // crop (x, y, width, height), and the size to which it is brought before
    async stretch(input, [x, y, w, h, middleWidth, middleHeight], start, room, pause) {
      const { width: across, height: down } = input;
      grow(room + 2 * w * (RGBA + WIDE) + 2 * middleWidth * WIDE + across * WIDE);
      const source = rowsOf(x, y, w, h, middleHeight, room);
      const wide = pair(room + 2 * w * RGBA, w * WIDE, (row, to) => kernels.premultiplied_row(to, source(row, row), w));
      const behind = room + 2 * w * (RGBA + WIDE);
      const smaller = pair(behind, middleWidth * WIDE, (row, to) => {
        const [upper, lower, part] = neighbours((row + 0.5) * (h / middleHeight) - 0.5, h);
        kernels.stretched_row(to, wide(upper, lower), wide(lower, upper), part, middleWidth, w, 1);
      });
      const middle = middleWidth === w && middleHeight === h ? wide : smaller;
      const last = behind + 2 * middleWidth * WIDE;
      for (let line = 0; line < down; line++) {
        const [upper, lower, part] = neighbours((line + 0.5) * (middleHeight / down) - 0.5, middleHeight);
        kernels.stretched_row(last, middle(upper, lower), middle(lower, upper), part, across, middleWidth, 0);
        kernels.entered_row(start + line * input.down, last, across);
        if (line % LINES === 0) await pause();
      }
    },

    // region (x, y, width, height), how often it is halved, and then in it (x and y each): where the middle
    // of the square's first pixel is, and the way to the one on its right and to the one below it
    async similar(input, [x, y, w, h, halvings, u, v, rightX, rightY, downX, downY], start, room, pause) {
      const image = await imageOf(x, y, w, h, halvings, room, pause);
      kernels.similar_way(rightX, rightY);
      for (let line = 0; line < input.height; line++) {
        const first = [u + line * downX, v + line * downY];
        kernels.similar_row(start + line * input.down, ...image, ...first, input.width);
        if (line % LINES === 0) await pause();
      }
    },

    // the whole picture (x, y, width, height), as a level of a pyramid
    async level(input, [x, y, w, h], start, room, pause) {
      grow(room + 2 * w * RGBA);
      const row = rowsOf(x, y, w, h, input.height, room);
      const step = Math.fround(h / input.height);
      for (let line = 0; line < input.height; line++) {
        const at = line * step;
        const upper = Math.floor(at);
        const lower = Math.min(Math.ceil(at), h - 1);
        kernels.level_row(start + line * input.down, row(upper, lower), row(lower, upper), at - upper, input.width, w);
        if (line % LINES === 0) await pause();
      }
    },
  };

  // Fills items of an input, from item `first` on, with regions of a picture. items: their numbers one
  // after the other: by how many quarters the region is turned, and then as the kind has them, of the
  // region and the square before that. room: an address behind everything that is kept.
  async function fill(json, number, items, first, room) {
    const mine = begin();
    const input = JSON.parse(json);
    const view = items.getBuffer("f64");
    const numbers = view.data.slice();
    view.release();
    const each = numbers.length / input.items;
    for (let i = 0; i < input.items; i++) {
      if (!number || number !== picture) throw new HostError("Gone", `picture ${number}`);
      const begin = input.at + (first + i) * input.item;
      bytes.fill(0, begin, begin + input.item); // its margins
      const [quarters, ...row] = numbers.subarray(i * each, (i + 1) * each);
      const [to, start] = turned(input, begin + input.first, quarters);
      kernels.entering(...to.entry.slice(0, 4), to.across / 4, to.entry[4]);
      await fillers[to.kind](to, row, start, room, () => rest(mine));
      await rest(mine);
    }
  }

  // --- steps

  // json: steps, each [address, rows of an item, work of a row]; outputs, each [address in the arena of
  // an item, bytes of an item].
  function record(id, json) {
    records.set(id, JSON.parse(json));
  }

  function release(id) {
    records.delete(id);
  }

  function begin() {
    since = performance.now();
    done = 0;
    return ++current;
  }

  // Lets the page have its turn, where it is time; a call that is not wanted any more ends here.
  async function rest(mine) {
    if (inPage) {
      const taken = performance.now() - since;
      if (taken >= SLICE) {
        if (done) speed = done / taken;
        await turn();
        since = performance.now();
        done = 0;
      }
    }
    if (mine !== current) throw new HostError("Cancelled", "the call was cancelled");
  }

  // All steps for so many items, and what they give: the outputs, one behind the other. alike: for each
  // step, of a single item, the first row and the end of those that are alike; "" where none are.
  async function run(id, arena, items, scratch, alike) {
    const mine = begin();
    const { steps, outputs } = held(id);
    const rows = alike ? JSON.parse(alike) : [];
    for (const [i, step] of steps.entries()) {
      const [first, end] = rows[i] ?? [0, 0];
      const all = step[1] * items;
      if (end > first) {
        await walk(step, 0, first + 1, arena, items, scratch, mine);
        kernels.repeat(step[0], arena, first, end);
      }
      await walk(step, end, all, arena, items, scratch, mine);
      count.steps++;
    }
    count.runs++;
    const found = new Uint8Array(outputs.reduce((sum, [, length]) => sum + length * items, 0));
    let end = 0;
    for (const [at, length] of outputs) {
      const start = arena + at * items;
      found.set(bytes.subarray(start, start + length * items), end);
      end += length * items;
    }
    return new Float32Array(found.buffer);
  }

  // Rows from..to of one step, in parts after which a page has its turn.
  async function walk([address, , work], from, to, arena, items, scratch, mine) {
    for (let row = from; row < to; ) {
      const part = inPage ? Math.max(1, Math.floor((speed * CALL) / work)) : to;
      const end = Math.min(row + part, to);
      kernels.run(address, arena, items, scratch, row, end);
      done += (end - row) * work;
      row = end;
      await rest(mine);
    }
  }

  function held(id) {
    const found = records.get(id);
    if (!found) throw new HostError("Gone", `the plan of ${id}`);
    return found;
  }

  // Milliseconds that each step takes for an item: of three times `repeats` the fastest.
  async function profile(id, arena, scratch, repeats) {
    const mine = begin();
    const { steps } = held(id);
    const times = new Float64Array(steps.length).fill(Infinity);
    for (let round = 0; round < 3; round++) {
      for (const [i, [address, rows]] of steps.entries()) {
        const start = performance.now();
        for (let k = 0; k < repeats; k++) kernels.run(address, arena, 1, scratch, 0, rows);
        times[i] = Math.min(times[i], (performance.now() - start) / repeats);
        await rest(mine);
      }
    }
    return times;
  }

  function stats() {
    return JSON.stringify({ memory_bytes: memory ? memory.buffer.byteLength : 0, plans: records.size, ...count });
  }

  return {
    open, close, cancel, grow, write, panels, setPicture, fill, record, release, run, profile, stats,
  };
}
