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


def _square(face: FaceLandmarks68, extent: tuple[float, float], size: int) -> Similarity:
    angle = math.radians(face.angle or 0)
    right = np.array([math.cos(angle), math.sin(angle)])
    axes = np.stack([right, right[::-1] * (-1, 1)])  # right and down, a row each
    points = (face.positions - _HALF) @ axes.T  # (68, 2) as of an upright face
    low, high = points.min(0), points.max(0)
    step = FACE_SIDE * float((high - low).max()) / size
    origin = ((low + high) / 2 - step * (size - 1) / 2) @ axes
    return Similarity(size, tuple(origin.tolist()), tuple((right * step).tolist()), extent)


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
