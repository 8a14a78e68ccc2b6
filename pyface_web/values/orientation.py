"""Which side of a Pillow image is up, and the size that it has then."""

from __future__ import annotations

import sys
from typing import Any, TypeAlias

Image: TypeAlias = Any
"""PIL.Image.Image, of a package that need not be there."""

_ORIENTATION = 0x112  # the tag of EXIF


def is_pillow(value: object) -> bool:
    """Whether a value is a Pillow image, of whatever class derived from it."""
    pillow = sys.modules.get("PIL.Image")  # without which there is none
    return pillow is not None and isinstance(value, pillow.Image)


def size_of(image: Image) -> tuple[int, int]:
    """Width and height of the pixels, as they are turned."""
    is_upright = orientation_of(image) < 5
    return (image.width, image.height) if is_upright else (image.height, image.width)


def orientation_of(image: Image) -> int:
    """The orientation of EXIF, 1 to 8, of which 1 is as stored."""
    data = image.info.get("exif")
    if not data or image.format == "WEBP":  # browsers show those as stored
        return 1
    found = sys.modules["PIL.Image"].Exif()
    try:
        found.load(data)
        return int(found.get(_ORIENTATION, 1))
    except Exception:  # nothing that is EXIF
        return 1
