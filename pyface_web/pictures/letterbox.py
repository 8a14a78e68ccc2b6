"""Fitting a picture into a square net input, the inverse, and the resampling in between.

`resample` is the NumPy reference of the shader `fit.frag`, and what the reference backend uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pyface_web.errors import EmptyImageError, InputError
from pyface_web.values.geometry import Box
from pyface_web.values.numeric import round_half_up

MIN_COVERAGE = 1 / 32
"""A pixel of the input belongs to the picture as soon as this part of it is covered.

The original's canvas keeps the full colour of an edge pixel that is covered in part, and only
its alpha, which is dropped, tells how much. 1/32 was measured on Chromium's canvas."""

TIE_MARGIN = 1 / 512
"""Added before rounding: values halfway between two integers are common (a picture shrunk to
half), and the shader's float32 must round them as the reference's float64 does."""


class Side(NamedTuple):
    """How a picture lies along one side of its square, in pixels.

    offset, extent: where it begins and how far it reaches. first, end: the first pixel that belongs
    to it, and one past the last.
    """

    offset: float
    extent: float
    first: int
    end: int


@dataclass(frozen=True)
class Letterbox:
    """Where a picture lies in a square input of side `size`; all in pixels, real-valued.

    dx, dy: upper left corner. width, height: the scaled picture. quarters: by so many quarters the
    picture is turned clockwise before, 0 to 3; the other numbers are those of what is turned.
    """

    dx: float
    dy: float
    width: float
    height: float
    size: int
    quarters: int = 0

    @property
    def reshaped(self) -> tuple[int, int]:
        """Width and height rounded to whole pixels, at least 1; what the detectors divide by."""
        return max(1, round_half_up(self.width)), max(1, round_half_up(self.height))

    @property
    def sides(self) -> tuple[Side, Side]:
        """Across and down, as both lie before the square is turned together with the picture."""
        across, down = (
            Side(offset, extent, *covered_pixels(offset, extent, self.size))
            for offset, extent in ((self.dx, self.width), (self.dy, self.height))
        )
        for _ in range(self.quarters):
            offset, extent, first, end = across
            mirrored = Side(self.size - offset - extent, extent, self.size - end, self.size - first)
            across, down = down, mirrored
        return across, down


@dataclass(frozen=True)
class Stretch:
    """A picture over the whole of a square input of side `size`, whatever its proportions.

    width, height: to which it is brought before, in whole pixels; see `halved`.
    """

    width: int
    height: int
    size: int

    @property
    def reshaped(self) -> tuple[int, int]:
        """Width and height of the picture in the input, as of a Letterbox: the whole square."""
        return self.size, self.size


def letterbox(
    width: float, height: float, size: int, centred: bool, quarters: int = 0
) -> Letterbox:
    """Fit a picture of width x height into a size x size square, keeping its proportions.

    The longer side fills the square. The picture lies in the middle if centred (per-face nets),
    otherwise at the upper left (detectors); the rest is black. quarters: by so many quarters it is
    turned clockwise before, 0 to 3.
    """
    if not (width > 0 and height > 0):
        raise EmptyImageError(
            f"a picture to fit: expected at least 1 x 1 pixel, got {width:g} x {height:g}"
        )
    if quarters % 2:
        width, height = height, width
    scale = size / max(width, height)
    fitted_width = float(size) if width >= height else width * scale
    fitted_height = float(size) if height >= width else height * scale
    dx = (size - fitted_width) / 2 if centred else 0.0
    dy = (size - fitted_height) / 2 if centred else 0.0
    return Letterbox(dx, dy, fitted_width, fitted_height, size, quarters)


def covered_pixels(offset: float, extent: float, size: int) -> tuple[int, int]:
    """First and one past last pixel of 0..size that [offset, offset + extent) covers enough."""
    start = np.arange(size, dtype=np.float64)
    covered = np.minimum(start + 1, offset + extent) - np.maximum(start, offset)
    (inside,) = np.nonzero(covered >= MIN_COVERAGE)
    return (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, 0)


def crop_of(image: npt.NDArray[np.uint8], crop: Box) -> npt.NDArray[np.uint8]:
    """The pixels of a crop; InputError for what is no image, or no whole pixels of it."""
    if image.ndim != 3 or image.shape[2] not in (3, 4) or image.dtype != np.uint8:
        raise InputError(
            "an image: expected (height, width, 3 or 4) uint8, "
            f"got {image.shape} {image.dtype}; scale to 0..255 and convert first"
        )
    x, y, width, height = (int(v) for v in (crop.x, crop.y, crop.width, crop.height))
    if crop != Box(x, y, width, height) or crop.is_empty:
        raise InputError(f"a crop: expected whole pixels, at least one, got {crop!r}")
    if x < 0 or y < 0 or x + width > image.shape[1] or y + height > image.shape[0]:
        raise InputError(
            f"{crop!r}: expected to lie in the {image.shape[1]}x{image.shape[0]} image; "
            "clip it at the borders first"
        )
    return image[y : y + height, x : x + width]


def resample(image: npt.NDArray[np.uint8], crop: Box, fit: Letterbox) -> npt.NDArray[np.float32]:
    """Draw the crop of an image into a black square as `fit` says.

    image: (H, W, 3 or 4) uint8, RGB or RGBA with colours not premultiplied. crop: whole pixels
    inside the image. Returns (size, size, 3) float32 with integers 0..255.

    Bilinear with half-pixel centres and without a filter for shrinking (2x2 pixels contribute,
    neighbours clamped to the crop), rounded to the nearest integer. Colours are weighted by
    alpha, and where that is 0 the result is black.
    """
    pixels = np.rot90(crop_of(image, crop), -fit.quarters)
    height, width = pixels.shape[:2]
    first_col, end_col = covered_pixels(fit.dx, fit.width, fit.size)
    first_row, end_row = covered_pixels(fit.dy, fit.height, fit.size)
    left, right, fx = _neighbours(first_col, end_col, fit.dx, fit.width, width)
    top, bottom, fy = _neighbours(first_row, end_row, fit.dy, fit.height, height)

    has_alpha = image.shape[2] == 4 and bool((pixels[..., 3] < 255).any())
    total = np.zeros((end_row - first_row, end_col - first_col, 4 if has_alpha else 3))
    for rows, row_weight in ((top, 1 - fy), (bottom, fy)):
        for cols, col_weight in ((left, 1 - fx), (right, fx)):
            taps = pixels[np.ix_(rows, cols)]
            weight = row_weight[:, None] * col_weight
            if has_alpha:
                weight = weight * taps[..., 3]
                total[..., 3] += weight
            total[..., :3] += weight[..., None] * taps[..., :3]
    if has_alpha:
        total = total[..., :3] / np.where(total[..., 3:] > 0, total[..., 3:], 1.0)

    square = np.zeros((fit.size, fit.size, 3), dtype=np.float32)
    square[first_row:end_row, first_col:end_col] = np.floor(total + 0.5 + TIE_MARGIN)
    return square


def halved(width: float, height: float, size: int) -> tuple[int, int]:
    """The size to which a patch is brought before it is stretched to a square of side `size`.

    A half, quarter, ... of its own, rounded up, as small as can be with both sides at least `size`.
    Source: what Chromium makes of an ImageBitmap that is drawn much smaller than it is; found by
    comparing pixels. face-api.js cuts MTCNN's patches that way.
    """
    divisor = 1
    found = math.ceil(width), math.ceil(height)
    while True:
        divisor *= 2
        smaller = math.ceil(width / divisor), math.ceil(height / divisor)
        if min(smaller) < size or smaller == found:
            return found
        found = smaller


def stretch(width: float, height: float, size: int) -> Stretch:
    """Fit a picture of width x height over a whole size x size square."""
    return Stretch(*halved(width, height, size), size)


def resample_stretched(
    image: npt.NDArray[np.uint8], crop: Box, fit: Stretch
) -> npt.NDArray[np.float32]:
    """Draw the crop of an image over a whole square, in two steps if it is much larger.

    As `resample`, but without keeping the proportions: the crop is brought to the width and height
    of `fit`, rounded to integers, and then to the square.
    """
    x, y, width, height = (int(v) for v in (crop.x, crop.y, crop.width, crop.height))
    pixels = image[y : y + height, x : x + width].astype(np.float64)
    if image.shape[2] == 3:
        return _rounded(_in_two_steps(pixels, fit)).astype(np.float32)
    # Colours times alpha, as canvases and bitmaps hold them.
    pixels[..., :3] *= pixels[..., 3:] / 255
    square = _in_two_steps(pixels, fit)
    alpha = square[..., 3:]
    seen = alpha >= 0.5  # less than that is alpha 0 in 8 bits
    colors = square[..., :3] * 255 / np.where(seen, alpha, 255.0)
    return _rounded(np.where(seen, colors, 0)).astype(np.float32)


def _in_two_steps(pixels: npt.NDArray[np.float64], fit: Stretch) -> npt.NDArray[np.float64]:
    height, width = pixels.shape[:2]
    if (fit.width, fit.height) != (width, height):
        pixels = _rounded(_stretched(pixels, fit.width, fit.height))
    return _stretched(pixels, fit.size, fit.size)


def _stretched(pixels: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.float64]:
    """All of an image in another size, bilinear."""
    left, right, fx = _neighbours(0, width, 0, width, pixels.shape[1])
    top, bottom, fy = _neighbours(0, height, 0, height, pixels.shape[0])
    across = pixels[:, left] * (1 - fx)[:, None] + pixels[:, right] * fx[:, None]
    found = across[top] * (1 - fy)[:, None, None] + across[bottom] * fy[:, None, None]
    return np.asarray(found)


def _rounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.floor(values + 0.5 + TIE_MARGIN))


def opaque(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """(H, W, 3 or 4) uint8 -> (H, W, 3) float32 with integers 0..255; black where alpha is 0."""
    colors = image[..., :3].astype(np.float32)
    if image.shape[2] == 4 and not image[..., 3].all():
        colors *= image[..., 3:] > 0
    return colors


def _neighbours(
    first: int, end: int, offset: float, extent: float, length: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """For input pixels first..end: the two source pixels of each, and the weight of the second."""
    position = (np.arange(first, end) + 0.5 - offset) * (length / extent) - 0.5
    low = np.floor(position)
    near = np.clip(low, 0, length - 1).astype(np.intp)
    far = np.clip(low + 1, 0, length - 1).astype(np.intp)
    return near, far, position - low
