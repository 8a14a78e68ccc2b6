"""A crop turned, scaled and moved into a square, as dlib cuts faces out of pictures.

Where it shrinks by more than two, the crop is halved before, as often as it takes: each pixel of
the half is a mean of 5x5, weighted 1 4 6 4 1 both ways. Then four pixels make one, bilinear. All
is done as dlib does it, for its recognition net learned from such squares. `resample_similar` is
the NumPy reference, and `Region` what other backends need of it.

Source: dlib, `extract_image_chips` and `pyramid_down<2>`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pyface_web.pictures.letterbox import TIE_MARGIN, crop_of
from pyface_web.values.geometry import Box
from pyface_web.values.numeric import round_half_up

_SMALLEST = 8  # what is no larger is not halved: nothing is left of it
_BINOMIAL = (1, 4, 6, 4, 1)


@dataclass(frozen=True)
class Similarity:
    """A crop of a picture turned, scaled and moved (never mirrored) into a square of side `size`.

    The middle of pixel (u, v) of the square shows the crop at origin + u * right + v * down, in
    pixels of the crop, whose middles are the whole numbers; down is (-b, a) for right = (a, b).
    What lies outside is black.
    extent: width and height of the crop in these pixels. Where a backend holds it smaller, all of
    it is scaled. slips: dlib looks a quarter of a pixel too far to the left and down in what was
    halved, each time, and so did what learned from its squares; whether to do that as well.

        Similarity(150, (10, 20), (2, 0), (640, 480))  # 299x299 pixels, upright
    """

    size: int
    origin: tuple[float, float]
    right: tuple[float, float]
    extent: tuple[float, float]
    slips: bool = False

    @property
    def reshaped(self) -> tuple[int, int]:
        """Width and height of the picture in the input, as of a Letterbox: the whole square."""
        return self.size, self.size

    def halvings(self, width: float, height: float) -> int:
        """How often a crop of width x height pixels is halved."""
        across, along = width / self.extent[0], height / self.extent[1]
        a, b = self.right
        area = a * across * (a * along) + b * across * (b * along)  # that a pixel of it shows
        # Until a fourth of its area were less than that of the square.
        side, count = math.sqrt(area) * (self.size - 1) / 2, 0
        while side + 1 > self.size:
            side, count = side / 2, count + 1
        return count

    def region(self, width: int, height: int) -> Region:
        """What of a crop of width x height pixels is looked at, and where."""
        across, along = width / self.extent[0], height / self.extent[1]
        (a, b), last = self.right, self.size - 1
        right, down = (a * across, b * along), (-b * across, a * along)
        origin = (
            (self.origin[0] + 0.5) * across - 0.5,
            (self.origin[1] + 0.5) * along - 0.5,
        )
        count = self.halvings(width, height)
        margin = 4 * 2**count - 2
        left, columns = _reach(origin[0], last * right[0], last * down[0], margin, width)
        top, rows = _reach(origin[1], last * right[1], last * down[1], margin, height)
        origin, halved = (origin[0] - left, origin[1] - top), (columns, rows)
        slip = 0.25 if self.slips else 0.0
        for _ in range(count):
            # The pixels of a half lie at p / 2 - 1.
            origin = (origin[0] / 2 - 1 - slip, origin[1] / 2 - 1 + slip)
            right, down = (right[0] / 2, right[1] / 2), (down[0] / 2, down[1] / 2)
            halved = half(*halved)
        return Region((left, top), (columns, rows), count, halved, origin, right, down)


@dataclass(frozen=True)
class Region:
    """The part of a crop that a similarity looks at, and where in it, halved so many times.

    corner, size: the part, in pixels of the crop. halvings: how often it is halved. halved: its
    size then. The middle of pixel (u, v) of the square shows it, halved, at origin + u * right +
    v * down, whole numbers being middles of pixels; where not all four neighbours of a place are in
    it, the square is black.

    Pixel (i, j) of what was halved n times has its middle on pixel 2^(n+1) - 2 + 2^n (i, j).
    """

    corner: tuple[int, int]
    size: tuple[int, int]
    halvings: int
    halved: tuple[int, int]
    origin: tuple[float, float]
    right: tuple[float, float]
    down: tuple[float, float]


def half(width: int, height: int) -> tuple[int, int]:
    """Size of the half of an image: so many means of 5x5 pixels, two apart, are in it."""
    if min(width, height) <= _SMALLEST:
        return 0, 0
    return (width - 3) // 2, (height - 3) // 2


def resample_similar(
    image: npt.NDArray[np.uint8], crop: Box, fit: Similarity
) -> npt.NDArray[np.float32]:
    """Draw the crop of an image into a square, turned and scaled as `fit` says.

    image: (H, W, 3 or 4) uint8, RGB or RGBA with colours not premultiplied. crop: whole pixels
    inside the image. Returns (size, size, 3) float32 with integers 0..255.

    All fractions are dropped, after each halving and at the end. With transparent parts colours
    are taken times alpha, in 8 bits, and divided by it at the end; black where that is 0.
    """
    pixels = crop_of(image, crop)
    region = fit.region(pixels.shape[1], pixels.shape[0])
    (left, top), (columns, rows) = region.corner, region.size
    seen = pixels[top : top + rows, left : left + columns]
    has_alpha = image.shape[2] == 4 and bool((seen[..., 3] < 255).any())
    values = seen.astype(np.uint16) if has_alpha else seen[..., :3].astype(np.uint16)
    if has_alpha:
        values[..., :3] = (values[..., :3] * values[..., 3:] + 127) // 255
    for _ in range(region.halvings):
        values = halve(values)
    square = np.zeros((fit.size, fit.size, 3), np.float32)
    if min(values.shape[:2]) < 2:
        return square
    v, u = np.mgrid[0 : fit.size, 0 : fit.size]
    x = region.origin[0] + u * region.right[0] + v * region.down[0]
    y = region.origin[1] + u * region.right[1] + v * region.down[1]
    low_x, low_y = np.floor(x), np.floor(y)
    inside = (low_x >= 0) & (low_y >= 0)
    inside &= (low_x + 1 < values.shape[1]) & (low_y + 1 < values.shape[0])
    part_x, part_y = (x - low_x)[inside, None], (y - low_y)[inside, None]
    column, row = low_x[inside].astype(np.intp), low_y[inside].astype(np.intp)
    above = values[row, column] * (1 - part_x) + values[row, column + 1] * part_x
    below = values[row + 1, column] * (1 - part_x) + values[row + 1, column + 1] * part_x
    mixed = above * (1 - part_y) + below * part_y
    if has_alpha:
        alpha = mixed[:, 3:]
        covered = alpha >= 0.5  # less than that is alpha 0 in 8 bits
        mixed = np.where(covered, mixed[:, :3] * 255 / np.where(covered, alpha, 255), 0)
    square[inside] = np.floor(mixed + TIE_MARGIN)
    return square


def halve(values: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Half of an image (H, W, C) of 0..255: means of 5x5 pixels, fractions dropped; see `half`."""
    columns, rows = half(values.shape[1], values.shape[0])
    if not columns:
        return values[:0, :0]
    along = np.zeros((rows, *values.shape[1:]), np.uint16)
    for i, weight in enumerate(_BINOMIAL):
        along += values[i : i + 2 * rows - 1 : 2] * np.uint16(weight)
    both = np.zeros((rows, columns, values.shape[2]), np.uint16)
    for i, weight in enumerate(_BINOMIAL):
        both += along[:, i : i + 2 * columns - 1 : 2] * np.uint16(weight)
    return np.asarray(both >> 8)  # 255 * 256 at most before


def _reach(origin: float, right: float, down: float, margin: int, length: int) -> tuple[int, int]:
    """First pixel of 0..length, and how many, that the corners of a square reach with a margin."""
    corners = (origin, origin + right, origin + down, origin + right + down)
    first = round_half_up(max(min(corners) - margin, 0))
    last = round_half_up(min(max(corners) + margin, length - 1))
    return (first, last + 1 - first) if last >= first else (0, 0)
