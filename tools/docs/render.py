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

from .docstrings import as_markdown
from .signatures import aliases, keep_as_written

PACKAGE = "pyface_web"
TEMPLATES = Path(__file__).with_name("templates")

# The modules of the package that are part of its API, and the page of each.
MODULES = {
    PACKAGE: "index.html",
    f"{PACKAGE}.dom.draw": "draw.html",
    f"{PACKAGE}.errors": "errors.html",
}
# Which part of the package comes first on a page; those that are not named come last.
ORDER = ("api", "tasks", "options", "results", "landmarks", "matcher", "geometry", "decode", "dom")


@dataclass(frozen=True)
class Page:
    """A page of the reference, as the menu of all pages shows it."""

    file: str
    title: str


@dataclass(frozen=True)
class Group:
    """Members of a page that come from one module of the package."""

    title: str
    about: str
    members: Sequence[pdoc.doc.Doc]

    @property
    def id(self) -> str:
        """Its anchor, which no name of Python can be."""
        return "-" + re.sub(r"\W+", "-", self.title.lower()).strip("-")


def render(folder: Path) -> None:
    """Write all pages into a folder."""
    keep_as_written()
    modules = {name: pdoc.doc.Module(importlib.import_module(name)) for name in MODULES}
    pdoc.render.configure(
        docformat="markdown", search=False, show_source=False, template_directory=TEMPLATES
    )
    environment = pdoc.render.env
    environment.filters["described"] = described
    environment.filters["groups"] = groups
    environment.filters["aliases"] = aliases
    environment.filters["same_as"] = same_as
    pages = [Page(file, title_of(name)) for name, file in MODULES.items()]
    environment.globals["pages"] = pages
    for page, module in zip(pages, modules.values(), strict=True):
        environment.globals["page"] = page
        html = pdoc.render.html_module(module, modules)
        (folder / page.file).write_text(relinked(html, module.modulename), encoding="utf-8")


def title_of(module: str) -> str:
    """The name by which users reach a module: pyface_web.dom.draw is pyface_web.draw."""
    first, *rest = module.split(".")
    return ".".join([first, *rest[-1:]])


def described(doc: pdoc.doc.Doc) -> str:
    """The Markdown of a docstring; where there is none, of the class of a value."""
    names: set[str] = set()
    text = doc.docstring
    if isinstance(doc, pdoc.doc.Class):
        init = doc.get("__init__")
        names = set(doc.members)
        if isinstance(init, pdoc.doc.Function):
            names |= set(init.signature.parameters)
    elif isinstance(doc, pdoc.doc.Function):
        names = set(doc.signature.parameters)
    elif isinstance(doc, pdoc.doc.Variable) and not text:
        text = type(doc.default_value).__doc__ or ""
    return as_markdown(text, names)


def same_as(doc: pdoc.doc.Doc, module: pdoc.doc.Module) -> str | None:
    """The name under which a member is described already: compute_descriptor is another name."""
    name = doc.taken_from[1]
    other = module.get(name)
    if name == doc.qualname or other is None or isinstance(doc, pdoc.doc.Variable):
        return None
    return name if other.obj is doc.obj else None


def groups(module: pdoc.doc.Module) -> list[Group]:
    """The public members of a module by the part of the package that defines them."""
    public = module.obj.__dict__.get("__all__")
    found: dict[str, list[pdoc.doc.Doc]] = {}
    for member in module.own_members:
        if public is None and (member.name.startswith("_") or member.kind == "module"):
            continue
        found.setdefault(member.taken_from[0], []).append(member)
    return [
        Group(*heading(origin), sorted(found[origin], key=lambda doc: place(doc, origin)))
        for origin in sorted(found, key=rank)
    ]


def heading(module: str) -> tuple[str, str]:
    """Title and rest of a module's docstring, which begins with `title: what it is about`."""
    text = (importlib.import_module(module).__doc__ or title_of(module)).strip()
    first, _, rest = text.partition("\n\n")
    title, colon, about = " ".join(first.split()).partition(": ")
    about = about[:1].upper() + about[1:]
    return (title if colon else title.rstrip(".")), "\n\n".join(filter(None, [about, rest]))


def rank(module: str) -> tuple[int, str]:
    """Where the members of a module stand on a page."""
    part = module.split(".")[1] if "." in module else ""
    return (ORDER.index(part) if part in ORDER else len(ORDER), module)


def place(doc: pdoc.doc.Doc, module: str) -> int:
    """Where a module defines a member: names are listed in the order in which they are written."""
    defined = list(vars(importlib.import_module(module)))
    return defined.index(doc.name) if doc.name in defined else len(defined)


def relinked(html: str, module: str) -> str:
    """Links between modules as pdoc writes them, turned to the pages of MODULES."""
    files = {name.replace(".", "/") + ".html": file for name, file in MODULES.items()}
    here = PurePosixPath(module.replace(".", "/")).parent

    def turned(match: re.Match[str]) -> str:
        target = normpath(str(here / match["path"]))
        return f'href="{files[target]}' if target in files else match[0]

    return re.sub(r'href="(?P<path>[\w./]+\.html)', turned, html)


def main(arguments: Sequence[str]) -> None:
    render(Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
