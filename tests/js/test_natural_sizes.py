"""Pictures whose natural size is not that of their pixels: boxes are in natural pixels, and what is
cut out shows what the page shows. In the page and in a worker, on both backends, in two engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.natural_sizes import BEST, SIZE, write_natural_sizes
from tests.pages import BACKEND, BOTH, WORKER_TEST, open_page, serve_site
from tools.browser import firefox

LOAD = """async (backend) => {
  const options = { models: ["tiny_face_detector"], backend };
  Object.assign(globalThis, await import("/site_cases/natural_sizes.js"));
  globalThis.inPage = await loadPyface(options);
  globalThis.inWorker = await loadPyface({ ...options, worker: true });
}"""
LOOK = "({ where, names }) => looked(globalThis[where].faceapi, '/made/', names)"
# Of an empty drawing, in the page and in the worker.
EMPTY = """async () => {
  const empty = Object.assign(new Image(), { src: "/made/empty.svg" });
  await new Promise((loaded) => { empty.onload = loaded; });
  const told = [];
  for (const { faceapi } of [inPage, inWorker]) {
    await faceapi.detectAllFaces(empty, new faceapi.TinyFaceDetectorOptions())
      .catch(({ name }) => told.push(name));
  }
  return told;
}"""
FROM_PYTHON = """
from js import document
import pyface_web as faceapi
video = document.querySelector("video")
net_input = await faceapi.to_net_input(video)
[canvas] = await faceapi.extract_faces(video, [(240, 160, 480, 320)])
square = net_input.to_batch_tensor(96)[0]
assert tuple(net_input.input_dimensions[0]) == (640, 960, 3), net_input
assert (canvas.width, canvas.height) == (480, 320)
assert square[16:80].mean() > 20, "the picture"
assert square[:15].max() == square[81:].max() == 0, "and nothing beside it"
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_site(made=write_natural_sizes(tmp_path_factory.mktemp("sizes"))) as url:
        yield url


@pytest.fixture(scope="module")
def page(browser: Browser, url: str) -> Iterator[Page]:
    with open_page(browser, url, path=WORKER_TEST) as page:
        page.evaluate(LOAD, BACKEND)
        yield page


def check(found: dict[str, Any], without: tuple[str, ...] = ()) -> None:
    assert len(found) > 15 or without
    wrong = {name: told["error"] for name, told in found.items() if "error" in told}
    assert not wrong
    for name in set(found) - set(without):
        box = [part * side for part, side in zip(found[name]["relative"], 2 * SIZE, strict=True)]
        assert box == pytest.approx(BEST, abs=8), name
        assert found[name]["difference"] < 6, name


@pytest.mark.parametrize("where", ["inPage", "inWorker"])
def test_gl_error_1282_of_a_video_with_setsar_and_its_kind(page: Page, where: str) -> None:
    check(page.evaluate(LOOK, {"where": where}))


def test_the_same_on_webassembly(page: Page) -> None:
    page.evaluate("() => inPage.faceapi.setBackend('wasm')")
    check(page.evaluate(LOOK, {"where": "inPage"}))


def test_sizes_are_those_that_the_page_knows(page: Page) -> None:
    names = ["a video with setsar=4/3", "a photo in double density", "a turned photo at 100 px"]
    found = page.evaluate(LOOK, {"where": "inPage", "names": names})
    assert [found[name]["size"] for name in names] == [[960, 640], [480, 320], [960, 640]]


def test_an_empty_drawing_is_refused(page: Page) -> None:
    assert page.evaluate(EMPTY) == ["EmptyImageError"] * 2


def test_net_input_and_crops_of_a_video_with_setsar(page: Page) -> None:
    page.evaluate("async () => void (await video('/made/wide.webm'))")
    page.evaluate("(code) => inPage.pyodide.runPythonAsync(code)", FROM_PYTHON)


def test_in_firefox(playwright: Playwright, url: str) -> None:
    # Its frames have the size of their pixels.
    without = ("a frame of a video with setsar=4/3",)
    with firefox(playwright) as browser, open_page(browser, url, path=WORKER_TEST) as page:
        page.evaluate(LOAD, BOTH[0])
        for where in ("inPage", "inWorker"):
            check(page.evaluate(LOOK, {"where": where}), without)
