"""A screen for a browser that has none, an X server whose picture nobody sees; and how both end."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .errors import BrowserNotFoundError

# Ends its process group as soon as the program ends, or nobody holds the other end of its input any
# more: a process that was killed holds none. Xvfb has a lock to remove, if it is asked first.
_TOGETHER = """
("$@"; kill -KILL 0) &
trap "" TERM
read -r _
kill -TERM 0
sleep 0.3
kill -KILL 0
"""


@contextmanager
def ending_together(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs while the block does, and with it whatever it starts.

    All of that ends with the block, and with this process where that is killed.
    """
    process = subprocess.Popen(
        ["/bin/sh", "-c", _TOGETHER, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        pass_fds=pass_fds,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.communicate()  # which closes its input


@contextmanager
def virtual_display() -> Iterator[str]:
    """Address (':99') of an Xvfb that runs while the block does."""
    program = shutil.which("Xvfb")
    if program is None:
        raise BrowserNotFoundError(
            "Xvfb is missing: Firefox has WebGL only with a display, and Xvfb gives it one that "
            "needs no screen. Install it (on Debian and Ubuntu: apt-get install xvfb)."
        )
    told, tells = os.pipe()
    command = [program, "-displayfd", str(tells), "-screen", "0", "1280x1024x24"]
    with os.fdopen(told) as answer, ending_together(command, pass_fds=[tells]):
        os.close(tells)
        number = answer.readline().strip()  # ends without one when Xvfb does
        if not number:
            raise BrowserNotFoundError(f"Xvfb could not be started ({' '.join(command)}).")
        yield f":{number}"
