"""Files on disk: there whole or not at all, kept as they were made, and what a full disk says."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DiskError

SUMS = "SHA256SUMS"
_LITTLE = 50_000_000  # bytes that programs which install packages do not get by with
_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "your share of the disk is full; free some space",
    errno.EACCES: "that is not permitted; change the owner or the permissions of the folder",
    errno.EPERM: "that is not permitted; change the owner or the permissions of the folder",
    errno.EROFS: "the disk can only be read; choose a folder elsewhere",
    errno.EIO: "the disk has an error",
    errno.EISDIR: "there is a folder where a file belongs; remove it",
    errno.ENOTDIR: "there is a file where a folder belongs; remove it",
    errno.EEXIST: "there is a file where a folder belongs; remove it",
}
# What clients of registries print of the same, in one line.
_SAID = re.compile(
    r"no space left|ENOSPC|disk quota|EDQUOT|read-only file system|EROFS|EACCES|\[Errno 13\]",
    re.IGNORECASE,
)


def names_disk(line: str) -> bool:
    """Whether what another program said is that the disk is full, or may not be written."""
    return bool(_SAID.search(line))


def is_of_disk(error: OSError) -> bool:
    """Whether an error is about the disk or its permissions, and not about what is in a file."""
    return error.errno in _REMEDIES


@contextmanager
def on_disk(path: Path | None = None) -> Iterator[None]:
    """Make a DiskError, which names the file and the way out, of an OSError of the block.

    Without path only of those that are about files.
    """
    try:
        yield
    except OSError as error:
        if path is None and not is_of_disk(error):
            raise
        place = error.filename or path or "A file"
        remedy = _REMEDIES.get(error.errno or 0, "is the disk in order?")
        raise DiskError(
            f"{place} cannot be read or written ({error.strerror or error}): {remedy}, then run "
            "the same command again"
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also when interrupted."""
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def read_whole(path: Path) -> bytes | None:
    """The bytes of a file, or None where there is none."""
    with on_disk(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it, if it is there."""
    with on_disk(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def sha256(data: bytes) -> str:
    """Hash as hex digits."""
    return hashlib.sha256(data).hexdigest()


def check_space(folder: Path) -> None:
    """Raise DiskError where the disk of a folder is full, for what failed in another program."""
    free = shutil.disk_usage(folder).free
    if free < _LITTLE:
        raise DiskError(
            f"The disk of {folder} is full ({free / 1e6:.0f} MB are free); free some space, then "
            "run the same command again"
        )


# --- folders of what was made here, which is kept until its sources change


def seal(folder: Path) -> None:
    """Write down the hashes of all files of a folder, which `is_intact` compares."""
    write_whole(folder / SUMS, _sums(folder))


def is_intact(folder: Path) -> bool:
    """Whether a folder has the files that it was sealed with, and no others."""
    return read_whole(folder / SUMS) == _sums(folder)


def files_of(folder: Path) -> list[Path]:
    """The files of a sealed folder and of the folders in it."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != SUMS]


def _sums(folder: Path) -> bytes:
    with on_disk(folder):
        lines = [
            f"{sha256(path.read_bytes())}  {path.relative_to(folder).as_posix()}\n"
            for path in files_of(folder)
        ]
    return "".join(lines).encode()


def only(folder: Path) -> None:
    """Remove whatever lies beside a folder: what was made of older sources, or not to its end."""
    with on_disk(folder):
        for other in folder.parent.iterdir():
            if other != folder:
                remove(other)
