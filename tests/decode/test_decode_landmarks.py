"""The landmark decoder against a literal loop of its formula."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.errors import ShapeError
from pyface_web.models.decode.landmarks import decode_landmarks
from pyface_web.pictures.letterbox import letterbox

SIZES = [(112, 112), (100, 50), (50, 100), (33, 77), (1, 500), (640, 479)]


def literal_decode(row: np.ndarray, w: int, h: int) -> list[tuple[float, float]]:
    k = 112 / max(w, h)
    width, height = w * k, h * k
    pad_x = (height - width) / 2 if width < height else 0
    pad_y = (width - height) / 2 if height < width else 0
    return [
        ((float(row[2 * i]) * 112 - pad_x) / width, (float(row[2 * i + 1]) * 112 - pad_y) / height)
        for i in range(68)
    ]


def test_a_batch_is_the_formula_for_each_face() -> None:
    raw = np.random.default_rng(0).uniform(-0.1, 1.1, (len(SIZES), 136)).astype(np.float32)
    points = decode_landmarks(raw, SIZES)
    assert points.shape == (len(SIZES), 68, 2) and points.dtype == np.float32
    for row, size, got in zip(raw, SIZES, points, strict=True):
        np.testing.assert_allclose(got, literal_decode(row, *size), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_is_the_inverse_of_the_centred_letterbox(size: tuple[int, int]) -> None:
    expected = np.random.default_rng(1).uniform(0, 1, (68, 2))
    fit = letterbox(*size, 112, centred=True)
    raw = (expected * (fit.width, fit.height) + (fit.dx, fit.dy)) / 112
    np.testing.assert_allclose(
        decode_landmarks(raw.reshape(1, 136), [size])[0], expected, atol=1e-6
    )


def test_no_faces() -> None:
    assert decode_landmarks(np.empty((0, 136)), np.empty((0, 2))).shape == (0, 68, 2)


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"expected raw \(2, 136\) for 2 crops, got \(1, 136\)"):
        decode_landmarks(np.zeros((1, 136)), [(1, 1), (2, 2)])
    with pytest.raises(ShapeError, match="at least one pixel"):
        decode_landmarks(np.zeros((1, 136)), [(0, 5)])
