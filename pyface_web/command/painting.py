"""The faces of a picture drawn on it, with Pillow."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pyface_web.values.picture_faces import Face, detection_of

_BOX, _POINT, _TEXT = (0, 0, 255), (255, 0, 255), (255, 255, 255)  # as draw/shapes has them


def write_annotated(target: Path, pixels: NDArray[np.uint8], faces: Iterable[Face]) -> None:
    """Write a PNG with boxes, scores and points, as large as the picture asks for.

    pixels: (H, W, 3 or 4). faces: of this picture.
    """
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.fromarray(pixels).convert("RGB")
    scale = max(1.0, max(picture.size) / 640)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=16 * scale)
    for face in faces:
        detection, landmarks = detection_of(face), getattr(face, "landmarks", None)
        x, y, width, height = detection.box
        edges = (x, y, x + width, y + height)
        draw.rectangle(edges, outline=_BOX, width=round(2 * scale))
        text = f"{detection.score:.2f}"
        draw.rectangle(draw.textbbox((x, y), text, font, anchor="lb"), fill=_BOX)
        draw.text((x, y), text, _TEXT, font, anchor="lb")
        for x, y in () if landmarks is None else landmarks.positions.tolist():
            draw.ellipse((x - scale, y - scale, x + scale, y + scale), fill=_POINT)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target)


def picture_path(folder: Path, file: Path, taken: set[Path]) -> Path:
    """Where the annotated picture goes: the file's name as PNG, numbered if two files share it."""
    stem = "stdin" if str(file) == "-" else file.stem
    target = folder / f"{stem}.png"
    number = 2
    while target in taken:
        target = folder / f"{stem}-{number}.png"
        number += 1
    taken.add(target)
    return target
