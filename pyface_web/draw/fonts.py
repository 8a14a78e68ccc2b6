"""Fonts for text on images of Pillow, which brings along one that knows the letters of English."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from pyface_web.errors import InputError, OptionsError

_FILES = (".ttf", ".otf", ".ttc")
_BREAKS = re.compile(r"[\t\n\v\f\r]")  # which a canvas draws as spaces
_OF_MACHINES = (  # with letters of many languages, as systems have them
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "Arial Unicode.ttf",
    "arial.ttf",
)


def font_and_text(font: str, text: str) -> tuple[Any, str]:
    """A font of Pillow for a text, and the text in letters that it has.

    font: as CSS says it, "14px Georgia", or with the path of a font file as the family. Pillow's
    own stands for every other family; for letters that it lacks, a font of the machine; and where
    there is none, letters lose their accents. The font is None for one of no size.
    """
    size, _, family = font.partition("px ")
    pixels, text = float(size), _BREAKS.sub(" ", text)
    if pixels <= 0:
        return None, text
    if Path(family).suffix.lower() in _FILES:
        return _of_file(family, pixels), text
    if text.isascii():
        return _own(pixels), text
    found = _of_machine(pixels)
    if found is not None:
        return found, text
    plain = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return _own(pixels), "".join(plain)


@lru_cache(maxsize=32)
def _own(size: float) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.load_default(size)
    except (ImportError, TypeError):
        raise InputError(
            "the text to draw: expected Pillow 10.1 or newer with FreeType, got one without; "
            "pip install --upgrade pillow, or pass the path of a font file as font_style"
        ) from None


@lru_cache(maxsize=32)
def _of_machine(size: float) -> Any:
    from PIL import ImageFont

    for name in _OF_MACHINES:
        try:
            return ImageFont.truetype(name, size)
        except (OSError, ImportError):
            continue
    return None


@lru_cache(maxsize=32)
def _of_file(path: str, size: float) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(path, size)
    except (OSError, ImportError) as error:
        raise OptionsError(
            f"font_style: expected a font, or the path of a font file, got {path!r}, which cannot "
            f"be read ({error}); is its path right?"
        ) from error
