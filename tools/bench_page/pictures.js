// Pictures for the bench, made from the samples.

// Faces of images/sample1.jpg (1920x1280), as SSD finds them: x, y, width, height.
const FACES = [[413, 354, 177, 240], [839, 419, 187, 226], [1473, 197, 204, 240]];

export async function sample(name) {
  const image = new Image();
  image.src = `images/${name}.jpg`;
  await image.decode();
  return image;
}

export function canvasOf(width, height, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  draw(canvas.getContext("2d"));
  return canvas;
}

/** One square region, scaled to size x size. */
export const square = async (name, [x, y, side], size) => {
  const image = await sample(name);
  return canvasOf(size, size, (context) => context.drawImage(image, x, y, side, side, 0, 0, size, size));
};

/** The whole picture in any size as a canvas. */
export async function resized(name, width, height) {
  const image = await sample(name);
  return canvasOf(width, height, (context) => context.drawImage(image, 0, 0, width, height));
}

/** The whole picture upside down, in which SSD finds nothing upright that is sure. */
export async function turned(name) {
  const image = await sample(name);
  const [w, h] = [image.naturalWidth, image.naturalHeight];
  return canvasOf(w, h, (context) => {
    context.translate(w, h);
    context.rotate(Math.PI);
    context.drawImage(image, 0, 0);
  });
}

/** The whole picture in any size as an img, as from a camera of that many pixels. */
export async function photo(name, width, height) {
  const canvas = await resized(name, width, height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  return image;
}

/** The three faces of sample1 twice, the lower ones mirrored: SSD finds exactly six. */
export async function sixFaces() {
  const image = await sample("sample1");
  const [w, h] = [image.naturalWidth, image.naturalHeight];
  return canvasOf(w, 2 * h, (context) => {
    context.drawImage(image, 0, 0);
    context.translate(w, h);
    context.scale(-1, 1);
    context.drawImage(image, 0, 0);
  });
}

/** The picture of sixFaces() with the boxes of its faces. */
export async function sixGiven() {
  const picture = await sixFaces();
  const lower = FACES.map(([x, y, w, h]) => [picture.width - x - w, y + picture.height / 2, w, h]);
  return { picture, boxes: [...FACES, ...lower] };
}

/** The six faces, each cut out as a canvas of its own. */
export async function sixCrops() {
  const { picture, boxes } = await sixGiven();
  return boxes.map(([x, y, w, h]) => canvasOf(w, h, (context) => context.drawImage(picture, x, y, w, h, 0, 0, w, h)));
}

/** `count` faces in rows of ten, with the box of each: a picture that grows with its faces. */
export async function crowd(count) {
  const cell = 240;
  const image = await sample("sample1");
  const picture = canvasOf(cell * Math.min(count, 10), cell * Math.ceil(count / 10), () => {});
  const boxes = Array.from({ length: count }, (_, i) => {
    const [x, y, w, h] = FACES[i % FACES.length];
    const [left, top] = [cell * (i % 10), cell * Math.floor(i / 10)];
    const [centreX, centreY] = [x + w / 2 - cell / 2, y + h / 2 - cell / 2];
    picture.getContext("2d").drawImage(image, centreX, centreY, cell, cell, left, top, cell, cell);
    return [left + (cell - w) / 2, top + (cell - h) / 2, w, h];
  });
  return { picture, boxes };
}

// Square pieces of the samples with a face each: sample, x, y, side, and the side on the canvas.
const GROUP = [
  [1, 400, 230, 420, 300], [1, 1430, 130, 460, 300], [3, 1040, 110, 400, 300], [3, 1380, 200, 420, 280],
  [4, 600, 0, 420, 300], [5, 700, 20, 330, 240], [5, 1040, 130, 400, 300], [5, 1360, 260, 420, 260],
  [6, 620, 190, 460, 280], [6, 1430, 130, 420, 300],
];

/** Ten faces in rows of four, as the tests against face-api.js have them. */
export async function group() {
  const images = Object.fromEntries(await Promise.all([1, 3, 4, 5, 6].map(async (n) => [n, await sample(`sample${n}`)])));
  return canvasOf(1290, 980, (context) => {
    context.fillStyle = "#777";
    context.fillRect(0, 0, 1290, 980);
    GROUP.forEach(([number, x, y, side, target], i) => {
      context.drawImage(images[number], x, y, side, side, (i % 4) * 320 + 10, Math.floor(i / 4) * 320 + 10, target, target);
    });
  });
}
