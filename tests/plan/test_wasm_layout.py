"""How tensors lie in the memory of the kernels: the Python side of `pixel_of` in step.h."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.wasm.layout import ALIGNED, Layout, Margins, filled_up
from pyface_web.engine.wasm.machine import _map_of

CASES = [
    ((1, 1, 1, 1), Margins(), False),
    ((2, 3, 4, 5), Margins(), False),
    ((3, 5, 4, 3), Margins(1, 1, 1, 1), True),
    ((3, 5, 4, 3), Margins(0, 1, 2, 3), False),
    ((2, 7, 9, 12), Margins(3, 2, 1, 0), False),
]


@pytest.mark.parametrize(("shape", "margins", "is_image"), CASES, ids=str)
def test_every_value_lies_where_the_kernels_look_for_it(shape, margins, is_image) -> None:
    layout = Layout.of(shape, margins, is_image)
    memory = np.zeros((shape[0], layout.item), np.float32)
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    _map_of(memory, layout)[:] = values
    flat = memory.ravel()
    for n, y, x, c in np.ndindex(shape):
        row, column = y + margins.top, x + margins.left
        at = n * layout.item + row * layout.row + column * layout.pixel + c
        assert flat[at] == values[n, y, x, c]
    assert np.count_nonzero(flat) == values.size  # margins, and what channels are filled up with


@pytest.mark.parametrize(("shape", "margins", "is_image"), CASES, ids=str)
def test_sizes(shape, margins, is_image) -> None:
    layout = Layout.of(shape, margins, is_image)
    assert layout.pixel == (shape[3] if is_image else filled_up(shape[3], 4))
    assert layout.item % ALIGNED == 0
    assert layout.item >= (shape[1] + margins.top + margins.bottom) * layout.row
    assert layout.first == margins.top * layout.row + margins.left * layout.pixel
    assert layout.words[1:4] == (layout.item, layout.row, layout.pixel)


def test_margins_satisfy_all_that_read() -> None:
    assert Margins.around([]) == Margins()
    both = [Margins(1, 0, 2, 3), Margins(0, 4, 1, 5)]
    assert Margins.around(both) == Margins(1, 4, 2, 5)
