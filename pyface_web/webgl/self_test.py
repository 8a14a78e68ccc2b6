"""A small known convolution on the GPU, before anything is trusted to it."""

from __future__ import annotations

import numpy as np

from pyface_web.errors import BackendError
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.reference.run import run
from pyface_web.webgl.backend import WebGLBackend
from pyface_web.weights.shards import Tensor

# Largest deviation from the reference, in values of order 1.
TOLERANCE = {32: 1e-4, 16: 2e-2}


async def self_test(backend: WebGLBackend) -> None:
    """Raise BackendError unless the GPU computes a quantised 3x3 convolution right.

    It is of the kind that the tiny face detector begins with, so its program is needed anyhow.
    """
    random = np.random.default_rng(1)
    x = nn.image((1, 7, 6, 3))
    y = nn.bias(nn.conv2d(x, "filters", 8, kernel=3, padding="valid"), "bias")
    outputs = fuse({"y": nn.activation(y, "leaky")})
    values = random.integers(0, 256, (3, 3, 3, 8)).astype(np.uint8)
    tensors = {
        "filters": Tensor("filters", values, 0.002, -0.25),
        "bias": Tensor("bias", random.normal(size=8).astype(np.float32)),
    }
    image = random.normal(size=(2, 7, 6, 3)).astype(np.float32)
    want = run(outputs, image, {name: tensor.array() for name, tensor in tensors.items()})["y"]
    got = (await backend.evaluate(outputs, image, tensors))["y"]
    error = float(np.abs(got - want).max())
    if not error <= TOLERANCE[backend.precision]:
        raise BackendError(
            f"{backend.description}: the self-test deviates by {error:.3g}, expected at most "
            f"{TOLERANCE[backend.precision]:g}; a driver update may help"
        )
