// Pictures where apps have them. Each function gives what can be passed to detectAllFaces.

const PHOTO = "images/sample1.jpg";

async function shown(parent, values = { src: PHOTO }) {
  const image = Object.assign(parent.ownerDocument.createElement("img"), values);
  parent.append(image);
  await image.decode();
  return image;
}

function canvasOf(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas;
}

const host = (mode) => {
  const element = document.createElement("div");
  document.body.append(element);
  const inside = document.createElement("p");
  element.attachShadow({ mode }).append(inside);
  return inside;
};

const frame = async () => {
  const element = document.createElement("iframe");
  element.srcdoc = `<base href="${document.baseURI}"><body>`;
  document.body.append(element);
  await new Promise((loaded) => element.addEventListener("load", loaded));
  return element;
};

export const inThePage = () => shown(document.body);
export const inShadow = () => shown(host("open"));
export const inClosedShadow = () => shown(host("closed"));
export const canvasInShadow = async () => {
  const inside = host("closed");
  const canvas = canvasOf(await shown(inside));
  inside.append(canvas);
  return canvas;
};
export const detached = () => shown(document.createElement("div"));
export const detachedCanvas = async () => canvasOf(await detached());
export const removed = async () => {
  const image = await shown(document.body);
  image.remove();
  return image;
};
export const hidden = async () => {
  const image = await shown(document.body);
  image.style.display = "none";
  return image;
};
// Its window is gone.
export const inClosedFrame = async () => {
  const element = await frame();
  const image = await shown(element.contentDocument.body);
  element.remove();
  return image;
};
export const blobOfClosedFrame = async () => {
  const element = await frame();
  const blob = await (await element.contentWindow.fetch(PHOTO)).blob();
  element.remove();
  return blob;
};
// Twice the density: the browser counts half the pixels.
export const srcset = () => shown(document.body, { srcset: `${PHOTO} 2x` });
// The candidate that fits is not the one in `src`.
export const srcsetByWidth = () => shown(document.body, { src: "favicon.svg", srcset: `${PHOTO} 960w, favicon.svg 100w`, sizes: "960px" });
export const pictureElement = async () => {
  const picture = document.createElement("picture");
  const source = Object.assign(document.createElement("source"), { srcset: PHOTO, type: "image/jpeg" });
  picture.append(source);
  document.body.append(picture);
  return shown(picture, { src: "favicon.svg" });
};
