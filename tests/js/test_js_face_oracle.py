"""Page code written for face-api.js, run against it and against the JavaScript face.

What the original made of it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.oracle.tolerances import SAME_ELEMENT
from tests.pages import pyface_page
from tests.record import Record
from tools.assets import path_of

# Written for face-api.js 0.22.2. Only what it is given as `faceapi` differs.
PAGE_CODE = """async function pageCode(faceapi, uri) {
  await faceapi.nets.tinyFaceDetector.loadFromUri('/models')
  await faceapi.loadFaceLandmarkModel('/models')
  await faceapi.loadFaceLandmarkTinyModel('/models')
  await faceapi.nets.faceRecognitionNet.load('/models')
  await faceapi.loadFaceExpressionModel('/models')
  const ageNet = new faceapi.AgeGenderNet()
  await ageNet.load('/models')
  await faceapi.nets.ageGenderNet.loadFromUri('/models')

  const img = await faceapi.fetchImage(uri)
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 })
  const detections = await faceapi.detectAllFaces(img, options)
  const results = await faceapi
    .detectAllFaces(img, options)
    .withFaceLandmarks(false, { refine: false }) // face-api.js does not hear these options
    .withFaceExpressions({ align: 'box' })
    .withAgeAndGender({ align: 'box' })
    .withFaceDescriptors({ align: 'box' })
  const single = await faceapi
    .detectSingleFace(img, options)
    .withFaceLandmarks(true, { refine: false })
    .withFaceDescriptor({ align: 'box' })
  const bare = await faceapi.detectSingleFace(img, options).withAgeAndGender().withFaceExpressions()

  const canvas = document.createElement('canvas')
  const natural = faceapi.matchDimensions(canvas, img, true)
  const half = { width: natural.width / 2, height: natural.height / 2 }
  const resized = faceapi.resizeResults(results, half)
  faceapi.draw.drawDetections(canvas, resized.map(res => res.detection))
  faceapi.draw.drawFaceLandmarks(canvas, resized)
  faceapi.draw.drawFaceExpressions(canvas, resized, 0.05)
  resized.forEach(({ detection, age, gender, genderProbability }) => {
    const lines = [`${faceapi.utils.round(age, 0)} years`,
      `${gender} (${faceapi.utils.round(genderProbability)})`]
    new faceapi.draw.DrawTextField(lines, detection.box.topRight).draw(canvas)
  })

  const people = results.map((result, i) =>
    new faceapi.LabeledFaceDescriptors('face ' + i, [result.descriptor]))
  const matcher = new faceapi.FaceMatcher(people, 0.6)
  const labels = results.map(result => matcher.findBestMatch(result.descriptor).toString())
  resized.forEach((result, i) => {
    new faceapi.draw.DrawBox(result.detection.box, { label: labels[i] }).draw(canvas)
  })
  const automatic = new faceapi.FaceMatcher(results)
  const crops = await faceapi.extractFaces(img, results.map(res => res.detection))
  const points = await faceapi.detectFaceLandmarks(crops[0])
  const descriptor = await faceapi.computeFaceDescriptor(crops)
  const [portrait] = await faceapi.extractFaces(img, [new faceapi.Rect(780, 447, 300, 250)])
  const looks = await faceapi.recognizeFaceExpressions(await faceapi.toNetInput([portrait]))
  const guess = await ageNet.predictAgeAndGender(portrait)

  // The rest only writes down what the page would use.
  const seven = expressions => faceapi.FACE_EXPRESSION_LABELS.map(label => expressions[label])
  const male = r =>
    r.gender === faceapi.Gender.MALE ? r.genderProbability : 1 - r.genderProbability
  const box = b => [b.x, b.y, b.width, b.height]
  const xy = p => [p.x, p.y]
  return {
    natural: [natural.width, natural.height],
    boxes: detections.map(det => box(det.box)),
    scores: detections.map(det => det.score),
    relative: results.map(res => box(res.detection.relativeBox)),
    imageDims: [results[0].detection.imageWidth, results[0].detection.imageDims.height],
    positions: results.map(res => res.landmarks.positions.map(xy)),
    contours: ['getJawOutline', 'getLeftEyeBrow', 'getRightEyeBrow', 'getNose', 'getLeftEye',
      'getRightEye', 'getMouth'].map(name => results[0].landmarks[name]().length),
    unshifted: results.map(res => res.unshiftedLandmarks.positions.map(xy)),
    aligned: results.map(res => box(res.alignedRect.box)),
    descriptors: results.map(res => Array.from(res.descriptor)),
    expressions: results.map(res => seven(res.expressions)),
    ages: results.map(res => res.age),
    male: results.map(male),
    looks: [...looks.map(seven), [guess.age, male(guess)]],
    best: results.map(res => res.expressions.asSortedArray()[0].expression),
    bare: [Object.keys(bare).sort(), faceapi.isWithFaceExpressions(bare),
      faceapi.isWithFaceLandmarks(bare), faceapi.isWithGender(bare)],
    bareGuess: [bare.age, male(bare), ...seven(bare.expressions)],
    typed: results[0].descriptor instanceof Float32Array,
    resized: resized.map(res => box(res.detection.box)),
    resizedPositions: resized.map(res => res.landmarks.positions.map(xy)),
    single: [box(single.detection.box), single.landmarks.positions.length,
      single.descriptor.length],
    labels,
    cross: matcher.labeledDescriptors.map(person => person.label),
    automatic: automatic.labeledDescriptors.map(person => person.label),
    crops: crops.map(crop => [crop.width, crop.height]),
    cropPoints: points.positions.map(xy),
    cropDescriptors: descriptor.map(d => d.length),
    distance: faceapi.euclideanDistance(results[0].descriptor, results[1].descriptor),
    json: JSON.parse(JSON.stringify({ results, matcher })),
    painted: canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      .data.some(value => value > 0),
  }
}"""


# What the nets say of the crops that the original computed expressions and age from.
ON_CROPS = """async boxes => {
  const img = await ours.fetchImage('/images/sample1.jpg')
  const crops = await ours.extractFaces(img, boxes.map(box => new ours.Rect(...box)))
  const looks = await ours.recognizeFaceExpressions(crops)
  const guesses = await ours.predictAgeAndGender(crops)
  return [looks.map(found => ours.FACE_EXPRESSION_LABELS.map(label => found[label])),
    guesses.map(guess => guess.age)]
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with the JavaScript face as `ours`; to record, with face-api.js as `faceapi`, too."""
    recorded = request.config.getoption("--record")
    with pyface_page(
        request.getfixturevalue("usual_browser") if recorded else browser, ()
    ) as opened:
        opened.js("() => { window.ours = pyface.faceapi }")
        if recorded:
            opened.page.add_script_tag(path=path_of("oracle/face-api.min.js"))
        opened.page.add_script_tag(content=PAGE_CODE)
        yield opened.page
        assert opened.take_errors() == []


@pytest.fixture
def record(records: Callable[[str], Record]) -> Record:
    return records("page_code")


def iou(a: list[float], b: list[float]) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def shape(value: Any) -> Any:
    """Keys and lengths, without the values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value if not isinstance(value, int | float) else 0.0).__name__


def mean_distance(a: list[list[float]], b: list[list[float]]) -> float:
    pairs = zip(a, b, strict=True)
    return sum(((x - u) ** 2 + (y - v) ** 2) ** 0.5 for (x, y), (u, v) in pairs) / len(a)


EXPRESSION = SAME_ELEMENT.expression_most


def off(got: list[list[float]], want: list[list[float]]) -> float:
    """The largest difference."""
    pairs = [zip(a, b, strict=True) for a, b in zip(got, want, strict=True)]
    return max(abs(x - y) for pair in pairs for x, y in pair)


def test_page_code_for_face_api_runs_unchanged(page: Page, record: Record) -> None:
    uri = "/images/sample1.jpg"
    original = "uri => pageCode(window.faceapi, uri)"
    want = record.answer("page code", PAGE_CODE, lambda: page.evaluate(original, uri))
    got = page.evaluate("uri => pageCode(window.ours, uri)", uri)

    for result in got["json"]["results"]:  # which the original has no word for
        assert result.pop("descriptorAlign") == "box"
    assert shape(got) == shape(want)
    for exact in (
        "natural",
        "imageDims",
        "contours",
        "typed",
        "cross",
        "automatic",
        "painted",
        "bare",
        "best",
    ):
        assert got[exact] == want[exact], exact
    assert got["painted"]
    assert got["labels"] == want["labels"] == [f"face {i} (0)" for i in range(len(got["labels"]))]
    pairs = [*zip(got["boxes"], want["boxes"], strict=True)]
    pairs += [*zip(got["resized"], want["resized"], strict=True)]
    pairs += [*zip(got["aligned"], want["aligned"], strict=True)]
    pairs += [*zip(got["relative"], want["relative"], strict=True)]
    pairs += [(got["single"][0], want["single"][0])]
    assert min(iou(a, b) for a, b in pairs) > SAME_ELEMENT.iou
    for a, b in zip(got["scores"], want["scores"], strict=True):
        assert abs(a - b) < SAME_ELEMENT.score
    for points in ("positions", "unshifted", "resizedPositions"):
        for box, a, b in zip(got["boxes"], got[points], want[points], strict=True):
            assert mean_distance(a, b) * 112 / max(box[2:]) < SAME_ELEMENT.landmark, points
    assert mean_distance(got["cropPoints"], want["cropPoints"]) < 3
    for a, b in zip(got["descriptors"], want["descriptors"], strict=True):
        assert (
            sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
            < SAME_ELEMENT.descriptor_all
        )
    assert abs(got["distance"] - want["distance"]) < 0.1
    for a, b in zip(got["crops"], want["crops"], strict=True):
        assert abs(a[0] - b[0]) <= 3
        assert abs(a[1] - b[1]) <= 3

    # Boxes of a pixel more make another crop, and these nets mind: they are held on the same one.
    looks, ages = page.evaluate(ON_CROPS, want["aligned"])
    assert off([*looks, got["looks"][0]], [*want["expressions"], want["looks"][0]]) < EXPRESSION
    assert off([ages, got["looks"][1][:1]], [want["ages"], want["looks"][1][:1]]) < SAME_ELEMENT.age
    looks, ages = page.evaluate(ON_CROPS, got["aligned"])
    assert off(got["expressions"], looks) < EXPRESSION
    assert off([got["ages"]], [ages]) < SAME_ELEMENT.age
    assert off([got["looks"][1][1:]], [want["looks"][1][1:]]) < EXPRESSION


MTCNN_CODE = """async (faceapi, canvas) => {
  await faceapi.loadMtcnnModel('/models')
  const options = { minFaceSize: 40, scoreThresholds: [0.6, 0.7, 0.9] }
  const { results, stats } = await faceapi.nets.mtcnn.forwardWithStats(canvas, options)
  const detections = await faceapi.detectAllFaces(canvas, new faceapi.MtcnnOptions(options))
  const box = b => [b.x, b.y, b.width, b.height]
  return {
    keys: results.map(result => Object.keys(result).sort()),
    five: results.every(result => result.landmarks instanceof faceapi.FaceLandmarks5),
    boxes: results.map(result => box(result.detection.box)),
    detected: detections.map(detection => box(detection.box)),
    points: results.map(result => result.landmarks.positions.map(({ x, y }) => [x, y])),
    pyramid: stats.pyramid.map(({ width, height }) => [width, height]),
    levels: stats.stage1.map(({ scale }) => scale),
  }
}"""

# Both read the same pixels from it; what a canvas on the GPU holds differs between two readers.
CANVAS = """async () => {
  window.small = Object.assign(document.createElement('canvas'), { width: 384, height: 256 })
  const context = small.getContext('2d', { willReadFrequently: true })
  context.drawImage(await ours.fetchImage('/images/sample1.jpg'), 0, 0, 384, 256)
}"""


def test_mtcnn_finds_the_same_faces_with_the_same_points(page: Page, record: Record) -> None:
    page.evaluate(CANVAS)
    original = f"() => ({MTCNN_CODE})(window.faceapi, small)"
    want = record.answer("mtcnn", MTCNN_CODE, lambda: page.evaluate(original))
    got = page.evaluate(f"() => ({MTCNN_CODE})(window.ours, small)")
    assert shape(got) == shape(want)
    assert len(got["boxes"]) == 3
    assert got["keys"] == want["keys"]
    assert got["five"]
    assert got["pyramid"] == want["pyramid"]
    assert got["levels"] == pytest.approx(want["levels"])
    assert got["detected"] == got["boxes"]
    # Scores are nearly equal, so their order may be another; and a patch of which a pixel differs
    # may change which of two nearly equal boxes survives.
    mine, theirs = (sorted(zip(f["boxes"], f["points"], strict=True)) for f in (got, want))
    for (a, points), (b, others) in zip(mine, theirs, strict=True):
        assert iou(a, b) > 0.8
        assert mean_distance(points, others) < SAME_ELEMENT.landmark_moved
