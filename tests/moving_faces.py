"""Films of faces of the sample pictures that move, for the fake camera of Chromium.

A film is written as YUV4MPEG2, whose format is in https://wiki.multimedia.cx/index.php/YUV4MPEG2.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.assets import path_of

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 320, 240
SIDE = 104  # of a face's piece of its picture, in pixels of the film
# A square of a sample per face: number, x, y, side.
PIECES = ((6, 573, 326, 379), (5, 497, 372, 366))

# Rows of full-range RGB to Y, Cb, Cr of ITU-R BT.601 in video range.
_TO_YUV = (
    np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]])
    / 255
)
_OFFSET = np.array([16.0, 128.0, 128.0])


def piece(sample: int, x: int, y: int, side: int) -> Pixels:
    """(SIDE, SIDE, 3) a face of a sample picture."""
    with Image.open(path_of(f"images/sample{sample}.jpg")) as picture:
        cut = picture.convert("RGB").crop((x, y, x + side, y + side))
        return np.asarray(cut.resize((SIDE, SIDE)), np.uint8)


def drifting(count: int) -> Iterator[Pixels]:
    """Frames (HEIGHT, WIDTH, 3) of two faces that sway beside each other; the last leads to the
    first."""
    faces = [piece(*one) for one in PIECES]
    for turn in np.arange(count) * 2 * np.pi / count:
        frame = np.full((HEIGHT, WIDTH, 3), 119, np.uint8)
        for i, face in enumerate(faces):
            left = round(28 + 158 * i + 22 * np.cos(turn))
            top = round(68 + 40 * np.sin(turn) * (1 - 2 * i))
            frame[top : top + SIDE, left : left + SIDE] = face
        yield frame


def write_film(path: Path, frames: Iterator[Pixels], rate: int) -> Path:
    """Write frames of one even size, so many a second; returns the path."""
    with path.open("wb") as file:
        for number, frame in enumerate(frames):
            height, width = frame.shape[:2]
            if number == 0:
                file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
            yuv = frame @ _TO_YUV.T + _OFFSET  # (H, W, 3)
            file.write(b"FRAME\n")
            file.write(np.rint(yuv[..., 0]).astype(np.uint8).tobytes())
            halved = yuv.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
            for plane in (1, 2):
                file.write(np.rint(halved[..., plane]).astype(np.uint8).tobytes())
    return path
