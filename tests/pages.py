"""Pages with pyface_web: made for a test that breaks its own, or shared by all that do not.

def test_something(bare_page):  # no net is loaded; `net_page` has all of them
    assert bare_page.run("import sys; len(names) + 1", names=["a"]) == 2
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from pyface_files.progress import Silent
from tests.reference.nets import NETWORKS
from tools import dist
from tools.assets import ROOT
from tools.browser import BRIEF, end_with, find_shell
from tools.integrity import HASHES
from tools.serve import serve_folder

DIST = ROOT / "dist"
SERVED = ROOT / "tests" / "served"  # what tests add to the site
SITE_CASES = ROOT / "tests" / "site_cases"  # pages as people have them, in a folder of the site
BLANK = "blank.html"
WORKER_TEST = "worker_test.html"  # empty, with a script that tests of worker mode share
REST = ("python.rest", "pyodide/python_stdlib.zip")  # what of Python comes after the first faces
SUBFOLDER = "some/folder/"  # has the whole site again: any base path will do
SECONDS = 180  # for one call into the page; only a hang takes so long
MODELS = tuple(network.model_option for network in NETWORKS)
# No GPU draws where tests run, so a page would not choose it by itself. By name it is had, and most
# of what the tests assert is of shaders, counts and pixels of WebGL.
BACKEND = "webgl"
BOTH = ("webgl", "wasm")  # for what has to hold on either
ON_WEBGL, ON_WASM = (f"?backend={name}" for name in BOTH)  # the same for pages of the site
# A script with which pages believe that a GPU draws. Workers do not run it.
AS_ON_A_GPU = """{
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    return [this.RENDERER, 0x9246].includes(name) ? "A fine GPU" : getParameter.call(this, name);
  };
}"""

_LOAD = """async (options) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  globalThis.pyface = await loadPyface(options);
}"""

# Values go both ways as JSON, so no proxy outlives a call. Exceptions are the caller's to catch:
# `outcome(awaitable)` makes a value of them.
_RUNNER = """
import json
import numpy as np
import js
import pyface_web as faceapi
from pyodide.code import eval_code_async

def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, BaseException):
        return {"error": type(value).__name__, "text": str(value),
                "kinds": [kind.__name__ for kind in type(value).__mro__]}
    return value.to_dict()

async def outcome(awaitable):
    try:
        return {"value": await awaitable}
    except Exception as error:
        return plain(error)

async def run(code, values):
    scope = dict(__name__="__main__", js=js, faceapi=faceapi, np=np, json=json, outcome=outcome,
                 **json.loads(values))
    return json.dumps(await eval_code_async(code, scope), default=plain)

run
"""

# A script for pages that are lent: lets `stopAll()` end what tests started. On a GPU of software
# one canvas that is captured for ever makes all other pages wait.
STOPPABLE = """(() => {
  const intervals = new Set(), frames = new Set(), tracks = new Set(), media = new Set();
  const { setInterval, requestAnimationFrame } = globalThis;
  const { captureStream } = HTMLCanvasElement.prototype;
  const { play } = HTMLMediaElement.prototype;
  const kept = (set, value) => (set.add(value), value);
  globalThis.setInterval = (...given) => kept(intervals, setInterval(...given));
  globalThis.requestAnimationFrame = (call) => {
    const id = requestAnimationFrame((time) => { frames.delete(id); call(time); });
    return kept(frames, id);
  };
  HTMLCanvasElement.prototype.captureStream = function (...given) {
    const stream = captureStream.apply(this, given);
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  HTMLMediaElement.prototype.play = function () { return play.call(kept(media, this)); };
  globalThis.stopAll = () => {
    for (const id of intervals) clearInterval(id);
    for (const id of frames) cancelAnimationFrame(id);
    for (const track of tracks) track.stop();
    for (const element of media) element.pause();
    for (const set of [intervals, frames, tracks, media]) set.clear();
  };
})();"""

_PREFER = """
from pyface_web.engine import registry
registry.prefer(name, "chosen by a test")
faceapi.dispose()
"""

# Modules of the tests, for pages that import them as the tests do.
_GIVE = """
import importlib, pathlib, sys
root = pathlib.Path("/given")
for path, text in files.items():
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
if str(root) not in sys.path:
    sys.path.append(str(root))
importlib.invalidate_caches()
"""

# Not cache_storage: with that Chromium drops what it compiled of the site, too.
_STORED = "indexeddb,local_storage,service_workers"

# How many bytes are kept that have this SHA-256, if there are any.
_KEPT = """async (hash) => {
  const cache = await caches.open((await caches.keys())[0]);
  return (await (await cache.match(`/sha256/${hash}`))?.arrayBuffer())?.byteLength;
}"""

# What a module of tests leaves: elements, answers to requests, nets, textures, another backend.
_FORGET = """
for net in faceapi.nets.values():
    if keep and net.architecture.model_option in keep and not net.is_loaded:
        await net.load("models")
    elif net.is_loaded and net.architecture.model_option not in keep:
        net.dispose()
"""


class PyfacePage:
    """A page of the site that has loaded pyface_web."""

    def __init__(
        self, page: Page, models: tuple[str, ...] = MODELS, backend: str | None = BACKEND
    ) -> None:
        self.page, self.models, self.backend = page, models, backend
        self._errors: list[str] = []
        self._expected: list[str] = []
        self._user = ""
        collect_errors(page, self._errors)
        page.on("crash", lambda _: self._errors.append("the page crashed"))
        page.set_default_timeout(SECONDS * 1000)
        page.evaluate(_LOAD, {"models": list(models), "backend": backend})
        page.evaluate("(code) => { pyface.run = pyface.pyodide.runPython(code); }", _RUNNER)

    @property
    def url(self) -> str:
        """Address of the folder that the page lies in, with a slash at its end."""
        return self.page.url.rpartition("/")[0] + "/"

    def js(self, code: str, value: Any = None) -> Any:
        """What a JavaScript expression or function gives."""
        return self.page.evaluate(code, value)

    def run(self, code: str, **values: Any) -> Any:
        """The value of the last line of Python code that ran in the page.

        It sees faceapi, js, np, outcome, and `values`. Results come back as their `to_dict`. An
        exception is raised here, with its traceback.
        """
        given = [dedent(code), json.dumps(values)]
        return json.loads(self.page.evaluate("(given) => pyface.run(...given)", given))

    def compute_with(self, backend: str) -> None:
        """From now on calls begin with the backend of this name, whatever is disposed of."""
        self.run(f"{_PREFER}\nawait faceapi.describe_backend()", name=backend)

    def give(self, modules: Sequence[str]) -> None:
        """Let Python in the page import these modules of the tests."""
        paths = [f"{name.replace('.', '/')}.py" for name in modules]
        self.run(_GIVE, files={path: (ROOT / path).read_text("utf-8") for path in paths})

    @contextmanager
    def lent_to(self, user: str) -> Iterator[PyfacePage]:
        """The page as it began, unless the same user had it last. It is at rest afterwards.

        It was made with the script STOPPABLE, and for a backend.
        """
        if self._user not in (user, ""):
            self._forget()
        self._user = user
        yield self
        self.js("() => stopAll()")

    def _forget(self) -> None:
        self.page.unroute_all()
        self.js("() => document.body.replaceChildren()")
        self.run(_FORGET + _PREFER, keep=list(self.models), name=self.backend)
        self.take_errors()

    def expect_error(self, pattern: str) -> None:
        """Errors of the page that match are not held against the test that is running."""
        self._expected.append(pattern)

    def take_errors(self) -> list[str]:
        """Errors that no test expected, since the last call."""
        found = [e for e in self._errors if not any(re.search(p, e) for p in self._expected)]
        self._errors.clear()
        self._expected.clear()
        return found

    def add_image(self, id: str, src: str) -> None:
        """Put an img element with this id into the page and wait for its picture."""
        self.js(
            """async ([id, src]) => {
              document.getElementById(id)?.remove();
              const image = Object.assign(new Image(), { id, src });
              document.body.append(image);
              await image.decode();
            }""",
            [id, src],
        )

    def add_canvas(
        self, id: str, width: int, height: int, tiles: list[Any], *, readable: bool = False
    ) -> None:
        """Put a canvas into the page, painted with parts of pictures.

        tiles: [address, source x, y, width, height, target x, y, width, height] each.
        readable: it is kept by the CPU, so that all who read it get the same pixels.
        """
        self.js(
            """async ([id, width, height, tiles, willReadFrequently]) => {
              document.getElementById(id)?.remove();
              const canvas = Object.assign(document.createElement("canvas"), { id, width, height });
              document.body.append(canvas);
              const context = canvas.getContext("2d", { willReadFrequently });
              context.fillStyle = "#777";
              context.fillRect(0, 0, width, height);
              for (const [src, ...numbers] of tiles) {
                const image = Object.assign(new Image(), { src });
                await image.decode();
                context.drawImage(image, ...numbers);
              }
            }""",
            [id, width, height, tiles, readable],
        )


@functools.cache
def built_site() -> Path:
    """dist/, brought up to date once per run."""
    return dist.build_dist(ROOT, Silent())


@contextmanager
def serve_site(headers: Mapping[str, str] | None = None, **folders: Path) -> Iterator[str]:
    """Address of dist/ with what tests add to it. Files of `folders` are under /NAME/ of it.

    headers: more of all answers.
    """
    root = built_site()
    more = {f"/{base}{file.name}": file for base in ("", SUBFOLDER) for file in SERVED.iterdir()}
    more[f"/{SITE_CASES.name}/"] = SITE_CASES
    more |= {f"/{SUBFOLDER}": root} | {f"/{name}/": folder for name, folder in folders.items()}
    with serve_folder(root, extra=more, caching="max-age=600", headers=headers) as url:
        yield url


def launch_without_webgl(browser: Browser) -> Browser:
    """As this browser, where it has no WebGL at all, in pages or in workers."""
    switches = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", *BRIEF]
    return browser.browser_type.launch(executable_path=find_shell(), args=switches)


class Visitor:
    """Somebody who was at the site before: what an earlier visit downloaded and compiled is kept,
    nothing else. It saves a third of a start.

    For tests that neither answer requests themselves nor need a browser that knows nothing.
    """

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site = site
        self._context = browser.new_context(base_url=site, **options)

    def close(self) -> None:
        self._context.close()

    @contextmanager
    def visit(
        self,
        path: str = BLANK,
        script: str = "",
        width: int = 1280,
        height: int = 720,
        errors: list[str] | None = None,
        **media: Any,
    ) -> Iterator[Page]:
        """A page of the site; the test's output has its console.

        script: JavaScript that runs before the page's own.
        errors: gets what goes wrong on the page; without it, nothing may.
        media: what the visitor likes, such as color_scheme="dark".
        """
        page = self._context.new_page()
        wrong: list[str] = []
        collect_errors(page, wrong if errors is None else errors)
        try:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(**media)
            prepare(page, script)
            page.goto(path)
            yield page
            assert wrong == []
        finally:
            tools = self._context.new_cdp_session(page)
            stored = {"origin": self.site, "storageTypes": _STORED}
            tools.send("Storage.clearDataForOrigin", stored)
            page.close()


def change_module(routes: Page | BrowserContext, name: str, text: str) -> None:
    """Have a module of the loader be another one, which the loader takes for the right one."""
    found = (DIST / name).read_bytes(), text.encode()
    old, new = (hashlib.sha256(content).hexdigest() for content in found)
    hashes = (DIST / HASHES).read_text("utf-8")
    assert old in hashes, name
    for file, body in ((name, text), (HASHES, hashes.replace(old, new))):
        routes.route(f"**/{file}", answer_with(body))


def answer_with(text: str) -> Callable[[Route], None]:
    """For `route`: answers with a module of this text."""
    return lambda route: route.fulfill(body=text, content_type="text/javascript")


def prepare(page: Page, script: str = "") -> None:
    """Patience, a script that runs before the page's own, and its console in the test's output."""
    end_with(page)
    page.set_default_timeout(SECONDS * 1000)
    page.add_init_script(script)
    page.on("console", lambda message: print("console:", message.text[:2000]))
    page.on("pageerror", lambda error: print("page error:", error))


def until(page: Page, selector: str, holds: str, given: Any = None) -> None:
    """Wait until a JavaScript function of an element, and of `given`, is true, for SECONDS at most.

    It looks every 20 ms, `expect` once a second; that says what is wrong if this was in vain.
    """
    page.evaluate(
        f"""async ([selector, given, milliseconds]) => {{
          const holds = {holds};
          for (const start = performance.now(); performance.now() - start < milliseconds;) {{
            const element = document.querySelector(selector);
            if (element && holds(element, given)) return;
            await new Promise((done) => setTimeout(done, 20));
          }}
        }}""",
        [selector, given, SECONDS * 1000],
    )


def until_ready(page: Page) -> None:
    """Wait until a page of the site says that it can be used."""
    until(page, "html", "(html) => 'ready' in html.dataset")
    expect(page.locator("html[data-ready]")).to_be_attached()


def until_status(page: Page, text: str) -> None:
    """Wait until the status of a page of the site is this, or contains it after "..."."""
    status = page.locator("#status")
    if text.startswith("..."):
        until(page, "#status", "(status, text) => status.textContent.includes(text)", text[3:])
        expect(status).to_contain_text(text[3:])
    else:
        until(page, "#status", "(status, text) => status.textContent.trim() === text", text)
        expect(status).to_have_text(text)


def until_no_worker(page: Page) -> None:
    """Wait until a page has no worker: Playwright hears late of one that was ended."""
    for _ in range(SECONDS * 20):
        if not page.workers:
            return
        page.wait_for_timeout(50)
    pytest.fail("the worker is still there")


def collect_errors(page: Page, errors: list[str]) -> None:
    """Have a list grow by what goes wrong on a page from now on."""
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    page.on("console", lambda m: m.type == "error" and errors.append(f"console: {m.text}"))


@contextmanager
def open_page(browser: Browser, url: str, script: str = "", path: str = BLANK) -> Iterator[Page]:
    """An empty page of a site, in a browser context of its own; the test's output has its console.

    script: JavaScript that runs before the page's own.
    """
    context = browser.new_context()
    try:
        page = context.new_page()
        prepare(page, script)
        page.goto(url + path)
        yield page
    finally:
        context.close()


@contextmanager
def pyface_page(
    browser: Browser,
    models: tuple[str, ...] = MODELS,
    described: str = "WebGL2, float32",
    script: str = "",
    backend: str | None = BACKEND,
    **folders: Path,
) -> Iterator[PyfacePage]:
    """A page with pyface_web on a backend. Files of `folders` are under /NAME/ of its site.

    described: what the backend has to say of itself, at its beginning.
    script: JavaScript that runs before the page's own. backend: as of loadPyface.
    """
    with serve_site(**folders) as url, open_page(browser, url, script) as page:
        pyface = PyfacePage(page, models, backend)
        found = pyface.run("await faceapi.describe_backend()")
        assert found.startswith(described), f"expected {described}, got {found}"
        yield pyface


def wait_until_kept(page: Page, row: dict[str, Any]) -> None:
    """Until the browser keeps the file of the site that the list of files has this row for."""
    for _ in range(300):
        if page.evaluate(_KEPT, row["sha256"]) == row["bytes"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError("it was not kept")
