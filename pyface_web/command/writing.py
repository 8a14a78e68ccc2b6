"""Where results go: JSON, lines of JSON, or a table, each file as soon as it is done."""

from __future__ import annotations

import csv
import json
from typing import Protocol, TextIO

import numpy as np

from pyface_web.command.results import tree_of
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.picture_faces import PictureFaces
from pyface_web.values.records import to_records
from pyface_web.values.results import FaceResult

_SIZE = Dimensions(1, 1)
_FACE = FaceResult(  # that knows all, to tell the columns of a table
    FaceDetection(0.5, Box(0, 0, 1, 1), _SIZE),
    FaceLandmarks68(np.zeros((68, 2)), _SIZE),
    descriptor=np.zeros(128, np.float32),
)


class Writer(Protocol):
    """Writes what is found in one file after the other."""

    def add(self, name: str, found: PictureFaces, backend: str) -> None: ...

    def close(self) -> None: ...


class Json:
    """One array with an object for each file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._count = 0

    def add(self, name: str, found: PictureFaces, backend: str) -> None:
        """Write an object."""
        text = json.dumps(tree_of(name, found, backend), indent=1)
        self._stream.write(("[\n" if self._count == 0 else ",\n") + text)
        self._count += 1

    def close(self) -> None:
        """End the array, which may have all files or, where something failed, the first ones."""
        self._stream.write("\n]\n" if self._count else "[]\n")


class Lines:
    """An object a line, for what reads while it is written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def add(self, name: str, found: PictureFaces, backend: str) -> None:
        """Write a line."""
        self._stream.write(json.dumps(tree_of(name, found, backend)) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to write."""


class Table:
    """A line for each face, of comma-separated values, with the columns of `to_records`."""

    def __init__(self, stream: TextIO, *, points: bool, descriptors: bool) -> None:
        self._stream = stream
        self._more = {"points": points, "descriptors": descriptors}
        [columns] = to_records(_FACE, **self._more)
        self._rows = csv.DictWriter(stream, list(columns), lineterminator="\n")
        self._rows.writeheader()

    def add(self, name: str, found: PictureFaces, backend: str) -> None:
        """Write a line for each face of a file."""
        self._rows.writerows(to_records({name: found.faces}, **self._more))
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to write."""
