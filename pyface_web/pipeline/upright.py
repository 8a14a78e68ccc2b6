"""Faces cut out of a picture so that they stand upright, and points that were found on them.

Landmarks count from the corner of the picture, squares from the middle of its first pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pyface_web.pictures.chip import chip_of
from pyface_web.pictures.similarity import Similarity
from pyface_web.values.arrays import Floats
from pyface_web.values.landmarks import FaceLandmarks68

_HALF = np.float32(0.5)

FACE_SIDE = 1.3
"""Side of the square about all points of a face, in their own extent. With 1.25 to 1.4 the landmark
nets are surest; with less they lose the jaw, with more they see less of the rest."""


def quarters_upright(orientation: int) -> int:
    """By how many quarters clockwise a picture is turned so that faces of an orientation stand
    upright in it."""
    return -orientation // 90 % 4


def chips(
    faces: Sequence[FaceLandmarks68], extent: tuple[float, float], size: int
) -> list[Similarity]:
    """The chip of each face of a picture of that extent, as dlib's recognition net takes it."""
    return [chip_of(face.positions - _HALF, extent, size) for face in faces]


def squares(
    faces: Sequence[FaceLandmarks68], extent: tuple[float, float], size: int
) -> list[Similarity]:
    """The square about all points of each face of a picture of that extent, turned as the face is.

    size: of the net's input, in pixels.
    """
    return [_square(face, extent, size) for face in faces]


def turned_squares(
    faces: Sequence[FaceLandmarks68],
    degrees: Sequence[float],
    extent: tuple[float, float],
    size: int,
) -> list[Similarity]:
    """The square about the crop that the landmarks of each face count in, turned clockwise.

    size: of the net's input, in pixels.
    """
    return [
        _turned_square(face, turn, extent, size) for face, turn in zip(faces, degrees, strict=True)
    ]


def _square(face: FaceLandmarks68, extent: tuple[float, float], size: int) -> Similarity:
    axes = _axes(face.angle or 0)
    points = (face.positions - _HALF) @ axes.T  # (68, 2) as of an upright face
    low, high = points.min(0), points.max(0)
    return _about((low + high) / 2, FACE_SIDE * float((high - low).max()), axes, extent, size)


def _turned_square(
    face: FaceLandmarks68, degrees: float, extent: tuple[float, float], size: int
) -> Similarity:
    axes = _axes(degrees)
    sides = np.array([face.image_width, face.image_height])
    middle = (face.shift.x, face.shift.y) + sides / 2 - _HALF
    return _about(middle @ axes.T, float(sides.max()), axes, extent, size)


def _axes(degrees: float) -> Floats:
    """(2, 2): what is right and what is down for a face that leans so, a row each."""
    angle = math.radians(degrees)
    right = np.array([math.cos(angle), math.sin(angle)])
    return np.stack([right, right[::-1] * (-1, 1)])


def _about(
    middle: Floats, side: float, axes: Floats, extent: tuple[float, float], size: int
) -> Similarity:
    """A square of that side, in pixels of the picture. middle: along the axes."""
    step = side / size
    origin = (middle - step * (size - 1) / 2) @ axes
    return Similarity(size, tuple(origin.tolist()), tuple((axes[0] * step).tolist()), extent)


def on_picture(points: npt.ArrayLike, cut: Sequence[Similarity]) -> Floats:
    """(N, K, 2) points in pixels of the picture, from those in fractions of N squares."""
    size = np.array([square.size for square in cut])[:, None, None]
    right = np.array([square.right for square in cut])[:, None]  # (N, 1, 2), as down and origin
    down = right[..., ::-1] * (-1, 1)
    origin = np.array([square.origin for square in cut])[:, None]
    place = np.asarray(points, np.float64) * size - 0.5
    return np.asarray(origin + place[..., :1] * right + place[..., 1:] * down + 0.5)


def turned_back(points: npt.NDArray[np.float32], quarters: int) -> npt.NDArray[np.float32]:
    """(K, 2) points in fractions of a crop, from those in what it is after quarters clockwise."""
    x, y = points.T
    return np.stack(((x, y), (y, 1 - x), (1 - x, 1 - y), (1 - y, x))[quarters], axis=-1)
