"""The part of a picture that a face takes, in axes that lean with the head.

What is measured there does not change with the tilt of the head: neither the size of the face, nor
how much of what lies around it is looked at, nor how fine its pixels are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pyface_web.pictures.chip import chip_of
from pyface_web.values.arrays import Floats
from pyface_web.values.geometry import Box
from pyface_web.values.landmarks import FaceLandmarks68

Grey = npt.NDArray[np.float64]
"""(H, W) brightness, 0..1."""

SIDE = 80
"""Samples along the longer side. It is the smallest size of a face that is accepted by default, so
that larger ones are shrunk, all are measured alike, and none is enlarged."""
_FEWEST = 3  # samples along a side


@dataclass(frozen=True)
class UprightBox:
    """A box in a picture that may be turned about its middle.

    x, y: its middle in pixels of the picture. width, height: in such pixels. right: the direction
    of its upper edge, of length 1; (1, 0) where it is not turned.
    """

    x: float
    y: float
    width: float
    height: float
    right: tuple[float, float] = (1.0, 0.0)

    @classmethod
    def around(cls, landmarks: FaceLandmarks68) -> UprightBox:
        """The smallest one around all points, turned as the descriptor's chip is."""
        points = landmarks.positions.astype(np.float64)
        a, b = chip_of(points, (1, 1)).right
        length = math.hypot(a, b)
        right = (a / length, b / length) if length else (1.0, 0.0)
        along = _along(points, right)
        low, high = along.min(axis=0), along.max(axis=0)
        x, y = ((low + high) / 2 @ _axes(right)).tolist()
        width, height = (high - low).tolist()
        return cls(x, y, width, height, right)

    @property
    def size(self) -> float:
        """The longer side."""
        return max(self.width, self.height)

    @property
    def angle(self) -> float:
        """Degrees by which it leans, -180..180, positive clockwise."""
        a, b = self.right
        return math.degrees(math.atan2(b, a))

    def levelled(self, landmarks: FaceLandmarks68) -> FaceLandmarks68:
        """The points turned back, as if it did not lean."""
        points = _along(landmarks.positions.astype(np.float64), self.right)
        return FaceLandmarks68(points, (1, 1))

    def bounds(self) -> Box:
        """A box around it that is not turned, with the pixels at its edges."""
        wide, high = np.abs(_axes(self.right).T) @ (self.width / 2, self.height / 2) + 1
        return Box(self.x - wide, self.y - high, 2 * wide, 2 * high)

    def sampled(self, grey: Grey, corner: tuple[float, float] = (0, 0)) -> Grey:
        """What lies in it, upright and SIDE long; NaN beyond the picture.

        grey: a part of the picture that begins at a corner. Means of whole pixels where there are
        several to a sample, which bilinear alone would skip, so that texture became noise; then
        bilinear, once, since each time makes it softer.
        """
        step = max(1, int(self.size // SIDE))
        height, width = (max(1, length // step) for length in grey.shape)
        if step > 1 and min(grey.shape) >= step:
            blocks = grey[: height * step, : width * step].reshape(height, step, width, step)
            means = blocks.mean(axis=(1, 3))
        else:
            step, means = 1, grey
        scale = SIDE / self.size if self.size else 1.0
        across, down = (
            (np.arange(count) + 0.5) / count - 0.5
            for count in (max(_FEWEST, round(side * scale)) for side in (self.width, self.height))
        )
        along = np.stack(np.meshgrid(across * self.width, down * self.height), axis=-1)
        places = along @ _axes(self.right) + (self.x - corner[0], self.y - corner[1])
        inside = ((places >= 0) & (places <= grey.shape[::-1])).all(axis=-1)
        return np.where(inside, _bilinear(means, places / step - 0.5), np.nan)


def _along(points: Floats, right: tuple[float, float]) -> Floats:
    """(N, 2) points in the directions of width and height."""
    return np.asarray(points @ _axes(right).T)


def _axes(right: tuple[float, float]) -> Floats:
    """(2, 2): the directions of width and of height, a row each."""
    a, b = right
    return np.array([[a, b], [-b, a]])


def _bilinear(values: Grey, places: Floats) -> Grey:
    """Values between those at whole x and y; beyond the edge those of the edge."""
    last = np.array(values.shape[::-1]) - 1
    places = np.clip(places, 0, last)
    low = places.astype(np.intp)
    high = np.minimum(low + 1, last)
    share_x, share_y = np.moveaxis(places - low, -1, 0)
    (left, top), (right, bottom) = np.moveaxis(low, -1, 0), np.moveaxis(high, -1, 0)
    above = values[top, left] * (1 - share_x) + values[top, right] * share_x
    below = values[bottom, left] * (1 - share_x) + values[bottom, right] * share_x
    return np.asarray(above * (1 - share_y) + below * share_y)
