"""Results on a picture that is shown turned by quarters or mirrored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np

from pyface_web.values.detection import ORIENTATIONS, FaceDetection, ObjectDetection
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import MIRRORED_POINTS, FaceLandmarks
from pyface_web.values.object_fit import Turn
from pyface_web.values.results import FaceResult

_UNIT = Dimensions(1, 1)
_UPWARD = [Point(0, -1), Point(1, 0), Point(0, 1), Point(-1, 0)]  # for each of ORIENTATIONS
_T = TypeVar("_T")


def turned_size(size: Dimensions, turn: Turn) -> Dimensions:
    """A width and height after a turn."""
    return size if turn[0] else Dimensions(size.height, size.width)


def turned_vector(vector: Point, turn: Turn) -> Point:
    """A vector after a turn."""
    a, b, c, d = turn
    return Point(a * vector.x + c * vector.y, b * vector.x + d * vector.y)


def turned(item: _T, turn: Turn, size: Dimensions) -> _T:
    """A result, detection, box or landmarks of a picture of a size, on the picture after a turn.

    What is none of these is returned as it is. Points of a mirrored face are in the order of one
    that is not: the eye at the left of the picture stays the left eye.
    """
    if turn == (1, 0, 0, 1):
        return item
    found: object = item
    if isinstance(item, FaceResult):
        found = _turned_result(item, turn)
    elif isinstance(item, ObjectDetection):
        found = _turned_detection(item, turn)
    elif isinstance(item, FaceLandmarks):
        found = _turned_landmarks(item, turn, size)
    elif isinstance(item, Box):
        found = _turned_box(item, turn, size)
    return cast(_T, found)


def _turned_result(result: FaceResult, turn: Turn) -> FaceResult:
    size, aligned, square = (
        result.detection.image_size, result.aligned_rect, result.descriptor_rect
    )  # fmt: skip
    return replace(
        result,
        detection=_turned_detection(result.detection, turn),
        landmarks=result.landmarks and _turned_landmarks(result.landmarks, turn, size),
        aligned_rect=aligned and _turned_detection(aligned, turn),
        descriptor_rect=square and _turned_box(square, turn, size),
    )


_D = TypeVar("_D", bound=ObjectDetection)


def _turned_detection(detection: _D, turn: Turn) -> _D:
    changes: dict[str, Any] = {
        "relative_box": _turned_box(detection.relative_box, turn, _UNIT),
        "image_size": turned_size(detection.image_size, turn),
    }
    if isinstance(detection, FaceDetection):
        changes["orientation"] = _turned_orientation(detection.orientation, turn)
    return replace(detection, **changes)


def _turned_orientation(orientation: int, turn: Turn) -> int:
    """Degrees clockwise, after a turn: those of the way up, which is moved like all else."""
    up = turned_vector(_UPWARD[ORIENTATIONS.index(orientation)], turn)
    return ORIENTATIONS[_UPWARD.index(up)]


def _turned_landmarks(landmarks: FaceLandmarks, turn: Turn, size: Dimensions) -> FaceLandmarks:
    a, b, c, d = turn
    corner, points = landmarks.shift, landmarks.relative_positions
    crop = Box(corner.x, corner.y, landmarks.image_width, landmarks.image_height)
    crop = _turned_box(crop, turn, size)
    if a * d - b * c < 0 and len(points) in MIRRORED_POINTS:
        points = points[list(MIRRORED_POINTS[len(points)])]
    matrix = np.array([[a, b], [c, d]], np.float32)
    moved = (points - np.float32(0.5)) @ matrix + np.float32(0.5)
    return type(landmarks)(moved, Dimensions(crop.width, crop.height), Point(crop.x, crop.y))


def _turned_box(box: Box, turn: Turn, size: Dimensions) -> Box:
    """Around the middle of a picture of a size."""
    offset = Point(box.x + box.width / 2 - size.width / 2, box.y + box.height / 2 - size.height / 2)
    middle, whole = turned_vector(offset, turn), turned_size(size, turn)
    width, height = (box.width, box.height) if turn[0] else (box.height, box.width)
    x = middle.x + (whole.width - width) / 2
    y = middle.y + (whole.height - height) / 2
    return Box(x, y, width, height)
