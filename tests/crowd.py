"""A crowd at known places: heads of the sample photos, pasted in many sizes on a plain picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from pyface_web.models.decode.boxes import overlaps
from tools.assets import path_of

# Sample, and x, y, width, height of a face in it that has room around it.
HEADS = (
    (1, 413, 354, 177, 240), (1, 839, 419, 187, 226), (1, 1473, 197, 204, 240),
    (2, 1446, 153, 195, 242), (3, 585, 327, 198, 272), (3, 1513, 288, 170, 283),
    (4, 255, 182, 163, 250), (4, 988, 177, 171, 228), (5, 786, 108, 155, 212),
    (5, 1110, 195, 162, 240), (5, 595, 413, 168, 250), (5, 1403, 385, 170, 277),
    (6, 679, 316, 161, 310), (6, 1179, 306, 189, 276),
)  # fmt: skip
_ROOM = 0.3  # around a face, in its width and height
_TRIES = 2000


@dataclass(frozen=True)
class Crowd:
    """A picture, and (N, 4) x, y, width, height of the faces in it, the largest first."""

    picture: Image.Image
    faces: NDArray[np.float64]

    def found(self, boxes: NDArray[np.float64]) -> tuple[NDArray[np.intp], int]:
        """How often each face is among boxes (M, 4), and how many boxes are none of them."""
        times, others = np.zeros(len(self.faces), np.intp), 0
        for box in boxes:
            common = overlaps(box, self.faces)
            if common.max() > 0.3:
                times[common.argmax()] += 1
            else:
                others += 1
        return times, others


def crowd(
    width: int, height: int, faces: int, smallest: float, largest: float, seed: int = 0
) -> Crowd:
    """So many faces, whose sides (the root of the area) are spread evenly by their ratio."""
    rng = np.random.default_rng(seed)
    picture = Image.fromarray(rng.integers(64, 77, (height, width, 3), np.uint8))
    heads = [_head(*head) for head in HEADS]
    taken = np.zeros((height, width), np.bool_)
    places = []
    for side in np.geomspace(largest, smallest, faces):
        head, face = heads[rng.integers(len(heads))]
        scale = side / np.sqrt(face[2] * face[3])
        size = round(head.width * scale), round(head.height * scale)
        x, y = _room_for(size, taken, rng)
        taken[y : y + size[1], x : x + size[0]] = True
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).ellipse((0, 0, *size), fill=255)
        soft = mask.filter(ImageFilter.GaussianBlur(size[0] / 40))
        picture.paste(head.resize(size, Image.Resampling.LANCZOS), (x, y), soft)
        places.append(face * scale + [x, y, 0, 0])
    return Crowd(picture, np.array(places))


def _head(
    sample: int, x: int, y: int, width: int, height: int
) -> tuple[Image.Image, NDArray[np.float64]]:
    """A head, and the box of its face in it."""
    photo = Image.open(path_of(f"images/sample{sample}.jpg")).convert("RGB")
    left, top = round(x - _ROOM * width), round(y - _ROOM * height)
    right, bottom = round(x + (1 + _ROOM) * width), round(y + (1 + _ROOM) * height)
    return photo.crop((left, top, right, bottom)), np.array(
        [x - left, y - top, width, height], float
    )


def _room_for(
    size: tuple[int, int], taken: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[int, int]:
    height, width = taken.shape
    for _ in range(_TRIES):
        x, y = int(rng.integers(width - size[0] + 1)), int(rng.integers(height - size[1] + 1))
        if not taken[y : y + size[1], x : x + size[0]].any():
            return x, y
    raise ValueError(f"a crowd: there is no room left for {size[0]}x{size[1]} pixels")
