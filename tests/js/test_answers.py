"""A face that Python's answer brings is the same result in JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

FACES = """
import json
from dataclasses import replace
import numpy as np
import pyface_web as faceapi
from pyface_web import messages

def face(seed):
    rng = np.random.default_rng(seed)
    relative = faceapi.Box(*(0.05 + 0.5 * rng.random(4)))
    detection = faceapi.FaceDetection(0.5 + 0.49 * rng.random(), relative, (400, 300))
    box = detection.box
    points = faceapi.FaceLandmarks68(
        rng.random((68, 2), np.float32), (int(box.width), int(box.height)))
    result = faceapi.FaceResult.with_landmarks(
        detection, points, faceapi.Point(int(box.x), int(box.y)))
    shares = rng.random(7)
    return replace(
        result, descriptor=rng.standard_normal(128),
        expressions=faceapi.FaceExpressions((shares / shares.sum()).tolist()),
        age=80 * rng.random(), gender="male" if seed % 2 else "female",
        gender_probability=0.5 + 0.5 * rng.random())

faces = [face(seed) for seed in range(4)]

def box(b):
    return [b.x, b.y, b.width, b.height]
"""

PYTHON = """
json.dumps([{
    "score": f.detection.score,
    "box": box(f.detection.box),
    "relative": box(f.detection.relative_box),
    "size": [f.detection.image_width, f.detection.image_height],
    "positions": f.landmarks.positions.tolist(),
    "relative_positions": f.landmarks.relative_positions.tolist(),
    "shift": [f.landmarks.shift.x, f.landmarks.shift.y],
    "crop": [f.landmarks.image_width, f.landmarks.image_height],
    "unshifted": f.unshifted_landmarks.positions.tolist(),
    "aligned": [f.aligned_rect.score, *box(f.aligned_rect.box)],
    "descriptor": f.descriptor.tolist(),
    "expressions": dict(f.expressions),
    "other": [f.age, str(f.gender), f.gender_probability],
    "half": [box(g.detection.box), box(g.aligned_rect.box), g.landmarks.positions.tolist()],
} for f in faces for g in [f.for_size(200, 75)]])
"""

BOTH = """async ([setup, python]) => {
  const { pyodide } = window.pyface
  const { resultOf } = await import('/faceapi/values/results.js')
  const namespace = pyodide.globals.get('dict')()
  await pyodide.runPythonAsync(setup, { globals: namespace })
  const theirs = JSON.parse(await pyodide.runPythonAsync(python, { globals: namespace }))
  const packed = pyodide.runPython('[messages._face_to_message(face) for face in faces]', {
    globals: namespace })
  const faces = packed.toJs({ dict_converter: Object.fromEntries }).map(resultOf)
  packed.destroy()
  namespace.destroy()
  const box = b => [b.x, b.y, b.width, b.height]
  const xy = p => [p.x, p.y]
  const ours = faces.map(f => ({
    score: f.detection.score,
    box: box(f.detection.box),
    relative: box(f.detection.relativeBox),
    size: [f.detection.imageWidth, f.detection.imageHeight],
    positions: f.landmarks.positions.map(xy),
    relative_positions: f.landmarks.relativePositions.map(xy),
    shift: xy(f.landmarks.shift),
    crop: [f.landmarks.imageWidth, f.landmarks.imageHeight],
    unshifted: f.unshiftedLandmarks.positions.map(xy),
    aligned: [f.alignedRect.score, ...box(f.alignedRect.box)],
    descriptor: Array.from(f.descriptor),
    expressions: { ...f.expressions },
    other: [f.age, f.gender, f.genderProbability],
    half: (g => [box(g.detection.box), box(g.alignedRect.box), g.landmarks.positions.map(xy)])(
      f.forSize(200, 75)),
  }))
  return [ours, theirs]
}"""

# Python keeps the points of a picture in float32.
IN_FLOAT32 = ("positions", "unshifted", "half")


def flat(value: Any) -> list[Any]:
    return [n for item in value for n in flat(item)] if isinstance(value, list) else [value]


def test_a_face_of_an_answer_is_the_same_in_both(bare_page: Any) -> None:
    ours, theirs = bare_page.js(BOTH, [FACES, PYTHON])
    assert len(theirs) == 4
    for got, want in zip(ours, theirs, strict=True):
        assert got.keys() == want.keys()
        for name, value in want.items():
            if name == "expressions":  # a message has them in float32
                assert got[name] == pytest.approx(value, abs=1e-7)
                continue
            tolerance = 1e-4 if name in IN_FLOAT32 else 1e-9
            expected = [
                v if isinstance(v, str) else pytest.approx(v, abs=tolerance) for v in flat(value)
            ]
            assert flat(got[name]) == expected, name
