"""Names of face-api.js that make no sense in Python, and what to use instead.

A test reads all names of face-api.js 0.22.2 and 0.15.0 and finds each of them either in this
package, in snake_case, or in this table. The name of a namespace stands for all that is in it, and
a member of a class for that of the classes derived from it.
"""

from __future__ import annotations

_BUILT_IN = "nothing: each net is built once, from its description in `pyface_web.models`"
_TRAINING = (
    "nothing: nets are run here, not trained. Train elsewhere, then `net.load_from_weight_map` or "
    "`net.extract_weights`"
)
_RAW_LOADING = (
    "`net.load` (an address, a flat float32 array, bytes), `net.extract_weights` or "
    "`net.load_from_weight_map`"
)

REPLACED: dict[str, str] = {
    # TensorFlow.js and what surrounds it
    "tf": "NumPy: what face-api.js takes or gives as a tensor is an array here",
    "env": (
        "nothing: browsers, workers and CPython need no setting up. "
        '`sys.platform == "emscripten"` tells whether Python runs in a page'
    ),
    # Weights are plain arrays, and are read in one go
    "disposeUnusedWeightTensors": "nothing: `load_weight_map` gives arrays, not tensors",
    "extractWeightEntryFactory": "`load_weight_map(uri, name)[path]`, an array",
    "extractWeightsFactory": "slices of the array that `fetch_net_weights` gives",
    # Tasks
    "ComposableTask.then": "`await task`, or `task.run()`, which is an asyncio future",
    "DetectAllFacesTask.runAndExtendWithFaceDetections": (
        "`[FaceResult(face) for face in await task]`"
    ),
    "DetectSingleFaceTask.runAndExtendWithFaceDetection": (
        "`face and FaceResult(face)` of `face = await task`"
    ),
    "DetectFaceLandmarksTaskBase.landmarkNet": (
        "`nets.face_landmark68_net`, or `nets.face_landmark68_tiny_net` if the tiny model was "
        "asked for"
    ),
    # Nets: running
    "NeuralNetwork.forwardInput": "`net.forward`, which takes a NetInput as well",
    "NeuralNetwork.runNet": "`net.forward`, which takes a NetInput as well",
    "NeuralNetwork.postProcess": "`net.detect_landmarks`, whose points are relative to the picture",
    "NeuralNetwork.faceFeatureExtractor": _BUILT_IN,
    "NeuralNetwork.getClassifierChannelsIn": _BUILT_IN,
    "NeuralNetwork.getClassifierChannelsOut": _BUILT_IN,
    # Nets: loading
    "NeuralNetwork.extractParams": _RAW_LOADING,
    "NeuralNetwork.extractParamsFromWeigthMap": _RAW_LOADING,
    "NeuralNetwork.extractClassifierParams": _RAW_LOADING,
    "NeuralNetwork.loadClassifierParams": _RAW_LOADING,
    "NeuralNetwork.loadQuantizedParams": "`net.load(uri)`",
    "NeuralNetwork.paramMappings": "`list(net.params)`: the paths in the weight manifest",
    "NeuralNetwork.reassignParamFromPath": (
        "`net.load_from_weight_map({**net.params, path: values})`"
    ),
    "NeuralNetwork.traversePropertyPath": "`net.get_param_from_path(path)`",
    # Nets: training
    "NeuralNetwork.getTrainableParams": _TRAINING,
    "NeuralNetwork.getFrozenParams": _TRAINING,
    "NeuralNetwork.variable": _TRAINING,
    "NeuralNetwork.freeze": _TRAINING,
}
"""Name of face-api.js -> what to use instead, in Markdown."""

# Two detectors whose layers face-api.js can configure.
for _net in ("TinyFaceDetector", "TinyYolov2"):
    REPLACED |= {
        f"{_net}.config": "`net.anchors` and `net.network`; `validate_config` checks a mapping",
        f"{_net}.withClassScores": "nothing: there is one class, the face",
        f"{_net}.boxEncodingSize": "`(await net.forward(picture)).shape[-1] // 5`",
        f"{_net}.runTinyYolov2": "`net.forward`",
        f"{_net}.runMobilenet": "`net.forward`",
        f"{_net}.extractBoxes": "`net.detect`, whose boxes are decoded",
        f"{_net}.extractPredictedClass": "nothing: there is one class, the face",
    }
