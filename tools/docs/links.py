"""Links between the pages of dist/docs/: where they lead, and where names in texts get one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath

PACKAGE = "pyface_web"

# The modules of the package that are part of its API, and the page of each.
MODULES = {
    PACKAGE: "index.html",
    f"{PACKAGE}.draw": "draw.html",
    f"{PACKAGE}.compat.utils": "utils.html",
    f"{PACKAGE}.errors": "errors.html",
}


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


def classes_linked(html: str, file: str, pages: dict[str, str]) -> str:
    """Links at names of classes in texts, such as FaceResult and InputError."""
    order = [file, *MODULES.values()]
    places = {name: re.findall(r'<section class="entry" id="(\w+)"', pages[name]) for name in order}
    inside: list[str] = []

    def link(match: re.Match[str]) -> str:
        page = next((name for name in order if match[0] in places[name]), None)
        return match[0] if page is None else f'<a href="{page}#{match[0]}">{match[0]}</a>'

    parts = re.split(r"(<[^>]+>)", html)
    for index, part in enumerate(parts):
        tag = re.match(r"<(/?)(a|h1|h2|h3|nav|title|script)\b", part)
        if tag:
            inside = inside[:-1] if tag[1] else [*inside, tag[2]]
        elif not inside and not part.startswith("<") and 'class="name"' not in parts[index - 1]:
            parts[index] = re.sub(r"\b[A-Z][a-z0-9]+[A-Z]\w+\b", link, part)
    return "".join(parts)
