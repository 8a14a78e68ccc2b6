"""What `site/faceapi/compat/replaced.js` says of names of face-api.js that are not here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_CONSTANT = re.compile(r"^const (\w+) =\s+((?:.|\n)*?);$", re.M)
_ROW = re.compile(
    r'^  "(?P<name>[\w.*]+)(?P<call>\(\))?":\s(?P<text>(?:.|\n)*?),$(?=\n(?:  "|\n|\}))', re.M
)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|([A-Z_]+)')


@dataclass(frozen=True)
class Replaced:
    """A name that throws. owner: the class or object whose it is, "" of the namespace."""

    owner: str
    name: str
    is_call: bool
    instead: str


def read_replaced(path: Path) -> list[Replaced]:
    """All rows but that of `tf`, any name of which throws."""
    text = path.read_text("utf-8")
    constants: dict[str, str] = {}
    for match in _CONSTANT.finditer(text):
        constants[match[1]] = _value(match[2], constants)
    table = text[text.index("export const REPLACED") :]
    found = []
    for row in _ROW.finditer(table):
        owner, _, name = row["name"].removesuffix(".*").rpartition(".")
        if name != "tf":
            instead = _value(row["text"], constants)
            found.append(
                Replaced(owner.removesuffix(".prototype"), name, bool(row["call"]), instead)
            )
    return found


def _value(text: str, constants: dict[str, str]) -> str:
    def piece(match: re.Match[str]) -> str:
        if match[3]:
            return constants[match[3]]
        return match[1] or re.sub(r"\$\{(\w+)\}", lambda name: constants[name[1]], match[2] or "")

    return "".join(piece(match) for match in _PIECE.finditer(text))
