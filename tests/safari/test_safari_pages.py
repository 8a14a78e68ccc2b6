"""Pages of the site in Safari's engine: the same faces as in Chromium, and pictures of them.

The pictures lie in output/screenshots/safari/, for whoever wants to look.
"""

from __future__ import annotations

import pytest

from tests.pages import ON_WEBGL, WORKER_TEST
from tests.safari.tab import Tab
from tools.assets import ROOT

SHOTS = ROOT / "output" / "screenshots" / "safari"
# What a page says, and how many of what it then shows.
SHOWS = {
    "": ("3 faces found", "", 0),
    "demos/expressions/": ("3 faces: happy, neutral, happy", "#faces > *", 3),
    "demos/matching/": ("3 faces known, 4 unknown", "#distances td.match", 3),
    "demos/webcam/": ("", ".pace dd", 2),
}
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
    says, found, count = SHOWS[path]
    tab.goto(path + ON_WEBGL)
    tab.set_viewport_size({"width": 1280, "height": 720})
    if not path:
        tab.until(_CHOOSE)
    tab.until(_SAYS, says)
    if found:
        assert tab.evaluate("(found) => document.querySelectorAll(found).length", found) == count
        assert tab.evaluate("document.getElementById('badge').textContent") == "WebGL2"
    assert not tab.evaluate("document.querySelector('[role=alert]')?.textContent.trim()")
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = path.strip("/").replace("/", "-") or "index"
    (SHOTS / f"{name}.png").write_bytes(tab.screenshot(full_page=True))
    assert tab.wrong == []


def test_a_worker_answers_and_says_what_it_has_not(tab: Tab) -> None:
    """A worker has no canvas element: there is no WebGL2 in it, and WebAssembly is taken."""
    tab.goto(WORKER_TEST)
    tab.until("() => typeof load === 'function'")
    faces, name, described, error = tab.evaluate("""async () => {
      const { faceapi: face, terminate } = await load(["tiny_face_detector"], { backend: null });
      const photo = await image("images/sample3.jpg");
      const faces = await face.detectAllFaces(photo, new face.TinyFaceDetectorOptions());
      const told = [await face.getBackend(), await face.describeBackend()];
      const error = await face.setBackend("webgl").catch(({ name }) => name);
      terminate();
      return [faces.length, ...told, error];
    }""")
    assert (faces, name, error) == (3, "wasm", "BackendError")
    assert "no WebGL2 on a GPU in a worker" in described
