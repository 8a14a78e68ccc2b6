"""Renders the pages of dist/docs/ with pdoc: `python -m tools.docs.render FOLDER`.

Runs in the environment, which has pdoc and NumPy, in the root of the repository. Pages have no
inline script and no inline style, and all their addresses are relative, as those of other pages.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pdoc.doc
import pdoc.render
from jinja2 import Environment
from markupsafe import Markup

from . import members, signatures
from .differences import read_differences
from .docstrings import described
from .links import MODULES, PACKAGE, classes_linked, relinked, without_dead_links
from .replaced import read_replaced

TEMPLATES = Path(__file__).with_name("templates")

DIFFERENCES = "differences.html"
NAMES = "names.html"
ACCURACY = "accuracy.html"
MEASURED = Path("docs/accuracy.md")
# Names of face-api.js whose conversion shows the rule.
EXAMPLES = {
    "detectAllFaces": "detect_all_faces",
    "nets.faceLandmark68Net": "nets.face_landmark68_net",
    "ssdMobilenetv1": "ssd_mobilenetv1",
    "TinyFaceDetectorOptions": "TinyFaceDetectorOptions",
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
    pages = [Page(file, title_of(name)) for name, file in MODULES.items()]
    names = Page(NAMES, "Names of face-api.js")
    differences, accuracy = Page(DIFFERENCES, "Differences"), Page(ACCURACY, "Accuracy")
    pages += [names, differences, accuracy]
    environment = _environment(modules[PACKAGE], pages)
    made = {}
    for page, module in zip(pages, modules.values(), strict=False):
        environment.globals["page"] = page
        made[page.file] = relinked(pdoc.render.html_module(module, modules), module.modulename)
    made[NAMES] = environment.get_template(f"{NAMES}.jinja2").render(
        page=names, examples=EXAMPLES.items(), replaced=read_replaced(Path())
    )
    made[DIFFERENCES] = environment.get_template(f"{DIFFERENCES}.jinja2").render(
        page=differences, parts=read_differences(Path())
    )
    _, _, measured = MEASURED.read_text(encoding="utf-8").partition("\n")  # less its heading
    made[ACCURACY] = environment.get_template(f"{ACCURACY}.jinja2").render(
        page=accuracy, text=measured
    )
    for file, html in made.items():
        text = classes_linked(without_dead_links(html, file, made), file, made)
        (folder / file).write_text(text, encoding="utf-8")


def _environment(package: pdoc.doc.Module, pages: Sequence[Page]) -> Environment:
    """Where templates are found, and what they may call."""
    pdoc.render.configure(
        docformat="markdown", search=False, show_source=False, template_directory=TEMPLATES
    )
    environment = pdoc.render.env
    environment.globals |= {"pages": pages, "package": package}
    names = {doc.name for doc in members.public(package)}

    def named(html: str) -> Markup:
        """Names of the package in a text, linked to the reference."""
        link = rf'<a href="{MODULES[PACKAGE]}#\2"><code>\1\2</code></a>'
        pattern = rf"<code>((?:faceapi\.)?)({'|'.join(sorted(names))})</code>"
        return Markup(re.sub(pattern, link, html))

    for function in (
        breakable,
        described,
        inline,
        members.bases,
        members.classes,
        members.constructor,
        members.groups,
        members.inherited,
        members.same_as,
        members.shown,
        named,
        signatures.aliases,
        signatures.default_text,
        signatures.linked,
    ):
        environment.filters[function.__name__] = function
    return environment


def inline(html: str) -> Markup:
    """A paragraph without its tags, for a heading."""
    return Markup(html.strip().removeprefix("<p>").removesuffix("</p>"))


def breakable(name: str) -> Markup:
    """The name of a test, in which lines may break before each part of it."""
    return Markup(re.sub(r"(::|/|_)", r"<wbr>\1", name))


def title_of(module: str) -> str:
    """The name by which users reach a module: pyface_web.draw.results is pyface_web.draw."""
    first, *rest = module.split(".")
    return ".".join([first, *rest[-1:]])


def main(arguments: Sequence[str]) -> None:
    render(Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
