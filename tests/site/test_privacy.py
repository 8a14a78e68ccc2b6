"""Nothing can leave a page: each has a strict policy. That none asks for anything in use is seen
where the pages are used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import DIST

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
