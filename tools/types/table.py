"""Reads the tables in TypeScript: statements, one after the other, and the members of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BEGIN = re.compile(
    r"(?P<kind>type|interface|(?:abstract )?class|function|const) (?P<name>\w+)(?P<rest>.*)"
)
_MEMBER = re.compile(
    r"  (?:(?:readonly|static|protected|abstract|get|new) )*(?P<name>\w+|\[Symbol\.\w+\]|new)"
)


@dataclass(frozen=True)
class Statement:
    """A declaration. head: its first line. members: (name, line), in order; of a class, an
    interface or an object. comment: what stands above it, if it has one of its own."""

    kind: str
    name: str
    head: str
    members: tuple[tuple[str, str], ...] = ()
    tail: str = ""
    comment: str = ""

    @property
    def is_type(self) -> bool:
        """Whether it can be used as a type."""
        return self.kind not in ("function", "const")

    @property
    def generics(self) -> str:
        """What it is generic in, `<T extends X>`; "" if it is not."""
        rest = self.head.partition(self.name)[2]
        return angled(rest) if rest.startswith("<") else ""


def angled(text: str) -> str:
    """A text up to the end of the angle brackets that it begins with."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">" and text[place - 1] != "=")
        if depth == 0:
            return text[: place + 1]
    raise ValueError(text)


def names_of(generics: str) -> list[str]:
    """The names alone of what something is generic in."""
    found: list[str] = []
    depth, start = 0, 1
    for place in range(1, len(generics)):
        if depth == 0 and (generics[place] == "," or place == len(generics) - 1):
            found.append(generics[start:place].strip().split(" ")[0])
            start = place + 1
        depth += (generics[place] in "<{") - (generics[place] in ">}")
    return found


def read_table(path: Path) -> list[Statement]:
    """All statements of a table, in order."""
    return list(_statements(path.read_text("utf-8").splitlines()))


def _statements(lines: list[str]) -> Iterator[Statement]:
    comment = ""
    rest = iter(lines)
    for line in rest:
        if line.startswith("/**"):
            comment = line
            continue
        found = _BEGIN.match(line)
        if found is None:
            continue
        members: list[tuple[str, str]] = []
        tail = ""
        if line.endswith("{"):
            for inner in rest:
                if inner.startswith("}"):
                    tail = inner
                    break
                member = _MEMBER.match(inner)
                members.append((member["name"] if member else "", inner))
        yield Statement(found["kind"], found["name"], line, tuple(members), tail, comment)
        comment = ""


def parameters_of(signature: str) -> list[str]:
    """The names of what a function takes, or of the values of its functions."""
    return re.findall(r"[(,] ?(?:\.\.\.)?(\w+)\??: ", signature) if "(" in signature else []
