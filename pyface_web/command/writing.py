"""Where results go: JSON, lines of JSON, or a table, each file as soon as it is done."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from pyface_web.command.results import row_of


class Writer(Protocol):
    """Writes what is found in one file after the other."""

    def add(self, found: Mapping[str, Any]) -> None: ...

    def end(self) -> None: ...


class Json:
    """One array with an object for each file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._count = 0

    def add(self, found: Mapping[str, Any]) -> None:
        """Write an object."""
        self._stream.write(("[\n" if self._count == 0 else ",\n") + json.dumps(found, indent=1))
        self._count += 1

    def end(self) -> None:
        """Close the array."""
        self._stream.write("\n]\n" if self._count else "[]\n")


class Lines:
    """An object a line, for what reads while it is written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def add(self, found: Mapping[str, Any]) -> None:
        """Write a line."""
        self._stream.write(json.dumps(found) + "\n")
        self._stream.flush()

    def end(self) -> None:
        """Nothing is left to write."""


class Table:
    """A line for each face, of comma-separated values; `face` counts those of a file from 0."""

    def __init__(self, stream: TextIO, columns: list[str]) -> None:
        self._stream = stream
        names = ["file", "face", *columns]
        self._rows = csv.DictWriter(stream, names, lineterminator="\n")
        self._rows.writeheader()

    def add(self, found: Mapping[str, Any]) -> None:
        """Write a line for each face of a file."""
        for number, face in enumerate(found["faces"]):
            self._rows.writerow({"file": found["file"], "face": number, **row_of(face)})
        self._stream.flush()

    def end(self) -> None:
        """Nothing is left to write."""
