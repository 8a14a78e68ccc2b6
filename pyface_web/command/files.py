"""The pictures that the command is given: names, patterns, and - for standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import BinaryIO

STANDARD_INPUT = "-"


def names_of(patterns: Iterable[str]) -> Iterator[str]:
    """The names of files. Shells of Windows leave patterns such as *.jpg to the program."""
    for pattern in patterns:
        is_pattern = has_magic(pattern) and not Path(pattern).exists()
        yield from (is_pattern and sorted(glob(pattern, recursive=True))) or [pattern]


def picture_of(name: str) -> Path | BinaryIO | bytes:
    """What has the bytes of the picture of this name."""
    return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name)
