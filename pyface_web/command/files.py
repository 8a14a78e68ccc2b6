"""Files of the command: pictures in (names, patterns, - for standard input), and drawn ones out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

STANDARD_INPUT = "-"


def names_of(patterns: Iterable[str]) -> Iterator[str]:
    """The names of files. Shells of Windows leave patterns such as *.jpg to the program."""
    for pattern in patterns:
        is_pattern = has_magic(pattern) and not Path(pattern).exists()
        yield from (is_pattern and sorted(glob(pattern, recursive=True))) or [pattern]


def picture_of(name: str) -> Path | bytes:
    """What has the bytes of the picture of this name."""
    return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name)


def drawn_path(folder: Path, name: str, taken: set[Path]) -> Path:
    """Where the drawn picture of a file goes: its name as PNG, with a number if that is taken.

    taken: resolved paths of what must not be written over, to which this one is added.
    """
    stem = "stdin" if name == STANDARD_INPUT else Path(name).stem
    target = folder / f"{stem}.png"
    number = 2
    while target.resolve() in taken:
        target = folder / f"{stem}-{number}.png"
        number += 1
    taken.add(target.resolve())
    return target
