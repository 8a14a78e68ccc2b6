// Names of face-api.js that make no sense here, and what to use instead. A name with () throws this
// when it is called, another one when it is read. The documentation prints the table.

import { PyfaceError } from "../values/errors.js";

const ONLY_FOR_NODE = "delete the line in a page, where elements are there already; without a page use the Python package, which runs in CPython";
const RESULTS_ONLY =
  "the values of a net stay in Python; use locateFaces, detectLandmarks, computeFaceDescriptor, predictExpressions or " +
  "predictAgeAndGender of the net, which give results";
const TRAINING = "nets here are not trained, their parameters stay in Python; load others with load(uri) or load(weights)";
const LOADING = "load(uri) reads manifests, and load(weights) a Float32Array in the order of face-api.js";

/** Name in face-api.js -> what to use instead. */
export const REPLACED = Object.freeze({
  "tf.*":
    "there is no TensorFlow.js; pass elements or plain tensors { data, shape }, " +
    "and see faceapi.setBackend, faceapi.memory and faceapi.dispose (tf.ready and tf.setBackend work)",
  "disposeUnusedWeightTensors()": "nothing has to be freed, weights are plain values { data, shape }",
  "extractWeightEntryFactory()": LOADING,
  "extractWeightsFactory()": LOADING,
  "getModelUris()": "load(uri) finds the manifest and the shards by itself",
  "env.createFileSystem()": ONLY_FOR_NODE,
  "env.createNodejsEnv()": ONLY_FOR_NODE,
  "env.monkeyPatch()": ONLY_FOR_NODE,
  "env.setEnv()": ONLY_FOR_NODE,

  "NeuralNetwork.prototype.loadFromDisk()": `${LOADING}; ${ONLY_FOR_NODE}`,
  "NeuralNetwork.prototype.forward()": RESULTS_ONLY,
  "NeuralNetwork.prototype.forwardInput()": RESULTS_ONLY,
  "NeuralNetwork.prototype.runNet()": RESULTS_ONLY,
  "NeuralNetwork.prototype.runTinyYolov2()": RESULTS_ONLY,
  "NeuralNetwork.prototype.runMobilenet()": RESULTS_ONLY,
  "NeuralNetwork.prototype.detect()": "use locateFaces(input, options)",
  "NeuralNetwork.prototype.postProcess()": RESULTS_ONLY,
  "NeuralNetwork.prototype.extractBoxes()": RESULTS_ONLY,
  "NeuralNetwork.prototype.extractPredictedClass()": RESULTS_ONLY,
  "NeuralNetwork.prototype.anchors": RESULTS_ONLY,
  "NeuralNetwork.prototype.boxEncodingSize": RESULTS_ONLY,
  "NeuralNetwork.prototype.config": RESULTS_ONLY,
  "NeuralNetwork.prototype.faceFeatureExtractor": "each net has its own; use the net itself",
  "NeuralNetwork.prototype.withClassScores": RESULTS_ONLY,
  "NeuralNetwork.prototype.loadQuantizedParams()": LOADING,
  "NeuralNetwork.prototype.extractParams()": LOADING,
  "NeuralNetwork.prototype.extractParamsFromWeigthMap()": LOADING,
  "NeuralNetwork.prototype.extractClassifierParams()": LOADING,
  "NeuralNetwork.prototype.loadClassifierParams()": LOADING,
  "NeuralNetwork.prototype.getClassifierChannelsIn()": RESULTS_ONLY,
  "NeuralNetwork.prototype.getClassifierChannelsOut()": RESULTS_ONLY,
  "NeuralNetwork.prototype.freeze()": TRAINING,
  "NeuralNetwork.prototype.getFrozenParams()": TRAINING,
  "NeuralNetwork.prototype.getParamFromPath()": TRAINING,
  "NeuralNetwork.prototype.getParamList()": TRAINING,
  "NeuralNetwork.prototype.getTrainableParams()": TRAINING,
  "NeuralNetwork.prototype.paramMappings": TRAINING,
  "NeuralNetwork.prototype.reassignParamFromPath()": TRAINING,
  "NeuralNetwork.prototype.serializeParams()": TRAINING,
  "NeuralNetwork.prototype.traversePropertyPath()": TRAINING,
  "NeuralNetwork.prototype.variable()": TRAINING,
  "DetectFaceLandmarksTaskBase.prototype.landmarkNet": "use faceapi.nets.faceLandmark68Net or faceapi.nets.faceLandmark68TinyNet",
});

/** The error of a name of the table. */
export const replaced = (name) => new PyfaceError("ReplacedError", `faceapi.${name} is not here: ${REPLACED[name]}`);

/** Gives target the names of the table that continue prefix by one word; each throws. */
export function defineReplaced(target, prefix = "") {
  for (const name of Object.keys(REPLACED)) {
    const [, word, call] = name.slice(prefix.length).match(/^(\w+)(\(\))?$/) ?? [];
    if (!word || !name.startsWith(prefix)) continue;
    const fail = () => {
      throw replaced(name);
    };
    Object.defineProperty(target, word, call ? { value: fail, enumerable: true } : { get: fail });
  }
  return target;
}
