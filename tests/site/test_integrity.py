"""Changed JavaScript does not run: not on our pages, not through the loader, not in a worker."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.pages import BLANK, DIST, answer_with, open_page, until_no_worker

# What a load says, and what changed files have left in the page.
_LOAD = """async (options) => {
  window.uncaught = [];
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason)));
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const said = await loadPyface(options).then(
    () => "loaded", ({ name, message }) => `${name}: ${message}`);
  return [said, window.ran === undefined && uncaught.length === 0];
}"""
_CHANGE = "\nglobalThis.ran = true;\n"
PARTS = [
    "bridge.js",
    "faceapi/face.js",
    "faceapi/values/geometry.js",
    "load/start.js",
    "load/python.js",
    "pyodide/pyodide.mjs",
    "pyodide/pyodide.asm.mjs",
]
PARTS_OF_A_WORKER = ["bridge.js", "worker/page.js", "worker/worker.js", "worker/errors.js"]


def changed(name: str) -> str:
    return (DIST / name).read_text("utf-8") + _CHANGE


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(site + BLANK)
    yield page
    context.close()


def check_refusal(page: Page, site: str, name: str, *, worker: bool = False) -> None:
    page.route(f"**/{name}", answer_with(changed(name)))
    said, right = page.evaluate(_LOAD, {"worker": worker, "cache": False})
    page.unroute(f"**/{name}")
    assert said.startswith(f"LoadError: {site}{name}: expected a module with the SHA-256 "), said
    assert "got other content (SHA-256 " in said and "files of two versions" in said
    assert right
    until_no_worker(page)


@pytest.mark.parametrize("name", PARTS)
def test_a_changed_part_of_the_loader(page: Page, site: str, name: str) -> None:
    check_refusal(page, site, name)


@pytest.mark.parametrize("name", PARTS_OF_A_WORKER)
def test_a_changed_part_of_a_worker(page: Page, site: str, name: str) -> None:
    check_refusal(page, site, name, worker=True)


def test_a_changed_module_of_pyodide_in_a_worker(page: Page, site: str) -> None:
    """It is the worker that looks."""
    name = "pyodide/pyodide.mjs"
    page.context.route(f"**/{name}", answer_with(changed(name)))
    said, _ = page.evaluate(_LOAD, {"worker": True, "cache": False})
    assert said.startswith(f"LoadError: {site}{name}: ") and "other content" in said
    until_no_worker(page)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(404, "text/plain", "HTTP status 404"), (200, "text/plain", "a file of text/plain"),
     (200, "text/html", "a file of text/html")],
)  # fmt: skip
def test_what_else_may_be_wrong_with_a_module(
    page: Page, site: str, status: int, kind: str, words: str
) -> None:
    body = (DIST / "load/start.js").read_text("utf-8")
    page.route(
        "**/load/start.js",
        lambda route: route.fulfill(status=status, content_type=kind, body=body),
    )
    said, right = page.evaluate(_LOAD, {})
    assert f"{site}load/start.js: expected a module" in said and f"got {words}" in said
    assert said.startswith("LoadError") and right


def test_a_module_that_never_comes(page: Page, site: str) -> None:
    held: list[Route] = []
    page.route("**/bridge.js", lambda route: held.append(route))
    said, right = page.evaluate(_LOAD, {"waits": {"network": 0.5}})
    assert said.startswith(f"LoadError: {site}bridge.js: expected a module, got no answer for 0.5")
    assert right


def test_an_old_module_in_the_browsers_cache_is_got_anew(page: Page) -> None:
    """So a new version of the site works at once where the browser has kept a file of the last."""
    answers: list[Route] = []

    def first_old(route: Route) -> None:
        answers.append(route)
        if len(answers) > 1:
            route.continue_()
        else:
            route.fulfill(body=changed("load/start.js"), content_type="text/javascript")

    page.route("**/load/start.js", first_old)
    page.route("**/files.json", lambda route: route.fulfill(body="{}"))
    said, right = page.evaluate(_LOAD, {})
    assert "files.json: expected" in said and right and len(answers) == 3


def test_the_import_map_for_authors(browser: Browser, site: str) -> None:
    """With it nothing of the loader runs changed, pyface.js itself included."""
    text = (DIST / "integrity.json").read_text("utf-8")
    html = f"""<!doctype html><link rel="icon" href="data:,">
<script type="importmap">{text}</script>
<script type="module">
  addEventListener("unhandledrejection", (event) => event.preventDefault());
  window.found = import("./pyface.js").then(
    ({{ loadPyface }}) => typeof loadPyface, () => "refused");
</script>"""
    with open_page(browser, site) as page:
        page.route(
            "**/author.html", lambda route: route.fulfill(body=html, content_type="text/html")
        )
        page.goto(site + "author.html")
        assert page.evaluate("found") == "function"
        names = [name.removeprefix("./") for name in json.loads(text)["integrity"]]
        assert "pyface.js" in names
        for name in names:
            page.route(f"**/{name}", answer_with(changed(name)))
            page.goto(site + "author.html")
            assert page.evaluate("found") == "refused", name
            assert page.evaluate("window.ran") is None
            page.unroute(f"**/{name}")


@pytest.mark.parametrize("name", ["page/boot.js", "page/status.js", "pyface.js", "hashes.js"])
def test_a_page_whose_own_modules_are_changed_says_so(page: Page, site: str, name: str) -> None:
    page.route(f"**/{name}", answer_with(changed(name)))
    page.goto(site + "demos/landmarks/")
    alert = page.locator("main > [role=alert]")
    expect(alert).to_contain_text("This page could not be loaded: ", timeout=60_000)
    expect(alert).to_contain_text("of another version. Load the page again")
    expect(page.locator("#badge")).to_have_text("Not loaded")
    assert page.evaluate("window.ran") is None


def test_a_page_is_loaded_once_more_where_the_browser_had_an_old_file(
    page: Page, site: str
) -> None:
    visits: list[str] = []
    page.on("request", lambda asked: asked.is_navigation_request() and visits.append(asked.url))
    renewed: list[str] = []

    def from_cache(route: Route) -> None:
        if route.request.resource_type == "fetch":
            renewed.append(route.request.url)
        route.continue_() if renewed else answer_with(changed("offline.js"))(route)

    page.route("**/offline.js", from_cache)
    page.goto(site + "docs/names.html")
    for _ in range(200):
        if len(visits) < 2:
            page.wait_for_timeout(50)
    expect(page.locator("main > [role=alert]")).to_have_count(0)
    assert len(visits) == 2 and len(renewed) == 1
    assert page.evaluate("window.ran") is None


def test_the_same_in_firefox(firefox_browser: Browser, site: str) -> None:
    with open_page(firefox_browser, site) as page:
        check_refusal(page, site, "bridge.js")
        page.reload()
        check_refusal(page, site, "worker/errors.js", worker=True)
