"""Every page is looked at: here, or where a test uses it anyway."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import DIST, Visitor
from tests.site.looks import ARRIVING, look
from tests.site.test_without_webgl import LOOKED_AT as WITHOUT_WEBGL
from tools.assets import ROOT

# One page of the reference is looked at for all; they are made alike, and as long as books.
REFERENCE, LOOKED_AT = "docs/reference/", "docs/reference/video.html"


def addresses(folder: Path) -> set[str]:
    """Of the pages in it."""
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*.html"))
    return {file.removesuffix("index.html") for file in files}


ELSEWHERE = WITHOUT_WEBGL | {
    address
    for file in Path(__file__).parent.glob("test_*.py")
    for address in re.findall(r'look\(page, "([^"]*)"\)', file.read_text("utf-8"))
}
PAGES = sorted(
    address
    for address in addresses(DIST) - ELSEWHERE
    if address == LOOKED_AT or not address.startswith(REFERENCE)
)


def test_all_pages_of_the_site_are_looked_at() -> None:
    here = ELSEWHERE | set(PAGES)
    assert addresses(ROOT / "site") <= here, "dist/ is old; run `python3 build.py build`"


@pytest.mark.parametrize("path", PAGES)
def test_page(visitor: Visitor, path: str) -> None:
    with visitor.visit(path, **ARRIVING) as page:
        look(page, path)
