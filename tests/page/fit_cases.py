"""Runs in the page: how a device crops, against pictures.letterbox.resample; one random picture.

Variables from outside: device (as of devices.py), width, height, alpha ("opaque", "random",
"holes"), size, centred, slack, and crops, a list of (x, y, width, height) in pixels of the picture.
"""

# ruff: noqa: F821, F704  (variables come from outside; await stands at top level)
import numpy as np

from pyface_web.models.architecture import Architecture
from pyface_web.pictures.letterbox import letterbox, resample
from pyface_web.pictures.source import resolve
from pyface_web.values.geometry import Box
from pyface_web.weights.model import Model
from tests.page.devices import make

MEAN, SCALE = (100.5, 50.25, 10.0), 0.25  # exact in float32, and undone below


def picture():
    random = np.random.default_rng([width, height, size])
    pixels = random.integers(0, 256, (height, width, 4), np.uint8)
    if alpha == "opaque":
        pixels[..., 3] = 255
    elif alpha == "holes":
        pixels[..., 3] = np.where(random.random((height, width)) < 0.5, 0, 255)
    return pixels


async def squares(pixels, fits):
    """What the device makes of every crop, (crops, size, size, 3) in 0..255."""
    fit = "letterbox_centred" if centred else "letterbox"
    architecture = Architecture("identity", "none", lambda x: {"image": x}, size, MEAN, SCALE, fit)
    net = Model(architecture)
    net.set_tensors({})
    backend = await make(device)
    try:
        backend.set_picture(await resolve(pixels))
        found = await backend.run(net, size, np.array(crops, np.float32), fits)
        return found["image"] / SCALE + np.float32(MEAN)
    finally:
        backend.close()


def unrounded(pixels, crop, fit):
    """The picture in the square before rounding, (size, size, 3), and its alpha in 0..255."""
    x0, y0, w, h = crop
    row, column = np.mgrid[0:size, 0:size].astype(np.float64)
    u = (column + 0.5 - fit.dx) * w / fit.width - 0.5
    v = (row + 0.5 - fit.dy) * h / fit.height - 0.5
    colour, total = np.zeros((size, size, 3)), np.zeros((size, size, 1))
    for j in (0, 1):
        for i in (0, 1):
            weight = abs(1 - i - (u - np.floor(u))) * abs(1 - j - (v - np.floor(v)))
            column_at = x0 + np.clip(np.floor(u) + i, 0, w - 1).astype(int)
            texel = pixels[y0 + np.clip(np.floor(v) + j, 0, h - 1).astype(int), column_at]
            amount = weight[..., None] * texel[..., 3:]
            colour += amount * texel[..., :3]
            total += amount
    wide = np.minimum(column + 1, fit.dx + fit.width) - np.maximum(column, fit.dx)
    high = np.minimum(row + 1, fit.dy + fit.height) - np.maximum(row, fit.dy)
    total *= (np.minimum(wide, high) >= 1 / 32)[..., None]
    return np.divide(colour, total, out=np.zeros_like(colour), where=total > 0), total


pixels = picture()
fits = [letterbox(w, h, size, centred) for _, _, w, h in crops]
got = await squares(pixels, fits)
want = np.stack([resample(pixels, Box(*c), f) for c, f in zip(crops, fits, strict=True)])
exact, total = map(
    np.stack, zip(*(unrounded(pixels, c, f) for c, f in zip(crops, fits, strict=True)), strict=True)
)
room = np.full(exact.shape, 0.5 + slack)
if alpha == "random":  # colours times alpha are held in 8 bits, so each may be off by one
    room += 255 / np.maximum(total, 1e-9)
bad = ((np.abs(got - exact) > room) | (np.abs(got - np.round(got)) > 1e-3)).any(axis=3)
first = [int(i) for i in np.argwhere(bad)[0]] if bad.any() else None
{
    "shape": got.shape,
    "bad": int(bad.sum()),
    "of": bad.size,
    "first": first,
    "device": got[tuple(first)] if first else None,
    "reference": want[tuple(first)] if first else None,
    "unrounded": exact[tuple(first)] if first else None,
    "reference_off": np.abs(want - exact).max(),
    "unlike": int((np.abs(got - want) > 0.5).any(axis=3).sum()),
    "black": [int((a == 0).all(axis=3).sum()) for a in (got, want)],
}
