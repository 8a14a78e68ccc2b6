"""Makes a page of dist/ of page.html and of the page's own part.

A line of page.html stands once for each value of the list that it names, so it is left out where
there is none. `{size of MODEL}` in an own part becomes the size of that net's weights, in words;
MODEL as in `models` of loadPyface. All addresses are relative: the site works in any folder of a
host.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from ..errors import PageError
from ..model_sizes import model_size
from ..table import load_table
from .own_part import OwnPart, read_own_part

# All strict: nothing from elsewhere, nothing inline. A page without Python needs no more than the
# first; those of demos show films, and start workers.
POLICIES = {
    "static": "default-src 'self'; base-uri 'none'; form-action 'none'",
    "python": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; "
        "style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
    ),
    "media": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; style-src 'self'; connect-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    ),
}
_SECTIONS = {"demos": "Demos", "docs": "Docs"}  # folder -> what its link says
_SIZE = re.compile(r"\{size of (\w+)\}")
_FOLDER = Path(__file__).parent


def render_page(name: str, text: str) -> str:
    """The page with this name in dist/, such as "demos/landmarks/index.html".

    text: its own part; see own_part.py. Raises PageError, which says what to change there.
    """
    values = _values(name, read_own_part(name, _with_sizes(name, text)))
    template = (_FOLDER / "page.html").read_text("utf-8")
    return "".join(_filled(line, values) for line in template.splitlines(keepends=True))


def _with_sizes(name: str, text: str) -> str:
    table = load_table()
    try:
        return _SIZE.sub(lambda place: model_size(table, place[1]), text)
    except KeyError as error:
        raise PageError(f"{name}: {error.args[0]}; is it a name in `models`?") from None


def _filled(line: str, values: Mapping[str, str | list[str]]) -> str:
    named = {key for key in Template(line).get_identifiers() if isinstance(values[key], list)}
    if not named:
        return Template(line).substitute(values)
    rows = zip(*(values[key] for key in named), strict=True)
    return "".join(
        Template(line).substitute({**values, **dict(zip(named, row, strict=True))}) for row in rows
    )


def _values(name: str, own: OwnPart) -> dict[str, str | list[str]]:
    """What stands for each name in page.html."""
    if own.policy not in POLICIES:
        raise PageError(f"{name}: policy {own.policy!r} is none of {', '.join(POLICIES)}.")
    if own.code not in ("yes", "no"):
        raise PageError(f"{name}: code is {own.code!r}; say yes or no.")
    root = "../" * name.count("/")
    preload = own.preload.split()
    if own.python:
        preload.insert(0, f"{root}pyface.js")  # which boot.js imports
    modules = [address for address in preload if address.endswith((".js", ".mjs"))]
    code = Template((_FOLDER / "code.html").read_text("utf-8")).substitute(root=root)
    return {
        "root": root,
        "policy": POLICIES[own.policy],
        "title": escape(own.title, quote=False),
        "description": _given(escape(own.description)),
        "style": own.styles.split(),
        "module": modules,
        "data": [address for address in preload if address not in modules],
        "python": _given(own.python),
        "models": [own.models] if own.python else [],
        "script": own.scripts.split(),
        "head": _given(own.head),
        "home": f'<a href="{root}">pyface_web</a>' if root else "pyface_web",
        "links": _given(_links(name, own.links.split())),
        "badge": _given(own.badge),
        "language": ["Python"] if own.badge else [],
        "main": own.main,
        "code": [code] if own.python and own.code == "yes" else [],
        "rest": own.rest,
    }


def _given(value: str) -> list[str]:
    return [value] if value else []


def _links(name: str, folders: list[str]) -> str:
    """Links to these folders from a page; none to the one that it stands in."""
    here = posixpath.dirname(name)
    for folder in folders:
        if folder not in _SECTIONS:
            raise PageError(f"{name}: link {folder!r} is none of {', '.join(_SECTIONS)}.")
    return " ".join(
        f'<a href="{posixpath.relpath(folder, here or ".")}/">{_SECTIONS[folder]}</a>'
        for folder in folders
        if folder != here
    )
