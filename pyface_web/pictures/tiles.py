"""Where a detector looks beside the whole picture: overlapping tiles, in which faces are larger."""

from __future__ import annotations

import math

from pyface_web.values.geometry import Box
from pyface_web.values.options import MOST_TILES

OVERLAP = 0.25
"""Of the side of a tile: what neighbours have in common, so that one of them has all of a face."""
_SMALLEST_TILE = 64  # pixels; in less than that there is nothing to be seen that is not seen before


def tiles_of(
    width: int, height: int, count: int | str, min_face_size: float, input_size: int, seen: int
) -> list[Box]:
    """Tiles of a picture, in whole pixels of it; none where it is best looked at as a whole.

    count: tiles along the longer side; "auto": as many as it takes to find faces whose side is
    min_face_size pixels of the picture, at most MOST_TILES. input_size: side of the detector's
    input. seen: the side that a face needs in it, in pixels.

        tiles_of(1600, 898, 2, 32, 512, 32)  # two squares of 914 x 898 pixels

    Larger tiles are added where a face could be too large for what neighbours have in common, and
    too small for the whole picture.
    """
    longest = max(width, height)
    if isinstance(count, str):
        count = _count_for(longest, min_face_size * input_size / seen)
    count = min(count, max(1, longest // _SMALLEST_TILE))
    found: list[Box] = []
    while count > 1:
        side = min(longest, math.ceil(_side(longest, count)))
        found += [
            Box(x, y, min(side, width), min(side, height))
            for y in _starts(height, side)
            for x in _starts(width, side)
        ]
        is_seen_in_whole = longest * seen / input_size
        count = 1 if side * OVERLAP >= is_seen_in_whole else math.ceil(count / 2)
    return found


def _side(longest: int, count: int) -> float:
    """The side of so many tiles in a row that overlap as much as they have to."""
    return longest / (count - (count - 1) * OVERLAP)


def _count_for(longest: int, side: float) -> int:
    """How many tiles of at most this side there are in a row."""
    count = (longest / side - OVERLAP) / (1 - OVERLAP)
    return max(1, min(MOST_TILES, math.ceil(count)))


def _starts(length: int, side: int) -> list[int]:
    """Where tiles in a row begin, evenly spread, the last at the end of the picture."""
    if length <= side:
        return [0]
    count = math.ceil((length - side * OVERLAP) / (side * (1 - OVERLAP)))
    return [round(i * (length - side) / (count - 1)) for i in range(count)]
