// The libraries that are compared, each as the same set of verbs: tiny(picture), ssd(picture),
// recognition(face), chain(picture), given({ picture, boxes }), crops(canvases), looks(canvases) and,
// except the fork, mtcnn(picture); ours also what no other does: upright, turned, tiled(picture), track and
// glance(canvas). Each gives a count. `runtime.stats()` says what a side knows of itself: memoryBytes of the
// WebAssembly that computes nets, and how many steps it has done.

const ADDRESS = {
  oracle: "/oracle/face-api.min.js",
  fork: "/oracle/vladmandic-face-api.js",
  "fork-wasm": "/oracle/vladmandic-face-api.js",
};

// TensorFlow.js keeps its engine in these globals and looks it up when it makes a tensor. The rivals'
// versions are years apart and would share one, so each has its own there before it loads and runs.
const ENGINE = ["_tfengine", "_tfGlobals"];

/** One side with its nets loaded. side: a name of bench/cases.py. backend: what computes, for ours. */
export async function loadSide({ side, backend }, models) {
  window.glSide = side;
  for (const name of ENGINE) delete window[name];
  const { runtime, ...verbs } = backend ? await loadOurs(backend, models) : await loadRival(side, models);
  const engine = ENGINE.map((name) => [name, window[name]]);
  const alone = (verb) => async (input) => {
    window.glSide = side; // contexts are opened by the first call
    Object.assign(window, Object.fromEntries(engine));
    return await verb(input);
  };
  return { runtime, ...Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, alone(verb)])) };
}

async function loadOurs(backend, models) {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const { pyodide } = await loadPyface({ models, backend });
  const source = await (await fetch("/bench/ours.py")).text();
  await pyodide.runPythonAsync(source);
  const verb = (name) => pyodide.globals.get(name);
  return {
    tiny: verb("tiny"), ssd: verb("ssd"), recognition: verb("recognition"),
    chain: verb("chain"), given: verb("given"), crops: verb("crops"), looks: verb("looks"),
    upright: verb("upright"), turned: verb("turned"), tiled: verb("tiled"),
    track: verb("track"), glance: verb("glance"),
    mtcnn: verb("mtcnn"), runtime: { pyodide, stats: () => JSON.parse(verb("stats")()) },
  };
}

async function loadRival(side, models) {
  const api = await loadScript(ADDRESS[side]);
  if (side !== "oracle") await choose(api.tf, side === "fork-wasm" ? "wasm" : "webgl");
  const { nets } = api;
  const { NETS } = await import("/tables.js"); // attributes of ours are those of face-api.js
  const wanted = NETS.filter((net) => models.includes(net.option));
  await Promise.all(wanted.map(({ attribute }) => nets[attribute]?.load(new URL("models", document.baseURI).href)));
  const tinyOptions = new api.TinyFaceDetectorOptions();
  const ssdOptions = new api.SsdMobilenetv1Options();
  return {
    tiny: async (picture) => (await api.detectAllFaces(picture, tinyOptions).run()).length,
    ssd: async (picture) => (await api.detectAllFaces(picture, ssdOptions).run()).length,
    recognition: async (face) => (await api.computeFaceDescriptor(face)).length,
    chain: async (picture) => (await api.detectAllFaces(picture, ssdOptions).withFaceLandmarks().withFaceDescriptors().run()).length,
    given: async ({ picture, boxes }) => {
      const { width, height } = sizeOf(picture);
      const found = boxes.map(([x, y, w, h]) => ({
        detection: new api.FaceDetection(1, new api.Rect(x / width, y / height, w / width, h / height), { width, height }),
      }));
      const landmarks = new api.DetectAllFaceLandmarksTask(Promise.resolve(found), picture, false);
      return (await landmarks.withFaceDescriptors().run()).length;
    },
    crops: async (canvases) => {
      await api.detectFaceLandmarks(canvases);
      return (await api.computeFaceDescriptor(canvases)).length;
    },
    looks: async (canvases) => {
      await api.recognizeFaceExpressions(canvases);
      return (await api.predictAgeAndGender(canvases)).length;
    },
    ...(nets.mtcnn && { mtcnn: async (picture) => (await api.mtcnn(picture, { minFaceSize: 40 })).length }),
    runtime: { stats: () => (side === "fork-wasm" ? { memoryBytes: api.tf.backend().wasm.HEAPU8.byteLength } : {}) },
  };
}

const sizeOf = (picture) => ({ width: picture.naturalWidth ?? picture.width, height: picture.naturalHeight ?? picture.height });

async function loadScript(src) {
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src, onload: resolve });
    script.onerror = () => reject(new Error(`${src} could not be loaded`));
    document.head.append(script);
  });
  return window.faceapi;
}

async function choose(tf, backend) {
  // Only the build with SIMD for one thread lies there. It is what a static host gets: threads need
  // headers (COOP, COEP) that none sends by itself.
  if (backend === "wasm") tf.setWasmPaths("/oracle/");
  if (!(await tf.setBackend(backend))) throw new Error(`the fork has no backend ${backend} here`);
  await tf.ready();
}
