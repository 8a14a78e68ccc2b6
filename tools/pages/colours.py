"""Colours for code, by Pygments: `python -m tools.pages.colours FILE...` in the environment.

Writes JSON to the standard output: {name of the file: its HTML}, spans with classes and no styles.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from pygments.lexers.html import HtmlLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

# What demos.css has a colour for; all other code is as text is.
_CLASSES = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Name.Tag, "tag"),
    (Name.Decorator, "keyword"),
    (Keyword, "keyword"),
)
_PYTHON = re.compile(r'(<script type="py"[^>]*>)(.*?)(?=</script>)', re.DOTALL)
_KEPT = {"stripnl": False, "ensurenl": False}


def coloured(page: str) -> str:
    """A page's text as HTML, whose JavaScript and Python have colours, too."""
    tokens = ((_class_of(kind), text) for kind, text in _tokens(page))
    parts = []
    for name, run in groupby(tokens, key=lambda token: token[0]):
        text = escape("".join(text for _, text in run), quote=False)
        parts.append(f'<span class="{name}">{text}</span>' if name else text)
    return "".join(parts)


def _tokens(page: str) -> Iterator[tuple[_TokenType, str]]:
    done = 0
    for script in _PYTHON.finditer(page):
        yield from HtmlLexer(**_KEPT).get_tokens(page[done : script.end(1)])
        yield from PythonLexer(**_KEPT).get_tokens(script[2])
        done = script.end()
    yield from HtmlLexer(**_KEPT).get_tokens(page[done:])


def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if kind in parent), "")


def main(files: Sequence[str]) -> None:
    found = {Path(file).name: coloured(Path(file).read_text("utf-8")) for file in files}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
