"""Declarations of options: what may be given, and the classes that hold them."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from typing import Any

from pyface_web.draw.results import DrawLandmarksOptions, DrawOptions
from pyface_web.draw.shapes import DrawBoxOptions, DrawFaceLandmarksOptions, DrawTextFieldOptions
from pyface_web.values.landmarks import AlignOptions
from pyface_web.values.options import (
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
    TrackOptions,
)
from pyface_web.waits import Waits
from pyface_web.wording import camel

from . import comments, hints
from .comments import Comment
from .javascript import Class
from .sources import Piece, Sources, said as said_of

# Those that have a class, and so an interface of another name, and those that have none.
_CLASSES: tuple[type, ...] = (
    SsdMobilenetv1Options,
    TinyYolov2Options,
    TinyFaceDetectorOptions,
    MtcnnOptions,
    DrawTextFieldOptions,
    DrawBoxOptions,
    DrawFaceLandmarksOptions,
)
_PLAIN: tuple[type, ...] = (DrawOptions, DrawLandmarksOptions, AlignOptions, TrackOptions, Waits)
TYPES = {
    *(kind.__name__ for kind in (*_CLASSES, *_PLAIN)),
    *(f"I{kind.__name__}" for kind in _CLASSES),
}


def options(sources: Sources) -> Iterator[Piece]:
    """All of them."""
    for kind in _CLASSES:
        yield _interface(kind, f"I{kind.__name__}", sources)
        yield _class(kind, sources)
    for kind in _PLAIN:
        yield _interface(kind, kind.__name__, sources)


def _interface(kind: type, name: str, sources: Sources) -> Piece:
    said, extra = _said(kind, name, sources)
    rows = "".join(
        _row(
            said,
            key,
            f"{key}?: {type_}",
            f"@defaultValue {_written(default)}" if default is not None else "",
        )
        for key, (type_, default) in hints.option_types(kind).items()
    )
    return Piece(name, f"{_text(said)}declare interface {name} {{\n{rows}{extra}}}\n", "")


def _class(kind: type, sources: Sources) -> Piece:
    name = kind.__name__
    said, extra = _said(kind, name, sources)
    declared = sources.declared.get(name)
    base = declared.base if isinstance(declared, Class) and declared.base in TYPES else ""
    fixed = "readonly " if issubclass(kind, DetectorOptions) else ""
    rows = "".join(
        _row(said, key, f"{fixed}{key}{_maybe(kind, key)}: {type_.replace('readonly ', '')}")
        for key, (type_, _) in hints.option_types(kind).items()
    )
    head = f"{_text(said)}declare class {name}{f' extends {base}' if base else ''} {{\n"
    return Piece(name, f"{head}  constructor(options?: I{name});\n{rows}{extra}}}\n", "")


def _said(kind: type, name: str, sources: Sources) -> tuple[Comment, str]:
    """The comment of options, and what the table has of them beside their rules."""
    known = [member for one in sources.known if one.name == name for member in one.members]
    fields = [*hints.option_types(kind), *(member for member, _ in known)]
    said = said_of(sources.declared.get(kind.__name__), kind, fields)
    return said, "".join(_row(said, key, line.strip().rstrip(";")) for key, line in known)


def _text(said: Comment) -> str:
    return comments.written(Comment(said.text), ())


def _row(said: Comment, key: str, line: str, also: str = "") -> str:
    text = Comment(comments.capital(said.entries.get(key, "")))
    return f"{comments.written(text, (), '  ', also)}  {line};\n"


def _maybe(kind: Any, key: str) -> str:
    defaults = {camel(part.name): part.default for part in dataclasses.fields(kind)}
    return "?" if defaults[key] is None else ""


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, enum.Enum):
        value = value.value
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
