"""What modules of tools write in the environment, kept in a folder of the cache: whole, or not."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pyface_files.disk import on_disk, only, remove, seal, write_whole

from .errors import ModuleFailedError


def output_of(root: Path, python: Path, module: str, *arguments: str) -> str:
    """What a module prints. python: that of the environment.

    Raises ModuleFailedError with its last words where it does not end well.
    """
    result = subprocess.run(
        [str(python), "-m", module, *arguments], cwd=root, capture_output=True, text=True
    )
    if result.returncode != 0:
        raise ModuleFailedError((result.stderr.strip().splitlines() or ["no message"])[-1])
    return result.stdout


def keep_text(folder: Path, name: str, text: str) -> None:
    """Have a folder with one file, and none of the folders that were kept beside it."""
    remove(folder)
    write_whole(folder / name, text.encode())
    seal(folder)
    only(folder)


def keep_written(root: Path, python: Path, module: str, folder: Path) -> None:
    """Have a folder with what a module writes into the one that is its argument, and none of those
    that were kept beside it.

    Raises ModuleFailedError as `output_of`; nothing is changed then but an older folder removed.
    """
    work = folder.with_name(f"{folder.name}.new")
    for old in (folder, work):
        remove(old)
    work.mkdir(parents=True)
    output_of(root, python, module, str(work))
    seal(work)
    with on_disk(folder):
        work.replace(folder)
    only(folder)
