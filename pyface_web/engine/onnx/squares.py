"""Crops of a picture in their squares: what `square_of` does, several at once and in 32 bits.

As in a shader, a value that lies halfway between two integers may be rounded otherwise than in 64
bits: about one of 100,000, by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.onnx.similar import similar
from pyface_web.engine.square import Cut, square_of
from pyface_web.pictures.letterbox import TIE_MARGIN, Letterbox, Stretch
from pyface_web.pictures.similarity import Similarity
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import Box

_AT_ONCE = 1 << 14  # pixels of squares, of which all that is made meanwhile fits into a cache
_OPAQUE = 0xFF000000  # of a pixel as one number, whose highest byte is alpha
_AS_ONE = {3: "V3", 4: "<u4"}  # a pixel of so many channels, which is taken at once


def squares_of(cuts: Sequence[Cut]) -> Array:
    """(N, size, size, 3) integers 0..255, of crops (image, crop, fit) of one size of square."""
    size = cuts[0][2].size
    squares = np.zeros((len(cuts), size, size, 3), np.float32)
    many = max(1, _AT_ONCE // size**2)
    for group in _groups(cuts):
        for first in range(0, len(group), many):
            places = group[first : first + many]
            some = [cuts[place] for place in places]
            if not _fill(squares, places, some):
                for place, cut in zip(places, some, strict=True):
                    squares[place] = square_of(*cut)
    return squares


def _groups(cuts: Sequence[Cut]) -> list[list[int]]:
    """Places of cuts that can be made together: letterboxes are as large as all others together,
    and go alone; stretched ones are made of an image in one step or in two."""
    found: dict[object, list[int]] = {}
    for place, (image, crop, fit) in enumerate(cuts):
        if not isinstance(fit, Stretch):
            found[place] = [place]
        else:
            in_one = (fit.width, fit.height) == (crop.width, crop.height)
            found.setdefault((id(image), in_one), []).append(place)
    return list(found.values())


def _fill(squares: Array, places: list[int], cuts: Sequence[Cut]) -> bool:
    """Write the squares of a group; False where that is not for this module: a pixel is not opaque,
    or a crop does not lie in the image."""
    image, crop, fit = cuts[0]
    boxes = np.array([(c.x, c.y, c.width, c.height) for _, c, _ in cuts], np.float64)
    ends = boxes[:, :2] + boxes[:, 2:]
    if boxes[:, :2].min() < 0 or (ends > image.shape[1::-1]).any():
        return False
    pixels = np.ascontiguousarray(image).view(_AS_ONE[image.shape[2]])[..., 0]
    if isinstance(fit, Letterbox):
        # As it lies before it is turned; what is written into that is turned then.
        square = np.rot90(squares[places[0]], fit.quarters)
        return _letterboxed(square, pixels, crop, fit)
    if isinstance(fit, Similarity):
        return _turned(squares[places[0]], pixels, crop, fit)
    between = np.array([(f.width, f.height) for _, _, f in cuts if isinstance(f, Stretch)])
    found = _stretched(pixels, boxes, between.astype(np.float64), fit.size)
    if found is None:
        return False
    for place, square in zip(places, found, strict=True):
        _put(square, squares[place])
    return True


@dataclass(frozen=True)
class _Axis:
    """Along an axis, for each crop and pixel of the square: two pixels, and the part of the second.

    All (N, length); part is None where only the first counts.
    """

    near: NDArray[np.intp]
    far: NDArray[np.intp]
    part: Array | None


def _axis(
    position: NDArray[np.float64], start: NDArray[np.float64], length: NDArray[np.float64]
) -> _Axis:
    """For real positions (N, M) in N crops of `length` pixels, which begin at the pixel `start`."""
    low = np.floor(position)
    last = length[:, None] - 1
    near = np.clip(low, 0, last) + start[:, None]
    far = np.clip(low + 1, 0, last) + start[:, None]
    return _Axis(near.astype(np.intp), far.astype(np.intp), (position - low).astype(np.float32))


def _letterboxed(square: Array, pixels: NDArray[Any], crop: Box, fit: Letterbox) -> bool:
    axes, ranges = [], []
    across, down = fit.sides
    for (offset, extent, first, end), start, length in (
        (down, crop.y, crop.height),
        (across, crop.x, crop.width),
    ):
        if first == end:  # a picture so thin that nothing is seen of it
            return True
        position = (np.arange(first, end, dtype=np.float64) + 0.5 - offset) * (
            length / extent
        ) - 0.5
        axes.append(_axis(position[None], np.array([start]), np.array([length])))
        ranges.append(slice(first, end))
    found = _sampled(pixels, *axes)
    if found is not None:
        _put(_rounded(found)[0], square[ranges[0], ranges[1]])
    return found is not None


def _turned(square: Array, pixels: NDArray[Any], crop: Box, fit: Similarity) -> bool:
    x, y, width, height = (int(v) for v in (crop.x, crop.y, crop.width, crop.height))
    region = fit.region(width, height)
    (left, top), (columns, rows) = region.corner, region.size
    seen = pixels[y + top : y + top + rows, x + left : x + left + columns]
    if seen.size and pixels.itemsize == 4 and seen.min() < _OPAQUE:
        return False
    _put(similar(seen, region, fit.size), square)
    return True


def _stretched(
    pixels: NDArray[Any],
    boxes: NDArray[np.float64],
    between: NDArray[np.float64],
    size: int,
) -> Array | None:
    """(N, size, size, channels): crops brought to sizes `between` (N, 2), rounded, and to squares.

    Of what lies between the two steps, only the pixels are made that the second one looks at.
    """
    axes, parts = [], []
    for k in (1, 0):
        middle, length = between[:, k], boxes[:, k + 2]
        final = _axis(
            (np.arange(size) + 0.5) * (middle[:, None] / size) - 0.5, np.zeros(len(boxes)), middle
        )
        parts.append(final.part)
        pairs = np.stack([final.near, final.far], axis=2).reshape(len(boxes), -1)
        axis = _axis((pairs + 0.5) * (length / middle)[:, None] - 0.5, boxes[:, k], length)
        is_same = bool((middle == length).all())
        axes.append(_Axis(axis.near, axis.far, None) if is_same else axis)
    found = _sampled(pixels, *axes)
    if found is None:
        return None
    if any(axis.part is not None for axis in axes):
        found = _rounded(found)
    rows, columns = parts
    assert rows is not None and columns is not None
    found = _between_columns(found[:, :, 0::2], found[:, :, 1::2], columns)
    return _rounded(_between(found[:, 0::2], found[:, 1::2], rows[:, :, None, None]))


def _sampled(pixels: NDArray[Any], rows: _Axis, columns: _Axis) -> Array | None:
    """(N, rows, columns, channels) bilinear, or None where one of the pixels is not opaque."""
    flat, width, channels = pixels.reshape(-1), pixels.shape[1], pixels.itemsize

    def taken(row: NDArray[np.intp], column: NDArray[np.intp]) -> Array | None:
        found = np.take(flat, (row * width)[:, :, None] + column[:, None, :])
        if channels == 4 and found.min() < _OPAQUE:
            return None
        values: Array = found.view(np.uint8).reshape(*found.shape, channels).astype(np.float32)
        return values

    def across(row: NDArray[np.intp]) -> Array | None:
        near = taken(row, columns.near)
        if columns.part is None or near is None:
            return near
        far = taken(row, columns.far)
        return None if far is None else _between_columns(near, far, columns.part)

    near = across(rows.near)
    if rows.part is None or near is None:
        return near
    far = across(rows.far)
    return None if far is None else _between(near, far, rows.part[:, :, None, None])


def _put(square: Array, place: Array) -> None:
    """Write the colours of (height, width, 3 or 4).

    One by one where there is alpha, too, which is four times as fast.
    """
    if square.shape[2] == 3:
        place[...] = square
        return
    for color in range(3):
        place[..., color] = square[..., color]


def _between_columns(near: Array, far: Array, part: Array) -> Array:
    """As `_between` for (N, rows, columns, channels) and part (N, columns): long rows are fast."""
    found = far - near
    count, rows, _, channels = found.shape
    along = found.reshape(count, rows, -1)
    along *= np.repeat(part, channels, axis=1)[:, None]
    found += near
    return found


def _between(near: Array, far: Array, part: Array) -> Array:
    """near + (far - near) * part."""
    found = far - near
    found *= part
    found += near
    return found


def _rounded(values: Array) -> Array:
    """In place."""
    values += np.float32(0.5 + TIE_MARGIN)
    return np.floor(values, out=values)
