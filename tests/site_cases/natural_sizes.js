// Elements whose natural size is not that of their pixels. All show the same picture; files: made by the
// test. Each maker puts its element into the page, as an app does.

const PAINTING = 10_000; // milliseconds that a busy machine may take to paint the first frame

const inPage = (element, css = "") => {
  element.style = css;
  document.body.append(element);
  return element;
};

async function image(values, css, document = globalThis.document) {
  const made = Object.assign(document.createElement("img"), values);
  made.style = css ?? "";
  document.body.append(made);
  await made.decode();
  return made;
}

async function video(src) {
  const made = inPage(Object.assign(document.createElement("video"), { src, muted: true }));
  await made.play();
  made.pause();
  return made;
}

// The frame that a video shows. At first Chromium may say that it plays one, and have none to give yet.
async function frameOf(video) {
  for (const end = performance.now() + PAINTING; ; ) {
    try {
      return new VideoFrame(video);
    } catch (error) {
      if (error.name !== "InvalidStateError" || performance.now() > end) throw error;
      await new Promise((resume) => setTimeout(resume, 50));
    }
  }
}

// A window of its own: the document of an iframe.
async function frame(html = "") {
  const made = inPage(Object.assign(document.createElement("iframe"), { srcdoc: html || "<!doctype html>" }));
  await new Promise((loaded) => made.addEventListener("load", loaded, { once: true }));
  return made.contentWindow;
}

const turned = (files, orientation, css) => image({ src: `${files}turned${orientation}.jpg` }, css);

export { frame, image, video };

export const ODD = {
  "a video with setsar=4/3": (files) => video(`${files}wide.webm`),
  "a video with setsar=3/4": (files) => video(`${files}high.webm`),
  "a video that is one pixel off": (files) => video(`${files}off.webm`),
  "a drawing with only a viewBox": (files) => image({ src: `${files}viewbox.svg` }),
  "a drawing whose size is in percent": (files) => image({ src: `${files}percent.svg` }),
  "a drawing shown at 2000 px": (files) => image({ src: `${files}sized.svg` }, "width: 2000px"),
  "a drawing shown at 100 px": (files) => image({ src: `${files}sized.svg` }, "width: 100px"),
  "a turned photo": (files) => turned(files, 6),
  "a turned photo at 100 px": (files) => turned(files, 8, "width: 100px"),
  "a turned photo at 3000 px": (files) => turned(files, 5, "width: 3000px"),
  "a turned photo of an iframe at 100 px": async (files) => {
    const { document } = await frame();
    return image({ src: new URL(`${files}turned6.jpg`, location.href).href }, "width: 100px", document);
  },
  "a photo in double density": (files) => image({ srcset: `${files}plain.jpg 2x` }),
  "a photo in half density": (files) => image({ srcset: `${files}plain.jpg 0.5x` }),
  "a turned photo in double density": (files) => image({ srcset: `${files}turned6.jpg 2x` }),
  "a photo whose EXIF says 144 dpi": (files) => image({ src: `${files}dense.jpg` }),
  "a photo that is not displayed": (files) => turned(files, 7, "display: none"),
  "an animation": (files) => image({ src: `${files}moving.webp` }),
  "a frame of a video with setsar=4/3": async (files) => frameOf(await video(`${files}wide.webm`)),
  "a frame that is shown smaller": async (files) =>
    new VideoFrame(await createImageBitmap(await image({ src: `${files}plain.jpg` })), { timestamp: 0, displayWidth: 480, displayHeight: 320 }),
  "a part of a frame": async (files) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
    canvas.getContext("2d").drawImage(await image({ src: `${files}plain.jpg` }), 240, 160);
    return new VideoFrame(canvas, { timestamp: 0, visibleRect: { x: 240, y: 160, width: 960, height: 640 } });
  },
};

// Each element: its natural size, the best face relative to that, and how far what extractFaces cuts out is
// from the same part of the picture (0 to 255).
export async function looked(face, files, names = Object.keys(ODD)) {
  const plain = await image({ src: `${files}plain.jpg` });
  const options = new face.TinyFaceDetectorOptions({ inputSize: 416 });
  const found = {};
  for (const name of names) {
    const source = await ODD[name](files);
    try {
      const { width, height } = face.getMediaDimensions(source);
      const [{ box }] = await face.detectAllFaces(source, options);
      const size = [width, height];
      const relative = [box.x / width, box.y / height, box.width / width, box.height / height];
      const part = { x: 0.25 * width, y: 0.25 * height, width: 0.5 * width, height: 0.5 * height };
      const [cut] = await face.extractFaces(source, [part]);
      found[name] = { size, relative, difference: difference(cut, plain) };
    } catch (error) {
      found[name] = { error: `${error.name}: ${error.message}` };
    } finally {
      source.remove?.();
      source.close?.();
    }
  }
  plain.remove();
  return found;
}

function difference(cut, plain) {
  const [one, other] = [[cut, 0, 0, cut.width, cut.height], [plain, 240, 160, 480, 320]].map((part) => {
    const context = Object.assign(document.createElement("canvas"), { width: 24, height: 16 }).getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(...part, 0, 0, 24, 16);
    return context.getImageData(0, 0, 24, 16).data;
  });
  return one.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0) / one.length;
}
