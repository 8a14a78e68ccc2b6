"""Results put together by hand: `extend_with_*` and `is_with_*` of face-api.js 0.22, and the
classes that results had in 0.15.

A result is a `FaceResult`; extending gives a new one, the source stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeAlias, cast

import numpy.typing as npt

from pyface_web.errors import InputError
from pyface_web.values.alignment import Align, align_of
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import FaceExpressions
from pyface_web.values.geometry import Point
from pyface_web.values.landmarks import FaceLandmarks
from pyface_web.values.numeric import finite, shown
from pyface_web.values.results import (
    FaceResult,
    checked_descriptor,
    checked_gender,
    checked_probability,
    crop_box,
)

Source: TypeAlias = FaceResult | FaceDetection
"""What can be extended: a result, or a detection, with which one begins."""


def _face(source: object, what: str) -> FaceResult:
    if isinstance(source, FaceDetection):
        return FaceResult(source)
    if isinstance(source, FaceResult):
        return source
    raise InputError(
        f"{what}: expected a FaceResult or a FaceDetection to extend, got {shown(source)}; "
        "begin with extend_with_face_detection({}, detection)"
    )


def extend_with_face_detection(
    source_obj: Source | Mapping[str, Any] | None, detection: FaceDetection
) -> FaceResult:
    """A result with this detection. InputError for anything else.

    source_obj: a result, or {} (or None) to begin with.
    """
    if not isinstance(detection, FaceDetection):
        raise InputError(f"expected a FaceDetection, got {shown(detection)}")
    if source_obj is None or (type(source_obj) is dict and not source_obj):
        return FaceResult(detection)
    return replace(_face(source_obj, "extend_with_face_detection"), detection=detection)


def extend_with_face_landmarks(
    source_obj: Source, unshifted_landmarks: FaceLandmarks
) -> FaceResult:
    """A result with landmarks, and with what follows from them (`aligned_rect`, ...).

    unshifted_landmarks: relative to the crop of the face, as `detect_face_landmarks` gives them
    for what `extract_faces` cut out.
    Raises InputError for anything else.
    """
    face = _face(source_obj, "extend_with_face_landmarks")
    if not isinstance(unshifted_landmarks, FaceLandmarks):
        raise InputError(f"expected FaceLandmarks, got {shown(unshifted_landmarks)}")
    detection = face.detection
    crop = crop_box(detection, detection.image_width, detection.image_height)
    made = FaceResult.with_landmarks(detection, unshifted_landmarks, Point(crop.x, crop.y))
    return face.extended(made)


def extend_with_face_descriptor(source_obj: Source, descriptor: npt.ArrayLike) -> FaceResult:
    """A result with a descriptor, (128,) numbers.

    Raises InputError where there is nothing to extend, ShapeError for another shape.
    """
    face = _face(source_obj, "extend_with_face_descriptor")
    checked = checked_descriptor(descriptor)
    align = cast("Align | None", align_of(descriptor))  # it is one, and so not mixed
    return replace(face, descriptor=checked, descriptor_align=align)


def extend_with_face_expressions(
    source_obj: Source, expressions: FaceExpressions | Mapping[str, float]
) -> FaceResult:
    """A result with expressions: FaceExpressions, or a mapping of all seven to probabilities.

    Raises InputError for anything else.
    """
    face = _face(source_obj, "extend_with_face_expressions")
    return replace(face, expressions=FaceExpressions.of(expressions))


def extend_with_age(source_obj: Source, age: float) -> FaceResult:
    """A result with an age in years; InputError for what is no number."""
    return replace(_face(source_obj, "extend_with_age"), age=finite(age, "FaceResult.age"))


def extend_with_gender(source_obj: Source, gender: str, gender_probability: float) -> FaceResult:
    """A result with a gender, "female" or "male", and its probability, 0..1.

    Raises InputError for anything else.
    """
    face = _face(source_obj, "extend_with_gender")
    return replace(
        face,
        gender=checked_gender(gender),
        gender_probability=checked_probability(gender_probability),
    )


def _has(obj: object, *names: str) -> bool:
    return isinstance(obj, FaceResult) and all(getattr(obj, name) is not None for name in names)


def is_with_face_detection(obj: object) -> bool:
    """Whether something is a result, which always has a detection."""
    return _has(obj, "detection")


def is_with_face_landmarks(obj: object) -> bool:
    """Whether something is a result with landmarks."""
    return isinstance(obj, FaceDetectionWithLandmarks)


def is_with_face_expressions(obj: object) -> bool:
    """Whether something is a result with expressions."""
    return _has(obj, "expressions")


def is_with_age(obj: object) -> bool:
    """Whether something is a result with an age."""
    return _has(obj, "age")


def is_with_gender(obj: object) -> bool:
    """Whether something is a result with a gender and its probability."""
    return _has(obj, "gender", "gender_probability")


class _ResultKind(type):
    """Class of the two below: an instance of them is any result that has what they name."""

    def __instancecheck__(cls, instance: object) -> bool:
        return _has(instance, *cls.parts)  # type: ignore[attr-defined]


class FaceDetectionWithLandmarks(FaceResult, metaclass=_ResultKind):
    """A FaceResult with landmarks, by its name of face-api.js 0.15.

    FaceDetectionWithLandmarks(detection, unshifted_landmarks) makes one; every result that has
    landmarks, of any task, is an instance.
    """

    parts: ClassVar = ("landmarks", "aligned_rect")

    def __new__(  # type: ignore[misc]
        cls, detection: FaceDetection, unshifted_landmarks: FaceLandmarks
    ) -> FaceResult:
        return extend_with_face_landmarks(detection, unshifted_landmarks)


class FullFaceDescription(FaceResult, metaclass=_ResultKind):
    """A FaceResult with landmarks and a descriptor, by its name of face-api.js 0.15.

    FullFaceDescription(detection, unshifted_landmarks, descriptor) makes one; every result that
    has both, of any task, is an instance.
    """

    parts: ClassVar = ("landmarks", "aligned_rect", "descriptor")

    def __new__(  # type: ignore[misc]
        cls,
        detection: FaceDetection,
        unshifted_landmarks: FaceLandmarks,
        descriptor: npt.ArrayLike,
    ) -> FaceResult:
        face = extend_with_face_landmarks(detection, unshifted_landmarks)
        return extend_with_face_descriptor(face, descriptor)
