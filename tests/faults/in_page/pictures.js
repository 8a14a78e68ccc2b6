// Pictures for the areas of faults: good ones, of which the right answer is known, and every kind that
// a page may have by mistake or by malice.

const image = async (src, values = {}) => {
  const made = Object.assign(new Image(), values, { src });
  await made.decode();
  return made;
};

/** Canvases, or images, of one or two faces, in the page by their ids. */
export async function goodPictures(site, still) {
  // Square pieces of the samples, of a face each.
  const pieces = { ada: [3, 1380, 200, 420], eve: [6, 1430, 130, 420], may: [3, 1040, 110, 400] };
  const parts = { ada: ["ada"], eve: ["eve"], both: ["may", "eve"] };
  const found = {};
  for (const [id, names] of Object.entries(parts)) {
    const canvas = Object.assign(document.createElement("canvas"), { id, width: 160 * names.length, height: 160 });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    for (const [i, name] of names.entries()) {
      const [sample, x, y, side] = pieces[name];
      context.drawImage(await image(`${site}images/sample${sample}.jpg`), x, y, side, side, 160 * i, 0, 160, 160);
    }
    found[id] = still ? await image(canvas.toDataURL(), { id }) : canvas;
    document.body.append(found[id]);
  }
  return found;
}

const canvas = (width, height, paint = (context) => context.fillRect(0, 0, width, height)) => {
  const made = Object.assign(document.createElement("canvas"), { width, height });
  if (width && height) paint(made.getContext("2d"));
  return made;
};
const unpainted = (kind, width = 32, height = 32) => {
  const made = Object.assign(document.createElement("canvas"), { width, height });
  const context = made.getContext(kind);
  if (kind === "webgl2") faults.forget(context);
  return made;
};
const blobOf = (source) => new Promise((done) => source.toBlob(done));
const svg = (attributes) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><circle r="9"/></svg>`)}`;
const transferred = (value, list = [value]) => {
  structuredClone(value, { transfer: list });
  return value;
};
const bytes = (...parts) => new Blob(parts);
// Two frames of a GIF of one pixel.
const GIF =
  "R0lGODlhAQABAIAAAP///wAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQABAAAACwAAAAAAQABAAACAkQBACH5BAAEAAAALAAAAAABAAEAAAICTAEAOw==";
// The beginning of a PNG that says that it is of 100,000 x 100,000 pixels.
const HUGE_PNG = [
  137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 1, 134, 160, 0, 1, 134, 160, 8, 6, 0, 0, 0,
];

function frame(removed) {
  const element = document.body.appendChild(document.createElement("iframe"));
  const { contentWindow, contentDocument } = element;
  return { contentWindow, contentDocument, close: () => removed && element.remove() };
}

async function stream(good) {
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = good.captureStream();
  const context = good.getContext("2d");
  context.drawImage(good, 0, 0); // a stream begins with the next change
  await video.play();
  return video;
}

/**
 * Kinds of pictures: name -> function of { good, foreign } that makes one. good: goodPictures;
 * foreign: address of a picture of another origin.
 */
export const KINDS = {
  // canvases of every size
  "canvas 0x0": () => canvas(0, 0),
  "canvas 0x9": () => canvas(0, 9),
  "canvas 1x1": () => canvas(1, 1),
  "canvas 3x7": () => canvas(3, 7),
  "canvas 1x2000": () => canvas(1, 2000),
  "canvas 2001x1": () => canvas(2001, 1),
  "canvas 17000x2": () => canvas(17000, 2),
  "canvas too large to be painted": () => Object.assign(document.createElement("canvas"), { width: 65000, height: 65000 }),
  "canvas never painted": () => Object.assign(document.createElement("canvas"), { width: 20, height: 20 }),
  "canvas of WebGL2": () => unpainted("webgl2"),
  "canvas of WebGL": () => unpainted("webgl"),
  "canvas of a lost context": () => {
    const made = unpainted("webgl2");
    made.getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
    return made;
  },
  "canvas for bitmaps": () => unpainted("bitmaprenderer"),
  "canvas that was transferred": () => {
    const made = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
    made.getContext2 = made.transferControlToOffscreen();
    return made;
  },
  "canvas that becomes empty": ({ good }) => {
    const made = canvas(64, 64, (context) => context.drawImage(good.ada, 0, 0, 64, 64));
    queueMicrotask(() => (made.width = 0));
    return made;
  },
  "canvas of float16": () => canvas(30, 20, () => {}) && (() => {
    const made = Object.assign(document.createElement("canvas"), { width: 30, height: 20 });
    made.getContext("2d", { colorType: "float16", colorSpace: "display-p3" });
    return made;
  })(),
  "canvas with foreign pixels": async ({ foreign }) => {
    const other = await image(foreign);
    return canvas(300, 200, (context) => context.drawImage(other, 0, 0));
  },
  "OffscreenCanvas 0x0": () => new OffscreenCanvas(0, 0),
  "OffscreenCanvas without a context": () => new OffscreenCanvas(20, 20),
  "OffscreenCanvas that was transferred": () => transferred(new OffscreenCanvas(20, 20)),

  // images
  "img without a source": () => new Image(),
  "img that is missing": () => Object.assign(new Image(), { src: "images/none.jpg" }),
  "img of garbage": () => Object.assign(new Image(), { src: "data:image/png;base64,AAAA" }),
  "img of text": () => Object.assign(new Image(), { src: "data:text/plain,no" }),
  "img of another origin": ({ foreign }) => image(foreign),
  "img of another origin, not loaded": ({ foreign }) => Object.assign(new Image(), { src: `${foreign}?${Math.random()}` }),
  "img with crossorigin that is refused": ({ foreign }) => Object.assign(new Image(), { crossOrigin: "anonymous", src: `${foreign}?refused` }),
  "img of SVG without a size": () => Object.assign(new Image(), { src: svg("") }),
  "img of SVG with a viewBox": () => Object.assign(new Image(), { src: svg('viewBox="0 0 40 30"') }),
  "img of SVG 0x0": () => Object.assign(new Image(), { src: svg('width="0" height="0"') }),
  "img of SVG with foreignObject": () =>
    Object.assign(new Image(), {
      src: `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><foreignObject width="40" height="40"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject></svg>')}`,
    }),
  "img that is animated": () => Object.assign(new Image(), { src: `data:image/gif;base64,${GIF}` }),
  "img whose source changes": ({ good }) => {
    const made = Object.assign(new Image(), { src: good.ada.toDataURL() });
    queueMicrotask(() => (made.src = "images/none.jpg"));
    return made;
  },
  "img of a revoked URL": async ({ good }) => {
    const url = URL.createObjectURL(await blobOf(good.ada));
    URL.revokeObjectURL(url);
    return Object.assign(new Image(), { src: url });
  },

  // videos and their frames
  "video without a source": () => Object.assign(document.createElement("video"), { src: "data:video/mp4;base64,AAAA" }),
  "video whose stream has ended": async ({ good }) => {
    const video = await stream(good.ada);
    for (const track of video.srcObject.getTracks()) track.stop();
    return video;
  },
  "video that lost its stream": async ({ good }) => {
    const video = await stream(good.ada);
    for (const track of video.srcObject.getTracks()) track.stop();
    video.srcObject = new MediaStream();
    video.src = "data:video/mp4;base64,AAAA";
    video.srcObject = null;
    return video;
  },
  "VideoFrame that is closed": ({ good }) => {
    const made = new VideoFrame(good.ada, { timestamp: 0 });
    made.close();
    return made;
  },
  "VideoFrame that was transferred": ({ good }) => transferred(new VideoFrame(good.ada, { timestamp: 0 })),
  "VideoFrame of I420": () =>
    new VideoFrame(new Uint8Array(64 * 64 * 1.5), { format: "I420", codedWidth: 64, codedHeight: 64, timestamp: 0 }),
  "VideoFrame of a part": ({ good }) =>
    new VideoFrame(good.ada, { timestamp: 0, visibleRect: { x: 3, y: 5, width: 31, height: 57 } }),

  // bitmaps, pixels, files
  "ImageBitmap that is closed": async ({ good }) => {
    const made = await createImageBitmap(good.ada);
    made.close();
    return made;
  },
  "ImageBitmap that was transferred": async ({ good }) => transferred(await createImageBitmap(good.ada)),
  "ImageBitmap of another origin": async ({ foreign }) => createImageBitmap(await image(foreign)),
  "ImageData 1x1": () => new ImageData(1, 1),
  "ImageData that is detached": () => {
    const made = new ImageData(30, 20);
    transferred(made.data.buffer);
    return made;
  },
  "ImageData in display-p3": () => new ImageData(30, 20, { colorSpace: "display-p3" }),
  "ImageData of float16": () => new ImageData(30, 20, { pixelFormat: "rgba-float16" }),
  "Blob that is empty": () => bytes(),
  "Blob of garbage": () => bytes("no picture", new Uint8Array(999)),
  "Blob of a page": () => new Blob(["<!doctype html><p>no"], { type: "image/png" }),
  "Blob that says it is huge": () => new Blob([new Uint8Array(HUGE_PNG)], { type: "image/png" }),
  "Blob cut short": async ({ good }) => (await blobOf(good.ada)).slice(0, 999),
  "File cut short": async ({ good }) => new File([(await blobOf(good.ada)).slice(0, 60)], "a\u202egpj.png"),

  // of other windows
  "canvas of an iframe": ({ good }) => {
    const { contentDocument } = frame();
    const made = Object.assign(contentDocument.createElement("canvas"), { width: 160, height: 160 });
    made.getContext("2d").drawImage(good.ada, 0, 0);
    return made;
  },
  "canvas of an iframe that is gone": ({ good }) => {
    const { contentDocument, close } = frame(true);
    const made = Object.assign(contentDocument.createElement("canvas"), { width: 160, height: 160 });
    made.getContext("2d").drawImage(good.ada, 0, 0);
    close();
    return made;
  },
  "img of an iframe that is gone": ({ good }) => {
    const { contentDocument, close } = frame(true);
    const made = Object.assign(contentDocument.createElement("img"), { src: good.ada.toDataURL() });
    close();
    return made;
  },
  "ImageData of an iframe": () => new (frame().contentWindow.ImageData)(30, 20),
  "Blob of an iframe that is gone": () => {
    const { contentWindow, close } = frame(true);
    const made = new contentWindow.Blob(["no picture"]);
    close();
    return made;
  },

  // values that are no pictures at all
  undefined: () => undefined,
  null: () => null,
  "number": () => 7,
  "NaN": () => NaN,
  "BigInt": () => 7n,
  "Symbol": () => Symbol("picture"),
  "function": () => () => {},
  "true": () => true,
  "empty text": () => "",
  "id of nothing": () => "nobody",
  "text that is a selector": () => "#",
  "text with a lone surrogate": () => "\ud800",
  "long text": () => "x".repeat(100_000),
  "empty list": () => [],
  "list of nothing": () => [null, undefined],
  "list of a list": ({ good }) => [[good.ada]],
  "circle": () => {
    const made = [];
    made.push(made);
    return made;
  },
  "object": () => ({ width: 30, height: 20 }),
  "object without a prototype": () => Object.create(null),
  "object that throws": () => ({ get width() { throw new Error("no width"); }, get data() { throw new Error("no data"); } }),
  "Proxy that throws": () => new Proxy({}, { get() { throw new TypeError("nothing here"); } }),
  "Proxy that is revoked": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "promise": () => Object.assign(Promise.reject(new Error("later")).catch(() => {}), {}) && { promise: Promise.resolve(1) },
  "window": () => window,
  "document": () => document,
  "context": () => canvas(9, 9).getContext("2d"),
  "body": () => document.body,
  "text node": () => document.createTextNode("a"),
  "tensor that is too short": () => ({ data: new Float32Array(5), shape: [2, 3, 3] }),
  "tensor of NaN": () => ({ data: new Float32Array(27).fill(NaN), shape: [3, 3, 3] }),
  "tensor beyond 0..255": () => ({ data: new Float32Array(27).fill(1e30), shape: [3, 3, 3] }),
  "tensor of a negative size": () => ({ data: new Float32Array(27), shape: [-3, 3, -3] }),
  "tensor of a huge size": () => ({ data: new Float32Array(27), shape: [1e9, 1e9, 3] }),
  "tensor of five axes": () => ({ data: new Float32Array(27), shape: [1, 1, 3, 3, 3] }),
  "tensor that is detached": () => {
    const data = new Float32Array(27);
    transferred(data.buffer);
    return { data, shape: [3, 3, 3] };
  },
};
