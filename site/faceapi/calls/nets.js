// The net classes: each call on a net is a message that names it (see pyface_web/messages.py).

import { absolute, baseURI, inFolder, isTable, isURL } from "../../load/addresses.js";
import { NETS } from "../../tables.js";
import { inputError, PyfaceError, text } from "../values/errors.js";
import { FaceExpressions } from "../values/expressions.js";
import { isTensor } from "../compat/tensors.js";
import { copyOf, isA, isArray, numbersKind } from "../values/given.js";
import { is } from "../values/kinds.js";
import { landmarksOf } from "../values/landmarks.js";
import { MtcnnOptions, optionValues, SsdMobilenetv1Options, TinyFaceDetectorOptions, TinyYolov2Options } from "../values/options.js";
import { defineReplaced } from "../compat/replaced.js";
import { ageAndGenderOf, resultOf } from "../values/results.js";

/**
 * Where a model is: an absolute address, since a worker would resolve it against its own, or { name: address } of
 * its files; nothing is the page's folder.
 */
export function address(given) {
  const place = inFolder(given || "");
  if (!isTable(place)) return resolved(place, "load");
  const found = Object.entries(copyOf(place, "load"));
  if (!found.length) throw inputError("load: expected an address for each file by its name, got none");
  return Object.fromEntries(found.map(([name, value]) => [name, resolved(value, `load: ${text(name)}`)]));
}

function resolved(given, what) {
  const expected = `${what}: expected an address or a Float32Array, got ${text(given)}`;
  if (typeof given !== "string" && !isURL(given)) throw inputError(expected);
  try {
    return absolute(given).href;
  } catch {
    throw inputError(`${expected}, which is no address at ${baseURI().slice(0, 100)}; is a whole one needed?`);
  }
}

function weights(given) {
  if (numbersKind(given) === "Float32Array") return { weights: new Float32Array(given.length ? given : 0) }; // not a detached one
  if (is(given, "ArrayBuffer") && given.byteLength % 4 === 0) {
    if (given.detached) throw inputError("load: expected an ArrayBuffer of weights, got one that was given away");
    return { weights: new Float32Array(given) };
  }
  if (isA(given, ArrayBuffer)) throw inputError(`load: expected an ArrayBuffer of float32 values, got ${given.byteLength} bytes, no multiple of 4; is it the .weights file of a net?`);
  return { uri: address(given) };
}

// { name: { data, shape } } of what should be that.
function tensorsOf(weightMap) {
  const expected = "loadFromWeightMap: expected { name: { data, shape } }, as loadWeightMap gives it";
  if (typeof weightMap !== "object" || weightMap === null || isArray(weightMap)) {
    throw inputError(`${expected}, got ${text(weightMap)}`);
  }
  const tensors = Object.entries(copyOf(weightMap, "loadFromWeightMap"));
  const wrong = tensors.find(([, tensor]) => !isTensor(tensor));
  if (wrong) throw new PyfaceError("WeightsError", `${expected}, got ${text(wrong[1])} as ${text(wrong[0])}`);
  return Object.fromEntries(tensors.map(([name, { data, shape }]) => [name, { data, shape: [...shape] }]));
}

const FACTS = Object.fromEntries(NETS.map((facts) => [facts.className, facts]));

const either = (value, convert) => (Array.isArray(value) ? value.map(convert) : convert(value));

let made = 0; // of all faces, which may share a Python
// A net that nobody holds any more is freed on the side of Python, too, whether or not its face is still there.
const discarded = new FinalizationRegistry(({ send, net }) => send({ call: "dispose", net }).catch(() => {}));

/** The net classes, and one of each as `nets`. session: { send(message) -> promise, loaded: Set }. */
export function createNets(session) {

  /** A net: load it, run it, ask whether it is loaded, free it. Its weights are on the side of Python. */
  class NeuralNetwork {
    // facts: a row of NETS. settings: what else Python needs to make one.
    constructor(facts, given = {}) {
      if (!NETS.includes(facts)) {
        throw inputError(`NeuralNetwork: expected what a net is, got ${text(facts)}; use a class of a net, such as TinyFaceDetector`);
      }
      const { model = facts.model, ...settings } = given;
      Object.defineProperties(this, {
        _modelName: { value: model },
        _net: { value: { id: ++made, kind: facts.name, ...settings }, writable: true },
        _loading: { value: undefined, writable: true },
      });
      discarded.register(this, { send: session.send, net: this._net }, this);
    }

    /** Whether it has weights, as of the last answer from Python. */
    get isLoaded() { return session.loaded.has(this._net.id ?? this._net); }
    /** Something if it has weights, which pages ask for; the weights themselves stay in Python. */
    get params() { return this.isLoaded ? {} : undefined; }
    /** What the names of its weight files begin with. */
    getDefaultModelName() { return this._modelName; }

    /** weightsOrUrl: address of the manifest or its folder, { name: address } of its files, or weights in the original's order. */
    load(weightsOrUrl) { return this._load(() => weights(weightsOrUrl)); }
    loadFromUri(uri) { return this._load(() => ({ uri: address(uri) })); }
    /** As load with weights. The original returns when it is done; here what is called next waits. */
    extractWeights(weights) { return this.load(weights); }
    /** Takes over what loadWeightMap gave; what is called next waits for it. */
    loadFromWeightMap(weightMap) { return this._load(() => ({ weight_map: tensorsOf(weightMap) })); }
    /** Forgets the weights, and frees what the device holds of them; may be repeated. */
    async dispose(_throwOnRedispose) { await this._call("dispose"); }

    _load(given) {
      const send = async () => void (await session.send({ call: "load", net: this._net, ...given() }));
      this._loading = send().catch((error) => {
        if (this.isLoaded) this._loading = undefined; // it stayed as it was
        throw error;
      });
      return this._loading.then(() => {}); // of its own, so that the browser reports what nobody catches
    }

    async _call(call, values) {
      if (call !== "dispose") await this._loading;
      return session.send({ call, net: this._net, ...values });
    }
  }
  defineReplaced(NeuralNetwork.prototype, "NeuralNetwork.prototype.");

  /** A net that finds faces in a picture. */
  class FaceDetector extends NeuralNetwork {
    /** Faces of a picture, best first. options: of the net's class, or a plain object of them. */
    async locateFaces(input, options) {
      const { Options } = this.constructor;
      const chosen = isA(options, Options) ? options : new Options(options);
      const faces = await this._call("locate", { input, options: optionValues(chosen) });
      return faces.map(resultOf);
    }
  }

  /** SSD MobileNetV1, the default detector. */
  class SsdMobilenetv1 extends FaceDetector {
    static Options = SsdMobilenetv1Options;
    constructor() { super(FACTS.SsdMobilenetv1); }
  }

  /** The tiny face detector. */
  class TinyFaceDetector extends FaceDetector {
    static Options = TinyFaceDetectorOptions;
    constructor() { super(FACTS.TinyFaceDetector); }
  }

  /** Tiny YOLOv2, with separable convolutions (the smaller one) or regular ones. */
  class TinyYolov2 extends FaceDetector {
    static Options = TinyYolov2Options;
    constructor(withSeparableConvs = true) {
      const { model, otherModels } = FACTS.TinyYolov2;
      super(FACTS.TinyYolov2, {
        model: withSeparableConvs ? model : otherModels[0],
        with_separable_convs: Boolean(withSeparableConvs),
      });
    }
    get withSeparableConvs() { return this._modelName === FACTS.TinyYolov2.model; }
  }

  /** MTCNN: finds faces, each with five landmarks. */
  class Mtcnn extends NeuralNetwork {
    constructor() { super(FACTS.Mtcnn); }

    /** Results with FaceLandmarks5, best first. options: MtcnnOptions, or a plain object of them. */
    async forward(input, options) { return (await this.forwardWithStats(input, options)).results; }

    /** { results, stats }: the same, and how many boxes each stage had; total in milliseconds. */
    async forwardWithStats(input, options) {
      const chosen = isA(options, MtcnnOptions) ? options : new MtcnnOptions(options);
      const { faces, stats } = await this._call("mtcnn", { input, options: optionValues(chosen) });
      return {
        results: faces.map(resultOf),
        stats: {
          total: stats.total,
          scales: stats.scales,
          pyramid: stats.pyramid,
          stage1: stats.stage1.map(({ scale, num_boxes }) => ({ scale, numBoxes: num_boxes })),
          stage2_numInputBoxes: stats.stage2_num_input_boxes,
          stage3_numInputBoxes: stats.stage3_num_input_boxes,
        },
      };
    }
  }

  /** The 68-point landmark net. */
  class FaceLandmark68Net extends NeuralNetwork {
    constructor(facts = FACTS.FaceLandmark68Net) { super(NETS.includes(facts) ? facts : FACTS.FaceLandmark68Net); }
    /** Landmarks of a picture that shows one face; a list of them for a list of pictures. */
    async detectLandmarks(input) { return either(await this._call("landmarks", { input }), landmarksOf); }
  }

  /** The tiny 68-point landmark net. */
  class FaceLandmark68TinyNet extends FaceLandmark68Net {
    constructor() { super(FACTS.FaceLandmark68TinyNet); }
  }

  /** The face recognition net. */
  class FaceRecognitionNet extends NeuralNetwork {
    constructor() { super(FACTS.FaceRecognitionNet); }
    /** Float32Array(128) of a picture that shows one aligned face; a list for a list of pictures. */
    computeFaceDescriptor(input) { return this._call("descriptor", { input }); }
  }

  /** The face expression net. */
  class FaceExpressionNet extends NeuralNetwork {
    constructor() { super(FACTS.FaceExpressionNet); }
    /** FaceExpressions of a picture that shows one face; a list of them for a list of pictures. */
    async predictExpressions(input) {
      return either(await this._call("expressions", { input }), (values) => new FaceExpressions(values));
    }
  }

  /** The age and gender net. */
  class AgeGenderNet extends NeuralNetwork {
    constructor() { super(FACTS.AgeGenderNet); }
    /** { age, gender, genderProbability } of a picture that shows one face; a list for a list. */
    async predictAgeAndGender(input) { return either(await this._call("age_and_gender", { input }), ageAndGenderOf); }
  }

  const classes = {
    SsdMobilenetv1, TinyFaceDetector, TinyYolov2, Mtcnn, FaceLandmark68Net, FaceLandmark68TinyNet,
    FaceRecognitionNet, FaceExpressionNet, AgeGenderNet,
  };
  // A net without a class of its own here is one that can be loaded, warmed up and freed.
  for (const facts of NETS) {
    classes[facts.className] ??= class extends NeuralNetwork {
      constructor() { super(facts); }
    };
  }

  // One that tasks and the functions of the namespace use goes by its name.
  const global = (net) => {
    discarded.unregister(net);
    net._net = net._net.kind;
    return net;
  };
  const nets = NETS.map(({ attribute, className }) => [attribute, global(new classes[className]())]);

  return {
    nets: Object.freeze(Object.fromEntries(nets)),
    NeuralNetwork,
    ...classes,
    FaceDetectionNet: SsdMobilenetv1,
    FaceLandmarkNet: FaceLandmark68Net,
  };
}
