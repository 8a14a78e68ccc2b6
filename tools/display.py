"""A screen for a browser that has none: an X server whose picture nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import BrowserNotFoundError


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
    process = subprocess.Popen(
        command, pass_fds=[tells], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        os.close(tells)
        with os.fdopen(told) as answer:  # ends without a number when Xvfb does
            number = answer.readline().strip()
        if not number:
            raise BrowserNotFoundError(f"Xvfb could not be started ({' '.join(command)}).")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()
