// The page side of `build.py bench`: the same work on both sides, in turns, in one page.

const PYTHON = `
import pyface_web as faceapi

TINY = faceapi.TinyFaceDetectorOptions()
SSD = faceapi.SsdMobilenetv1Options()

async def tiny(picture):
    return len(await faceapi.detect_all_faces(picture, TINY))

async def ssd(picture):
    return len(await faceapi.detect_all_faces(picture, SSD))

async def recognition(picture):
    return len(await faceapi.compute_face_descriptor(picture))

async def chain(picture):
    return len(await faceapi.detect_all_faces(picture, SSD).with_face_landmarks().with_face_descriptors())
`;

const now = () => performance.now();

export async function loadOurs(models) {
  window.glSide = "ours";
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const { pyodide } = await loadPyface({ models });
  await pyodide.runPythonAsync(PYTHON);
  // A program is made, and a context opened, by the first call; the self-test is part of it.
  const call = (name) => async (...args) => {
    window.glSide = "ours";
    return await pyodide.globals.get(name)(...args);
  };
  return { tiny: call("tiny"), ssd: call("ssd"), recognition: call("recognition"), chain: call("chain"), pyodide };
}

export async function loadOracle(models) {
  window.glSide = "oracle";
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/oracle/face-api.min.js";
    script.onload = resolve;
    script.onerror = () => reject(new Error("the oracle could not be loaded"));
    document.head.append(script);
  });
  const { nets } = faceapi;
  const by = {
    tiny_face_detector: nets.tinyFaceDetector, ssd_mobilenetv1: nets.ssdMobilenetv1,
    face_landmark_68: nets.faceLandmark68Net, face_recognition: nets.faceRecognitionNet,
  };
  await Promise.all(models.map((name) => by[name].load(new URL("models", document.baseURI).href)));
  const tinyOptions = new faceapi.TinyFaceDetectorOptions();
  const ssdOptions = new faceapi.SsdMobilenetv1Options();
  const mark = (run) => async (...args) => {
    window.glSide = "oracle";
    return await run(...args);
  };
  return {
    tiny: mark(async (picture) => (await faceapi.detectAllFaces(picture, tinyOptions).run()).length),
    ssd: mark(async (picture) => (await faceapi.detectAllFaces(picture, ssdOptions).run()).length),
    recognition: mark(async (picture) => (await faceapi.computeFaceDescriptor(picture)).length),
    chain: mark(async (picture) => (await faceapi.detectAllFaces(picture, ssdOptions).withFaceLandmarks().withFaceDescriptors().run()).length),
  };
}

export async function loadImage(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

// Two samples side by side: one picture with more faces.
export async function twoPictures(first, second) {
  const [a, b] = [await loadImage(first), await loadImage(second)];
  const canvas = document.createElement("canvas");
  canvas.width = a.naturalWidth + b.naturalWidth;
  canvas.height = Math.max(a.naturalHeight, b.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(a, 0, 0);
  context.drawImage(b, a.naturalWidth, 0);
  return canvas;
}

export async function square(url, [x, y, side], size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  canvas.getContext("2d").drawImage(await loadImage(url), x, y, side, side, 0, 0, size, size);
  return canvas;
}

// First call on each side, one after the other, right after the nets were loaded.
export async function cold(side, name, picture) {
  const start = now();
  const result = await side[name](picture);
  return { ms: now() - start, result };
}

// Warm: both sides `warmUp` times untimed, counts of one call each, then rounds in turns.
export async function warm(ours, oracle, name, picture, rounds) {
  const sides = { ours, oracle };
  const found = {};
  for (const key of ["ours", "oracle"]) for (let i = 0; i < 2; i++) found[key] = await sides[key][name](picture);
  const counts = {};
  for (const key of ["ours", "oracle"]) {
    window.resetGlCounts();
    await sides[key][name](picture);
    counts[key] = { ...window.glCounts[key] };
  }
  const times = { ours: [], oracle: [] };
  for (let round = 0; round < rounds; round++) {
    for (const key of round % 2 ? ["oracle", "ours"] : ["ours", "oracle"]) {
      const start = now();
      await sides[key][name](picture);
      times[key].push(now() - start);
    }
  }
  return { name, found, counts, times };
}
