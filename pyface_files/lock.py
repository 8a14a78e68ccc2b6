"""One process, and one thread of it, at a time: the others wait."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .disk import on_disk


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that this file stands for; the system lets go of it where a process dies.

    Afterwards the file is gone, unless others wait for it.
    """
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    handle = _held(path)
    try:
        yield
    finally:
        if sys.platform == "win32":  # where a file that is open, here or by others, stays
            os.close(handle)
            _forget(path)
        else:
            _forget(path)
            os.close(handle)  # which lets go of it


def _held(path: Path) -> int:
    """The file, open and locked, which is the one that others would find now."""
    while True:
        with on_disk(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait_for(handle)
            if _is_at(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # whoever had it has removed it


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _wait_for(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                return
            except OSError as error:
                if error.errno != errno.EDEADLK:  # which is said after ten seconds in vain
                    return  # a file system without locks
    else:
        import fcntl

        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
