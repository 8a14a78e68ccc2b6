"""Declarations of what tables of Python list: names of nets and backends, enumerations."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from pyface_web import errors, nets
from pyface_web.draw.shapes import AnchorPosition
from pyface_web.engine import registry
from pyface_web.values import alignment, detection, expressions, options
from pyface_web.wording import camel

from . import comments
from .sources import Piece, Sources

_ENUMS = (expressions.Gender, AnchorPosition, options.TinyYolov2SizeType)
TYPES = (
    "ModelName",
    "BackendName",
    "Align",
    "Orientation",
    "ErrorName",
    *(kind.__name__ for kind in _ENUMS),
)


def facts(sources: Sources) -> Iterator[Piece]:
    """All of them."""
    models = [net.architecture.model_option for net in nets.values()]
    backends = [*registry.names(registry.IN_PAGES), registry.FASTEST]
    yield _union("ModelName", models, "The name of a net in the option `models`.")
    yield _union("BackendName", backends, "What can compute.")
    cut = "How a face is cut out for a net: turned by its landmarks, or by its box alone."
    yield _union("Align", alignment.ALIGNS, cut)
    turned = "Degrees clockwise by which the upper end of a face is turned in a picture."
    yield _union("Orientation", detection.ORIENTATIONS, turned)
    raised = [name for name, kind in vars(errors).items() if _is_error(kind)]
    thrown = dict.fromkeys([*raised, *sources.errors])
    yield _union("ErrorName", thrown, "What `name` of an error may be, for `catch`.")
    name = "FACE_EXPRESSION_LABELS"
    text = comments.written(sources.comment(name), ())
    labels = ", ".join(map(_literal, expressions.FACE_EXPRESSION_LABELS))
    yield Piece(name, f"{text}declare const {name}: readonly [{labels}];\n")
    for kind in _ENUMS:
        yield _enumeration(kind, sources)
    yield _nets()


def loaders(sources: Sources) -> Iterator[Piece]:
    """The functions that load the net of each kind."""
    for net in nets.values():
        name = camel(net.architecture.loader)
        text = comments.written(sources.comment(name, ["uri"]), ["uri"])
        if name in sources.python:
            yield Piece(name, f"{text}declare function {name}(uri?: Place): Promise<void>;\n")


def _union(name: str, values: Iterable[object], comment: str) -> Piece:
    choices = " | ".join(map(_literal, values))
    return Piece(name, f"/** {comment} */\ndeclare type {name} = {choices};\n", "")


def _enumeration(kind: type[enum.Enum], sources: Sources) -> Piece:
    name = kind.__name__
    text = comments.written(sources.comment(name), ())
    rows = [(member.name, member.value) for member in kind]
    if issubclass(kind, enum.IntEnum):
        rows += [(value, key) for key, value in rows]
    values = "".join(f"  readonly {key}: {_literal(value)};\n" for key, value in rows)
    choices = " | ".join(_literal(member.value) for member in kind)
    made = f"{text}declare const {name}: {{\n{values}}};\n"
    return Piece(name, f"{made}{text}declare type {name} = {choices};\n", "")


def _nets() -> Piece:
    rows = "".join(
        f"  /** {comments.capital(net.architecture.words)}. */\n"
        f"  readonly {camel(name)}: {type(net).__name__};\n"
        for name, net in nets.items()
    )
    text = "/** One net of each kind, which the tasks and functions use. */\n"
    return Piece("nets", f"{text}declare const nets: {{\n{rows}}};\n")


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, errors.PyfaceError)


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
