// Pictures and values that were made in another window, or by libraries: each has classes that are not
// those of the page.

import { frame, image, video } from "./natural_sizes.js";

const PART = { x: 390, y: 223, width: 153, height: 125 };

// What an iframe holds: its elements, and what its classes make. `shownIn`: the size in CSS pixels.
async function madeIn(files, shownIn = "width: 200px; height: 133px") {
  const there = await frame();
  const src = new URL(`${files}plain.jpg`, location.href).href;
  const img = await image({ src }, shownIn, there.document);
  const canvas = there.document.createElement("canvas");
  Object.assign(canvas, { width: 960, height: 640 }).getContext("2d").drawImage(img, 0, 0);
  const film = there.document.adoptNode(await video(`${files}wide.webm`));
  there.document.body.append(film);
  Object.assign(film, { loop: true, muted: true });
  await film.play();
  const bytes = await (await fetch(src)).arrayBuffer();
  const offscreen = new there.OffscreenCanvas(960, 640);
  offscreen.getContext("2d").drawImage(img, 0, 0);
  const pixels = canvas.getContext("2d").getImageData(0, 0, 960, 640);
  const blob = new there.Blob([bytes], { type: "image/jpeg" });
  const file = new there.File([bytes], "photo.jpg", { type: "image/jpeg" });
  const bitmap = await there.createImageBitmap(img);
  return { there, pictures: { img, film, canvas, offscreen, pixels, blob, file, bitmap } };
}

// A class of its own, as custom elements have, that calls itself something else.
async function subclassed(files) {
  class A extends HTMLImageElement {
    get [Symbol.toStringTag]() { return "PhotoOfTheDay"; }
  }
  return Object.setPrototypeOf(await image({ src: `${files}plain.jpg` }), A.prototype);
}

// The document of it is shown by no window any more.
async function leftBehind(files) {
  const there = await frame();
  const img = await image({ src: new URL(`${files}plain.jpg`, location.href).href }, "", there.document);
  there.frameElement.remove();
  return img;
}

async function popup() {
  const there = open("/blank.html");
  if (!there) return null; // where that needs a click
  while (there.document.readyState !== "complete" || there.location.href === "about:blank") {
    await new Promise((later) => setTimeout(later, 20));
  }
  return there;
}

const outcome = async (run) => {
  try {
    return await run();
  } catch ({ name, message }) {
    return `${name}: ${message}`;
  }
};

// name -> [faces, box of the best one, size, pixels of what was cut out], or the error
export async function detected(face, files) {
  const options = new face.TinyFaceDetectorOptions({ inputSize: 416 });
  const { pictures } = await madeIn(files);
  Object.assign(pictures, { subclass: await subclassed(files), left: await leftBehind(files) });
  const shown = await popup();
  if (shown) pictures.popup = await image({ src: new URL(`${files}plain.jpg`, location.href).href }, "width: 90px", shown.document);
  const found = {};
  for (const [name, picture] of Object.entries(pictures)) {
    found[name] = await outcome(async () => {
      const faces = await face.detectAllFaces(picture, options);
      const { x, y, width, height } = faces[0].box;
      const [cut] = await face.extractFaces(picture, [PART]);
      const isFile = ["blob", "file"].includes(name);
      const size = isFile ? { width: 960, height: 640 } : face.getMediaDimensions(picture);
      return [faces.length, [x, y, width, height], [size.width, size.height], [cut.width, cut.height]];
    });
  }
  shown?.close();
  return found;
}

// What else takes elements, files and numbers.
export async function used(face, files) {
  const { there, pictures: { img, film, canvas, blob } } = await madeIn(files);
  const numbers = there.Float32Array.from({ length: 128 }, (_, i) => i / 128);
  const person = new face.LabeledFaceDescriptors("Ann", there.Array.of(numbers));
  const frames = face.track(film);
  const { value } = await frames.next();
  await frames.stop();
  face.drawDetection(canvas, PART);
  await face.awaitMediaLoaded(img);
  const rgb = new there.Float32Array(4 * 4 * 3).fill(9);
  return {
    track: [value.size.width, value.size.height],
    bufferToImage: (await face.bufferToImage(blob)).naturalWidth,
    bufferToImageOfBytes: (await face.bufferToImage(await blob.arrayBuffer())).naturalWidth,
    matchDimensions: face.matchDimensions(canvas, img, true).width,
    isMediaElement: [img, film, canvas].map(face.isMediaElement),
    toNetInput: (await face.toNetInput(there.Array.of(img, canvas))).inputDimensions,
    createCanvasFromMedia: face.createCanvasFromMedia(img).width,
    descriptors: [face.euclideanDistance(numbers, numbers), new face.FaceMatcher(person).findBestMatch(numbers).label],
    tensor: (await face.toNetInput({ data: rgb, shape: there.Array.of(4, 4, 3) })).inputDimensions[0],
    options: new face.TinyFaceDetectorOptions(there.Object.assign(there.Object.create(null), { inputSize: 160 })).inputSize,
    fetchImage: (await face.fetchImage(new there.URL(`${files}plain.jpg`, location.href))).naturalWidth,
  };
}

// What is said of that which is none.
export async function refused(face, files) {
  const photo = await image({ src: `${files}plain.jpg` });
  const inert = new DOMParser().parseFromString(`<img src="${photo.src}"><video src="${files}wide.webm"></video>`, "text/html");
  const given = {
    jQuery: { 0: photo, length: 1, jquery: "3.7.1" },
    "a reference of React": { current: photo },
    "a reference of Vue": { value: photo },
    "an element of p5.js": { elt: photo },
    "an empty reference": { current: null },
    "a card around it": Object.assign(document.createElement("figure"), { innerHTML: "<p><img></p>" }),
    "the field of a form": Object.assign(document.createElement("input"), { type: "file" }),
    "a Proxy": new Proxy(photo, {}),
    "a name": { [Symbol.toStringTag]: "HTMLImageElement", naturalWidth: 9, naturalHeight: 9 },
    "an image of no window": inert.querySelector("img"),
    "a video of no window": inert.querySelector("video"),
  };
  const found = {};
  for (const [name, value] of Object.entries(given)) {
    found[name] = await outcome(async () => (await face.detectAllFaces(value, new face.TinyFaceDetectorOptions())).length);
  }
  found.track = await outcome(() => face.track({ current: photo }));
  found.drawing = await outcome(() => face.drawDetection({ current: document.createElement("canvas") }, PART));
  found.extractFaces = await outcome(() => face.extractFaces({ current: photo }, [PART]));
  found.options = await outcome(() => new face.TinyFaceDetectorOptions(new Map([["inputSize", 160]])));
  found["a matcher of nobody"] = await outcome(() => new face.FaceMatcher(undefined));
  found["the bytes of a descriptor"] = await outcome(() => new face.FaceMatcher([]).findBestMatch(new ArrayBuffer(512)));
  return found;
}

// For Python: `given` has what was made in another window.
export async function give(files) {
  const { there, pictures } = await madeIn(files, "");
  const numbers = there.Float32Array.from({ length: 128 }, (_, i) => i / 128);
  globalThis.given = { ...pictures, numbers, subclass: await subclassed(files), list: document.querySelectorAll("img") };
}
