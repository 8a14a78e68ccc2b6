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
    """Hold the lock that this file stands for; the system lets go of it where a process dies."""
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)  # which lets go of it


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
