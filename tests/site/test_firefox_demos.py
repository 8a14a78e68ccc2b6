"""Two demos in Firefox: a second browser engine and a second WebGL find the same faces.

Between them they use four nets. What they say here of the same sample is what test_demo_pages.py
has them say in Chromium; tests/page/test_firefox_ops.py compares the ops with NumPy.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages import ON_WEBGL
from tools.assets import ROOT
from tools.serve import serve_folder

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
# What a demo says, and how many of what it then shows.
SHOWS = {
    "expressions": ("3 faces: happy, neutral, happy", "#faces > *", 3),
    "matching": ("3 faces known, 4 unknown", "#distances td.match", 3),
}


@pytest.fixture(scope="module")
def context(firefox_browser: Browser) -> Iterator[BrowserContext]:
    """One for all demos, so that what they share is downloaded once."""
    with serve_folder(ROOT / "dist", caching="max-age=600") as url:
        made = firefox_browser.new_context(base_url=url)
        made.set_default_timeout(PATIENCE)
        yield made
        made.close()


@pytest.mark.parametrize("name", SHOWS)
def test_demo_finds_in_firefox_what_it_finds_in_chromium(
    context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"demos/{name}/{ON_WEBGL}")
    says, found, count = SHOWS[name]
    expect(page.locator("#status")).to_contain_text(says, timeout=PATIENCE)
    expect(page.locator("#badge")).to_have_text("WebGL2")
    expect(page.locator(found)).to_have_count(count)
    expect(page.get_by_role("alert")).to_be_empty()
    assert painted(page), "no canvas has been drawn on"
    assert errors == []
    page.close()


def painted(page: Page) -> bool:
    """Whether a canvas over a picture, or of a face or a picture, has been drawn on."""
    found: bool = page.locator("main canvas").evaluate_all(
        """(canvases) => canvases.some((canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        })"""
    )
    return found
