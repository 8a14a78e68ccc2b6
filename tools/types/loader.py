"""pyface.d.ts and offline.d.ts: the modules that pages import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import comments, javascript
from .comments import Comment
from .module import Module
from .sources import Piece
from .table import names_of, read_table

_FACE = "./faceapi.js"
_ABOUT_TYPES = "/** Types of the namespace, so that `faceapi.FaceDetection` is one. */\n"


def loader(site: Path, module: Module) -> str:
    """loadPyface, and the types of what it gives."""
    declared = javascript.read_file(site / "pyface.js").declared
    errors = javascript.read_file(site / "load" / "errors.js").declared
    statements = read_table(Path(__file__).with_name("loader.d.ts"))
    names = [name for statement in statements for name, _ in statement.members]
    said = comments.read(declared["loadPyface"].comment, names)
    parts = [f'import type * as face from "{_FACE}";\n']
    for statement in statements:
        of_error = Comment(errors[statement.name].comment) if statement.name in errors else said
        text = f"{statement.comment}\n" if statement.comment else comments.written(of_error, ())
        rows = "".join(
            comments.written(Comment(comments.capital(said.entries.get(name, ""))), (), "  ")
            + f"{line}\n"
            for name, line in statement.members
        )
        end = f"\n{rows}{statement.tail}" if statement.tail else ""
        parts.append(f"{text}export declare {statement.head}{end}\n")
    return "\n".join([*parts, _types(module), f'export type * from "{_FACE}";\n'])


def _types(module: Module) -> str:
    """The namespace of types, which may share its name with what a page calls the other one."""
    drawn = module.drawn
    top = "".join(f"  {line}\n" for line in _aliases(module.pieces, "", drawn))
    inside = "".join(f"    {line}\n" for line in _aliases(module.pieces, "draw.", drawn))
    body = f"{top}  namespace draw {{\n{inside}  }}\n"
    return f"{_ABOUT_TYPES}export declare namespace faceapi {{\n{body}}}\n"


def _aliases(pieces: list[Piece], place: str, drawn: list[str]) -> Iterator[str]:
    types = {piece.name: piece.generics for piece in pieces if piece.generics is not None}
    for name, generics in types.items():
        if (name in drawn) == bool(place):
            given = f"<{', '.join(names_of(generics))}>" if generics else ""
            yield f"type {name}{generics} = face.{place}{name}{given};"


def offline(site: Path) -> str:
    """What makes pages work without a network."""
    declared = javascript.read_file(site / "offline.js").declared
    parts = []
    for statement in read_table(Path(__file__).with_name("offline.d.ts")):
        said = comments.read(declared[statement.name].comment, ["waits"])
        options = {"options": f"`waits`: {said.entries['waits']}"}
        text = comments.written(Comment(said.text, options, said.outcomes), ["options"])
        parts.append(f"{text}export declare {statement.head}\n")
    return "\n".join(parts)
