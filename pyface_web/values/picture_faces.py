"""The faces of one picture among many, with the picture's name and size, or why there are none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyface_web.errors import InputError
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import items_of
from pyface_web.values.notebook import escaped, faces_html
from pyface_web.values.numeric import shown
from pyface_web.values.results import FaceResult, as_result

Face = FaceDetection | FaceResult


@dataclass(frozen=True, eq=False)
class PictureFaces:
    """What was found in one of several pictures, as `find_faces` gives it.

    name: the picture's path as it was given, the name of an open file, else "picture 1", ...
    faces: best first; empty where there are none, or where there is an error.
    size: of the picture in pixels; None where it could not be read.
    error: why it could not be read, else None.

    It is a list of its faces where one is wanted: `for face in found`, `len(found)`.
    """

    name: str
    faces: tuple[Face, ...]
    size: Dimensions | None = None
    error: InputError | None = None

    def __iter__(self) -> Iterator[Face]:
        return iter(self.faces)

    def __len__(self) -> int:
        return len(self.faces)

    def _repr_html_(self) -> str:
        if self.error is not None:
            return f"<p>{escaped(f'{self.name}: {self.error}')}</p>"
        return faces_html(self.faces, self.name)

    def __repr__(self) -> str:
        found = f"error={self.error}" if self.error else f"{len(self.faces)} faces"
        return f"PictureFaces({self.name!r}, {found})"


def name_of_picture(picture: object, number: int) -> str:
    """What to call a picture in a table. number: its place among others, from 0."""
    if isinstance(picture, str | os.PathLike):
        return str(os.fspath(picture))
    name = getattr(picture, "name", None) or getattr(picture, "filename", None)
    return name if isinstance(name, str) and name else f"picture {number + 1}"


def pictures_of(results: object, what: str) -> list[PictureFaces]:
    """The pictures of results: those of `find_faces`, or of one; {name: faces}; or the faces of one
    picture, or one face, without a name. InputError for anything else.
    """
    if isinstance(results, PictureFaces):
        return [results]
    if isinstance(results, Mapping) and as_result(results) is results:
        return [_picture(str(name), faces, what) for name, faces in results.items()]
    items = [] if results is None else _listed(results, what)
    if items and all(isinstance(item, PictureFaces) for item in items):
        return items
    return [_picture("", items, what)]


def _listed(faces: object, what: str) -> list[Any]:
    if isinstance(faces, Face | Mapping):
        return [faces]
    return items_of(faces, what, "results")


def _picture(name: str, faces: object, what: str) -> PictureFaces:
    found = tuple(_face(face, what) for face in ([] if faces is None else _listed(faces, what)))
    return PictureFaces(name, found, detection_of(found[0]).image_size if found else None)


def _face(value: object, what: str) -> Face:
    face = as_result(value)
    if not isinstance(face, Face):
        raise InputError(f"{what}: expected results, got {shown(value)}")
    return face


def detection_of(face: Face) -> FaceDetection:
    """The detection of a result, which a detection is itself."""
    return face.detection if isinstance(face, FaceResult) else face
