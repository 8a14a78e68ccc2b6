"""Results put together by hand, and the classes of 0.15, as Python alone has them.

What JavaScript has as well is in tests/cases/extensions.json.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import InputError

detection = faceapi.FaceDetection(0.9, (0.25, 0.25, 0.5, 0.5), (400, 300))
points = np.random.default_rng(1).uniform(0, 1, (68, 2))
marks = faceapi.FaceLandmarks68(points, (200, 150))
descriptor = np.linspace(0, 1, 128, dtype=np.float32)
expressions = faceapi.FaceExpressions([0.7, 0.3, 0, 0, 0, 0, 0])


def test_step_by_step() -> None:
    face = faceapi.extend_with_face_detection({}, detection)
    assert face == faceapi.extend_with_face_detection(None, detection)
    assert face == faceapi.FaceResult(detection)
    steps: list[tuple[Callable, Callable, tuple]] = [
        (faceapi.extend_with_face_landmarks, faceapi.is_with_face_landmarks, (marks,)),
        (faceapi.extend_with_face_expressions, faceapi.is_with_face_expressions, (expressions,)),
        (faceapi.extend_with_age, faceapi.is_with_age, (31.5,)),
        (faceapi.extend_with_gender, faceapi.is_with_gender, ("female", 0.75)),
    ]
    for extend, is_with, values in steps:
        before = face
        assert not is_with(before)
        face = extend(before, *values)
        assert is_with(face) and not is_with(before), "the source is left as it was"
    face = faceapi.extend_with_face_descriptor(face, descriptor.tolist())
    np.testing.assert_array_equal(face.descriptor, descriptor)
    assert face.expressions == expressions and face.age == 31.5
    assert face.gender is faceapi.Gender.FEMALE and face.gender_probability == 0.75
    assert face.landmarks.shift == faceapi.Point(100, 75)
    moved = faceapi.FaceDetection(0.8, (0, 0, 0.5, 0.5), (400, 300))
    assert faceapi.extend_with_face_detection(face, moved).age == 31.5


@pytest.mark.parametrize("thing", [{"age": 3}, {"detection": detection}])
def test_other_things_are_with_nothing(thing: object) -> None:
    for name in ("face_detection", "face_landmarks", "face_expressions", "age", "gender"):
        assert getattr(faceapi, f"is_with_{name}")(thing) is False


def test_only_a_detection_begins() -> None:
    """Not an empty mapping, as in JavaScript."""
    with pytest.raises(InputError, match="begin with extend_with_face_detection"):
        faceapi.extend_with_age({}, 3)  # type: ignore[arg-type]


def test_landmarks_are_shifted_by_the_origin_of_the_crop() -> None:
    """Which is whole pixels inside the picture; face-api.js shifts by the box, wherever it is."""
    outside = faceapi.FaceDetection(0.9, (-0.1, 0.2501, 0.5, 0.5), (400, 300))
    face = faceapi.extend_with_face_landmarks(outside, marks)
    assert face.landmarks.shift == faceapi.Point(0, 75)
    assert face == faceapi.FaceResult.with_landmarks(outside, marks, faceapi.Point(0, 75))


def test_classes_of_0_15_make_results() -> None:
    face = faceapi.FaceDetectionWithLandmarks(detection, marks)
    assert type(face) is faceapi.FaceResult
    assert face == faceapi.extend_with_face_landmarks(detection, marks)
    assert face.face_detection is face.detection and face.face_landmarks is face.landmarks
    full = faceapi.FullFaceDescription(detection, marks, descriptor)
    assert type(full) is faceapi.FaceResult


@pytest.mark.parametrize("kind", [faceapi.FaceDetectionWithLandmarks, faceapi.FullFaceDescription])
def test_a_detection_alone_makes_none_of_them(kind: Callable) -> None:
    with pytest.raises(TypeError):
        kind(detection)
