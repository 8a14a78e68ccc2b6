"""Filters as the GPU holds them."""

import numpy as np
import pytest

from pyface_web.engine.webgl.constants import stored
from pyface_web.weights.shards import Tensor

RNG = np.random.default_rng(7)


def floats(values) -> Tensor:
    return Tensor("filters", np.asarray(values, np.float32))


def test_bytes_are_held_as_they_are():
    tensor = Tensor("filters", np.arange(256, dtype=np.uint8), scale=0.01, minimum=-1.3)
    assert stored(tensor) is tensor


def test_floats_are_held_in_steps_of_their_range():
    tensor = floats(RNG.normal(0, 0.2, 5000))
    held = stored(tensor)
    assert held.values.dtype == np.uint16
    spread = np.ptp(tensor.array())
    assert np.abs(held.array() - tensor.array()).max() <= spread * 0.51 / 65535


def test_floats_that_were_bytes_once_are_held_exactly():
    """A net loaded from one flat array computes what its quantised files do."""
    quantised = Tensor("filters", RNG.integers(0, 256, 4000).astype(np.uint8), 0.0131, -1.7)
    held = stored(floats(quantised.array()))
    np.testing.assert_allclose(held.array(), quantised.array(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 2.5, -3e-9])
def test_equal_floats(value):
    np.testing.assert_allclose(stored(floats(np.full(9, value))).array(), value, rtol=1e-6)


@pytest.mark.parametrize(("scale", "minimum"), [(0.0, 0.25), (1e-6, 1.0)])
def test_bytes_far_from_zero_are_taken_for_floats(scale, minimum):
    """What the bytes count from would swallow them in float32."""
    tensor = Tensor("filters", np.arange(9, dtype=np.uint8), scale, minimum)
    assert not tensor.quantised
    np.testing.assert_allclose(stored(tensor).array(), tensor.array(), rtol=1e-5)
