"""Everything that the declarations are made of, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import comments, javascript, python
from .comments import Comment
from .javascript import Class, Declared
from .replaced import Replaced, read_replaced
from .table import Statement, read_table

# Words of arrays and calls that JavaScript has not; where its comment says enough, they are left.
_ARRAYS = re.compile(r"\([NHK],|keyword arguments|Pillow|\bNumPy")
KNOWN = Path(__file__).with_name("known.d.ts")


class UnknownTypeError(Exception):
    """Something of the JavaScript face whose type neither a rule nor a table knows."""


@dataclass(frozen=True)
class Piece:
    """A declaration, as it is written. generics: "<T>" or "" of a type, None of what is no type."""

    name: str
    text: str
    generics: str | None = None


class Sources:
    """What JavaScript has, what Python says of it, and the table."""

    def __init__(self, root: Path) -> None:
        site = root / "site" / "faceapi"
        self.face = javascript.face(site)
        """All of the namespace."""
        self.declared: dict[str, Declared] = {}
        """The same, and classes that have no name there, such as tasks in the midst of a chain."""
        for name in (
            "calls/tasks.js",
            "calls/track.js",
            "calls/nets.js",
            "page/overlay.js",
            "page/drawables.js",
        ):
            self.declared |= javascript.read_file(site / name).declared
        self.declared |= self.face
        self.calls = javascript.keys_of(
            javascript.read_file(site / "calls/calls.js"), "export function createCalls"
        )
        """Functions that send a message to Python, which is why they give a promise."""
        self.draw = _draw_names(site / "page" / "draw.js")
        self.utils = javascript.read_file(site / "compat" / "utils.js").exported
        self.replaced: Sequence[Replaced] = read_replaced(site / "compat" / "replaced.js")
        self.known: Sequence[Statement] = read_table(KNOWN)
        self.python = python.names()
        self.errors = _errors(site.parent)
        """Names of errors that JavaScript alone throws, and of those that it throws as well."""
        self.types: set[str] = set()
        """Names of types that hints may have as well."""
        self.types |= {one.name for one in self.known if one.is_type}
        self.types |= {name for name, found in self.face.items() if isinstance(found, Class)}

    def comment(self, name: str, names: Sequence[str] = ()) -> Comment:
        """What is said of a name. names: of parameters or fields."""
        return said(self.declared.get(name), self.python.get(name), names)

    def member_comment(self, owner: str, name: str, names: Sequence[str] = ()) -> Comment:
        """The same of a member of a class."""
        declared = self.declared.get(owner)
        found = declared.members.get(name) if isinstance(declared, Class) else None
        return said(found, python.member(self.python.get(owner), name), names)


def said(declared: Declared | None, value: Any, names: Sequence[str]) -> Comment:
    """What JavaScript says of something; what it does not say, from Python."""
    own = comments.read(declared.comment if declared else "", names)
    if value is None:
        return own
    theirs = [] if isinstance(value, type) else [p.name for p in python.parameters(value)]
    other = comments.from_python(python.docstring(value), [*names, *theirs])
    entries = {
        name: text
        for name, text in _renamed(other.entries, theirs, names).items()
        if not (own.text and _ARRAYS.search(text))
    }
    entries |= own.entries
    return Comment(own.text or other.text, entries, own.outcomes or other.outcomes)


def _renamed(
    entries: Mapping[str, str], theirs: Sequence[str], ours: Sequence[str]
) -> dict[str, str]:
    """Entries by the names of JavaScript. What Python takes by its name is one of the options."""
    found = {name: text for name, text in entries.items() if name in ours or name not in theirs}
    for place, name in enumerate(theirs):
        if name in ours or name not in entries:
            continue
        here = ours[place] if place < len(ours) else ""
        if here not in ("", "options", *theirs):
            found[here] = entries[name]
        elif "options" in ours:
            is_all = here == "options" and "options" in entries[name]
            text = entries[name] if is_all else f"`{name}`: {entries[name]}"
            found["options"] = " ".join(filter(None, [found.get("options"), text]))
    return found


def _errors(site: Path) -> list[str]:
    paths = (
        path
        for part in ("faceapi", "load", "worker")
        for path in sorted((site / part).rglob("*.js"))
    )
    found = (
        name
        for text in (path.read_text("utf-8") for path in paths)
        for name in re.findall(r'PyfaceError\("(\w+)"', text)
    )
    return list(dict.fromkeys(found))


def _draw_names(path: Path) -> tuple[str, ...]:
    _, _, inside = path.read_text("utf-8").partition("export const draw =")
    return tuple(re.findall(r"^  (\w+),$", inside, re.M))
