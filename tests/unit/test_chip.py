"""Face chips: where they lie, and each pixel, against dlib's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from pyface_web.errors import ShapeError
from pyface_web.pictures.chip import chip_of
from pyface_web.pictures.similarity import resample_similar
from pyface_web.values.geometry import Box
from tests import second_oracle
from tools.assets import path_of

FACE = (300, 350, 660, 710)  # left, top, right, bottom of a part of the sample with a face in it


def face(side: float, degrees: float, middle: tuple[float, float]) -> np.ndarray:
    """68 points, somewhat like a face, in whole pixels: eyes, nose and mouth lie in `side`."""
    random = np.random.default_rng([round(side), round(degrees) % 360])
    flat = np.array([[0.13, 0.22], [0.86, 0.22], [0.49, 0.2], [0.49, 0.63], [0.25, 0.78]])
    # eyes, nose and mouth, as far as they lie where they do in a face; then each is off a little
    order = [*[2] * 27, *[2] * 4, *[3] * 5, *[0] * 6, *[1] * 6, *[4] * 20]
    points = flat[order] + random.normal(0, 0.05, (68, 2)) - 0.5
    turn = math.radians(degrees)
    turned = points @ [[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]
    return np.round(turned * side + middle)


@pytest.mark.parametrize("degrees", [0, 31, 90, 180, 275])
@pytest.mark.parametrize("side", [20, 130, 700])
def test_a_chip_lies_where_dlib_has_it(side: float, degrees: float) -> None:
    dlib = second_oracle.dlib()
    points = face(side, degrees, (400.0, 300.0))
    details = dlib.get_face_chip_details(second_oracle.detection(points), 150, 0.25)
    fit = chip_of(points, (800, 600))
    assert math.atan2(fit.right[1], fit.right[0]) == pytest.approx(details.angle, abs=1e-9)
    assert math.hypot(*fit.right) * 149 == pytest.approx(details.rect.width() - 1)
    (a, b), half = fit.right, 149 / 2
    middle = (fit.origin[0] + half * (a - b), fit.origin[1] + half * (b + a))
    rect = details.rect
    centre = ((rect.left() + rect.right()) / 2, (rect.top() + rect.bottom()) / 2)
    assert middle == pytest.approx(centre)


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.open(path_of("images/sample1.jpg")).convert("RGB").crop(FACE)


@pytest.mark.parametrize("degrees", [0, 25, 180, 290])
@pytest.mark.parametrize("side", [60, 150, 290, 301, 620, 1200])
def test_a_chip_is_dlibs(photo: Image.Image, side: int, degrees: int) -> None:
    """A face of so many pixels in a picture of twice as many; some of its chip is outside."""
    scaled = photo.resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
    image = np.array(scaled)
    points = face(side, degrees, (side * 1.1, side * 0.95))
    got = resample_similar(image, whole(image), chip_of(points, scaled.size))
    off = np.abs(got - second_oracle.chip(image, points)).max(axis=2)
    # What TIE_MARGIN lifts over an integer is one off.
    assert off.max() <= 1 and (off > 0).mean() <= 0.02, (off.max(), (off > 0).mean())
    assert np.ptp(got) > 100


@pytest.mark.parametrize(
    ("width", "height"), [(9, 700), (8, 900), (700, 40), (150, 150), (301, 299)]
)
def test_a_chip_of_an_odd_picture_is_dlibs(width: int, height: int) -> None:
    """Noise, much smaller than the chip one way or both: all that is black is black in both."""
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    for side, degrees in ((400, 10), (600, 300), (90, 45), (110, 0)):
        points = face(side, degrees, (width / 2, height / 2))
        got = resample_similar(image, whole(image), chip_of(points, (width, height)))
        want = second_oracle.chip(image, points)
        assert np.abs(got - want).max() <= 1
        assert ((got == 0).all(axis=2) != (want == 0).all(axis=2)).mean() <= 0.001


def whole(image: np.ndarray) -> Box:
    return Box(0, 0, image.shape[1], image.shape[0])


def test_a_chip_of_another_size_shows_the_same() -> None:
    points = face(100, 20, (200.0, 200.0))
    small, large = chip_of(points, (400, 400), 112), chip_of(points, (400, 400), 224)
    assert math.hypot(*small.right) == pytest.approx(2 * math.hypot(*large.right), rel=0.01)
    closer = chip_of(points, (400, 400), padding=0)
    further = chip_of(points, (400, 400))
    assert math.hypot(*further.right) == pytest.approx(1.5 * math.hypot(*closer.right), rel=0.01)


def test_points_that_are_all_one_make_a_chip_of_it() -> None:
    fit = chip_of(np.full((68, 2), 7.0), (20, 20))
    assert fit.right == (0, 0)
    assert fit.origin == pytest.approx((7, 7))
    image = np.full((20, 20, 3), 9, np.uint8)
    assert (resample_similar(image, whole(image), fit) == 9).all()


def test_other_than_68_points_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"expected \(68, 2\), got \(5, 2\)"):
        chip_of(np.zeros((5, 2)), (10, 10))
