"""Nothing leaves the page: no request once it is loaded, none to another origin, a strict CSP."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.pages import DIST, Visitor

PATIENCE = 120_000
PICTURE = DIST / "images" / "sample1.jpg"
USED = ("", "demos/landmarks/", "demos/detection/", "demos/extraction/")
EXEMPT = "exempt from the strict content security policy"  # what an exempt page has to say
HTML = sorted(path.relative_to(DIST).as_posix() for path in DIST.rglob("*.html"))


def policy(html: str) -> dict[str, set[str]]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = [rule.split() for rule in found[1].split(";")] if found else []
    return {name: set(sources) for name, *sources in rules}


@pytest.mark.parametrize("name", HTML)
def test_every_page_has_the_strict_policy(name: str) -> None:
    html = (Path(DIST) / name).read_text(encoding="utf-8")
    if EXEMPT in html.lower():
        assert "pyscript" in name
        return
    rules = policy(html)
    assert rules["default-src"] == {"'self'"}
    # A page without Python needs no more than its default.
    assert rules.get("script-src", {"'self'"}) <= {"'self'", "'wasm-unsafe-eval'"}
    assert rules.get("connect-src", {"'self'"}) == {"'self'"}
    sources = set().union(*rules.values())
    assert sources <= {"'self'", "'none'", "'wasm-unsafe-eval'", "blob:", "data:"}
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_use_of_a_page_asks_for_nothing(visitor: Visitor, site: str) -> None:
    asked: list[str] = []
    used: list[str] = []
    with visitor.visit() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("request", lambda request: used.append(request.url))
        use(page, site, used)
    outside = [url for url in asked if not url.startswith((site, "blob:", "data:"))]
    assert outside == []


def use(page: Page, site: str, used: list[str]) -> None:
    for path in USED:
        page.goto(site + path)
        page.locator("html[data-ready]").wait_for()
        for n in range(2):  # the first picture may load models
            chosen = {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": PICTURE.read_bytes()}
            used.clear()
            page.locator("#status").evaluate("(element) => { element.textContent = '' }")
            page.locator("picture-chooser input[type=file]").first.set_input_files(chosen)
            expect(page.locator("#status")).to_have_text(
                re.compile(r"^\d+ .*face"), timeout=PATIENCE
            )
        assert [url for url in used if not url.startswith("blob:")] == [], path
