"""Pages of the site in Safari's engine: the same faces as in Chromium, and pictures of them.

The pictures lie in output/screenshots/safari/, for whoever wants to look.
"""

from __future__ import annotations

import pytest

from tests.pages import BOTH
from tests.safari.tab import Tab
from tools.assets import ROOT

SHOTS = ROOT / "output" / "screenshots" / "safari"
WEBGL, WASM = BOTH
# What computes for a page, what it says, and how many of what it then shows.
SHOWS = {
    "": (WEBGL, "3 faces found", "", 0),
    "demos/expressions/": (WEBGL, "3 faces: happy, neutral, happy", "#faces > *", 3),
    "demos/matching/": (WASM, "3 faces known, 4 unknown", "#distances td.match", 3),
    "demos/webcam/": (WEBGL, "", ".pace dd", 2),
}
BADGES = {WEBGL: "WebGL2", WASM: "WebAssembly"}
_CHOOSE = """() => {
  if (!("ready" in document.documentElement.dataset)) return false;
  document.querySelectorAll("input[name=sample]")[2].click();
  return true;
}"""
_SAYS = """(says) => {
  const ready = "ready" in document.documentElement.dataset;
  return ready && document.getElementById("status").textContent.includes(says);
}"""


@pytest.mark.parametrize("path", SHOWS)
def test_a_page_finds_what_it_finds_in_chromium(tab: Tab, path: str) -> None:
    backend, says, found, count = SHOWS[path]
    tab.goto(f"{path}?backend={backend}")
    tab.set_viewport_size({"width": 1280, "height": 720})
    if not path:
        tab.until(_CHOOSE)
    tab.until(_SAYS, says)
    if found:
        assert tab.evaluate("(found) => document.querySelectorAll(found).length", found) == count
        assert tab.evaluate("document.getElementById('badge').textContent") == BADGES[backend]
    assert not tab.evaluate("document.querySelector('[role=alert]')?.textContent.trim()")
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = path.strip("/").replace("/", "-") or "index"
    (SHOTS / f"{name}.png").write_bytes(tab.screenshot(full_page=True))
    assert tab.wrong == []
