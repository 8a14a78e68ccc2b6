"""A page with pyface_web loaded, for the tests of this folder.

def test_something(pyface_page):
    assert pyface_page.run("import pyface_web\nlen(names) + 1", names=["a"]) == 2
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.browser.moving_faces import drifting, write_film
from tools.assets import path_of
from tools.browser import camera_arguments, launch
from tools.serve import serve_folder

DIST = Path(__file__).resolve().parents[2] / "dist"
BLANK = "blank.html"
_BLANK_HTML = "<!doctype html><meta charset=utf-8><title>blank</title><link rel=icon href=data:,>"

_LOAD = """async (options) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  window.pyface = await loadPyface(options);
}"""

# The value of the last expression comes back; arguments are variables.
_RUNNER = """
async def run_for_test(source, arguments):
    import json
    from pyodide.code import eval_code_async

    def plain(value):
        return value.tolist()  # arrays and NumPy's numbers

    namespace = {"__name__": "__main__", **json.loads(arguments)}
    return json.dumps(await eval_code_async(source, namespace), default=plain)

run_for_test
"""

_RUN = """async ([runner, source, args]) => {
  window.runForTest ??= await window.pyface.pyodide.runPythonAsync(runner);
  return window.runForTest(source, args);
}"""


class PyfacePage:
    """A blank page of the site with pyface_web loaded."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self._errors: list[str] = []
        self._expected: list[str] = []
        page.on("pageerror", lambda error: self._errors.append(f"uncaught: {error}"))
        page.on("crash", lambda _: self._errors.append("the page crashed"))
        page.on("console", self._on_console)

    def _on_console(self, message: Any) -> None:
        if message.type == "error":
            self._errors.append(f"console: {message.text}")

    def run(self, source: str, **arguments: Any) -> Any:
        """The value of the last expression of Python source (with await), by way of JSON.

        arguments become variables. An exception in the page is raised here with its traceback.
        """
        source = textwrap.dedent(source)
        answer = self.page.evaluate(_RUN, [_RUNNER, source, json.dumps(arguments)])
        return json.loads(answer)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """The value of a JavaScript expression or function in the page."""
        return self.page.evaluate(script, argument)

    def expect_error(self, pattern: str) -> None:
        """Errors of the page that match are not held against the test that is running."""
        self._expected.append(pattern)

    def take_errors(self) -> list[str]:
        """Errors that no test expected, since the last call."""
        found = [e for e in self._errors if not any(re.search(p, e) for p in self._expected)]
        self._errors.clear()
        self._expected.clear()
        return found


@pytest.fixture(scope="session")
def camera_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium with a camera that shows two sample faces moving; pages still have to be allowed
    to use it."""
    film = write_film(tmp_path_factory.mktemp("camera") / "faces.y4m", drifting(40), rate=10)
    running = launch(playwright, arguments=camera_arguments(film))
    yield running
    running.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of dist/, with face-api.js under oracle/."""
    if not (DIST / "files.json").is_file():
        pytest.fail(f"{DIST} is missing; run `python3 build.py test`, which builds it", False)
    oracle = path_of("oracle/face-api.min.js").parent
    with serve_folder(DIST, extra={"/oracle/": oracle}) as url:
        yield url


@pytest.fixture(scope="module")
def pyface_page(browser: Browser, site: str) -> Iterator[PyfacePage]:
    """A blank page with loadPyface() done, one per test file. No net is loaded."""
    context = browser.new_context()
    page = context.new_page()
    page.route(
        f"**/{BLANK}", lambda route: route.fulfill(body=_BLANK_HTML, content_type="text/html")
    )
    made = PyfacePage(page, site)
    page.goto(site + BLANK)
    page.evaluate(_LOAD, {})
    yield made
    context.close()


@pytest.fixture(scope="module")
def two_faces(browser: Browser, site: str) -> Iterator[Page]:
    """A page with face-api.js 0.22.2 as `faceapi`, 0.15.0 as `first`, and as `ours` the JavaScript
    face, without Python."""
    context = browser.new_context()
    page = context.new_page()
    page.route(
        f"**/{BLANK}", lambda route: route.fulfill(body=_BLANK_HTML, content_type="text/html")
    )
    page.goto(site + BLANK)
    page.add_script_tag(path=path_of("oracle/face-api-0.15.0.min.js"))
    # The other script would extend the object that is there.
    page.evaluate("() => { window.first = window.faceapi; delete window.faceapi }")
    page.add_script_tag(path=path_of("oracle/face-api.min.js"))
    page.evaluate("""async () => {
      const { createFace } = await import('/faceapi/face.js')
      window.ours = createFace(async () => ({ value: null, loaded: [] }))
    }""")
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _no_page_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails on errors of its page that it did not announce with expect_error."""
    page = request.getfixturevalue("pyface_page") if "pyface_page" in request.fixturenames else None
    yield
    if page is not None:
        errors = page.take_errors()
        assert not errors, "the page reported errors:\n" + "\n".join(errors)
