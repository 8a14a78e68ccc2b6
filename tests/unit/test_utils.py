"""The namespace `utils`."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.compat import utils
from pyface_web.errors import InputError
from pyface_web.values.geometry import Dimensions, Point


def test_arrays_are_tensors() -> None:
    cube = np.zeros((1, 2, 3))
    assert utils.is_tensor(cube, 3) and not utils.is_tensor(cube, 2)
    checks = [utils.is_tensor1_d, utils.is_tensor2_d, utils.is_tensor3_d, utils.is_tensor4_d]
    for axes, check in enumerate(checks, start=1):
        assert [check(np.zeros((2,) * n)) for n in (1, 2, 3, 4)] == [
            n == axes for n in (1, 2, 3, 4)
        ]
    assert not utils.is_tensor1_d([1, 2])


def test_numbers() -> None:
    assert [utils.is_float(n) for n in (1, 1.0, 1.5, -0.5)] == [False, False, True, True]
    assert [utils.is_even(n) for n in (0, 1, -2, 2.5)] == [True, False, True, False]
    assert (
        utils.round(0.876) == 0.87 and utils.round(0.876, 1) == 0.8 and utils.round(-0.5, 0) == -1
    )
    assert utils.range(3, 10, -2) == [10, 8, 6] and utils.range(0, 1, 1) == []
    for check in (utils.is_float, utils.is_even, utils.round):
        with pytest.raises(InputError, match="expected a finite number, got 'x'"):
            check("x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="range: expected a whole number of at least 0, got -1"):
        utils.range(-1, 0, 1)


@pytest.mark.parametrize("value", [0, 1, -1.5, np.float32(2)])
def test_valid_numbers(value: float) -> None:
    assert utils.is_valid_number(value)


def test_probabilities() -> None:
    assert [utils.is_valid_probability(p) for p in (0, 0.5, 1, -0.01, 1.01)] == [True] * 3 + [
        False
    ] * 2
    assert utils.is_valid_probablitiy is utils.is_valid_probability  # as face-api.js spells it


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Dimensions(1, 2), True),
        ({"width": 1, "height": 2}, True),
        (SimpleNamespace(width=1, height=2), True),
        (Dimensions(0, 2), False),
        ({"width": 1}, False),
        (None, False),
        (3, False),
    ],
)
def test_is_dimensions(value: object, expected: bool) -> None:
    assert utils.is_dimensions(value) is expected


def test_points_and_sizes() -> None:
    assert utils.get_center_point([(0, 0), Point(4, 8)]) == Point(2, 4)
    assert utils.compute_reshaped_dimensions((400, 300), 112) == Dimensions(112, 84)
    assert utils.compute_reshaped_dimensions({"width": 3, "height": 400}, 100).width == 1
    with pytest.raises(InputError, match="at least one point, got none"):
        utils.get_center_point([])
    with pytest.raises(InputError, match="has a side of 0"):
        utils.compute_reshaped_dimensions((0, 3), 112)
    with pytest.raises(InputError, match="input_size: expected a finite number"):
        utils.compute_reshaped_dimensions((4, 3), "x")  # type: ignore[arg-type]


def test_names_of_python_are_not_replaced_by_a_star_import() -> None:
    assert faceapi.range is utils.range and faceapi.round is utils.round
    scope: dict[str, object] = {}
    exec("from pyface_web import *\nnumber = round(2.6)\nnumbers = list(range(2))", scope)
    assert (scope["number"], scope["numbers"]) == (3, [0, 1])
