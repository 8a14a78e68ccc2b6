"""Pictures that notebooks show: a list of crops as small images."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import PyfaceError
from pyface_web.pictures.source import ready

_MOST = 50
_MOST_SIDE = 256  # pixels of an image of the list
_HEIGHT = 96  # CSS pixels of it


class CropList(list[Any]):
    """A list of pictures like any other, that shows itself in notebooks."""

    def _repr_html_(self) -> str:
        images = "".join(map(_image, self[:_MOST]))
        more = f"<p>and {len(self) - _MOST} more</p>" if len(self) > _MOST else ""
        return f'<div style="display:flex;flex-wrap:wrap;gap:4px">{images}</div>{more}'


def _image(picture: object) -> str:
    try:
        pixels = ready(picture).as_stored()
    except PyfaceError:  # a canvas that was given another size, for example
        return "<span>(nothing to see any more)</span>"
    data = b64encode(png_of(_smaller(pixels))).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" style="height:{_HEIGHT}px">'


def _smaller(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, C): the mean of blocks of pixels, so that neither side is over _MOST_SIDE."""
    height, width, channels = pixels.shape
    step = -(-max(height, width) // _MOST_SIDE)
    if step == 1 or min(height, width) < step:
        return pixels[::step, ::step]
    high, wide = height // step, width // step
    blocks = pixels[: high * step, : wide * step].reshape(high, step, wide, step, channels)
    means: NDArray[np.uint8] = blocks.mean((1, 3)).astype(np.uint8)
    return means


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file of (H, W, 3 or 4) pixels; Pillow, which writes smaller ones, need not be there."""
    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with its filter, none
    rows[:, 1:] = pixels.reshape(height, -1)
    size = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 6, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
