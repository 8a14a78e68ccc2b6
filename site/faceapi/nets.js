// The nets and the calls on them: each is one message (see pyface_web/js_face.py).

import { inputError, text } from "./errors.js";
import { landmarksOf } from "./landmarks.js";
import { SsdMobilenetv1Options, TinyFaceDetectorOptions } from "./options.js";
import { DetectAllFacesTask, DetectSingleFaceTask } from "./tasks.js";

/** A net of the session: load it, ask whether it is loaded, free it. */
class Net {
  constructor(session, name) {
    Object.defineProperties(this, { _session: { value: session }, _name: { value: name } });
  }

  /** Whether it has weights, as of the last answer from Python. */
  get isLoaded() { return this._session.loaded.has(this._name); }
  /** Something if it has weights, which pages ask for; the weights themselves stay in Python. */
  get params() { return this.isLoaded ? {} : undefined; }

  /** weightsOrUrl: address of the manifest or its folder, or weights in the original's order. */
  async load(weightsOrUrl) { await this._session.send({ call: "load", net: this._name, ...weights(weightsOrUrl) }); }
  async loadFromUri(uri) { await this._session.send({ call: "load", net: this._name, uri: address(uri) }); }
  dispose() { return this._session.send({ call: "dispose", net: this._name }); }
}

function weights(given) {
  if (given instanceof Float32Array) return { weights: given };
  if (given instanceof ArrayBuffer && given.byteLength % 4 === 0) return { weights: new Float32Array(given) };
  return { uri: address(given) };
}

// Absolute, since a worker would resolve it against its own address; nothing is the page's folder.
function address(given) {
  const uri = given || ".";
  if (typeof uri !== "string" && !(uri instanceof URL)) {
    throw inputError(`load: expected an address or a Float32Array, got ${text(uri)}`);
  }
  return new URL(uri, document.baseURI).href;
}

const either = (value, convert) => (Array.isArray(value) ? value.map(convert) : convert(value));

/** Everything that Python computes, on `session`: { send(message) -> promise, loaded: Set }. */
export function createCalls(session) {
  const { send } = session;
  const detectAllFaces = (input, options) => new DetectAllFacesTask(send, { input, options });
  const detectSingleFace = (input, options) => new DetectSingleFaceTask(send, { input, options });
  const detector = (made) => async (input, options) =>
    detectAllFaces(input, options instanceof made ? options : new made(options)).run();
  const landmarks = (tiny) => async (faceInput) => {
    const found = await send({ call: "landmarks", input: faceInput, tiny });
    return either(found, landmarksOf);
  };

  const ssdMobilenetv1 = detector(SsdMobilenetv1Options);
  const tinyFaceDetector = detector(TinyFaceDetectorOptions);
  const detectFaceLandmarks = landmarks(false);
  const detectFaceLandmarksTiny = landmarks(true);
  const computeFaceDescriptor = (faceInput) => send({ call: "descriptor", input: faceInput });

  const net = (name, methods) => Object.assign(new Net(session, name), methods);
  const nets = Object.freeze({
    ssdMobilenetv1: net("ssd_mobilenetv1", { locateFaces: ssdMobilenetv1 }),
    tinyFaceDetector: net("tiny_face_detector", { locateFaces: tinyFaceDetector }),
    faceLandmark68Net: net("face_landmark68_net", { detectLandmarks: detectFaceLandmarks }),
    faceLandmark68TinyNet: net("face_landmark68_tiny_net", { detectLandmarks: detectFaceLandmarksTiny }),
    faceRecognitionNet: net("face_recognition_net", { computeFaceDescriptor }),
  });
  const load = (net) => (uri) => net.load(uri);

  return {
    nets,
    loadSsdMobilenetv1Model: load(nets.ssdMobilenetv1),
    loadFaceDetectionModel: load(nets.ssdMobilenetv1),
    loadTinyFaceDetectorModel: load(nets.tinyFaceDetector),
    loadFaceLandmarkModel: load(nets.faceLandmark68Net),
    loadFaceLandmarkTinyModel: load(nets.faceLandmark68TinyNet),
    loadFaceRecognitionModel: load(nets.faceRecognitionNet),

    detectAllFaces,
    detectSingleFace,
    ssdMobilenetv1,
    locateFaces: ssdMobilenetv1,
    tinyFaceDetector,
    detectFaceLandmarks,
    detectLandmarks: detectFaceLandmarks,
    detectFaceLandmarksTiny,
    computeFaceDescriptor,
    computeDescriptor: computeFaceDescriptor,

    /** Compiles and uploads what nets (by default all that are loaded) need, and runs each once. */
    warmup: (...which) => send({ call: "warmup", nets: which.map((net) => net._name) }),
    /** Counts and bytes of textures, buffers and programs. */
    memory: () => send({ call: "memory" }),
    /** "webgl" or "reference" (NumPy); precision: 32 or 16 bits between layers on "webgl". */
    setBackend: (name, precision) => send({ call: "set_backend", name, precision }),
    getBackend: () => send({ call: "get_backend" }),
    describeBackend: () => send({ call: "describe_backend" }),
    /** Frees everything on the device; weights stay loaded, the next call starts again. */
    dispose: () => send({ call: "dispose" }),
  };
}
