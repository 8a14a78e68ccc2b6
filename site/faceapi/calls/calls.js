// The functions of the namespace that Python computes: on the global nets, or of the session.

import { BACKENDS, NETS } from "../../tables.js";
import { createCompare } from "./compare.js";
import { address } from "./nets.js";
import { inputError, optionsError, text } from "../values/errors.js";
import { checkedText, isA } from "../values/given.js";
import { MtcnnOptions, SsdMobilenetv1Options, TinyYolov2Options } from "../values/options.js";
import { changeWaits } from "../values/waits.js";

/** send: hands a message to Python. nets, tasks: what createNets and createTasks gave. */
export function createCalls(send, { nets, ...classes }, tasks) {
  const detectAllFaces = (input, options) => new tasks.DetectAllFacesTask(input, options);
  const detectSingleFace = (input, options) => new tasks.DetectSingleFaceTask(input, options);

  const named = (net) => {
    if (isA(net, classes.NeuralNetwork)) return net._net;
    throw inputError(`warmup: expected nets such as nets.tinyFaceDetector, got ${text(net)}`);
  };
  const load = (net) => (uri) => net.load(uri);
  const locate = (net) => (input, options) => net.locateFaces(input, options);
  const create = (make) => (weights) => {
    const net = make();
    net.extractWeights(weights).catch(() => {}); // what is called on the net gets the error
    return net;
  };
  const allFaces = (input, options) => detectAllFaces(input, options).withFaceLandmarks().withFaceDescriptors().run();
  const allFacesSsdMobilenetv1 = (input, minConfidence) => allFaces(input, new SsdMobilenetv1Options({ minConfidence }));

  const ssdMobilenetv1 = locate(nets.ssdMobilenetv1);
  const detectFaceLandmarks = (input) => nets.faceLandmark68Net.detectLandmarks(input);
  const computeFaceDescriptor = (input) => nets.faceRecognitionNet.computeFaceDescriptor(input);
  const createSsdMobilenetv1 = create(() => new classes.SsdMobilenetv1());

  const weightMap = async (uri, model) => {
    checkedText(model, "loadWeightMap: defaultModelName");
    return send({ call: "weight_map", uri: address(uri), model });
  };

  return {
    ...Object.fromEntries(NETS.filter((net) => net.loader).map((net) => [net.loader, load(nets[net.attribute])])),
    loadFaceDetectionModel: load(nets.ssdMobilenetv1),

    detectAllFaces,
    detectSingleFace,
    allFaces: allFacesSsdMobilenetv1,
    allFacesSsdMobilenetv1,
    allFacesTinyYolov2: (input, options) => allFaces(input, new TinyYolov2Options(options)),
    allFacesMtcnn: (input, options) => allFaces(input, new MtcnnOptions(options)),

    ssdMobilenetv1,
    locateFaces: ssdMobilenetv1,
    tinyFaceDetector: locate(nets.tinyFaceDetector),
    tinyYolov2: locate(nets.tinyYolov2),
    mtcnn: (input, options) => nets.mtcnn.forward(input, options),
    detectFaceLandmarks,
    detectLandmarks: detectFaceLandmarks,
    detectFaceLandmarksTiny: (input) => nets.faceLandmark68TinyNet.detectLandmarks(input),
    computeFaceDescriptor,
    computeDescriptor: computeFaceDescriptor,
    recognizeFaceExpressions: (input) => nets.faceExpressionNet.predictExpressions(input),
    predictAgeAndGender: (input) => nets.ageGenderNet.predictAgeAndGender(input),
    compare: createCompare(detectSingleFace),

    createSsdMobilenetv1,
    createFaceDetectionNet: createSsdMobilenetv1,
    createTinyFaceDetector: create(() => new classes.TinyFaceDetector()),
    createTinyYolov2: (weights, withSeparableConvs) => create(() => new classes.TinyYolov2(withSeparableConvs))(weights),
    createMtcnn: create(() => new classes.Mtcnn()),
    createFaceLandmarkNet: create(() => new classes.FaceLandmark68Net()),
    createFaceRecognitionNet: create(() => new classes.FaceRecognitionNet()),

    /** { name: { data, shape } } of all weights that the manifest of a model describes. */
    loadWeightMap: (uri, defaultModelName) => weightMap(uri, defaultModelName),

    /** Compiles and uploads what nets (by default all that are loaded) need, and runs each once. */
    warmup: async (...which) => send({ call: "warmup", nets: which.map(named) }),
    /**
     * Changes how long things are waited for, in seconds: { media, camera, network, storage, device, worker },
     * any of them. For the whole page, and for this Python.
     */
    async setWaits(waits) {
      changeWaits(waits);
      await send({ call: "set_waits", waits: waits ?? {} });
    },
    /** Counts and bytes of textures, buffers and programs. */
    memory: () => send({ call: "memory" }),
    /**
     * "webgl", "wasm", "reference" (NumPy), or "fastest", which measures the loaded nets once and remembers.
     * precision: 32 or 16 bits between layers on "webgl".
     */
    setBackend: async (name, precision) => {
      const isNothing = precision === undefined || precision === null;
      if (typeof name !== "string") throw optionsError(`setBackend: expected one of ${BACKENDS.join(", ")}, got ${text(name)}`);
      if (!isNothing && typeof precision !== "number") throw optionsError(`setBackend: precision: expected 32 or 16 bits, got ${text(precision)}`);
      return send({ call: "set_backend", name, precision });
    },
    /** The backend in two or three words, for a badge: "WebGL2", "WebAssembly", or "NumPy, slow". */
    backendLabel: () => send({ call: "backend_label" }),
    getBackend: () => send({ call: "get_backend" }),
    describeBackend: () => send({ call: "describe_backend" }),
    /**
     * Frees everything on the device; weights stay loaded, the next call starts again. What was asked
     * before and has no answer yet rejects with a DisposedError; the next frame of a `track`, too.
     */
    dispose: () => send({ call: "dispose" }),
  };
}
