"""What a whole run of tests shares: one browser with WebGL2, the built site, two pages of it.

Playwright cannot be started twice in a thread, and to start Python in a page is what costs most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from xdist.scheduler import LoadScopeScheduling

import pyface_web as faceapi
from tests.moving_faces import drifting, write_film
from tests.pages import (
    BOTH,
    STOPPABLE,
    PyfacePage,
    Visitor,
    open_page,
    pyface_page,
    serve_site,
)
from tests.record import RECORDS, Record
from tests.waiting import wait
from tools.assets import path_of
from tools.browser import BRIEF, camera_arguments, firefox, launch, launch_fast


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="look for leaks over 2,000 frames and 200 calls, not 600 and 80",
    )
    parser.addoption(
        "--record",
        action="store_true",
        help="ask face-api.js again where tests compare with what it once said",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of browser tests last: Playwright occupies the thread's event loop while it is open.

    The comparisons with the original take longest, so where processes share the work they begin.
    Files of tests/page share pages and are short: with them last, no process is busy for a minute
    after the others have ended.
    """
    with_browser = {i.path for i in items if "playwright" in getattr(i, "fixturenames", ())}

    def turn(item: pytest.Item) -> tuple[bool, bool, bool]:
        late = item.path in with_browser
        return late, "/oracle/" not in item.nodeid, late and "/page/" in item.nodeid

    items.sort(key=turn)


class ByFile(LoadScopeScheduling):
    """One file, one process; and the comparisons with the original in one, for they share a page,
    as all in Safari's engine do, of which there is one session, and all that use Firefox, which
    takes as long to start as three pages.

    Its own scheduler, as groups of pytest-xdist 3.8 are not heard by pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if uses_firefox(self.config.rootpath / file):
            return "firefox"
        return next((shared for shared in ("oracle", "safari") if f"/{shared}/" in file), file)


@cache
def uses_firefox(file: Path) -> bool:
    """Whether tests of a file share the browser of `firefox_browser`."""
    return "firefox_browser" in file.read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    """Whether a test that looks for leaks shall take its time."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture(scope="session")
def records(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Record]]:
    """Name -> what the original said, from tests/records/."""
    anew = bool(pytestconfig.getoption("--record"))
    opened: dict[str, Record] = {}

    def named(name: str) -> Record:
        if name not in opened:
            opened[name] = Record(RECORDS / f"{name}.json", anew=anew)
        return opened[name]

    yield named
    for record in opened.values():
        record.save()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, for tests that launch a browser of their own, with other arguments."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with the fastest WebGL2 that draws in software here."""
    running = launch_fast(playwright)
    yield running
    running.close()


@pytest.fixture(scope="session")
def usual_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium that draws and paints as it does by itself on a machine without a GPU.

    Its SwiftShader compiles fast, which counts where each program runs once. And comparisons with
    the original on pictures need it: what that cuts out of one is what a canvas on the GPU makes.
    """
    running = launch(playwright, shell=True, arguments=BRIEF)
    yield running
    running.close()


@pytest.fixture(scope="session")
def camera_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium with a camera that shows two sample faces moving; pages still have to be allowed
    to use it."""
    film = write_film(tmp_path_factory.mktemp("camera") / "faces.y4m", drifting(40), rate=10)
    running = launch_fast(playwright, camera_arguments(film), shell=False)
    yield running
    running.close()


@pytest.fixture(scope="session")
def firefox_browser(playwright: Playwright) -> Iterator[Browser]:
    """The installed Firefox: another engine, and another WebGL. To start it takes seconds."""
    with firefox(playwright) as running:
        yield running


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of dist/, with face-api.js under oracle/."""
    with serve_site(oracle=path_of("oracle/face-api.min.js").parent) as url:
        yield url


@pytest.fixture(scope="session")
def visitor(browser: Browser, site: str) -> Iterator[Visitor]:
    """For visits that can profit from earlier ones."""
    somebody = Visitor(browser, site)
    yield somebody
    somebody.close()


@pytest.fixture(scope="session")
def two_faces(browser: Browser, site: str) -> Iterator[Page]:
    """A page with face-api.js 0.22.2 as `faceapi`, 0.15.0 as `first`, and as `ours` the JavaScript
    face, without Python."""
    with open_page(browser, site) as page:
        page.add_script_tag(path=path_of("oracle/face-api-0.15.0.min.js"))
        # The other script would extend the object that is there.
        page.evaluate("() => { window.first = window.faceapi; delete window.faceapi }")
        page.add_script_tag(path=path_of("oracle/face-api.min.js"))
        page.evaluate("""async () => {
          const { createFace } = await import('/faceapi/face.js')
          window.ours = createFace(async () => ({ value: null, loaded: [] }))
        }""")
        yield page


@pytest.fixture
def numpy_computes() -> Iterator[None]:
    """The session computes with NumPy, whatever else is there; it chooses anew afterwards."""
    wait(faceapi.set_backend("reference"))
    yield
    faceapi.dispose()


# --- pages that all tests share that leave them usable; each module gets them as they began


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose files the shared pages, and that of the oracle, find under made/."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture(scope="session")
def _bare_page(browser: Browser, made: Path) -> Iterator[PyfacePage]:
    with pyface_page(browser, (), script=STOPPABLE, made=made) as page:
        yield page


@pytest.fixture(scope="session")
def _net_page(browser: Browser, made: Path) -> Iterator[PyfacePage]:
    with pyface_page(browser, script=STOPPABLE, made=made) as page:
        yield page


@pytest.fixture(scope="module")
def bare_page(_bare_page: PyfacePage, request: pytest.FixtureRequest) -> Iterator[PyfacePage]:
    """A blank page with pyface_web; no net is loaded. Its errors are those of the test."""
    with _bare_page.lent_to(request.node.name) as page:
        yield page


@pytest.fixture(scope="module")
def free_page(_bare_page: PyfacePage, request: pytest.FixtureRequest) -> Iterator[PyfacePage]:
    """The same, for tests of what the browser says on the console, too."""
    with _bare_page.lent_to(request.node.name) as page:
        yield page


@pytest.fixture(scope="module")
def net_page(_net_page: PyfacePage, request: pytest.FixtureRequest) -> Iterator[PyfacePage]:
    """A blank page with pyface_web and the nets of MODELS."""
    with _net_page.lent_to(request.node.name) as page:
        yield page


@pytest.fixture(scope="module", params=BOTH)
def backend(request: pytest.FixtureRequest) -> str:
    """Name of the backend that computes, one after the other."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def either_page(
    _net_page: PyfacePage, backend: str, request: pytest.FixtureRequest
) -> Iterator[PyfacePage]:
    """As `net_page`, once with each backend."""
    with _net_page.lent_to(f"{request.node.name} {backend}") as page:
        page.compute_with(backend)
        yield page


@pytest.fixture(autouse=True)
def _no_page_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails on errors of the bare page that it did not announce with expect_error."""
    page = request.getfixturevalue("bare_page") if "bare_page" in request.fixturenames else None
    yield
    if page is not None:
        errors = page.take_errors()
        assert not errors, "the page reported errors:\n" + "\n".join(errors)
