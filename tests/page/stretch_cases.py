"""Runs in the page: how a device crops for a net that sees pictures stretched and transposed,
against pictures.letterbox.resample_stretched.

Variables from outside: device (as of devices.py), width, height, alpha (whether the picture has
transparent parts), size, and crops, a list of (x, y, width, height) in pixels of the picture.
"""

# ruff: noqa: F821, F704  (variables come from outside; await stands at top level)
import numpy as np

from pyface_web.models.architecture import Architecture
from pyface_web.pictures.letterbox import resample_stretched, stretch
from pyface_web.pictures.source import resolve
from pyface_web.values.geometry import Box
from pyface_web.weights.model import Model
from tests.page.devices import make

MEAN, SCALE = (100.5, 100.5, 100.5), 0.25  # exact in float32, and undone below

random = np.random.default_rng([width, height, size])
pixels = random.integers(0, 256, (height, width, 4), np.uint8)
pixels[..., 3] = np.where(random.random((height, width)) < 0.5, 0, 255) if alpha else 255
architecture = Architecture(
    "stretched", "none", lambda x: {"image": x}, size, MEAN, SCALE, fit="stretch", transposed=True
)
fits = [stretch(w, h, size) for _, _, w, h in crops]
net = Model(architecture)
net.set_tensors({})
backend = await make(device)
try:
    backend.set_picture(await resolve(pixels))
    found = await backend.run(net, size, np.array(crops, np.float32), fits)
finally:
    backend.close()
got = (found["image"] / SCALE + np.float32(MEAN)).transpose(0, 2, 1, 3)[..., ::-1]
want = np.stack([resample_stretched(pixels, Box(*c), f) for c, f in zip(crops, fits, strict=True)])
off = np.abs(got - want)
{
    "shape": got.shape,
    "most": off.max(),
    "unlike": float((off > 0.5).mean()),
    "black": int((got == 0).all(axis=3).sum() - (want == 0).all(axis=3).sum()),
}
