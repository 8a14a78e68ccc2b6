"""Where annotated pictures go."""

from __future__ import annotations

from pathlib import Path


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
