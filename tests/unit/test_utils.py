"""The namespace `utils`, as Python alone has it; the rest is in tests/cases/numbers.json."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.compat import utils
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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SimpleNamespace(width=1, height=2), True),
        (SimpleNamespace(width=0, height=2), False),
    ],
)
def test_is_dimensions(value: object, expected: bool) -> None:
    assert utils.is_dimensions(value) is expected


def test_other_forms() -> None:
    assert utils.is_valid_number(np.float32(2))
    assert utils.is_valid_probablitiy is utils.is_valid_probability  # as face-api.js spells it
    assert utils.get_center_point([(0, 0), Point(4, 8)]) == Point(2, 4)
    assert utils.compute_reshaped_dimensions((400, 300), 112) == Dimensions(112, 84)


def test_names_of_python_are_not_replaced_by_a_star_import() -> None:
    assert faceapi.range is utils.range and faceapi.round is utils.round
    scope: dict[str, object] = {}
    exec("from pyface_web import *\nnumber = round(2.6)\nnumbers = list(range(2))", scope)
    assert (scope["number"], scope["numbers"]) == (3, [0, 1])
