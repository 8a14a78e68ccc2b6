"""Runs in the page: how devices turn what they cut, against `square_of`; one random picture.

Variables from outside: devices (as of devices.py), width, height, alpha ("opaque", "random",
"holes"), content ("noise", or "soft" with flat parts), size, transposed (as MTCNN's nets see a
picture), and turned, one of the dicts of `fit_for` for each crop.
"""

# ruff: noqa: F821, F704  (variables come from outside; await stands at top level)
import cmath

import numpy as np

from pyface_web.engine.square import square_of
from pyface_web.models.architecture import Architecture
from pyface_web.pictures.letterbox import letterbox
from pyface_web.pictures.similarity import Similarity
from pyface_web.pictures.source import resolve
from pyface_web.values.geometry import Box
from pyface_web.weights.model import Model
from tests.page.devices import make

MEAN, SCALE = (100.5, 50.25, 10.0), 0.25  # exact in float32, and undone below


def picture():
    random = np.random.default_rng([width, height, size])
    pixels = random.integers(0, 256, (height, width, 4), np.uint8)
    if content == "soft":
        coarse = random.integers(-60, 316, (height // 16 + 2, width // 16 + 2, 4)).clip(0, 255)
        large = np.kron(coarse, np.ones((16, 16, 1)))
        moved = sum(np.roll(large, shift, (0, 1)) for shift in range(8)) / 8
        pixels = moved[:height, :width].astype(np.uint8)
    if alpha == "opaque":
        pixels[..., 3] = 255
    elif alpha == "holes":
        pixels[..., 3] = np.where(random.random((height, width)) < 0.5, 0, 255)
    return pixels


def fit_for(crop, centred=True, quarters=0, side=None, angle=0, middle=(0, 0)):
    """A letterbox, or a similarity: a square of `side` pixels about a place of the crop, turned
    clockwise by `angle` degrees."""
    _, _, w, h = crop
    if side is None:
        return letterbox(w, h, size, centred, quarters)
    right = cmath.rect(side / size, cmath.pi * angle / 180)
    origin = complex(*middle) - right * (1 + 1j) * (size - 1) / 2
    return Similarity(size, (origin.real, origin.imag), (right.real, right.imag), (w, h))


def compared(got):
    off = np.abs(got - want)
    return {
        "most": off.max(axis=(1, 2, 3)),
        "unlike": float((off > 0.5).mean()),
        "over_one": float((off > 1.5).mean()),
        "brighter": float((got - want).mean()),
        "seen": float((want > 0).mean()),
        "halvings": [f.region(*f.extent).halvings for f in fits if isinstance(f, Similarity)],
        "black": [int((a == 0).all(axis=3).sum()) for a in (got, want)],
    }


async def squares(device, pixels, crops, fits):
    """What the device makes of every crop, (crops, size, size, 3) in 0..255."""
    graph = lambda x: {"image": x}  # noqa: E731
    net = Model(
        Architecture("same", "none", graph, size, MEAN, SCALE, "letterbox", transposed=transposed)
    )
    net.set_tensors({})
    backend = await make(device)
    try:
        backend.set_picture(await resolve(pixels))
        found = await backend.run(net, size, np.array(crops, np.float32), fits)
        if not transposed:
            return found["image"] / SCALE + np.float32(MEAN)
        return found["image"].transpose(0, 2, 1, 3)[..., ::-1] / SCALE + np.float32(MEAN)
    finally:
        backend.close()


pixels = picture()
turned = [{"crop": (0, 0, width, height), **given} for given in turned]
crops, fits = [given["crop"] for given in turned], [fit_for(**given) for given in turned]
want = np.stack([square_of(pixels, Box(*c), f) for c, f in zip(crops, fits, strict=True)])
{device: compared(await squares(device, pixels, crops, fits)) for device in devices}
