"""Runs in the page: how a device cuts crops that are turned, against `square_of`; one picture.

Variables from outside: device (as of devices.py), width, height, alpha ("opaque", "holes"), content
("noise", "photo": soft, with flat parts), size, transposed, crops, a list of (x, y, width, height)
in pixels of the picture, and for each either squares, a list of (origin, right), or quarters, a
list of numbers.
"""

# ruff: noqa: F821, F704  (variables come from outside; await stands at top level)
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
    if content == "photo":
        coarse = random.integers(-60, 316, (height // 16 + 2, width // 16 + 2, 4)).clip(0, 255)
        large = np.kron(coarse, np.ones((16, 16, 1)))
        soft = sum(np.roll(large, shift, (0, 1)) for shift in range(8)) / 8
        pixels = soft[:height, :width].astype(np.uint8)
    pixels[..., 3] = 255
    if alpha == "holes":
        pixels[..., 3] = np.where(random.random((height, width)) < 0.5, 0, 255)
    return pixels


def fits_of():
    if quarters:
        return [letterbox(c[2], c[3], size, True, q) for c, q in zip(crops, quarters, strict=True)]
    return [
        Similarity(size, tuple(origin), tuple(right), (c[2], c[3]))
        for c, (origin, right) in zip(crops, squares, strict=True)
    ]


async def found_by(fits):
    """What the device makes of every crop, (crops, size, size, 3) in 0..255."""
    architecture = Architecture(
        "identity", "none", lambda x: {"image": x}, size, MEAN, SCALE, "letterbox_centred",
        transposed=transposed,
    )  # fmt: skip
    net = Model(architecture)
    net.set_tensors({})
    backend = await make(device)
    try:
        backend.set_picture(await resolve(pixels))
        found = await backend.run(net, size, np.array(crops, np.float32), fits)
        return found["image"] / SCALE + np.float32(MEAN[::-1] if transposed else MEAN)
    finally:
        backend.close()


pixels = picture()
fits = fits_of()
got = await found_by(fits)
if transposed:
    got = got.transpose(0, 2, 1, 3)[..., ::-1]
want = np.stack([square_of(pixels, Box(*c), f) for c, f in zip(crops, fits, strict=True)])
off = np.abs(got - want).max(axis=3)
halvings = [f.region(*f.extent).halvings for f in fits if isinstance(f, Similarity)]
first = [int(i) for i in np.argwhere(off > 1)[0]] if (off > 1).any() else None
{
    "shape": got.shape,
    "most": off.max(),
    "over_one": float((off > 1).mean()),
    "unlike": float((off > 0).mean()),
    "mean": float((got - want).mean()),
    "black": [int((a == 0).all(axis=3).sum()) for a in (got, want)],
    "halvings": halvings,
    "first": first,
    "device": got[tuple(first)] if first else None,
    "reference": want[tuple(first)] if first else None,
}
