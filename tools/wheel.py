"""Builds the wheel of pyface_web, and only when its sources changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyface_files.disk import is_intact, on_disk, only, remove, seal
from pyface_files.progress import Reporter

from .errors import WheelError

_FOLDERS = ("pyface_web", "pyface_files", "shaders")
_FILES = ("pyproject.toml", "README.md")
_FIXED_TIME = "1577836800"  # 2020-01-01: file times in the wheel, so that equal sources are equal


def build_wheel(root: Path, python: Path, out: Path, reporter: Reporter) -> Path:
    """Path of the wheel built from the sources as they are now."""
    key = source_hash(root)[:16]
    folder = out / key
    if is_intact(folder):
        return next(folder.glob("*.whl"))
    reporter.note("Building the wheel of pyface_web")
    for name in _FOLDERS:
        (root / name).mkdir(exist_ok=True)
    work = out / f"{key}.new"
    for old in (folder, work):
        remove(old)
    result = subprocess.run(
        [str(python), "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)],
        cwd=root,
        env={**os.environ, "SOURCE_DATE_EPOCH": _FIXED_TIME},
        capture_output=True,
        text=True,
    )
    wheels = sorted(work.glob("*.whl"))
    if result.returncode != 0 or not wheels:
        said = (result.stderr or result.stdout).strip()
        raise WheelError(f"hatchling could not build the wheel of {root}:\n{said}")
    with on_disk(folder):
        folder.mkdir(parents=True)
        wheel = wheels[0].replace(folder / wheels[0].name)
    seal(folder)
    only(folder)
    return wheel


def source_hash(root: Path) -> str:
    """Hash over names and contents of everything that goes into the wheel."""
    return hash_of_files(root, _sources(root))


def hash_of_files(root: Path, paths: Iterable[Path], also: str = "") -> str:
    """Hash over names and contents of files below root, and over a text."""
    total = hashlib.sha256(also.encode())
    for path in paths:
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in _FILES:
        yield root / name
    for name in _FOLDERS:
        for path in sorted((root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
