"""The fast cutting of squares against `square_of`, which is the definition."""

from __future__ import annotations

import cmath

import numpy as np
import pytest

from pyface_web.engine.onnx.squares import squares_of
from pyface_web.engine.square import Cut, square_of
from pyface_web.errors import InputError
from pyface_web.pictures.letterbox import letterbox, stretch
from pyface_web.pictures.similarity import Similarity
from pyface_web.values.geometry import Box

random = np.random.default_rng(11)
IMAGE = random.integers(0, 256, (150, 210, 4), np.uint8)
IMAGE[..., 3] = 255
COLORS = np.ascontiguousarray(IMAGE[..., :3])
OTHER = random.integers(0, 256, (61, 83, 4), np.uint8)
OTHER[..., 3] = 255
GLASSY = IMAGE.copy()
GLASSY[40:80, 40:120, 3] = random.integers(0, 256, (40, 80))


def boxes(image: np.ndarray, count: int, most: int) -> list[Box]:
    """Crops of an image, of one pixel to so many on a side."""
    height, width = image.shape[:2]
    found = []
    for _ in range(count):
        w, h = (int(random.integers(1, min(most, side) + 1)) for side in (width, height))
        x, y = int(random.integers(width - w + 1)), int(random.integers(height - h + 1))
        found.append(Box(x, y, w, h))
    return found


def letterboxed(image: np.ndarray, size: int, centred: bool, count: int) -> list[Cut]:
    crops = boxes(image, count, 200)
    return [(image, b, letterbox(b.width, b.height, size, centred)) for b in crops]


def stretched(image: np.ndarray, size: int, count: int) -> list[Cut]:
    return [(image, b, stretch(b.width, b.height, size)) for b in boxes(image, count, 200)]


def quarters(image: np.ndarray, size: int, centred: bool) -> list[Cut]:
    return [
        (image, b, letterbox(b.width, b.height, size, centred, quarters))
        for quarters in range(4)
        for b in boxes(image, 3, 200)
    ]


def turned(image: np.ndarray, size: int, crop: Box | None = None) -> list[Cut]:
    """Squares of all sizes and at all angles, some of them beyond the borders of a crop."""
    height, width = image.shape[:2]
    crop = crop or Box(0, 0, width, height)
    found: list[Cut] = []
    for angle in range(0, 360, 15):
        right = cmath.rect(random.choice([0.4, 1, 1.9, 2.1, 3.7, 6, 11]), angle * cmath.pi / 180)
        middle = complex(random.integers(crop.width), random.integers(crop.height))
        origin = middle - right * (1 + 1j) * (size - 1) / 2
        extent = (crop.width, crop.height)
        fit = Similarity(size, (origin.real, origin.imag), (right.real, right.imag), extent)
        found.append((image, crop, fit))
    return found


LARGE = random.integers(0, 256, (900, 1300, 4), np.uint8)
LARGE[..., 3] = 255
CASES: dict[str, list[Cut]] = {
    "a detector": letterboxed(IMAGE, 96, False, 1),
    "faces": letterboxed(IMAGE, 112, True, 7),
    "small patches": stretched(IMAGE, 24, 60),
    "patches": stretched(IMAGE, 48, 20),
    "pictures of a list": letterboxed(IMAGE, 40, True, 2) + letterboxed(OTHER, 40, True, 2),
    "patches of two pictures": stretched(OTHER, 24, 5) + stretched(IMAGE, 24, 5),
    "some not opaque": letterboxed(GLASSY, 33, True, 6),
    "patches, some not opaque": stretched(GLASSY, 24, 30),
    "without alpha": letterboxed(COLORS, 33, False, 2),
    "patches without alpha": stretched(COLORS, 24, 30),
    "patches, half of them without alpha": stretched(COLORS, 24, 5) + stretched(OTHER, 24, 5),
    "a view without alpha": letterboxed(IMAGE[..., 2::-1], 33, True, 2),
    "of another order in memory": letterboxed(np.asfortranarray(IMAGE), 33, False, 2),
    "by quarters": quarters(IMAGE, 33, True),
    "by quarters, for a detector": quarters(COLORS, 64, False),
    "by quarters, some not opaque": quarters(GLASSY, 33, True),
    "chips": turned(LARGE, 150),
    "chips without alpha": turned(LARGE[..., :3], 40),
    "chips of a crop": turned(IMAGE, 20, Box(30, 20, 150, 99)),
    "chips, some not opaque": turned(GLASSY, 20),
    "chips of what is too low to be halved": turned(IMAGE, 20, Box(30, 20, 150, 8)),
    "chips of one pixel": turned(IMAGE, 20, Box(30, 20, 1, 1)),
    "one pixel": [(IMAGE, Box(209, 149, 1, 1), letterbox(1, 1, 20, True))],
    "nothing of it is seen": [
        (np.zeros((1, 5000, 4), np.uint8), Box(0, 0, 5000, 1), letterbox(5000, 1, 32, True))
    ],
}


@pytest.mark.parametrize("title", CASES)
def test_squares_are_those_of_the_definition(title: str) -> None:
    """A value halfway between two integers may be rounded otherwise, as in a shader."""
    cuts = CASES[title]
    want = np.stack([square_of(*cut) for cut in cuts])
    got = squares_of(cuts)
    assert got.shape == want.shape and got.dtype == np.float32
    apart = np.abs(got - want)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 1e-4 * apart.size


@pytest.mark.parametrize("side", [(2, 2), (4, 4), (3, 3), (6, 9), (16, 16)])
def test_round_ratios_are_exact(side: tuple[int, int]) -> None:
    """Those in which halves and quarters are common."""
    width, height = 24 * side[0] // 2, 24 * side[1] // 2
    image = np.full((height, width, 4), 255, np.uint8)
    image[..., :3] = random.integers(0, 256, (height, width, 3))
    crop = Box(0, 0, width, height)
    for fit in (letterbox(width, height, 24, True), stretch(width, height, 24)):
        assert np.array_equal(squares_of([(image, crop, fit)])[0], square_of(image, crop, fit))


def test_a_crop_outside_is_refused_as_by_the_definition() -> None:
    for crop in (Box(-1, 0, 20, 20), Box(0, 140, 20, 20)):
        with pytest.raises(InputError, match="clip it at the borders"):
            squares_of([(IMAGE, crop, letterbox(20, 20, 32, True))])
