"""Pictures made of a sample: turned, small, blurred, dark, noisy, pressed hard, covered in part.

Each knows where a point of the sample then lies, so that what is found can be judged.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

Points = NDArray[np.float64]
Move = Callable[[Points], Points]
"""Points (N, 2) of the sample, in pixels of it -> of the variant."""

WIDTH = 960  # pixels to which samples are brought first
CANVAS = 1600, 1066  # on which small ones lie
GREY = 119
ANGLES = (0, 15, 30, 45, 60, 90, 135, 180)
FACE_SIDES = (16, 24, 32, 48, 64, 96)
_SEED = 15


@dataclass(frozen=True)
class Variant:
    """kind: the table that it belongs to; value: its row. turn: degrees clockwise."""

    kind: str
    value: str
    picture: Image.Image
    move: Move
    turn: float = 0.0
    scale: float = 1.0


def brought(picture: Image.Image) -> Image.Image:
    """A sample in RGB, WIDTH pixels wide."""
    height = round(picture.height * WIDTH / picture.width)
    return picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)


def variants(sample: Image.Image, faces: Points, kinds: Sequence[str]) -> Iterator[Variant]:
    """All of a sample. faces: (N, 4) x, y, width, height of its faces, in pixels of it."""
    for kind in kinds:
        yield from _MAKERS[kind](sample, faces)


def _turned(sample: Image.Image, faces: Points) -> Iterator[Variant]:
    for angle in ANGLES:
        picture, move = turned(sample, angle)
        yield Variant("angle", f"{angle}°", picture, move, turn=angle)


def turned(sample: Image.Image, degrees: float) -> tuple[Image.Image, Move]:
    """All of a picture turned clockwise about its middle, on grey, and where its points are."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    width = math.ceil(abs(sample.width * cos) + abs(sample.height * sin) - 1e-6)
    height = math.ceil(abs(sample.width * sin) + abs(sample.height * cos) - 1e-6)
    turn = np.array([[cos, -sin], [sin, cos]])
    before = np.array([sample.width, sample.height]) / 2
    after = np.array([width, height]) / 2

    def move(points: Points) -> Points:
        return np.asarray((points - before) @ turn.T + after)

    corner = before - after @ turn  # where (0, 0) of the turned picture comes from
    matrix = (cos, sin, corner[0], -sin, cos, corner[1])
    how = Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    return sample.transform((width, height), *how, fillcolor=(GREY,) * 3), move


def _small(sample: Image.Image, faces: Points) -> Iterator[Variant]:
    side = float(np.median(faces[:, 2:].max(axis=1)))
    for wanted in FACE_SIDES:
        scale = wanted / side
        size = round(sample.width * scale), round(sample.height * scale)
        canvas = Image.new("RGB", CANVAS, (GREY,) * 3)
        corner = (CANVAS[0] - size[0]) // 2, (CANVAS[1] - size[1]) // 2
        canvas.paste(sample.resize(size, Image.Resampling.LANCZOS), corner)
        exact = np.array(size) / np.array(sample.size)
        yield Variant("size", f"{wanted} px", canvas, _scaled(exact, np.array(corner)), scale=scale)


def _scaled(scale: Points, corner: Points) -> Move:
    return lambda points: np.asarray(points * scale + corner)


def _spoilt(sample: Image.Image, faces: Points) -> Iterator[Variant]:
    for name, spoil in _SPOILS.items():
        yield Variant("quality", name, spoil(sample, faces), lambda points: points)


def _blurred(share: float) -> Callable[[Image.Image, Points], Image.Image]:
    """share: of the median face's side that is the radius."""

    def spoil(sample: Image.Image, faces: Points) -> Image.Image:
        side = float(np.median(faces[:, 2:].max(axis=1)))
        return sample.filter(ImageFilter.GaussianBlur(share * side))

    return spoil


def _dark(share: float) -> Callable[[Image.Image, Points], Image.Image]:
    return lambda sample, _: ImageEnhance.Brightness(sample).enhance(share)


def _noisy(deviation: float) -> Callable[[Image.Image, Points], Image.Image]:
    def spoil(sample: Image.Image, faces: Points) -> Image.Image:
        noise = np.random.default_rng(_SEED).normal(0, deviation, (sample.height, sample.width, 3))
        return Image.fromarray(np.clip(np.asarray(sample) + noise, 0, 255).astype(np.uint8))

    return spoil


def _pressed(quality: int) -> Callable[[Image.Image, Points], Image.Image]:
    def spoil(sample: Image.Image, faces: Points) -> Image.Image:
        file = io.BytesIO()
        sample.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return spoil


def _covered(top: float, bottom: float) -> Callable[[Image.Image, Points], Image.Image]:
    """A bar over each face, from and to these shares of its height."""

    def spoil(sample: Image.Image, faces: Points) -> Image.Image:
        picture = sample.copy()
        draw = ImageDraw.Draw(picture)
        for x, y, width, height in faces.tolist():
            bar = (x, y + top * height, x + width, y + bottom * height)
            draw.rectangle(bar, fill=(GREY,) * 3)
        return picture

    return spoil


_SPOILS: dict[str, Callable[[Image.Image, Points], Image.Image]] = {
    "as it is": lambda sample, _: sample,
    "blurred by 3 % of a face": _blurred(0.03),
    "blurred by 6 % of a face": _blurred(0.06),
    "a fifth as bright": _dark(0.2),
    "a twentieth as bright": _dark(0.05),
    "noise of 25 levels": _noisy(25),
    "noise of 50 levels": _noisy(50),
    "JPEG of quality 10": _pressed(10),
    "a bar over the mouth": _covered(0.68, 0.9),
    "a bar over the eyes": _covered(0.25, 0.48),
}
_MAKERS: dict[str, Callable[[Image.Image, Points], Iterator[Variant]]] = {
    "angle": _turned,
    "size": _small,
    "quality": _spoilt,
}
