"""Renders the pages of dist/docs/ with pdoc: `python -m tools.docs.render FOLDER`.

Runs in the environment, which has pdoc and NumPy. Pages have no inline script and no inline style,
and all their addresses are relative, as those of the other pages.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pdoc.doc
import pdoc.render

from . import members, signatures
from .docstrings import described

PACKAGE = "pyface_web"
TEMPLATES = Path(__file__).with_name("templates")

# The modules of the package that are part of its API, and the page of each.
MODULES = {
    PACKAGE: "index.html",
    f"{PACKAGE}.dom.draw": "draw.html",
    f"{PACKAGE}.errors": "errors.html",
}


@dataclass(frozen=True)
class Page:
    """A page, as the menu of all pages shows it."""

    file: str
    title: str


def render(folder: Path) -> None:
    """Write all pages into a folder."""
    signatures.keep_as_written()
    modules = {name: pdoc.doc.Module(importlib.import_module(name)) for name in MODULES}
    pdoc.render.configure(
        docformat="markdown", search=False, show_source=False, template_directory=TEMPLATES
    )
    environment = pdoc.render.env
    for function in (
        described,
        members.bases,
        members.constructor,
        members.groups,
        members.inherited,
        members.same_as,
        members.shown,
        signatures.aliases,
        signatures.linked,
    ):
        environment.filters[function.__name__] = function
    pages = [Page(file, title_of(name)) for name, file in MODULES.items()]
    environment.globals["pages"] = pages
    made = {}
    for page, module in zip(pages, modules.values(), strict=True):
        environment.globals["page"] = page
        made[page.file] = relinked(pdoc.render.html_module(module, modules), module.modulename)
    for file, html in made.items():
        (folder / file).write_text(without_dead_links(html, file, made), encoding="utf-8")


def title_of(module: str) -> str:
    """The name by which users reach a module: pyface_web.dom.draw is pyface_web.draw."""
    first, *rest = module.split(".")
    return ".".join([first, *rest[-1:]])


def relinked(html: str, module: str) -> str:
    """Links between modules as pdoc writes them, turned to the pages of MODULES."""
    files = {name.replace(".", "/") + ".html": file for name, file in MODULES.items()}
    here = PurePosixPath(module.replace(".", "/")).parent

    def turned(match: re.Match[str]) -> str:
        target = normpath(str(here / match["path"]))
        return f'href="{files[target]}' if target in files else match[0]

    return re.sub(r'href="(?P<path>[\w./]+\.html)', turned, html)


def without_dead_links(html: str, file: str, pages: dict[str, str]) -> str:
    """Text instead of links to names that have no place of their own, such as fields."""
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}

    def kept(match: re.Match[str]) -> str:
        there = ids.get(match["file"] or file, set())
        return match[0] if match["id"] in there else match["text"]

    return re.sub(r'<a href="(?P<file>[\w.]*)#(?P<id>[^"]+)">(?P<text>[^<]*)</a>', kept, html)


def main(arguments: Sequence[str]) -> None:
    render(Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
