"""Nothing can leave a page: each has a strict policy. That none asks for anything in use is seen
where the pages are used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.pages import DIST
from tools.docs.finish import SEARCH_STYLE
from tools.integrity import source_of
from tools.pages.render import AS_FILE

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
    maps = re.findall(r'<script type="importmap">(.*?)</script>', html)
    # What stands in the page is a list of hashes, where it has modules, and one script of the site.
    assert len(maps) == ('type="module"' in html)
    own = re.findall(r'<script data-root="[./]*">(.*?)</script>', html, re.DOTALL)
    assert own == [f"\n{(Path(DIST) / AS_FILE).read_text('utf-8')}"]
    assert all(json.loads(text).keys() == {"integrity"} for text in maps)
    theirs = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)  # of the theme of the docs
    assert not theirs or name.startswith("docs/")
    named = {source_of(text) for text in [*maps, *own, *theirs]}
    assert rules["script-src"] - {"'wasm-unsafe-eval'"} == {"'self'", *named}
    assert rules.get("connect-src", {"'self'"}) == {"'self'"}
    sources = set().union(*rules.values())
    sources -= named | ({f"'{SEARCH_STYLE}'"} if theirs else set())
    assert sources <= {"'self'", "'none'", "'wasm-unsafe-eval'", "blob:", "data:"}
    known = r'<script(>| type="importmap"| data-root| id="__config" type="application/json")'
    html = re.sub(f"{known}.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
