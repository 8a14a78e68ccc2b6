"""Boxes, alignment, matching and drawing in JavaScript: the same as in Python."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Page

RECORDER = """function recorder(width = 400, height = 300) {
  const calls = []
  const named = {
    canvas: { width, height },
    measureText: text => ({ width: 7 * text.length }),
  }
  for (const name of ['strokeRect', 'fillRect', 'fillText', 'beginPath', 'moveTo', 'lineTo',
    'closePath', 'rect', 'arc', 'stroke', 'fill']) {
    named[name] = (...args) => { calls.push([name, ...args]) }
  }
  const context = new Proxy(named, {
    set(target, name, value) { calls.push([name, value]); return true },
  })
  return { context, calls }
}"""

PYTHON_FACES = """
import json
from dataclasses import replace
import numpy as np
import pyface_web as faceapi
from pyface_web import messages
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.labeled_boxes import PredictedBox

def face(seed):
    rng = np.random.default_rng(seed)
    detection = faceapi.FaceDetection(
        0.5 + 0.49 * rng.random(), Box(*(0.05 + 0.5 * rng.random(4))), Dimensions(400, 300))
    box = detection.box
    points = faceapi.FaceLandmarks68(
        rng.random((68, 2), np.float32), Dimensions(int(box.width), int(box.height)))
    result = faceapi.FaceResult.with_landmarks(detection, points, Point(int(box.x), int(box.y)))
    return replace(result, descriptor=0.06 * rng.standard_normal(128).astype(np.float32))

faces = [face(seed) for seed in range(4)]
boxes = [(1.5, 2, 30, 40), (350, 5, 80, 20)]
"""

# A JavaScript expression on ctx, faces, faceapi, and what does the same in Python.
DRAWINGS = [
    (
        "faceapi.drawDetection(ctx, faces, { withScore: true })",
        "faceapi.draw_detection(ctx, faces, with_score=True)",
    ),
    (
        "faceapi.drawDetection(ctx, faces[0].detection, { withScore: false, boxColor: 'red' })",
        "faceapi.draw_detection(ctx, faces[0].detection, with_score=False, box_color='red')",
    ),
    (
        "faceapi.drawDetection(ctx, boxes.map((b, i) => "
        "new faceapi.BoxWithText(new faceapi.Rect(...b), 'no ' + i)), { fontSize: 12.5 })",
        "faceapi.draw_detection(ctx, [faceapi.BoxWithText(faceapi.Rect(*b), f'no {i}') "
        "for i, b in enumerate(boxes)], font_size=12.5)",
    ),
    (
        "faceapi.drawDetection(ctx, new faceapi.PredictedBox(new faceapi.Rect(1, 2, 3, 4), 5, "
        "0.876, 0.5))",
        "faceapi.draw_detection(ctx, PredictedBox(Box(1, 2, 3, 4), 5, 0.876, 0.5))",
    ),
    (
        "faceapi.drawDetection(ctx, new faceapi.ObjectDetection(0.876, 0.5, 'cat', "
        "new faceapi.Rect(0, 0, 1, 1), { width: 20, height: 10 }))",
        "faceapi.draw_detection(ctx, faceapi.ObjectDetection(0.876, 0.5, 'cat', "
        "Box(0, 0, 1, 1), Dimensions(20, 10)))",
    ),
    (
        "faceapi.drawLandmarks(ctx, faces, { drawLines: true, lineWidth: 3, color: 'green' })",
        "faceapi.draw_landmarks(ctx, faces, draw_lines=True, line_width=3, color='green')",
    ),
    (
        "faceapi.drawLandmarks(ctx, faces.map(face => face.landmarks))",
        "faceapi.draw_landmarks(ctx, [face.landmarks for face in faces])",
    ),
    ("faceapi.draw.drawDetections(ctx, faces)", "faceapi.draw.draw_detections(ctx, faces)"),
    (
        "faceapi.draw.drawDetections(ctx, { x: 1, y: 2, width: 3, height: 4 })",
        "faceapi.draw.draw_detections(ctx, Box(1, 2, 3, 4))",
    ),
    ("faceapi.draw.drawFaceLandmarks(ctx, faces)", "faceapi.draw_face_landmarks(ctx, faces)"),
    (
        "new faceapi.draw.DrawFaceLandmarks(faces[1].landmarks, "
        "{ drawLines: false, pointSize: 4, pointColor: 'white' }).draw(ctx)",
        "faceapi.DrawFaceLandmarks(faces[1].landmarks, "
        "draw_lines=False, point_size=4, point_color='white').draw(ctx)",
    ),
    (
        "new faceapi.draw.DrawBox(faces[2].detection.box, { label: 'Ann', lineWidth: 5, "
        "boxColor: 'navy', drawLabelOptions: { fontSize: 20, padding: 6 } }).draw(ctx)",
        "faceapi.DrawBox(faces[2].detection.box, label='Ann', line_width=5, "
        "box_color='navy', draw_label_options={'font_size': 20, 'padding': 6}).draw(ctx)",
    ),
    *(
        (
            f"new faceapi.draw.DrawTextField(['a line', 'another line'], {{ x: {x}, y: {y} }}, "
            f"{{ anchorPosition: '{corner}', backgroundColor: 'black' }}).draw(ctx)",
            f"faceapi.DrawTextField(['a line', 'another line'], ({x}, {y}), "
            f"anchor_position='{corner}', background_color='black').draw(ctx)",
        )
        for corner in ("TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT")
        for x, y in ((200, 150), (395, 2))
    ),
    (
        "faceapi.draw.drawFaceLandmarks(ctx, faceapi.resizeResults(faces, "
        "{ width: 123, height: 45 }))",
        "faceapi.draw_face_landmarks(ctx, faceapi.resize_results(faces, Dimensions(123, 45)))",
    ),
    (
        "faceapi.drawContour(ctx, faces[0].landmarks.getMouth(), true)",
        "faceapi.draw_contour(ctx, faces[0].landmarks.mouth, True)",
    ),
]

COMPARE = """async ([setup, code, python]) => {
  const { pyodide } = window.pyface
  const { resultOf } = await import('/faceapi/values/results.js')
  const namespace = pyodide.globals.get('dict')()
  const ours = recorder(), theirs = recorder()
  try {
    await pyodide.runPythonAsync(setup, { globals: namespace })
    const packed = pyodide.runPython('[messages._face_to_message(face) for face in faces]', {
      globals: namespace })
    const faces = packed.toJs({ dict_converter: Object.fromEntries }).map(resultOf)
    packed.destroy()
    const boxes = [[1.5, 2, 30, 40], [350, 5, 80, 20]]
    new Function('faceapi', 'ctx', 'faces', 'boxes', code)(window.ours, ours.context, faces, boxes)
    namespace.set('ctx', theirs.context)
    await pyodide.runPythonAsync(python, { globals: namespace })
  } finally {
    namespace.destroy()
  }
  return [ours.calls, theirs.calls]
}"""


@pytest.fixture(scope="module")
def page(bare_page: Any) -> Page:
    """A page with the JavaScript face as `ours` and recorder()."""
    bare_page.js("() => { window.ours = pyface.faceapi }")
    bare_page.page.add_script_tag(content=RECORDER)
    made: Page = bare_page.page
    return made


@pytest.mark.parametrize(("code", "python"), DRAWINGS, ids=[code for code, _ in DRAWINGS])
def test_drawing_makes_the_same_strokes_as_in_python(page: Page, code: str, python: str) -> None:
    got, want = page.evaluate(COMPARE, [PYTHON_FACES, code, python + "\nNone"])
    assert want
    assert [call[0] for call in got] == [call[0] for call in want]
    for a, b in zip(got, want, strict=True):
        # Python rounds landmarks to float32.
        assert a == [pytest.approx(v, abs=1e-4) if isinstance(v, int | float) else v for v in b]


GEOMETRY = """async setup => {
  const { pyodide } = window.pyface
  const { resultOf } = await import('/faceapi/values/results.js')
  const box = b => [b.x, b.y, b.width, b.height]
  const namespace = pyodide.globals.get('dict')()
  await pyodide.runPythonAsync(setup, { globals: namespace })
  const packed = pyodide.runPython('[messages._face_to_message(face) for face in faces]', {
    globals: namespace })
  const faces = packed.toJs({ dict_converter: Object.fromEntries }).map(resultOf)
  packed.destroy()
  const theirs = JSON.parse(await pyodide.runPythonAsync(`
def box(b):
    return [b.x, b.y, b.width, b.height]
json.dumps([{
    'box': box(f.detection.box),
    'aligned': box(f.aligned_rect.box),
    'align': box(f.landmarks.align()),
    'dlib': box(f.landmarks.align(use_dlib_alignment=True)),
    'origin': box(f.unshifted_landmarks.align(f.detection, use_dlib_alignment=True)),
    'sized': box(f.for_size(80, 90).detection.box),
    'sized_aligned': box(f.for_size(80, 90).aligned_rect.box),
    'sized_points': f.for_size(80, 90).landmarks.positions.tolist(),
    'unshifted': f.for_size(80, 90).unshifted_landmarks.positions.tolist(),
    'crop': box(f.detection.box.floor().clip_at_image_borders(200, 150)),
    'square': box(f.detection.box.to_square().round()),
    'padded': box(f.detection.box.pad(3, 5).shift(1, 2).rescale(2.5)),
    'iou': faceapi.iou(f.detection.box, faces[0].detection.box),
    'smaller': faceapi.iou(f.detection.box, faces[0].detection.box, False),
} for f in faces])`, { globals: namespace }))
  namespace.destroy()
  const xy = p => [p.x, p.y]
  const ours = faces.map(f => ({
    box: box(f.detection.box),
    aligned: box(f.alignedRect.box),
    align: box(f.landmarks.align()),
    dlib: box(f.landmarks.align(null, { useDlibAlignment: true })),
    origin: box(f.unshiftedLandmarks.align(f.detection, { useDlibAlignment: true })),
    sized: box(f.forSize(80, 90).detection.box),
    sized_aligned: box(f.forSize(80, 90).alignedRect.box),
    sized_points: f.forSize(80, 90).landmarks.positions.map(xy),
    unshifted: window.ours.resizeResults({ ...f }, { width: 80, height: 90 })
      .unshiftedLandmarks.positions.map(xy),
    crop: box(f.detection.box.floor().clipAtImageBorders(200, 150)),
    square: box(f.detection.box.toSquare().round()),
    padded: box(f.detection.box.pad(3, 5).shift(1, 2).rescale(2.5)),
    iou: window.ours.iou(f.detection.box, faces[0].detection.box),
    smaller: window.ours.iou(f.detection.box, faces[0].detection.box, false),
  }))
  return [ours, theirs]
}"""


def test_boxes_and_alignment_are_those_of_python(page: Page) -> None:
    ours, theirs = page.evaluate(GEOMETRY, PYTHON_FACES)
    for got, want in zip(ours, theirs, strict=True):
        for name, value in want.items():
            if name in ("sized_points", "unshifted"):
                points = [*chain(*value)]
                assert [*chain(*got[name])] == pytest.approx(points, abs=1e-4), name
            else:
                assert got[name] == pytest.approx(value, abs=1e-9), name


MATCHING = """async () => {
  const { pyodide } = window.pyface
  const made = JSON.parse(await pyodide.runPythonAsync(`
import json
import numpy as np
import pyface_web as faceapi
rng = np.random.default_rng(3)
d = (0.045 * rng.standard_normal((12, 128))).astype(np.float32)
people = [faceapi.LabeledFaceDescriptors('a', d[:3]), d[3], faceapi.LabeledFaceDescriptors(
    'person 2', d[4:6]), d[6], faceapi.LabeledFaceDescriptors('a', d[7]), d[3]]
matcher = faceapi.FaceMatcher(people, 0.6)
queries = np.concatenate([d, (d[:4] + d[4:8]) / 2])
def found(m):
    return [str(m), m.label, m.distance]
answer = json.dumps({
    'd': d.tolist(), 'queries': queries.tolist(), 'json': matcher.to_json(),
    'labels': matcher.labels,
    'best': [found(matcher.find_best_match(q)) for q in queries],
    'nearest': [found(matcher.match_descriptor(q)) for q in queries],
    'top': [[m.label for m in matcher.top_k(q, 3)] for q in queries],
    'mean': matcher.compute_mean_distance(queries[0], d),
    'distance': faceapi.euclidean_distance(d[0], d[1]),
})
matcher.remove('a')
matcher.add('z', d[:2])
answer = json.loads(answer) | {'changed': [found(matcher.find_best_match(q)) for q in queries]}
json.dumps(answer)`))
  const { FaceMatcher, LabeledFaceDescriptors, euclideanDistance } = window.ours
  const d = made.d.map(values => new Float32Array(values))
  const queries = made.queries.map(values => new Float32Array(values))
  const people = [new LabeledFaceDescriptors('a', d.slice(0, 3)), d[3],
    new LabeledFaceDescriptors('person 2', d.slice(4, 6)), { descriptor: d[6] },
    new LabeledFaceDescriptors('a', [d[7]]), d[3]]
  const matcher = new FaceMatcher(people, 0.6)
  const found = match => [match.toString(), match.label, match.distance]
  const ours = {
    d: made.d, queries: made.queries,
    json: JSON.parse(JSON.stringify(FaceMatcher.fromJSON(JSON.parse(JSON.stringify(matcher))))),
    labels: matcher.labels,
    best: queries.map(q => found(matcher.findBestMatch(q))),
    nearest: queries.map(q => found(matcher.matchDescriptor(q))),
    top: queries.map(q => matcher.topK(q, 3).map(match => match.label)),
    mean: matcher.computeMeanDistance(queries[0], d),
    distance: euclideanDistance(d[0], d[1]),
  }
  matcher.remove('a')
  matcher.add('z', d.slice(0, 2))
  ours.changed = queries.map(q => found(matcher.findBestMatch(q)))
  return [ours, made]
}"""


def test_matching_gives_the_same_answers_as_in_python(page: Page) -> None:
    ours, theirs = page.evaluate(MATCHING)
    assert {label for _, label, _ in theirs["best"]} > {"unknown"}
    for name in ("json", "labels", "top"):
        assert ours[name] == theirs[name], name
    for name in ("best", "nearest", "changed"):
        for got, want in zip(ours[name], theirs[name], strict=True):
            assert got == [*want[:2], pytest.approx(want[2], abs=1e-12)]
    assert ours["mean"] == pytest.approx(theirs["mean"], abs=1e-12)
    assert ours["distance"] == pytest.approx(theirs["distance"], abs=1e-12)
