"""Values and drawing of the JavaScript face against those of face-api.js; nothing is computed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

# What both namespaces are asked for: expressions on `faceapi` and the values below.
VALUES = """
const box = (x, y, width, height) => new faceapi.Box({ x, y, width, height })
const points = n => Array.from({ length: n }, (_, i) =>
  new faceapi.Point(0.2 + (i * 7 % n) / n / 2, 0.1 + (i * 11 % n) / n / 2))
const detection = new faceapi.FaceDetection(0.876, new faceapi.Rect(0.25, 0.25, 0.25, 0.25),
  { width: 400, height: 300 })
const landmarks = new faceapi.FaceLandmarks68(points(68), { width: 100, height: 75 })
const five = new faceapi.FaceLandmarks5(points(5), { width: 100, height: 75 },
  new faceapi.Point(40, 30))
const result = faceapi.extendWithFaceLandmarks({ detection }, landmarks)
const expressions = new faceapi.FaceExpressions([0.05, 0.6, 0.125, 0.125, 0.05, 0, 0.05])
const looks = faceapi.extendWithFaceExpressions(result, expressions)
const descriptor = new Float32Array(128).fill(0.1)
const canvas = faceapi.createCanvas({ width: 8, height: 4 })
const paint = canvas.getContext('2d')
for (let i = 0; i < 32; i++) {
  paint.fillStyle = `rgb(${i * 8}, ${255 - i * 8}, ${i * 5})`
  paint.fillRect(i % 8, Math.floor(i / 8), 1, 1)
}
const pixels = c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)
const image = Array.from({ length: 4 * 5 * 3 }, (_, i) => i)
"""

SAME = [
    # boxes and points
    "box(-2, 3, 10, 12).calibrate({ left: 0.1, top: 0.2, right: 0.3, bottom: -0.1 })",
    "(({ y, ey, x, ex, w, h }) => [y, ey, x, ex, w, h])(box(-2, 3, 10, 12).padAtBorders(8, 6))",
    "[box(1.2, 2.6, 3.4, 9).round(), box(1, 2, 3, 9).toSquare(), box(1, 2, 3, 9).area]",
    "faceapi.minBbox(points(9))",
    "[true, false].map(isIOU => faceapi.nonMaxSuppression("
    "[[0, 0, 9, 9], [1, 1, 9, 9], [20, 20, 5, 5], [0, 0, 3, 3]].map(b => box(...b)), "
    "[0.5, 0.6, 0.6, 0.9], 0.5, isIOU))",
    "[faceapi.Box.isRect({ x: 1, y: 1, width: 0, height: 2 }), faceapi.Box.isRect({ x: 1 })]",
    "faceapi.Box.assertIsValidBox(box(1, 2, 3, 4), 'me') ?? 'fine'",
    "faceapi.LabeledBox.assertIsValidLabeledBox(new faceapi.LabeledBox(box(1, 2, 3, 4), 5)) ?? 1",
    "faceapi.PredictedBox.assertIsValidPredictedBox("
    "new faceapi.PredictedBox(box(1, 2, 3, 4), 5, 0.5, 1)) ?? 1",
    "new faceapi.PredictedBox(box(1, 2, 3, 4), 5, 0.5, 1)",
    # landmarks and results
    "[landmarks.alignDlib(), landmarks.alignMinBbox(0.1), landmarks.getRefPointsForAlignment()]",
    "[five.alignDlib(), five.align(), five.getRefPointsForAlignment()]",
    "result",
    "faceapi.resizeResults(result, { width: 400, height: 300 }).detection",
    "faceapi.resizeResults(faceapi.extendWithAge({ detection }, 30), { width: 40, height: 30 })",
    "faceapi.extendWithFaceDescriptor(result, descriptor)",
    "faceapi.extendWithGender(faceapi.extendWithAge(looks, 33), 'female', 0.75)",
    "faceapi.extendWithFaceDetection({ a: 1 }, detection)",
    "[{ detection }, result, looks, {}, faceapi.extendWithAge({}, 3), { age: 'x' },"
    " faceapi.extendWithGender({}, 'male', 1), { gender: 'male' }, { gender: 'x' }]"
    ".map(r => [faceapi.isWithFaceDetection(r), faceapi.isWithFaceLandmarks(r),"
    " faceapi.isWithFaceExpressions(r), faceapi.isWithAge(r), faceapi.isWithGender(r)])",
    "[expressions, expressions.asSortedArray()]",
    # options
    "[new faceapi.MtcnnOptions(), new faceapi.MtcnnOptions({ scaleSteps: [0.5, 0.25] })]"
    ".map(o => [o.minFaceSize, o.scaleFactor, o.maxNumScales, o.scoreThresholds,"
    " o.scaleSteps ?? 'none'])",
    "(o => [o.inputSize, o.scoreThreshold])(new faceapi.TinyYolov2Options({ inputSize: 608 }))",
    "new faceapi.TinyFaceDetectorOptions() instanceof faceapi.TinyYolov2Options",
    "faceapi.validateConfig({ withSeparableConvs: true, iouThreshold: 0.4, classes: ['face'],"
    " anchors: [{ x: 1, y: 2 }], meanRgb: [1, 2, 3] }) ?? 'fine'",
    "new faceapi.TinyYolov2(false).withSeparableConvs",
    # numbers
    "[-3, 0, 2.5].map(faceapi.sigmoid)",
    "[0.25, 0.5, 0.99].map(faceapi.inverseSigmoid)",
    "faceapi.shuffleArray([3, 1, 2]).sort()",
    "[0.876, -1.237, 5].map(value => [faceapi.utils.round(value), faceapi.utils.round(value, 1)])",
    "faceapi.utils.range(4, 1, 0.5)",
    "[{ width: 1, height: 2 }, { width: 0, height: 2 }, {}, null]"
    ".map(value => Boolean(faceapi.utils.isDimensions(value)))",
    "faceapi.utils.computeReshapedDimensions({ width: 100, height: 51 }, 32)",
    "faceapi.utils.getCenterPoint(points(5))",
    "[0, 1.5, 3, -1, NaN, Infinity].map(value => [faceapi.utils.isFloat(value),"
    " faceapi.utils.isEven(value), faceapi.utils.isValidNumber(value),"
    " faceapi.utils.isValidProbablitiy(value)])",
    # pictures
    "(square => [square.width, square.height, pixels(square)])("
    "faceapi.imageToSquare(canvas, 4, true))",
    "pixels(faceapi.imageToSquare(canvas, 8))",
    "await (async () => { const input = await faceapi.toNetInput([canvas, canvas]);"
    " const one = await faceapi.toNetInput(canvas);"
    " return [input.batchSize, input.isBatchInput, input.inputDimensions, input.canvases.length,"
    " input.getInputHeight(1), input.getInputWidth(1), input.getInput(0) === canvas,"
    " input.toBatchTensor(5).shape, input.inputSize, input.reshapedInputDimensions,"
    " one.isBatchInput, one.getInputDimensions(0), one.imageTensors.length] })()",
    # tensors: made by the test, read by it
    "read(faceapi.normalize(tensor(image, [1, 4, 5, 3]), [1, 2, 3]))",
    "[false, true].map(centre => read(faceapi.padToSquare(tensor(image, [1, 4, 5, 3]), centre)))",
    "[false, true].map(centre => read(faceapi.padToSquare(tensor(image, [1, 10, 2, 3]), centre)))",
    "pixels(await faceapi.imageTensorToCanvas(tensor(image.map(v => v + 0.7), [4, 5, 3])))",
    "(await faceapi.extractFaceTensors(tensor(image, [4, 5, 3]), [new faceapi.Rect(1, 1, 2, 3),"
    " new faceapi.FaceDetection(0.5, new faceapi.Rect(0.3, 0.3, 0.5, 0.9), "
    "{ width: 5, height: 4 })])).map(read)",
    "[[image, [60]], [image, [6, 10]], [image, [4, 5, 3]], [image, [1, 4, 5, 3]]].map(([d, s]) =>"
    " ['isTensor1D', 'isTensor2D', 'isTensor3D', 'isTensor4D'].map(is =>"
    " faceapi.utils[is](tensor(d, s))).concat(faceapi.utils.isTensor(tensor(d, s), 3)))",
    # surroundings
    "[faceapi.env.isBrowser(), faceapi.env.isNodejs(), Object.keys(faceapi.env.getEnv()).sort(),"
    " faceapi.env.getEnv().Canvas === HTMLCanvasElement, faceapi.env.initialize() ?? 'fine']",
]

# Tensors are plain values here, and TensorFlow.js's there.
BOTH = """async ([values, code]) => {
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
  const run = (namespace, tensor, read) =>
    new AsyncFunction('faceapi', 'tensor', 'read', `${values}; return ${code}`)(
      namespace, tensor, read)
  const plain = t => [t.shape, Array.from(t.data)]
  const theirs = await run(window.faceapi, (data, shape) => window.faceapi.tf.tensor(data, shape),
    t => [t.shape, Array.from(t.dataSync())])
  const ours = await run(window.ours, (data, shape) => ({ data, shape }), plain)
  return [JSON.parse(JSON.stringify(ours)), JSON.parse(JSON.stringify(theirs))]
}"""


def near(value: Any) -> Any:
    """The value with its numbers compared approximately."""
    if isinstance(value, dict):
        return {key: near(item) for key, item in value.items()}
    if isinstance(value, list):
        return [near(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return pytest.approx(value, abs=1e-9)
    return value


@pytest.mark.parametrize("code", SAME)
def test_values_are_those_of_the_original(two_faces: Page, code: str) -> None:
    got, want = two_faces.evaluate(BOTH, [VALUES, code])
    assert want is not None
    assert got == near(want)
