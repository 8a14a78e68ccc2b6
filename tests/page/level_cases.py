"""Runs in the page: how a device makes the levels of a picture, against the reference backend.

Variables from outside: device (as of devices.py), width, height, alpha (whether the picture has
transparent parts), and levels, (width, height) each.
"""

# ruff: noqa: F821, F704  (variables come from outside; await stands at top level)
import numpy as np

from pyface_web.engine.reference.backend import ReferenceBackend
from pyface_web.graph import nn
from pyface_web.models.architecture import Architecture, Pyramid
from pyface_web.pictures.source import resolve
from pyface_web.weights.model import Model
from tests.page.devices import make

MEAN, SCALE = (100.5, 50.25, 10.0), 0.25  # exact in float32


class Levels(Architecture):
    """Gives the levels of a pyramid themselves."""

    def graph(self, size):
        image = nn.image((1, *size.picture, 3))  # transposed
        outputs = {}
        for i, level in enumerate(size.levels):
            x = nn.resize_bilinear(image, *level)
            outputs |= {f"level_{i}": x, f"positive_{i}": nn.activation(x, "relu")}
        return outputs


random = np.random.default_rng([width, height])
pixels = random.integers(0, 256, (height, width, 4), np.uint8)
pixels[..., 3] = random.integers(0, 3, (height, width)) * 127 if alpha else 255
pyramid = Pyramid((width, height), tuple(tuple(level) for level in levels))
net = Model(Levels("levels", "none", lambda x: {}, 12, MEAN, SCALE, fit="stretch", transposed=True))
net.set_tensors({})


async def outputs_of(backend):
    try:
        backend.set_picture(await resolve(pixels))
        return await backend.run_pyramid(net, pyramid)
    finally:
        backend.close()


got, want = [await outputs_of(backend) for backend in (await make(device), ReferenceBackend())]
assert set(got) == set(want) and all(got[key].shape == want[key].shape for key in want)
{key: float(np.abs(got[key] - want[key]).max()) / SCALE for key in want}
