"""faceapi.d.ts: the namespace that loadPyface gives."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyface_web.wording import camel

from . import comments, python
from .comments import Comment
from .facts import facts, loaders
from .javascript import Class, Property
from .options import TYPES as OPTIONS, options
from .replaced import Replaced
from .signatures import Signatures
from .sources import Piece, Sources, UnknownTypeError
from .table import Statement, parameters_of

_ABOUT = {
    "draw": "Drawing results, as in face-api.js 0.22.",
    "utils": "Small questions about numbers, sizes and tensors.",
}


class Module:
    """All declarations, and which of them are in `faceapi.draw` alone."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._signatures = Signatures(sources)
        self.pieces: list[Piece] = [*facts(sources)]
        for statement in sources.known:
            if statement.name not in OPTIONS:
                self.pieces.append(self._statement(statement))
        self.pieces += [*options(sources)]
        done = {piece.name for piece in self.pieces}
        for name, declared in sources.face.items():
            if name in done or name in _ABOUT:
                continue
            if isinstance(declared, Class):
                self.pieces.append(self._class(name, declared))
            elif isinstance(declared, Property) and name not in sources.python:
                raise UnknownTypeError(f"known.d.ts needs {name}, a constant")
            else:
                self.pieces.append(Piece(name, self._signatures.function(name, declared)))
        self.pieces += [*loaders(sources)]
        self.pieces += [
            Piece(row.name, self._replaced(row)) for row in sources.replaced if not row.owner
        ]

    @property
    def drawn(self) -> list[str]:
        """Names that `faceapi.draw` has and `faceapi` has not."""
        names = dict.fromkeys(piece.name for piece in self.pieces)
        inputs = ("TDrawDetectionsInput", "DrawFaceLandmarksInput", "DrawFaceExpressionsInput")
        drawn = {name for name in self._sources.draw if name not in self._sources.face}
        return [
            name for name in names if name in drawn or name in inputs or name.startswith("IDraw")
        ]

    def text(self) -> str:
        """The module."""
        drawn = self.drawn
        top = dict.fromkeys(piece.name for piece in self.pieces if piece.name not in drawn)
        draw = dict.fromkeys([*self._sources.draw, *drawn])
        texts = [
            *(piece.text for piece in self.pieces),
            _namespace("draw", draw),
            _namespace("utils", self._sources.utils),
            f"export {{ {', '.join([*top, *_ABOUT])} }};\n",
        ]
        return "\n".join(texts)

    def _class(self, name: str, declared: Class) -> Piece:
        said = self._sources.comment(name, python.fields(self._sources.python.get(name)))
        base = f" extends {declared.base}" if declared.base in self._sources.types else ""
        body = "".join(
            self._signatures.member(name, key, member, said, True)
            for key, member in declared.members.items()
            if not key.startswith("[")
        )
        return Piece(
            name, f"{comments.written(said, ())}declare class {name}{base} {{\n{body}}}\n", ""
        )

    # --- statements of the table

    def _statement(self, statement: Statement) -> Piece:
        name = statement.name
        generics = statement.generics if statement.is_type else None
        if statement.kind == "function":
            names = parameters_of(statement.head)
            text = comments.written(self._sources.comment(name, names), names)
            return Piece(name, f"{text}declare {statement.head}\n")
        value = self._sources.python.get(name)
        said = self._sources.comment(name, python.fields(value))
        text = f"{statement.comment}\n" if statement.comment else comments.written(said, ())
        body = self._body(statement, value, said)
        empty = re.fullmatch(r"(.*) \{\}", statement.head)
        if body and empty:
            return Piece(name, f"{text}declare {empty[1]} {{\n{body}}}\n", generics)
        end = f"\n{body}{statement.tail}" if statement.tail else ""
        return Piece(name, f"{text}declare {statement.head}{end}\n", generics)

    def _body(self, statement: Statement, value: Any, said: Comment) -> str:
        """The members that the table has, with comments; then those that it has not."""
        name = statement.name
        lines: list[str] = []
        done: set[str] = set()
        for key, line in statement.members:
            first = "" if key in done else self._comment_of(name, key, line, said)
            lines.append(f"{first}{line}\n")
            done.add(key)
        is_class = statement.kind.endswith("class")
        declared = self._sources.declared.get(name)
        is_more = is_class or (statement.kind == "interface" and statement.members)
        if isinstance(declared, Class) and is_more:
            for key, member in declared.members.items():
                is_hidden = key.startswith("[") or (key == "constructor" and not is_class)
                if key not in done and not is_hidden:
                    lines.append(self._signatures.member(name, key, member, said, is_class))
        elif dataclasses.is_dataclass(value) and statement.head.endswith(" {}"):
            lines += self._fields(value, said)
        lines += [self._replaced(row) for row in self._sources.replaced if row.owner == name]
        return "".join(lines)

    def _comment_of(self, owner: str, key: str, line: str, said: Comment) -> str:
        names = parameters_of(line)
        if key in ("constructor", "new"):
            own = self._sources.member_comment(owner, key, names)
            return comments.written(Comment(own.text, said.entries), names, "  ")
        return comments.written(self._signatures.comment(owner, key, said, names), names, "  ")

    def _fields(self, kind: Any, said: Comment) -> Iterator[str]:
        for part in dataclasses.fields(kind):
            key = camel(part.name)
            text = comments.written(Comment(comments.capital(said.entries.get(key, ""))), (), "  ")
            yield f"{text}  readonly {key}: {self._signatures.type(str(part.type), key)};\n"

    # --- what is replaced

    def _replaced(self, row: Replaced) -> str:
        """Another class may have the name all the same, and then it gives something."""
        others = (key == row.name for one in self._sources.known for key, _ in one.members)
        gives = "unknown" if any(others) else "never"
        indent, head = ("  ", "") if row.owner else ("", "declare function ")
        instead = f"@deprecated {comments.capital(row.instead)}."
        text = comments.written(Comment(""), (), indent, instead)
        if row.is_call:
            return f"{text}{indent}{head}{row.name}(...given: any[]): {gives};\n"
        return f"{text}{indent}readonly {row.name}: {gives};\n"


def _namespace(name: str, names: Iterable[str]) -> str:
    inside = f"  export {{ {', '.join(names)} }};\n"
    return f"/** {_ABOUT[name]} */\ndeclare namespace {name} {{\n{inside}}}\n"
