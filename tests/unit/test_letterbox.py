"""Fitting and resampling against a literal loop, pixel by pixel."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import EmptyImageError, InputError
from pyface_web.pictures.letterbox import (
    TIE_MARGIN,
    Letterbox,
    covered_pixels,
    halved,
    letterbox,
    resample,
    resample_stretched,
    stretch,
)
from pyface_web.values.geometry import Box


@pytest.mark.parametrize(
    ("width", "height", "centred", "expected"),
    [
        (200, 100, False, Letterbox(0, 0, 100, 50, 100)),
        (200, 100, True, Letterbox(0, 25, 100, 50, 100)),
        (100, 200, False, Letterbox(0, 0, 50, 100, 100)),
        (100, 200, True, Letterbox(25, 0, 50, 100, 100)),
        (30, 30, True, Letterbox(0, 0, 100, 100, 100)),
    ],
    ids=["landscape", "landscape centred", "portrait", "portrait centred", "square"],
)
def test_fit(width: int, height: int, centred: bool, expected: Letterbox) -> None:
    assert letterbox(width, height, 100, centred) == expected


@pytest.mark.parametrize(
    ("width", "height", "size", "reshaped"),
    [
        (710, 473, 416, (416, 277)),
        (3, 2, 101, (101, 67)),
        (4, 1, 50, (50, 13)),
        (9999, 1, 32, (32, 1)),
    ],
    ids=["photo", "fraction", "a half goes up", "at least one pixel"],
)
def test_reshaped(width: int, height: int, size: int, reshaped: tuple[int, int]) -> None:
    assert letterbox(width, height, size, centred=False).reshaped == reshaped
    assert letterbox(height, width, size, centred=True).reshaped == reshaped[::-1]


@settings(deadline=None)
@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from([112, 150, 416]), st.booleans())
def test_the_fit_lies_inside_and_keeps_the_proportions(
    width: int, height: int, size: int, centred: bool
) -> None:
    fit = letterbox(width, height, size, centred)
    assert max(fit.width, fit.height) == size
    assert fit.width / fit.height == pytest.approx(width / height)
    assert fit.dx >= 0 and fit.dx + fit.width <= size + 1e-9
    assert fit.dy >= 0 and fit.dy + fit.height <= size + 1e-9


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (math.nan, 5)])
def test_an_empty_picture_cannot_be_fitted(size: tuple[float, float]) -> None:
    with pytest.raises(EmptyImageError, match="expected at least 1 x 1"):
        letterbox(*size, 100, centred=False)


@pytest.mark.parametrize(
    ("offset", "extent", "expected"),
    [
        (0, 10, (0, 10)),
        (2, 3, (2, 5)),
        (2.5, 3, (2, 6)),
        (2.96875, 3, (2, 6)),  # 1/32 of pixel 2, 31/32 of pixel 5
        (2.984375, 3, (3, 6)),  # 1/64 of pixel 2 is too little
        (2.03125, 3, (2, 6)),  # 1/32 of pixel 5
        (2.015625, 3, (2, 5)),
        (4.5, 0.01, (0, 0)),
        (9.5, 5, (9, 10)),
    ],
)
def test_a_pixel_counts_from_a_coverage_of_one_32nd(
    offset: float, extent: float, expected: tuple[int, int]
) -> None:
    assert covered_pixels(offset, extent, 10) == expected


def literal_resample(image: np.ndarray, crop: Box, fit: Letterbox) -> np.ndarray:
    """The resampled square before rounding."""
    result = np.zeros((fit.size, fit.size, 3))
    w, h = int(crop.width), int(crop.height)
    for j in range(fit.size):
        for i in range(fit.size):
            across = min(i + 1, fit.dx + fit.width) - max(i, fit.dx)
            down = min(j + 1, fit.dy + fit.height) - max(j, fit.dy)
            if across < 1 / 32 or down < 1 / 32:
                continue
            sx = (i + 0.5 - fit.dx) * (w / fit.width) - 0.5
            sy = (j + 0.5 - fit.dy) * (h / fit.height) - 0.5
            x0, y0 = math.floor(sx), math.floor(sy)
            colour, weight = np.zeros(3), 0.0
            for y, wy in ((y0, 1 - (sy - y0)), (y0 + 1, sy - y0)):
                for x, wx in ((x0, 1 - (sx - x0)), (x0 + 1, sx - x0)):
                    pixel = image[
                        int(crop.y) + min(max(y, 0), h - 1), int(crop.x) + min(max(x, 0), w - 1)
                    ].astype(np.float64)
                    alpha = pixel[3] if len(pixel) == 4 else 255.0
                    colour += wx * wy * alpha * pixel[:3]
                    weight += wx * wy * alpha
            if weight > 0:
                result[j, i] = colour / weight
    return result


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 23),
    st.integers(1, 23),
    st.integers(1, 17),
    st.booleans(),
    st.sampled_from([3, 4]),
    st.integers(0, 99),
    st.data(),
)
def test_resample_is_the_loop(
    width: int, height: int, size: int, centred: bool, channels: int, seed: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    if channels == 4:
        image[..., 3] = rng.choice([0, 1, 128, 255], (height, width))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    crop = Box(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    fit = letterbox(crop.width, crop.height, size, centred)
    got, exact = resample(image, crop, fit), literal_resample(image, crop, fit)
    np.testing.assert_array_equal(got, np.floor(got))
    # Summed in another order a value may fall on the other side of a half.
    assert np.abs(got - exact).max() <= 0.5 + TIE_MARGIN + 1e-9


def whole(image: np.ndarray) -> Box:
    return Box(0, 0, image.shape[1], image.shape[0])


@pytest.mark.parametrize("channels", [3, 4])
def test_at_equal_size_it_is_a_copy(channels: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (16, 16, channels), dtype=np.uint8)
    image[..., 3:] = 255
    got = resample(image, whole(image), letterbox(16, 16, 16, centred=True))
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, image[..., :3])


def test_padding_is_black() -> None:
    image = np.full((4, 8, 3), 200, dtype=np.uint8)
    top_left = resample(image, whole(image), letterbox(8, 4, 8, centred=False))
    centred = resample(image, whole(image), letterbox(8, 4, 8, centred=True))
    assert (top_left[:4] == 200).all() and (top_left[4:] == 0).all()
    assert (centred[2:6] == 200).all() and (centred[:2] == 0).all() and (centred[6:] == 0).all()


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("centred", [False, True])
def test_a_turned_picture_is_the_picture_turned_before(quarters: int, centred: bool) -> None:
    image = np.random.default_rng(0).integers(0, 256, (19, 31, 3), dtype=np.uint8)
    fit = letterbox(23, 15, 12, centred, quarters)
    turned = np.ascontiguousarray(np.rot90(image[2:17, 5:28], -quarters))
    upright = letterbox(turned.shape[1], turned.shape[0], 12, centred)
    assert fit == replace(upright, quarters=quarters)
    np.testing.assert_array_equal(
        resample(image, Box(5, 2, 23, 15), fit), resample(turned, whole(turned), upright)
    )


@pytest.mark.parametrize("centred", [False, True])
def test_sides_are_those_before_the_square_is_turned(centred: bool) -> None:
    """Turning what was drawn there gives the turned picture."""
    image = np.full((15, 23, 3), 200, np.uint8)
    for quarters in range(4):
        across, down = letterbox(23, 15, 12, centred, quarters).sides
        assert (across.extent, down.extent) == (12, pytest.approx(12 * 15 / 23))
        drawn = np.zeros((12, 12, 3))
        drawn[down.first : down.end, across.first : across.end] = 200
        want = resample(image, whole(image), letterbox(23, 15, 12, centred, quarters))
        np.testing.assert_array_equal(np.rot90(drawn, -quarters), want)
        assert down.first - 1 < down.offset < down.first + 1


def test_nothing_outside_the_crop_contributes() -> None:
    image = np.full((9, 9, 3), 255, dtype=np.uint8)
    image[3:6, 2:7] = 10
    got = resample(image, Box(2, 3, 5, 3), letterbox(5, 3, 20, centred=False))
    assert set(np.unique(got)) == {0, 10}


def test_a_transparent_neighbour_does_not_bleed_into_a_colour() -> None:
    image = np.zeros((1, 2, 4), dtype=np.uint8)
    image[0, 0] = (200, 100, 50, 255)
    image[0, 1] = (255, 255, 255, 0)
    got = resample(image, whole(image), Letterbox(0, 0, 4, 4, 4))
    np.testing.assert_array_equal(got[0, :3], [(200, 100, 50)] * 3)
    np.testing.assert_array_equal(got[0, 3], (0, 0, 0))


@pytest.mark.parametrize(
    ("image", "crop", "message"),
    [
        (np.zeros((4, 4), np.uint8), Box(0, 0, 1, 1), r"got \(4, 4\) uint8"),
        (np.zeros((4, 4, 2), np.uint8), Box(0, 0, 1, 1), r"got \(4, 4, 2\)"),
        (np.zeros((4, 4, 3), np.float32), Box(0, 0, 1, 1), "got .* float32; scale to 0..255"),
        (np.zeros((4, 4, 3), np.uint8), Box(0, 0, 0, 1), "a crop: expected whole pixels"),
        (np.zeros((4, 4, 3), np.uint8), Box(0.5, 0, 1, 1), "a crop: expected whole pixels"),
        (np.zeros((4, 4, 3), np.uint8), Box(2, 0, 3, 1), "expected to lie in the 4x4 image"),
        (np.zeros((4, 4, 3), np.uint8), Box(-1, 0, 3, 1), "expected to lie in the 4x4 image"),
    ],
    ids=["grey", "two channels", "float", "empty", "half pixels", "past the right", "negative"],
)
def test_wrong_images_and_crops_are_refused(image: np.ndarray, crop: Box, message: str) -> None:
    with pytest.raises(InputError, match=message):
        resample(image, crop, letterbox(4, 4, 8, centred=False))


@pytest.mark.parametrize(
    ("width", "height", "size", "middle"),
    [
        (24, 24, 24, (24, 24)),
        (47, 90, 24, (24, 45)),  # rounded up, both sides are still 24
        (46, 90, 24, (46, 90)),
        (276, 276, 24, (35, 35)),
        (276, 276, 48, (69, 69)),
        (500, 500, 24, (32, 32)),
        (1, 3, 24, (1, 3)),
    ],
)
def test_halved(width: int, height: int, size: int, middle: tuple[int, int]) -> None:
    assert halved(width, height, size) == middle


def stretched(image: np.ndarray, crop: Box, size: int) -> np.ndarray:
    return resample_stretched(image, crop, stretch(crop.width, crop.height, size))


def test_stretch_fills_the_square_and_rounds_once_in_between() -> None:
    """A row of ten pixels to four: first to five, each a mean of two, then to four."""
    row = np.array([[0, 3, 10, 10, 7, 8, 0, 0, 255, 254]], np.uint8)
    image = np.repeat(np.repeat(row, 10, axis=0)[..., None], 3, axis=2)
    # (2, 10, 8, 0, 255) after rounding; then at 0.125, 1.375, 2.625 and 3.875 of these
    assert stretched(image, Box(0, 0, 10, 10), 4)[0, :, 0].tolist() == [3, 9, 3, 223]
    assert stretched(image, Box(2, 0, 2, 5), 2)[..., 1].tolist() == [[10, 10], [10, 10]]


def test_stretch_weighs_colours_by_alpha() -> None:
    image = np.zeros((2, 2, 4), np.uint8)
    image[:, 0] = (200, 100, 0, 255)
    image[:, 1] = (7, 7, 7, 0)
    # Half of (200, 100, 0) and half of the alpha of 255, which is 128 after rounding.
    assert stretched(image, Box(0, 0, 2, 2), 1).tolist() == [[[199, 100, 0]]]
    assert stretched(image, Box(1, 0, 1, 1), 3).max() == 0
