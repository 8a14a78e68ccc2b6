"""How far the command is, on standard error."""

from __future__ import annotations

import sys
from time import monotonic

FEW = 3
"""So many files are done without a word."""


class Counter:
    """One changing line on a terminal, elsewhere a line for each tenth of the files."""

    def __init__(self, files: int, *, quiet: bool) -> None:
        self._files = files
        self._quiet = quiet or files <= FEW
        self._changes = sys.stderr.isatty()
        self._begun = monotonic()
        self._done = self._faces = self._failed = 0

    def note(self, text: str) -> None:
        """Write a line that stays."""
        print(f"\r\x1b[K{text}" if self._changes and not self._quiet else text, file=sys.stderr)

    def count(self, faces: int | None) -> None:
        """A file more is done. faces: what is in it, None where it failed."""
        self._done += 1
        self._faces += faces or 0
        self._failed += faces is None
        if self._quiet:
            return
        if self._changes:
            is_last = self._done == self._files
            text = f"\r\x1b[K{self._text()}{'' if is_last else self._left()}"
            print(text, end="\n" if is_last else "", file=sys.stderr, flush=True)
        elif self._done * 10 // self._files > (self._done - 1) * 10 // self._files:
            print(self._text(), file=sys.stderr, flush=True)

    def _text(self) -> str:
        text = f"{self._done} of {self._files} files, {self._faces} faces"
        return text + (f", {self._failed} failed" if self._failed else "")

    def _left(self) -> str:
        seconds = (monotonic() - self._begun) / self._done * (self._files - self._done)
        return f", {int(seconds) // 60}:{int(seconds) % 60:02d} left"
