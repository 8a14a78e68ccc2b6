"""The pictures that the command is given: names, patterns, and - for standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import InputError
from pyface_web.pictures.pillow import pixels_of

STANDARD_INPUT = "-"


def names_of(patterns: Iterable[str]) -> Iterator[str]:
    """The names of files. Shells of Windows leave patterns such as *.jpg to the program."""
    for pattern in patterns:
        is_pattern = has_magic(pattern) and not Path(pattern).exists()
        yield from (is_pattern and sorted(glob(pattern, recursive=True))) or [pattern]


def read(name: str) -> NDArray[np.uint8]:
    """The pixels of a picture, (H, W, 3 or 4), as it is seen.

    Raises InputError, or an error of the system, for what cannot be read.
    """
    from PIL import Image, UnidentifiedImageError

    is_piped = name == STANDARD_INPUT
    data = sys.stdin.buffer.read() if is_piped else Path(name).read_bytes()
    try:
        return pixels_of(Image.open(BytesIO(data)))
    except UnidentifiedImageError:
        what = "it is empty" if not data else "not a picture that Pillow reads"
        raise InputError(what) from None
    except Image.DecompressionBombError as error:
        raise InputError(f"not read, as it may be an attack: {error}") from None
