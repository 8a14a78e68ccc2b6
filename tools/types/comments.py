"""Comments of the declarations (TSDoc), from the comments of JavaScript and docstrings of Python.

Both are prose in which `name: what it is` describes a parameter, and `Returns`, `Raises` or
`Throws` at the beginning of a sentence say what comes back and what goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from textwrap import wrap

from pyface_web.wording import camel

_WIDTH = 100
_BLOCK = re.compile(r"```python\n.*?```\n?", re.S)
_OUTCOME = {"Returns": "@returns", "Raises": "@throws", "Throws": "@throws"}
_NAME = re.compile(r"(?<![\w/-])(?!pyface_web)[a-z][a-z0-9]*_\w+\b|\b(?:None|True|False)\b")
_PLAIN = {"None": "undefined", "True": "true", "False": "false"}
# What Python can and JavaScript cannot, or calls otherwise.
_WORDS = {
    "; single ones also as keyword arguments": "",
    "a mapping": "an object",
    "mappings": "objects",
}


@dataclass(frozen=True)
class Comment:
    """What is said of one thing. entries: by the names of parameters or fields. outcomes: lines
    that begin with their tag."""

    text: str
    entries: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()


def from_python(docstring: str | None, names: Collection[str]) -> Comment:
    """A docstring in the words of JavaScript. names: of parameters and fields, in camelCase."""
    return read(_in_javascript(_BLOCK.sub("", docstring or "")), names)


def _in_javascript(text: str) -> str:
    text = _NAME.sub(lambda found: _PLAIN.get(found[0]) or camel(found[0]), text)
    for python, here in _WORDS.items():
        text = text.replace(python, here)
    return text


def read(text: str, names: Collection[str]) -> Comment:
    """The parts of a text. names: of what its entries may describe."""
    prose: list[str] = []
    entries: dict[str, str] = {}
    outcomes: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        said = " ".join(paragraph.split())
        rest: list[str] = []
        target: list[str] | str | None = None  # where a sentence without a beginning belongs
        for sentence in _sentences(said, names):
            found = re.match(r"(\w+(?:, \w+)*): (.*)", sentence)
            outcome = re.match(r"(Returns|Raises|Throws)\b *(.*)", sentence)
            if found and set(found[1].split(", ")) <= set(names):
                for name in found[1].split(", "):
                    entries[name] = found[2].removesuffix(";")
                target = found[1]
            elif outcome:
                outcomes.append(f"{_OUTCOME[outcome[1]]} {outcome[2]}")
                target = outcomes
            elif isinstance(target, str):
                for name in target.split(", "):
                    entries[name] += f" {sentence}"
            else:
                rest.append(sentence)
        if rest:
            prose.append(" ".join(rest))
    return Comment("\n\n".join(prose), entries, tuple(outcomes))


def _sentences(text: str, names: Collection[str]) -> list[str]:
    """A text cut before each sentence that begins an entry or an outcome."""
    known = "|".join(map(re.escape, sorted(names))) or "(?!)"
    begins = rf"(?:(?:{known})(?:, (?:{known}))*: |(?:Returns|Raises|Throws) )"
    return [
        part.strip() for part in re.split(rf"(?:^|(?<=[.;)] ))(?={begins})", text) if part.strip()
    ]


def written(comment: Comment, parameters: Collection[str], indent: str = "", also: str = "") -> str:
    """The comment as TypeScript has it, ending with a line break; "" of nothing.

    parameters: those to say something of. also: a tag with its text, at the end.
    """
    lines = [line for part in comment.text.split("\n\n") if part for line in [*_lines(part), ""]]
    tags = [
        f"@param {name} - {comment.entries[name]}" for name in parameters if name in comment.entries
    ]
    for tag in [*tags, *comment.outcomes, *([also] if also else [])]:
        lines += _lines(tag)
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return ""
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def _lines(text: str) -> list[str]:
    safe = text.replace("*/", "*\\/")
    return wrap(safe, _WIDTH, break_long_words=False, break_on_hyphens=False)


def capital(text: str) -> str:
    """A text as it begins a sentence; code stays as it is."""
    return text if re.match(r"\w+\(", text) else text[:1].upper() + text[1:]
