"""Crops turned, scaled and moved into a square, against a literal loop, pixel by pixel."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import InputError
from pyface_web.pictures.letterbox import TIE_MARGIN
from pyface_web.pictures.similarity import Similarity, half, halve, resample_similar
from pyface_web.values.geometry import Box


def whole(image: np.ndarray) -> Box:
    return Box(0, 0, image.shape[1], image.shape[0])


def extent_of(image: np.ndarray) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def about(image: np.ndarray, size: int, step: float, degrees: float) -> Similarity:
    """A square about the middle of an image: `step` pixels from one of its pixels to the next."""
    turn = math.radians(degrees)
    right = (step * math.cos(turn), step * math.sin(turn))
    reach = (size - 1) / 2
    x, y = ((length - 1) / 2 for length in extent_of(image))
    origin = (x - reach * (right[0] - right[1]), y - reach * (right[1] + right[0]))
    return Similarity(size, origin, right, extent_of(image))


def literal(image: np.ndarray, fit: Similarity) -> np.ndarray:
    """The square, each pixel worked out by itself; for whole images that hold what they say."""
    region = fit.region(*extent_of(image))
    left, top = region.corner

    @cache
    def halved(x: int, y: int, count: int) -> tuple[int, ...]:
        """A pixel of the region after so many halvings."""
        if count == 0:
            pixel = image[top + y, left + x].astype(int)
            colors = (int(c) * int(pixel[3]) / 255 for c in pixel[:3]) if len(pixel) == 4 else pixel
            return (*(math.floor(c + 0.5) for c in colors), *pixel[3:])
        totals = np.zeros(image.shape[2], int)
        for j in range(5):
            for i in range(5):
                weight = math.comb(4, i) * math.comb(4, j)
                totals += weight * np.array(halved(2 * x + i, 2 * y + j, count - 1), int)
        return tuple(totals // 256)

    square = np.zeros((fit.size, fit.size, 3))
    for v in range(fit.size):
        for u in range(fit.size):
            x = region.origin[0] + u * region.right[0] + v * region.down[0]
            y = region.origin[1] + u * region.right[1] + v * region.down[1]
            i, j = math.floor(x), math.floor(y)
            if not (i >= 0 and i + 1 < region.halved[0] and j >= 0 and j + 1 < region.halved[1]):
                continue
            total = np.zeros(image.shape[2])
            for di, across in ((0, 1 - (x - i)), (1, x - i)):
                for dj, along in ((0, 1 - (y - j)), (1, y - j)):
                    pixel = halved(i + di, j + dj, region.halvings)
                    total += across * along * np.array(pixel, float)
            if len(total) == 4:
                total = total[:3] * 255 / total[3] if total[3] >= 0.5 else np.zeros(3)
            square[v, u] = np.floor(total + TIE_MARGIN)
    return square


@settings(max_examples=40, deadline=None)
@given(
    st.integers(9, 60),
    st.integers(9, 60),
    st.integers(2, 9),
    st.floats(0.2, 9),
    st.floats(0, 360),
    st.sampled_from([3, 4]),
    st.integers(0, 99),
)
def test_it_is_the_loop(
    width: int, height: int, size: int, step: float, degrees: float, channels: int, seed: int
) -> None:
    image = noise(height, width, channels, seed)
    if channels == 4:
        image[..., 3] = np.random.default_rng(seed).choice([0, 1, 128, 255], (height, width))
    fit = about(image, size, step, degrees)
    got, want = resample_similar(image, whole(image), fit), literal(image, fit)
    assert got.dtype == np.float32
    # Summed in another order a value may fall on the other side of an integer.
    assert np.abs(got - want).max() <= 1 and (got != want).mean() <= 0.02


def test_at_equal_size_it_is_a_copy_of_what_has_neighbours() -> None:
    image = noise(16, 16)
    got = resample_similar(image, whole(image), Similarity(16, (0, 0), (1, 0), (16, 16)))
    np.testing.assert_array_equal(got[:15, :15], image[:15, :15])
    assert not got[15].any() and not got[:, 15].any()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_by_quarters_it_turns(quarters: int) -> None:
    """right points to where the square's right lies in the picture: down for a quarter."""
    image = noise(16, 16)
    turn = quarters * math.pi / 2
    got = resample_similar(image, whole(image), about(image, 16, 1, math.degrees(turn)))
    # Rounding may put a place a little outside, so only the inside counts.
    want = np.rot90(image, quarters).astype(int)
    assert np.abs(got - want)[1:-1, 1:-1].max() <= 1


@pytest.mark.parametrize(
    ("size", "step", "halvings"),
    [
        (150, 0.3, 0),
        (150, 1.99, 0),
        (150, 2 * 149 / 149, 0),  # half of it is just the square
        (150, 2.01, 1),
        (150, 4.0, 1),
        (150, 4.02, 2),
        (150, 12, 3),
        (112, 30, 4),
    ],
)
def test_it_is_halved_while_it_shrinks_by_more_than_two(
    size: int, step: float, halvings: int
) -> None:
    fit = Similarity(size, (0, 0), (0, step), (9999, 9999))
    assert fit.region(9999, 9999).halvings == halvings


def test_sizes_of_halves() -> None:
    assert half(9, 10) == (3, 3)
    assert half(640, 481) == (318, 239)
    assert half(8, 100) == half(100, 8) == (0, 0)


def test_a_half_keeps_what_is_all_the_same() -> None:
    assert (halve(np.full((30, 40, 3), 255, np.uint16)) == 255).all()
    assert halve(np.full((30, 8, 3), 255, np.uint16)).size == 0


def test_pixels_of_halves_lie_where_the_region_says() -> None:
    """One white column, halved three times, lies about (x - 2^4 + 2) / 2^3."""
    image = np.zeros((97, 200, 3), np.uint16)
    image[:, 110] = 255
    values = image
    for _ in range(3):
        values = halve(values)
    row = values[4, :, 0].astype(float)
    assert (row * np.arange(len(row))).sum() / row.sum() == pytest.approx((110 - 14) / 8, abs=0.02)


def test_what_lies_outside_is_black() -> None:
    image = np.full((20, 20, 3), 200, np.uint8)
    fit = Similarity(10, (-5, -5), (1, 0), (20, 20))
    got = resample_similar(image, whole(image), fit)
    assert (got[5:, 5:] == 200).all()
    assert not got[:5].any() and not got[:, :5].any()
    beyond = Similarity(10, (500, 5), (1, 0), (20, 20))
    assert not resample_similar(image, whole(image), beyond).any()


def test_nothing_outside_the_crop_contributes() -> None:
    image = np.full((60, 60, 3), 255, np.uint8)
    image[10:50, 20:45] = 10
    fit = Similarity(6, (-1, -1), (5, 1), (25, 40))
    assert set(np.unique(resample_similar(image, Box(20, 10, 25, 40), fit))) == {0, 10}


def slope(height: int, width: int) -> np.ndarray:
    """An image whose colours grow evenly, from edge to edge, whatever its size."""
    down, across = (np.mgrid[0:height, 0:width] + 0.5) / [[[height]], [[width]]]
    return np.stack([255 * across, 255 * down, 127.5 * (across + down)], 2).round().astype(np.uint8)


@pytest.mark.parametrize("step", [1.3, 3])
@pytest.mark.parametrize("degrees", [0, 30])
def test_a_crop_that_is_held_smaller_is_scaled(degrees: float, step: float) -> None:
    large, small = slope(480, 640), slope(240, 320)
    fit = about(large, 50, step, degrees)
    got = resample_similar(small, whole(small), fit)
    want = resample_similar(large, whole(large), fit)
    assert want.min() > 0 and np.ptp(want) > 20
    assert np.abs(got - want).max() <= 3  # one is halved once more, which drops fractions
    assert fit.region(640, 480).halvings == (step == 3)
    assert fit.region(320, 240).halvings == 0


@pytest.mark.parametrize("degrees", [0, 115])
@pytest.mark.parametrize("step", [0.7, 3, 5, 11])
def test_it_shows_what_it_says_however_often_it_is_halved(step: float, degrees: float) -> None:
    """On a slope every place has its own colour; with dlib's slip that of another place."""
    image = slope(700, 900)
    fit = about(image, 50, step, degrees)
    v, u = np.mgrid[0:50, 0:50]
    x = fit.origin[0] + u * fit.right[0] - v * fit.right[1]
    y = fit.origin[1] + u * fit.right[1] + v * fit.right[0]
    halvings = fit.region(900, 700).halvings
    for slips in (False, True):
        slip = (2**halvings - 1) / 2 if slips else 0
        want = np.stack([(x - slip + 0.5) / 900, (y + slip + 0.5) / 700], 2) * 255
        same = replace(fit, slips=slips)
        # What is dropped is the same of an image and of its negative.
        dark, bright = (resample_similar(i, whole(i), same)[..., :2] for i in (image, 255 - image))
        seen = dark.any(axis=2)
        assert seen.mean() > 0.8
        off = ((dark + 255 - bright) / 2 - want)[seen].mean(0)
        assert np.abs(off).max() < 0.06, off  # a fifth of a pixel


def test_a_transparent_neighbour_does_not_bleed_into_a_colour() -> None:
    image = np.zeros((12, 12, 4), np.uint8)
    image[..., :3] = 255
    image[:, :6] = (200, 100, 50, 255)
    got = resample_similar(image, whole(image), Similarity(10, (0.5, 0.5), (1, 0), (12, 12)))
    assert (got[:, :6] == (200, 100, 50)).all()
    assert not got[:, 6:].any()


@pytest.mark.parametrize(
    ("image", "crop", "message"),
    [
        (np.zeros((4, 4), np.uint8), Box(0, 0, 1, 1), r"got \(4, 4\) uint8"),
        (np.zeros((4, 4, 3), np.uint8), Box(0, 0, 0.5, 1), "a crop: expected whole pixels"),
        (np.zeros((4, 4, 3), np.uint8), Box(2, 0, 3, 1), "expected to lie in the 4x4 image"),
    ],
)
def test_no_images_and_wrong_crops_are_refused(image: np.ndarray, crop: Box, message: str) -> None:
    with pytest.raises(InputError, match=message):
        resample_similar(image, crop, Similarity(4, (0, 0), (1, 0), (4, 4)))
