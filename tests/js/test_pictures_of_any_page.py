"""Pictures as other people's pages have them, in the page and in a worker, in two engines.

Those whose natural size is not that of their pixels: boxes are in natural pixels, and what is cut
out shows what the page shows. And those of other windows and of libraries, which no class of the
page knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.natural_sizes import BEST, SIZE, write_natural_sizes
from tests.pages import BACKEND, BOTH, WORKER_TEST, open_page, serve_site

LOAD = """async (backend) => {
  const options = { models: ["tiny_face_detector"], backend };
  Object.assign(globalThis, await import("/site_cases/natural_sizes.js"));
  globalThis.others = await import("/site_cases/other_windows.js");
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
OTHERS = "({ where, which }) => others[which](globalThis[where].faceapi, '/made/')"
USED = {
    "track": [960, 640],
    "bufferToImage": 960,
    "bufferToImageOfBytes": 960,
    "matchDimensions": 960,
    "isMediaElement": [True] * 3,
    "toNetInput": [[640, 960, 3]] * 2,
    "createCanvasFromMedia": 960,
    "descriptors": [0, "Ann"],
    "tensor": [4, 4, 3],
    "options": 160,
    "fetchImage": 960,
}
REFUSED = {
    "jQuery": "InputError: .*its \\[0\\] is an HTMLImageElement: pass that",
    "a reference of React": "InputError: .*its .current is an HTMLImageElement: pass that",
    "a reference of Vue": "InputError: .*its .value is an HTMLImageElement: pass that",
    "an element of p5.js": "InputError: .*its .elt is an HTMLImageElement: pass that",
    "an empty reference": "InputError: .*its .current is null: .* Ask once it is mounted",
    "a card around it": 'InputError: .*HTMLElement.*element.querySelector\\("img"\\)',
    "the field of a form": "InputError: .*HTMLInputElement .*input.files\\[0\\]",
    "a Proxy": "InputError: .* only says that it is of HTMLImageElement",
    "a name": "InputError: ",
    "an image of no window": "MediaNotReadyError: .* no window shows, .* document.body.append",
    "a video of no window": "MediaNotReadyError: .* no window shows, .* document.body.append",
    "track": "InputError: track: expected a video element.*its .current is an HTMLImageElement",
    "drawing": "InputError: the canvas to draw on: .*its .current is an HTMLCanvasElement",
    "extractFaces": "InputError: .*its .current is an HTMLImageElement: pass that",
    "a matcher of nobody": "InputError: FaceMatcher: .*was no face found.*new FaceMatcher",
    "the bytes of a descriptor": "ShapeError: query: .*new Float32Array\\(buffer\\)",
    "options": "OptionsError: .*, got Map; Object.fromEntries\\(it\\) is one",
}
# Where an engine loads a video there, as a few do, it is as good as another.
LOADED = {"a video of no window": 3}
# As pyscript.web has them.
WRAPPERS = """
class Element:
    def __init__(self, dom_element):
        self._dom_element = dom_element
    def __getattr__(self, name):
        return getattr(self._dom_element, name)

class ElementCollection:
    def __init__(self, elements):
        self._elements = elements
    def __getitem__(self, key):
        return self._elements[key]
    def __len__(self):
        return len(self._elements)

import json
import pyface_web as faceapi
from js import given
from pyface_web.errors import InputError
options = faceapi.TinyFaceDetectorOptions(input_size=416)
element = Element(given.img)

async def seen(source):
    [best, *_] = await faceapi.detect_all_faces(source, options)
    [cut] = await faceapi.extract_faces(source, [(390, 223, 153, 125)])
    box = best.box
    return [[box.x, box.y, box.width, box.height], [int(cut.width), int(cut.height)]]

async def refusal(source):
    try:
        await faceapi.detect_all_faces(source, options)
    except InputError as error:
        return str(error)

sources = {"wrapped": element, "a list of one": ElementCollection([element])}
sources |= {name: getattr(given, name) for name in ("img", "film", "canvas", "blob", "subclass")}
frames = faceapi.track(Element(given.film))
async with frames:
    frame = await anext(frames)
numbers = given.numbers
json.dumps({
    "seen": {name: await seen(source) for name, source in sources.items()},
    "track": [frame.size.width, frame.size.height],
    "is_media_element": faceapi.is_media_element(element),
    "size": str(faceapi.get_media_dimensions(element)),
    "match": faceapi.FaceMatcher(numbers).find_best_match(numbers).label,
    "two": await refusal(ElementCollection([element, element])),
    "list": await refusal(given.list),
})
"""
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
    assert found
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


def check_seen(found: dict[str, Any], without: tuple[str, ...] = (), count: int = 11) -> None:
    assert len(found) == count
    for name in set(found) - set(without):
        seen = found[name]
        assert isinstance(seen, list), (name, seen)
        faces, box, size, cut = seen
        assert (faces, size, cut) == (3, list(SIZE), [153, 125]), name
        assert box == pytest.approx(BEST, abs=4), name


@pytest.mark.parametrize("where", ["inPage", "inWorker"])
def test_pictures_of_an_iframe_a_popup_and_subclasses(page: Page, where: str) -> None:
    check_seen(page.evaluate(OTHERS, {"where": where, "which": "detected"}))
    assert page.evaluate(OTHERS, {"where": where, "which": "used"}) == USED


@pytest.mark.parametrize("where", ["inPage", "inWorker"])
def test_what_to_pass_is_named(page: Page, where: str) -> None:
    check_refused(page.evaluate(OTHERS, {"where": where, "which": "refused"}))


def check_refused(found: dict[str, Any]) -> None:
    assert found.keys() == REFUSED.keys()
    loaded = {name for name, faces in LOADED.items() if found[name] == faces}
    told = {name: str(found[name]) for name in found.keys() - loaded}
    assert not {name: said for name, said in told.items() if not re.match(REFUSED[name], said)}


def test_wrappers_of_pyscript_and_windows_in_python(page: Page) -> None:
    page.evaluate("() => others.give('/made/')")
    found = json.loads(page.evaluate("(code) => inPage.pyodide.runPythonAsync(code)", WRAPPERS))
    for name, (box, cut) in found.pop("seen").items():
        assert box == pytest.approx(BEST, abs=4), name
        assert cut == [153, 125]
    assert "(its [0] is an HTMLImageElement: pass that)" in found.pop("two")
    assert "(its [0] is an HTMLImageElement: pass that)" in found.pop("list")
    assert found == {
        "track": [960, 640],
        "is_media_element": True,
        "size": "Dimensions(width=960.0, height=640.0)",
        "match": "person 1",
    }


def test_in_firefox(firefox_browser: Browser, url: str) -> None:
    # Its frames have the size of their pixels, and images go with their iframe.
    without = ("a frame of a video with setsar=4/3", "left")
    with open_page(firefox_browser, url, path=WORKER_TEST) as page:
        page.evaluate(LOAD, BOTH[0])
        check(page.evaluate(LOOK, {"where": "inPage"}), without)
        few = ["a video with setsar=4/3", "a turned photo at 100 px", "a photo in double density"]
        check(page.evaluate(LOOK, {"where": "inWorker", "names": few}))
        for where in ("inPage", "inWorker"):
            found = page.evaluate(OTHERS, {"where": where, "which": "detected"})
            check_seen(found, without)
        assert page.evaluate(OTHERS, {"where": "inWorker", "which": "used"}) == USED
        check_refused(page.evaluate(OTHERS, {"where": "inPage", "which": "refused"}))
