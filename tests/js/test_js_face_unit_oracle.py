"""Pictures, tensors and plain objects of the JavaScript face against those of face-api.js.

Nothing is computed. Values that both languages have are held against it by tests/cases.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

# What both namespaces are asked for: expressions on `faceapi` and the values below.
VALUES = """
const points = n => Array.from({ length: n }, (_, i) =>
  new faceapi.Point(0.2 + (i * 7 % n) / n / 2, 0.1 + (i * 11 % n) / n / 2))
const detection = new faceapi.FaceDetection(0.876, new faceapi.Rect(0.25, 0.25, 0.25, 0.25),
  { width: 400, height: 300 })
const landmarks = new faceapi.FaceLandmarks68(points(68), { width: 100, height: 75 })
const result = faceapi.extendWithFaceLandmarks({ detection }, landmarks)
const expressions = new faceapi.FaceExpressions([0.05, 0.6, 0.125, 0.125, 0.05, 0, 0.05])
const looks = faceapi.extendWithFaceExpressions(result, expressions)
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
    # plain objects in the place of results, and other questions of JavaScript alone
    "faceapi.extendWithFaceDetection({ a: 1 }, detection)",
    "[{ detection }, result, looks, {}, faceapi.extendWithAge({}, 3), { age: 'x' },"
    " faceapi.extendWithGender({}, 'male', 1), { gender: 'male' }, { gender: 'x' }]"
    ".map(r => [faceapi.isWithFaceDetection(r), faceapi.isWithFaceLandmarks(r),"
    " faceapi.isWithFaceExpressions(r), faceapi.isWithAge(r), faceapi.isWithGender(r)])",
    "new faceapi.TinyYolov2(false).withSeparableConvs",
    "[{ width: 1, height: 2 }, { width: 0, height: 2 }, {}, null]"
    ".map(value => Boolean(faceapi.utils.isDimensions(value)))",
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

# Numbers as text, as the values of form fields are. Where the original adds, it joins the texts.
TEXT_NUMBERS = [
    "new faceapi.Dimensions('640', ' 480 ').reverse()",
    "new faceapi.Point('3', '4.5').mul(new faceapi.Point(2, 2))",
    "new faceapi.Rect('1', '2', '3', '4').area",
    "new faceapi.Rect('1', '2', '3', '4').rescale('2')",
    "new faceapi.Rect('1.5', '2', '3', '4').round()",
    "new faceapi.Rect(1, 2, 3, 4).clipAtImageBorders('10', '5')",
    "faceapi.resizeResults(detection, { width: '640', height: '480' }).box",
    "faceapi.resizeResults([result], { width: '640', height: '480' })[0].landmarks.positions[3]",
    "landmarks.forSize('640', '480').positions[2]",
    "new faceapi.FaceDetection(0.9, new faceapi.Rect(0.25, 0.25, 0.5, 0.5),"
    " { width: '400', height: '300' }).box",
    "['0.6', '0.05'].map(threshold => new faceapi.FaceMatcher([new faceapi.LabeledFaceDescriptors("
    "'ann', [new Float32Array(128)])], threshold)"
    ".findBestMatch(new Float32Array(128).fill(0.01)).label)",
    "faceapi.nonMaxSuppression([new faceapi.Rect(0, 0, 2, 2), new faceapi.Rect(0, 0, 2, 2)],"
    " [0.9, 0.8], '0.4')",
    "faceapi.utils.computeReshapedDimensions({ width: '640', height: '480' }, '160')",
    "(made => [made.width, made.height])(faceapi.createCanvas({ width: '64', height: '48.5' }))",
    "(made => [faceapi.matchDimensions(made, { width: '64', height: '48' }), made.width][1])("
    "faceapi.createCanvas({ width: 1, height: 1 }))",
    "pixels(faceapi.imageToSquare(canvas, '4', true))",
    "(new faceapi.draw.DrawBox({ x: '1', y: '1', width: '4', height: '2' }, { lineWidth: '2' })"
    ".draw(canvas), pixels(canvas))",
    "(faceapi.draw.drawFaceExpressions(canvas, looks, '0.5'), canvas.width)",
    "landmarks.align(null, { minBoxPadding: '0' })",
]
# The original refuses these as well.
NO_NUMBERS = [
    "new faceapi.Dimensions('640px', '480')",
    "new faceapi.Dimensions('', '480')",
    "new faceapi.Rect('x', '2', '3', '4')",
    "new faceapi.TinyFaceDetectorOptions({ inputSize: '416' })",
    "new faceapi.TinyFaceDetectorOptions({ scoreThreshold: '0.5' })",
    "new faceapi.SsdMobilenetv1Options({ minConfidence: '0.5' })",
    "new faceapi.SsdMobilenetv1Options({ maxResults: '5' })",
    "new faceapi.MtcnnOptions({ minFaceSize: '20' })",
    "new faceapi.MtcnnOptions({ scoreThresholds: ['0.6', '0.7', '0.7'] })",
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


@pytest.mark.parametrize("code", SAME + TEXT_NUMBERS)
def test_values_are_those_of_the_original(two_faces: Page, code: str) -> None:
    got, want = two_faces.evaluate(BOTH, [VALUES, code])
    assert want is not None
    assert got == near(want)


@pytest.mark.parametrize("code", NO_NUMBERS)
def test_text_that_the_original_takes_for_no_number(two_faces: Page, code: str) -> None:
    names = two_faces.evaluate(
        """(code) => [faceapi, ours].map((faceapi) => {
          try { return [eval(code)] } catch ({ name, message }) { return `${name}: ${message}` }
        })""",
        code,
    )
    assert names[0].startswith("Error: ")
    assert names[1].startswith(("InputError: ", "OptionsError: "))
    quoted = code.partition(": '")[2].partition("'")[0]
    if "Options({" in code and quoted:
        assert names[1].endswith(f'write Number("{quoted}")')


def test_text_is_added_as_a_number(two_faces: Page) -> None:
    """The original joins the texts: 1 and "3" are "13"."""
    found = two_faces.evaluate("""() => {
      const { x, width } = new ours.Rect(1, 2, 3, 4).shift("3", "4").pad("2", "2")
      const { distance } = new ours.FaceMatch("ann", "0.3")
      return [new ours.Rect("1", "2", "3", "4").right, x, width, distance]
    }""")
    assert found == [4, 3, 5, 0.3]


def test_references_cannot_be_changed_from_outside(two_faces: Page) -> None:
    """Descriptors are copied, as they are in Python."""
    distance = two_faces.evaluate("""() => {
      const mine = new Float32Array(128)
      const known = new ours.LabeledFaceDescriptors('ann', [mine])
      const matcher = new ours.FaceMatcher(known)
      matcher.add('bob', mine)
      mine.fill(9)
      known.descriptors[0].fill(9)
      return matcher.topK(new Float32Array(128), 2).map(match => match.distance)
    }""")
    assert distance == [0, 0]
