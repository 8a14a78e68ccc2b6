"""What no first face needs comes after it, or when Python asks for it; nothing is missing then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.pages import DIST, REST, open_page

NETS = [
    "tiny_face_detector",
    "face_landmark_68",
    "face_recognition",
    "face_expression",
    "age_gender",
]

_SCRIPT = """window.asked = [];
new PerformanceObserver((list) => asked.push(...list.getEntries().map(({ name }) => name)))
  .observe({ type: "resource" });"""
_FACES = """async (models) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  window.pyface = await loadPyface({ models, backend: "wasm" });
  window.ready = [...asked];
  const photo = Object.assign(new Image(), { src: "images/sample1.jpg" });
  await photo.decode();
  const { faceapi } = pyface;
  const found = await faceapi.detectAllFaces(photo, new faceapi.TinyFaceDetectorOptions())
    .withFaceLandmarks().withFaceExpressions().withAgeAndGender().withFaceDescriptors();
  return found.length;
}"""
# Names of all modules that can be imported, but those that do something, or are for tests.
_MODULES = """
import importlib, json, os, sys, warnings, zipfile
warnings.simplefilter("ignore")
left_out = ("antigravity", "this", "idlelib", "turtledemo", "tkinter", "ensurepip")
def found():
    library = next(path for path in sys.path if path.endswith(".zip"))
    yield from zipfile.ZipFile(library).namelist()
    import numpy
    home = os.path.dirname(numpy.__path__[0])
    for folder, _, files in os.walk(numpy.__path__[0]):
        yield from (os.path.relpath(os.path.join(folder, file), home) for file in files)
def names():
    for file in found():
        name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if file.endswith(".so"):
            name = name.partition(".cpython")[0]
        elif not file.endswith(".py"):
            continue
        parts = name.split(".")
        if {"tests", "test", "conftest", "__main__", "setup"} & set(parts):
            continue
        if not name.startswith(left_out):
            yield name
def works(name):
    try:
        importlib.import_module(name)
    except BaseException:
        return False
    return True
json.dumps(sorted(filter(works, {*names(), *sys.builtin_module_names})))
"""
_FULL = """async (code) => {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", document.baseURI));
  const full = await loadPyodide({ packages: ["numpy"] });
  return full.runPython(code);
}"""
_TRACES = """
import json, linecache, traceback
import numpy
import pyface_web
def lines(call):
    try:
        call()
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[2:]  # less two of <exec>
        return [(frame.filename, frame.lineno, frame.line) for frame in frames]
json.dumps([
    lines(lambda: numpy.reshape(numpy.zeros(3), 2)),
    lines(lambda: pyface_web.Box("a", 1, 2, 3)),
    lines(lambda: json.loads("{")),
])
"""
# Neither hashes of interned strings and their index are in the image, nor the collector's links.
_REMADE = """
import gc, json, sys, types
def copied(text):
    return (text + "_")[:-1]
def is_whole():
    gc.collect()
    things = gc.get_objects()
    names = [name for thing in things if type(thing) is dict for name in thing if type(name) is str]
    codes = [thing.__code__ for thing in things if type(thing) is types.FunctionType]
    interned = [name for code in codes for name in code.co_names]
    known = {id(thing) for thing in things}
    modules = [thing for thing in sys.modules.values() if type(thing) is types.ModuleType]
    return {
        "names": len(names),
        "hashes": [name for name in names if hash(name) != hash(copied(name))],
        "interned": [name for name in interned if sys.intern(copied(name)) is not name],
        "missed": [module.__name__ for module in modules if id(vars(module)) not in known],
    }
frozen = gc.get_freeze_count()
gc.unfreeze()
json.dumps([frozen, is_whole(), is_whole()])
"""
_IN_WORKER = """(site) => new Promise((done, fail) => {
  const worker = new Worker(site + "later_worker.js", { type: "module" });
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = ({ message }) => fail(new Error(message));
  worker.postMessage(site);
})"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page with faces, `requests` of it: [name, type] as they were asked for."""
    with open_page(browser, site, _SCRIPT) as page:
        if not page.evaluate("fetch('files.json').then((answer) => answer.json())")["image"]:
            pytest.skip("dist/ was built without Node: pages have all of Python from the beginning")
        yield page


@pytest.fixture(scope="module")
def requests(page: Page, site: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        found.append((request.url.removeprefix(site), request.resource_type))

    page.on("request", note)
    return found


def run(page: Page, code: str) -> Any:
    """What Python says, or the message of its error."""
    return page.evaluate(
        """(code) => {
          try {
            return pyface.pyodide.runPython(code);
          } catch (error) {
            return error.message;
          }
        }""",
        code,
    )


def test_first_faces_wait_for_none_of_it_which_then_comes(page: Page, requests) -> None:
    assert page.evaluate(_FACES, NETS) == 3
    assert [request for request in requests if request[1] == "xhr"] == [], "Python had to wait"
    ready = page.evaluate("ready")
    assert not [name for name in ready if name.endswith(REST)]
    for _ in range(200):
        if {name for name, _ in requests} >= set(REST):
            break
        page.wait_for_timeout(100)
    assert [name for name, kind in requests if name in REST] == list(REST)
    assert {kind for name, kind in requests if name in REST} == {"fetch"}


def test_every_module_is_there_that_a_full_python_has(page: Page) -> None:
    ours = set(json.loads(run(page, _MODULES)))
    full = set(json.loads(page.evaluate(_FULL, _MODULES)))
    assert len(full) > 700
    assert sorted(full - ours) == []


def test_what_the_image_leaves_out_of_the_memory_is_made_anew(page: Page) -> None:
    frozen, *found = json.loads(run(page, _REMADE))
    assert frozen > 30_000
    for whole in found:
        assert whole.pop("names") > 10_000
        assert whole == {"hashes": [], "interned": [], "missed": []}


def test_tracebacks_show_the_lines_of_sources(page: Page) -> None:
    traces = json.loads(run(page, _TRACES))
    assert all(trace and all(line for _, _, line in trace) for trace in traces), traces
    for file, number, line in traces[1]:
        source = DIST.parent / file[file.index("pyface_web/") :]
        assert source.read_text("utf-8").splitlines()[number - 1].strip() == line.splitlines()[0]


def test_what_pages_run_is_compiled_as_elsewhere(page: Page) -> None:
    code = "def f():\n    'What it does.'\n    assert 1 > 2, 'wrong'\n"
    assert run(page, f"{code}f.__doc__") == "What it does."
    assert "AssertionError: wrong" in run(page, f"{code}f()")
    columns = "next(iter(compile('1 / x', 'a', 'eval').co_positions()))[2:]"
    assert run(page, f"{columns} != (None, None)"), "so that tracebacks show where in a line"


def test_what_is_asked_for_before_it_came_is_waited_for(page: Page, site: str, requests) -> None:
    """And where it cannot be had Python says so, and asks again when it is wanted again."""
    page.reload()
    requests.clear()
    for name in REST:
        page.route(f"**/{name}", lambda route: route.abort())
    load = _FACES[: _FACES.index("const photo")] + "}"
    page.evaluate(load, [])
    assert "Error" in run(page, "import sqlite3")
    assert "Error" in run(page, "import numpy.random")
    page.unroute_all()
    assert (
        run(page, "import sqlite3; sqlite3.connect(':memory:').execute('select 7').fetchone()[0]")
        == 7
    )
    assert 0 <= run(page, "import numpy.random; numpy.random.default_rng(1).random()") < 1
    assert {name for name, kind in requests if kind == "xhr"} == set(REST)


def test_workers_ask_for_bytes(page: Page, site: str) -> None:
    text = (DIST / "favicon.svg").read_text("utf-8")
    found = page.evaluate(_IN_WORKER, site)
    assert found == [len(text.encode()) - 4, text[4:], text[:4], text[:4], [len(text.encode())]]
