"""A small known convolution, before anything is trusted to what computes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.reference.run import run
from pyface_web.errors import BackendError
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node
from pyface_web.values.arrays import Array
from pyface_web.weights.shards import Tensor

FILTERS = "filters"


def graph() -> dict[str, Node]:
    """The convolution that is tested."""
    x = nn.image((1, 8, 6, 3))
    y = nn.bias(nn.conv2d(x, FILTERS, 8, kernel=3, padding="valid"), "bias")
    return fuse({"y": nn.max_pool(nn.activation(y, "leaky"), 2, 2)})


def _noise(*shape: int) -> NDArray[np.uint8]:
    """Bytes without a pattern. Importing NumPy's random would take 40 ms."""
    steps = np.arange(np.prod(shape), dtype=np.uint32) * np.uint32(2654435761)
    return (steps >> 24).astype(np.uint8).reshape(shape)


def _numbers(*shape: int) -> NDArray[np.float32]:
    """Numbers in -1..1 without a pattern."""
    return _noise(*shape).astype(np.float32) / np.float32(128) - np.float32(1)


async def self_test(
    evaluate: Callable[
        [Mapping[str, Node], Array, Mapping[str, Tensor]], Awaitable[dict[str, Array]]
    ],
    description: str,
    tolerance: float,
) -> None:
    """Raise BackendError unless a quantised 3x3 convolution with a pool is computed right.

    It is of the kind that the tiny face detector begins with, so on a GPU its program is needed
    anyhow. tolerance: largest deviation from the reference, in values of order 1.
    """
    outputs = graph()
    tensors = {
        FILTERS: Tensor(FILTERS, _noise(3, 3, 3, 8), 0.002, -0.25),
        "bias": Tensor("bias", _numbers(8)),
    }
    image = _numbers(2, 8, 6, 3)
    want = run(outputs, image, {name: tensor.array() for name, tensor in tensors.items()})["y"]
    got = (await evaluate(outputs, image, tensors))["y"]
    error = float(np.abs(got - want).max())
    if not error <= tolerance:
        raise BackendError(
            f"{description}: the self-test deviates by {error:.3g}, expected at most "
            f"{tolerance:g}; a newer driver or browser may help"
        )
