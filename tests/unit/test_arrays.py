"""The functions on arrays, against their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.compat.arrays import (
    inverse_sigmoid,
    normalize,
    pad_to_square,
    shuffle_array,
    sigmoid,
)
from pyface_web.errors import InputError, ShapeError

sides = st.integers(1, 12)


@settings(deadline=None)
@given(sides, sides, st.booleans(), st.booleans())
def test_padding_is_black_and_keeps_the_picture(
    height: int, width: int, centred: bool, batch: bool
) -> None:
    picture = np.arange(1, height * width * 3 + 1, dtype=np.int32).reshape(height, width, 3)
    square = pad_to_square(np.stack([picture, picture]) if batch else picture, centred)
    assert square.dtype == np.int32
    if batch:
        np.testing.assert_array_equal(square[0], square[1])
        square = square[0]
    side = max(height, width)
    assert square.shape == (side, side, 3)
    # of an odd number of rows the larger half comes last
    top, left = ((side - n) // 2 if centred else 0 for n in (height, width))
    np.testing.assert_array_equal(square[top : top + height, left : left + width], picture)
    assert square.sum() == picture.sum()


@pytest.mark.parametrize(
    ("missing", "before", "after"), [(1, 0, 1), (2, 1, 1), (3, 1, 2)], ids=["1", "2", "3"]
)
def test_where_odd_rows_go(missing: int, before: int, after: int) -> None:
    square = pad_to_square(np.ones((8 - missing, 8, 1)), is_center_image=True)
    rows = square[:, 0, 0].tolist()
    assert rows == [0] * before + [1] * (8 - missing) + [0] * after


def test_normalize_subtracts_and_does_not_divide() -> None:
    pictures = np.full((2, 3, 4, 3), 100, np.uint8)
    found = normalize(pictures, [122.782, 117.001, 104.298])
    assert found.dtype == np.float32 and found.shape == pictures.shape
    np.testing.assert_allclose(found[1, 2, 3], [-22.782, -17.001, -4.298], rtol=1e-5)
    np.testing.assert_array_equal(normalize(pictures[0], (100, 100, 100)), np.zeros((3, 4, 3)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pad_to_square(np.zeros((3, 3))), r"pad_to_square: .* got \(3, 3\) of float64"),
        (lambda: pad_to_square([["a"]]), "expected numbers of shape"),
        (lambda: normalize(np.zeros((3, 3, 4)), [1, 2, 3]), r"3 channels .* got \(3, 3, 4\)"),
        (lambda: normalize(np.zeros((3, 3, 3)), [1, 2]), r"a mean of 3 numbers, got .*\(2,\)"),
    ],
    ids=["two axes", "text", "four channels", "two numbers"],
)
def test_arrays_that_do_not_fit(call, message) -> None:
    with pytest.raises(ShapeError, match=message):
        call()


@settings(deadline=None)
@given(st.floats(-20, 20))
def test_sigmoid_and_its_inverse(x: float) -> None:
    p = sigmoid(x)
    assert type(p) is float
    assert p == pytest.approx(1 / (1 + math.exp(-x)), rel=1e-12)
    assert inverse_sigmoid(p) == pytest.approx(x, abs=1e-6)


def test_of_arrays_and_at_the_ends() -> None:
    np.testing.assert_allclose(sigmoid([-1000, 0, 1000]), [0, 0.5, 1])
    np.testing.assert_array_equal(inverse_sigmoid([0, 0.5, 1]), [-np.inf, 0, np.inf])


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, [0.5, 2]])
def test_what_is_no_probability_has_no_inverse(value) -> None:
    with pytest.raises(InputError, match="inverse_sigmoid: expected a number from 0 to 1, got"):
        inverse_sigmoid(value)


def test_shuffled_is_the_same_items_in_a_new_list() -> None:
    items = list(range(200))
    shuffled = shuffle_array(items)
    assert items == list(range(200))
    assert shuffled != items and sorted(shuffled) == items
    assert shuffle_array([]) == []
