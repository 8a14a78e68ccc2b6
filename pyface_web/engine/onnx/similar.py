"""A crop that is turned in its square: what `resample_similar` does, all channels at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.pictures.letterbox import TIE_MARGIN
from pyface_web.pictures.similarity import Region, half
from pyface_web.values.arrays import Array

_ROWS = 24  # of a half that are made at once, so that what lies between stays in a cache

Wide = NDArray[np.uint64]
"""Pixels (rows, columns) as one number each, of four channels with 16 bits, in which sums of up to
256 values of 255 stay."""


def similar(pixels: NDArray[Any], region: Region, size: int) -> Array:
    """(size, size, 4) integers 0..255, of which three are colours.

    pixels: the region (rows, columns), all of it opaque; bytes of a pixel as one item.
    """
    found = pixels
    for _ in range(region.halvings):
        found = _halved(found)
    if min(found.shape) < 2:
        return np.zeros((size, size, 4), np.float32)
    return _sampled(_wide(found), region, size)


def _wide(pixels: NDArray[Any]) -> Wide:
    """Pixels of 3 or 4 bytes, or such as they are."""
    if pixels.dtype == np.uint64:
        return pixels
    channels = pixels.itemsize
    values = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, channels)
    if channels == 4:
        found = values.astype(np.uint16)
    else:
        found = np.zeros((*pixels.shape, 4), np.uint16)
        for channel in range(channels):  # one by one, which is faster than three at once
            found[..., channel] = values[..., channel]
    return found.view(np.uint64)[..., 0]


def _halved(pixels: NDArray[Any]) -> Wide:
    """As `halve`."""
    columns, rows = half(pixels.shape[1], pixels.shape[0])
    found = np.empty((rows, columns), np.uint64)
    lower = np.empty((_ROWS, pixels.shape[1]), np.uint64)
    for first in range(0, rows, _ROWS):
        count = min(_ROWS, rows - first)
        strip = _wide(pixels[2 * first : 2 * (first + count) + 3])
        some = found[first : first + count]
        _sum(_sum(strip, lower[:count]).T, some.T)
        means = some.view(np.uint16)
        means >>= 8
    return found


def _sum(pixels: Wide, found: Wide) -> Wide:
    """Five rows each, weighted 1 4 6 4 1, into rows `found`: they lie two apart."""
    a, b, c, d, e = (pixels[i : i + 2 * len(found) - 1 : 2] for i in range(5))
    np.add(b, d, out=found)
    found += c
    found <<= np.uint64(2)
    for other in (a, c, c, e):
        found += other
    return found


def _sampled(pixels: Wide, region: Region, size: int) -> Array:
    """(size, size, 4): at each place what lies between the four pixels around it."""
    steps = np.arange(size)
    cells, parts = [], []
    inside = np.ones((size, size), bool)
    for origin, right, down, length in zip(
        region.origin, region.right, region.down, pixels.shape[::-1], strict=True
    ):
        place = (origin + steps * right) + (steps * down)[:, None]
        low = np.floor(place)
        inside &= (low >= 0) & (low + 1 < length)
        parts.append(np.repeat((place - low).astype(np.float32), 4, axis=1))
        cells.append(low)
    across, along = parts
    width = pixels.shape[1]
    near = np.where(inside, cells[1] * width + cells[0], 0).astype(np.intp)
    flat = pixels.reshape(-1)

    def taken(places: NDArray[np.intp]) -> Array:
        return np.take(flat, places).view(np.uint16).astype(np.float32)

    def between(near: Array, far: Array, part: Array) -> Array:
        far -= near
        far *= part
        far += near
        return far

    above = between(taken(near), taken(near + 1), across)
    near += width
    found = between(above, between(taken(near), taken(near + 1), across), along)
    found += np.float32(TIE_MARGIN)
    np.floor(found, out=found)
    square = found.reshape(size, size, 4)
    square[~inside] = 0
    return square
