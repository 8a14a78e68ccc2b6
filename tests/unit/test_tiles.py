"""Where tiles lie: all of the picture, whole pixels, enough in common, no more than were asked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pyface_web.pictures.tiles import OVERLAP, tiles_of
from pyface_web.values.geometry import Box

SIZES = [(1600, 898), (898, 1600), (1920, 1280), (2400, 2400), (4001, 333), (513, 512), (101, 64)]


def tiles(
    width: int, height: int, count: int | str, smallest: float = 32, side: int = 512, seen: int = 32
) -> list[Box]:
    return tiles_of(width, height, count, smallest, side, seen)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_they_cover_the_picture_in_whole_pixels(size: tuple[int, int], count: int) -> None:
    width, height = size
    seen = np.zeros((height, width), np.int8)
    for x, y, w, h in map(_corners, tiles(width, height, count)):
        assert all(value == int(value) for value in (x, y, w, h))
        assert x >= 0 and y >= 0 and x + w <= width and y + h <= height and w > 0 and h > 0
        seen[int(y) : int(y + h), int(x) : int(x + w)] += 1
    assert (seen > 0).all() or not seen.any()


@pytest.mark.parametrize("size", SIZES[:-1])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_so_many_along_the_longer_side(size: tuple[int, int], count: int) -> None:
    along = 0 if size[0] >= size[1] else 1
    finest = [_corners(tile) for tile in tiles(*size, count)]
    smallest = min(max(tile[2:]) for tile in finest)
    assert len({tile[along] for tile in finest if max(tile[2:]) == smallest}) == count


@pytest.mark.parametrize("size", SIZES[:-1])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_neighbours_have_a_quarter_in_common(size: tuple[int, int], count: int) -> None:
    corners = [_corners(tile) for tile in tiles(*size, count)]
    side = min(max(tile[2:]) for tile in corners)
    for axis in (0, 1):
        starts = sorted({tile[axis] for tile in corners if max(tile[2:]) == side})
        for before, after in pairwise(starts):
            assert before + side - after >= OVERLAP * side - 1.5  # rounded to whole pixels


def test_one_tile_is_the_whole_picture() -> None:
    assert tiles(1000, 800, 1) == []


def test_none_is_so_small_that_there_is_nothing_to_see() -> None:
    assert tiles(120, 90, 8) == []
    assert all(max(tile.width, tile.height) >= 64 for tile in tiles(300, 200, 8))


@pytest.mark.parametrize(("size", "smallest", "side", "seen", "along"), [
    ((512, 512), 32, 512, 32, 0),  # is seen as it is
    ((513, 512), 32, 512, 32, 2),  # one pixel more
    ((640, 480), 20, 512, 32, 3),
    ((1920, 1280), 40, 512, 32, 4),
    ((1920, 1280), 40, 416, 40, 6),
    ((9000, 6000), 16, 512, 32, 8),  # the most there are
    ((9000, 6000), 1e-300, 512, 32, 8),
    ((9000, 6000), 1e300, 512, 32, 0),
])  # fmt: skip
def test_auto_makes_the_smallest_face_as_large_as_the_net_needs_it(
    size: tuple[int, int], smallest: float, side: int, seen: int, along: int
) -> None:
    found = tiles(*size, "auto", smallest, side, seen)
    finest = min((tile.width for tile in found), default=0)
    assert len({tile.x for tile in found if tile.width == finest}) == along
    if 0 < along < 8:
        assert smallest * side / finest >= seen * 0.995


def test_larger_tiles_fill_the_gap_to_the_whole_picture() -> None:
    """A face that is too large for what tiles have in common is seen in the next larger ones."""
    for count in (2, 3, 4, 6, 8):
        for side, seen in ((512, 32), (416, 40), (224, 40), (128, 40)):
            found = tiles(2000, 2000, count, side=side, seen=seen)
            sides = sorted({tile.width for tile in found})
            for smaller, larger in zip(sides, [*sides[1:], 2000], strict=True):
                assert smaller * OVERLAP >= larger * seen / side or larger <= 2 * smaller + 1


def _corners(tile: Box) -> tuple[float, float, float, float]:
    return tile.x, tile.y, tile.width, tile.height
