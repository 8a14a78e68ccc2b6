// What the tests of worker mode share.
import { loadPyface, LoadError } from "./pyface.js";

const image = async (src) => {
  const made = Object.assign(new Image(), { src });
  await made.decode();
  return made;
};

async function load(models, options) {
  try {
    return await loadPyface({ worker: true, backend: "webgl", models, ...options });
  } catch (error) {
    const { name, message, ...fields } = error;
    return { error: [error.name, error.message, fields], isLoadError: error instanceof LoadError };
  }
}

async function inputs() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { id: "canvas", width: 400, height: 300 });
  const photo = await image("images/sample3.jpg");
  canvas.getContext("2d").drawImage(photo, 120, 0, 1800, 1350, 0, 0, 400, 300);
  const blob = await new Promise((done) => canvas.toBlob(done));
  const offscreen = new OffscreenCanvas(400, 300);
  offscreen.getContext("2d").drawImage(canvas, 0, 0);
  const pixels = canvas.getContext("2d").getImageData(0, 0, 400, 300);
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = canvas.captureStream();
  canvas.getContext("2d").putImageData(pixels, 0, 0); // a stream begins with the next change
  document.body.append(canvas, video);
  await video.play();
  const rgb = (_, i) => pixels.data[4 * Math.floor(i / 3) + (i % 3)];
  const data = new Float32Array(400 * 300 * 3).map(rgb);
  return {
    canvas, id: "canvas", img: await image(URL.createObjectURL(blob)), offscreen, pixels, blob,
    bitmap: await createImageBitmap(canvas), frame: new VideoFrame(canvas, { timestamp: 0 }),
    file: new File([blob], "face.png", { type: "image/png" }),
    tensor: { data, shape: [300, 400, 3] }, video,
  };
}

// A canvas and a video of it: two faces that swing to and fro. Wherever they are, the tiny
// detector is sure of both, at 416 px and at the 224 px of `track` (0.7), and of no third
// (0.1 at most); wider swings, or a part of the photo that cut the third face, had 1 to 3 in some frames.
async function swinging() {
  const photo = await image("images/sample3.jpg");
  const size = { resizeWidth: 320, resizeHeight: 243 };
  const faces = await createImageBitmap(photo, 380, 140, 1000, 760, size);
  const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 300 });
  const context = canvas.getContext("2d");
  const paint = (now) => {
    context.fillRect(0, 0, 400, 300);
    context.drawImage(faces, 40 + 2 * Math.sin(now / 100), 28);
    requestAnimationFrame(paint);
  };
  paint(0);
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = canvas.captureStream();
  document.body.append(canvas, video);
  await video.play();
  return { canvas, video };
}

const outcome = async (promise) => {
  try {
    return await promise;
  } catch (error) {
    return [error.name, error.message];
  }
};

Object.assign(globalThis, { loadPyface, load, image, inputs, swinging, outcome });
