"""Has mkdocstrings read the docstrings of this project; named in mkdocs.yml.

They are prose in which a line `name: what it is` describes a parameter or a field, and one that
begins with `Returns` or `Raises` says what comes back and what goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import griffe

_ENTRY = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<text>.*)")
_OUTCOME = re.compile(r"(Returns|Raises)\b")


class OwnDocstrings(griffe.Extension):
    """Turns each docstring into Markdown as soon as it is read."""

    def on_class(self, *, cls: griffe.Class, **_more: Any) -> None:
        names = set(cls.members)
        init = cls.members.get("__init__")
        if isinstance(init, griffe.Function):
            names |= {parameter.name for parameter in init.parameters}
        _turn(cls, names)

    def on_function(self, *, func: griffe.Function, **_more: Any) -> None:
        _turn(func, {parameter.name for parameter in func.parameters})


def _turn(member: griffe.Object, names: Collection[str]) -> None:
    if member.docstring:
        member.docstring.value = as_markdown(member.docstring.value, names)


def as_markdown(docstring: str, names: Collection[str]) -> str:
    """Markdown in which parameters are a list and outcomes are paragraphs.

    names: of the parameters and fields; a line that begins with another name is prose.
    """
    lines: list[str] = []
    entry = False  # whether a line without indentation still belongs to a list entry
    for line in docstring.strip().splitlines():
        found = _ENTRY.match(line)
        if found and set(found["names"].split(", ")) <= set(names):
            if not entry:
                lines.append("")
            code = ", ".join(f"`{name}`" for name in found["names"].split(", "))
            lines.append(f"- {code}: {found['text']}")
            entry = True
        elif entry and line.strip() and not _OUTCOME.match(line):
            lines.append(f"  {line.strip()}")
        else:
            if entry or _OUTCOME.match(line):
                lines.append("")
            lines.append(line)
            entry = False
    return "\n".join(lines).strip()
