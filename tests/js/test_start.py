"""How a page starts: from the image and the shader lists, and without them just the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.pages import AS_ON_A_GPU, BLANK, DIST
from tools.bench import budget

_START = """async (models) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  try {
    const signal = window.leave?.signal;
    window.pyface = await loadPyface({ models, backend: "webgl", signal, ...window.given });
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  const photo = Object.assign(new Image(), { src: "images/sample1.jpg" });
  await photo.decode();
  const { faceapi } = pyface;
  return (await faceapi.detectAllFaces(photo, new faceapi.TinyFaceDetectorOptions())).length;
}"""
_MEMORY = "() => pyface.python.memory().toJs({ dict_converter: Object.fromEntries })"


class Start:
    """A page before loadPyface: `said` is what its console has, `asked` what it asked for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.said, self.asked = page, [], []
        page.on("request", lambda request: self.asked.append(request.url.removeprefix(url)))
        page.on("console", lambda message: self.said.append(message.text))
        page.goto(url + BLANK)

    def change(self, pattern: str, answer: Callable[[Route], None]) -> None:
        self.page.route(pattern, answer)

    def detect(self) -> Any:
        """Number of faces, or the error's text."""
        return self.page.evaluate(_START, ["tiny_face_detector"])

    def python(self, code: str) -> Any:
        return self.page.evaluate("(code) => pyface.pyodide.runPythonAsync(code)", code)

    @property
    def compiled_by_python(self) -> int:
        memory = self.page.evaluate(_MEMORY)
        return memory["compiled"] - memory["ahead"]

    @property
    def from_scratch(self) -> bool:
        return any("starts from scratch" in text for text in self.said)


@pytest.fixture
def start(browser: Browser, site: str) -> Iterator[Start]:
    context = browser.new_context()
    yield Start(context.new_page(), site)
    context.close()


@pytest.fixture
def listing(browser: Browser, site: str) -> dict[str, Any]:
    page = browser.new_page()
    found = page.request.get(site + "files.json").json()
    page.close()
    if not found["image"]:
        pytest.skip("dist/ was built without Node, so there is neither image nor list")
    return found


def missing(route: Route) -> None:
    route.fulfill(status=404, body="no such file")


def answer(body: bytes | str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body)


def test_python_comes_from_the_image_and_compiles_nothing(start, listing):
    """And no file is asked for twice, though each module is looked at before it is imported."""
    assert start.detect() == 3
    assert {"bridge.js", "pyodide/pyodide.asm.mjs", "load/start.js"} <= set(start.asked)
    assert sorted(set(start.asked)) == sorted(start.asked)
    own = {name for name in start.asked if not name.startswith(("images/", "shaders/"))} - {BLANK}
    assert own <= budget.names("image"), f"not all are counted; {budget.COMMAND} counts them"
    assert not start.from_scratch
    assert start.compiled_by_python == 0
    assert not [text for text in start.said if "GL" in text], "WebGL complained"


def test_python_from_the_image_is_whole(start, listing):
    start.detect()
    assert json.loads(
        start.python("""
import json, sys
import numpy as np
import numpy.random, numpy.fft, numpy.polynomial, numpy.ma  # extension modules that were not in it
import xml.etree.ElementTree
import pyodide_js
await pyodide_js.loadPackage("pillow")
import PIL.Image
picture = PIL.Image.new("RGB", (2, 3))
values = [np.linalg.det(np.eye(3) * 2), abs(np.fft.fft(np.ones(8))[0]), picture.width]
json.dumps([round(float(value), 6) for value in values])
""")
    ) == [8, 8, 2]


_PLAIN = """
from pyface_web import sync
try:
    photo = sync.fetch_image("images/sample1.jpg")
    found = len(sync.detect_all_faces(photo, sync.TinyFaceDetectorOptions()))
except sync.PyfaceError as error:
    found = str(error)
found
"""


def test_two_starts_do_not_draw_the_same_random_numbers(start, listing):
    """And only the second may switch stacks, for it asked for that: plain calls wait there."""
    drawn, switching, plain = [], [], []
    for wanted in (False, True):
        start.page.evaluate("(stackSwitching) => { given = { stackSwitching } }", wanted)
        start.detect()
        drawn.append(start.python("import random\nrandom.random()"))
        switching.append(start.python("from pyodide.ffi import can_run_sync\ncan_run_sync()"))
        plain.append(start.python(_PLAIN))
    assert drawn[0] != drawn[1]
    assert switching == [False, start.page.evaluate("'Suspending' in WebAssembly")]
    assert plain[1] == (3 if switching[1] else plain[0])
    refused = start.page.evaluate("(code) => pyface.pyodide.runPython(code)", _PLAIN)
    assert refused == plain[0]
    assert refused.startswith("sync.fetch_image(...): this cannot wait here: expected a browser")


def test_without_a_good_image_python_starts_from_scratch(start, listing):
    """Stopped where it says so; the next start, with the image, works."""
    for body in (None, b"", b"<!doctype html>", b"\x1f\x8b\x08\x00broken"):
        start.change("**/python.image", missing if body is None else answer(body))
        start.page.evaluate("""() => {
          window.leave = new AbortController();
          console.info = (text) => leave.abort(new Error(text));
        }""")
        said = start.detect()
        assert said.startswith("Error: Python starts from scratch, because its image"), body
    start.page.unroute_all()
    start.page.evaluate("() => { delete window.leave; delete console.info; }")
    start.said.clear()
    assert start.detect() == 3
    assert not start.from_scratch and start.compiled_by_python == 0


def test_image_and_lists_of_another_version_are_not_used(start, listing):
    wheel = (DIST / listing["wheel"]).read_bytes() + b"more"
    row = {"bytes": len(wheel), "sha256": hashlib.sha256(wheel).hexdigest()}
    listing["files"][listing["wheel"]] = row
    start.change(f"**/{listing['wheel']}", answer(wheel))
    body = json.dumps(listing)
    start.change("**/files.json", answer(body))
    assert start.detect() == 3
    assert start.from_scratch and start.compiled_by_python == 8


def test_missing_lists_mean_that_python_compiles(start, listing):
    start.change("**/shaders/**", missing)
    assert start.detect() == 3
    assert not start.from_scratch and start.compiled_by_python == 8


def test_a_listing_without_lists_means_that_python_compiles(start, listing):
    kept = {name: row for name, row in listing["files"].items() if "shaders/" not in name}
    body = json.dumps({**listing, "files": kept})
    start.change("**/files.json", answer(body))
    assert start.detect() == 3
    assert not start.from_scratch and start.compiled_by_python == 8


def test_a_listing_without_an_image_is_fine(start, listing):
    body = json.dumps({**listing, "image": None})
    start.change("**/files.json", answer(body))
    assert start.detect() == 3
    assert start.compiled_by_python == 0


def test_a_missing_wheel_is_said_in_words(start, listing):
    start.change("**/python.image", missing)
    start.change(
        "**/*.whl", lambda r: missing(r) if "pyface_web" in r.request.url else r.fallback()
    )
    said = start.detect()
    assert said.startswith("LoadError:") and "HTTP status 404" in said and "pyface_web" in said


@pytest.mark.parametrize(
    ("part", "said"),
    [("pyodide/numpy-", "No module named 'numpy'"), ("wheels/pyface_web-", "pyface_web")],
)
def test_a_wheel_that_cannot_be_used_is_said_in_words(start, listing, part, said):
    """It is the file that files.json lists, so nothing was wrong until it was installed."""
    name = next(name for name in listing["files"] if name.startswith(part))
    body = b"no wheel" * 1000
    listing["files"][name] = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    start.change(f"**/{name}", answer(body))
    text = json.dumps({**listing, "image": None})
    start.change("**/files.json", answer(text))
    found = start.detect()
    assert found.startswith("LoadError: ") and f"/{name}: expected " in found
    assert said in found and "Build dist/ again" in found


def test_what_was_opened_ahead_is_closed_with_all_else(start):
    """Though nobody has used it yet; what is asked for afterwards opens it again."""
    start.page.evaluate(f"() => {AS_ON_A_GPU}")
    alive = start.page.evaluate(
        """async () => {
          const original = OffscreenCanvas.prototype.getContext;
          const made = [];
          OffscreenCanvas.prototype.getContext = function (kind, ...given) {
            const context = original.call(this, kind, ...given);
            if (kind === "webgl2") made.push(context);
            return context;
          };
          window.alive = () => made.filter((gl) => !gl.isContextLost()).length;
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          const { faceapi } = await loadPyface({ models: ["tiny_face_detector"] });
          const before = alive();
          await faceapi.dispose();
          const after = alive();
          const options = new faceapi.TinyFaceDetectorOptions();
          const found = await faceapi.detectAllFaces(new ImageData(64, 64), options);
          return [before, after, found.length, alive()];
        }"""
    )
    assert alive == [1, 0, 0, 1]


def test_a_context_that_is_lost_before_python_takes_it_is_opened_again(start):
    start.page.evaluate(
        """() => {
          const original = OffscreenCanvas.prototype.getContext;
          let first = true;
          OffscreenCanvas.prototype.getContext = function (...given) {
            const context = original.apply(this, given);
            const lose = () => context.getExtension("WEBGL_lose_context").loseContext();
            if (first) setTimeout(lose, 300);
            first = false;
            return context;
          };
        }"""
    )
    assert start.detect() == 3


_FAIL = """async (early) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const control = new AbortController();
  const onProgress = () => early && control.abort(null);
  try {
    await loadPyface({
      models: ["tiny_face_detector"], cache: false, signal: control.signal, onProgress,
    });
    return "loaded";
  } catch (error) {
    return error && error.name;
  }
}"""


def test_a_failed_start_leaves_nothing_uncaught(start):
    """Promises that nobody waits for are not the page's to hear of."""
    errors: list[str] = []
    start.page.on("pageerror", lambda error: errors.append(str(error)))
    parts = ("pyodide-lock.json", "pyodide.asm.mjs", "tiny_face_detector_model-shard1",
             "faceapi/face.js")  # fmt: skip
    for part in parts:
        start.change(f"**/{part}", missing)
        assert start.page.evaluate(_FAIL, False) == "LoadError", part
        start.page.unroute_all()
        start.page.reload()  # a module that could not be had is not asked for again
    assert start.page.evaluate(_FAIL, True) is None
    start.page.wait_for_timeout(300)
    assert errors == []
