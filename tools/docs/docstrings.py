"""The docstrings of this project as Markdown.

They are prose in which a line `name: what it is` describes a parameter or a field, and one that
begins with `Returns` or `Raises` says what comes back and what goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pdoc.doc

_ENTRY = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<text>.*)")
_OUTCOME = re.compile(r"(Returns|Raises)\b")


def described(doc: pdoc.doc.Doc[Any]) -> str:
    """The Markdown of a docstring; where a value has none, of its class."""
    names: set[str] = set()
    text = doc.docstring
    if isinstance(doc, pdoc.doc.Class):
        init = doc.get("__init__")
        names = set(doc.members)
        if isinstance(init, pdoc.doc.Function):
            names |= set(init.signature.parameters)
            if init.docstring and "__init__" in vars(doc.obj):
                text += "\n\n" + init.docstring
    elif isinstance(doc, pdoc.doc.Function):
        names = set(doc.signature.parameters)
    elif isinstance(doc, pdoc.doc.Variable) and not text and "." not in doc.qualname:
        text = type(doc.default_value).__doc__ or ""
    return as_markdown(text, names)


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
