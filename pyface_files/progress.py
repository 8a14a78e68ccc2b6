"""What a long run says while it works: one changing line on a terminal, else one line per file."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Protocol, TextIO


@dataclass(frozen=True)
class Progress:
    """Where a run of downloads stands.

    loaded / total: bytes of this file or archive; total is None while nobody knows it.
    done / whole: bytes of all wanted files that are in the cache already, and of all wanted files.
    """

    file: str
    loaded: int
    total: int | None
    done: int
    whole: int


class Reporter(Protocol):
    """Somewhere to say how a run goes."""

    def note(self, text: str) -> None: ...

    def step(self, progress: Progress) -> None: ...


class Silent:
    """A reporter that says nothing."""

    def note(self, text: str) -> None:
        """Drop the text."""

    def step(self, progress: Progress) -> None:
        """Drop the step."""


class Console:
    """A reporter on a stream: rewrites one line on a terminal, prints finished files elsewhere."""

    def __init__(self, stream: TextIO | None = None, every_seconds: float = 0.1) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._every = every_seconds
        self._last = 0.0
        self._last_file = ""
        self._open_line = False

    def note(self, text: str) -> None:
        """Print one line that stays."""
        if self._open_line:
            self._stream.write("\r\x1b[K")
            self._open_line = False
        self._stream.write(text + "\n")
        self._stream.flush()

    def step(self, progress: Progress) -> None:
        """Show a step: the changing line, or the end of a file where lines cannot change."""
        finished = progress.total is not None and progress.loaded >= progress.total
        text = describe(progress)
        if not self._stream.isatty():
            if finished and progress.file != self._last_file:
                self.note(text)
                self._last_file = progress.file
            return
        now = time.monotonic()
        if not finished and now - self._last < self._every:
            return
        self._last = now
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
        self._open_line = True

    def close(self) -> None:
        """End the changing line, so that the next output starts on a line of its own."""
        if self._open_line:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._open_line = False


def describe(progress: Progress) -> str:
    """One line for one step, such as ' 39% of 34.2 MB  models/a-shard1  1.21 of 4.19 MB'."""
    share = 100 * progress.done // progress.whole if progress.whole else 100
    size = amount(progress.loaded)
    if progress.total is not None:
        size += f" of {amount(progress.total)}"
    return f"  {share:3d}% of {amount(progress.whole)}   {progress.file}  {size}"


def amount(count: int) -> str:
    """Bytes for a reader: '17.9 kB', '4.19 MB', '106.4 MB'."""
    if count < 100_000:
        return f"{count / 1e3:.1f} kB"
    return f"{count / 1e6:.2f} MB" if count < 10_000_000 else f"{count / 1e6:.1f} MB"
