"""Kept files, pages without network, loads that are ended early or go wrong."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.pages import BLANK, DIST, REST, wait_until_kept
from tools.serve import make_server

PATIENCE = 120_000
DEMO = "demos/landmarks/"
KEPT = (
    "pyodide/pyodide.asm.wasm",
    "pyodide/python_stdlib.zip",
    "python.",
    "zstd.wasm",
    "wheels/",
    "models/",
)
_SETTLED = """async () => {
  await navigator.serviceWorker.ready;
  const [name] = await caches.keys();
  return (await (await caches.open(name)).match(new URL("/current", location.href))) !== undefined;
}"""
_HASHES = """async () => (await (await caches.open((await caches.keys())[0])).keys())
  .map(({ url }) => url.split("/sha256/")[1]).filter(Boolean)"""


class Site:
    """A copy of dist/ whose files can be changed, and a server that can be switched off."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.asked: list[str] = []
        shutil.copytree(DIST, folder, copy_function=os.link)
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self.server = make_server(self.folder, self.port)
        handler: Any = self.server.RequestHandlerClass
        asked = self.asked

        class Logged(handler.func):  # type: ignore[misc, name-defined]
            def send_head(self) -> Any:
                asked.append(self.path.lstrip("/"))
                return super().send_head()

        self.server.RequestHandlerClass = partial(Logged, **handler.keywords)  # type: ignore[assignment]
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take_asked(self) -> list[str]:
        asked = list(self.asked)
        self.asked.clear()
        return asked

    def listing(self) -> Any:
        return json.loads((self.folder / "files.json").read_text())

    def publish(self, *, late: str = "", **changes: tuple[str, str]) -> None:
        """Replace words in files of the demo. late: the one that the server does not have yet."""
        listing = self.listing()
        for kind, (old, new) in changes.items():
            name = f"{DEMO}{'index' if kind == 'html' else 'landmarks'}.{kind}"
            content = (self.folder / name).read_text().replace(old, new).encode()
            row = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            listing["files"][name] = row
            if kind != late:
                self.write(name, content)
        self.write("files.json", json.dumps(listing).encode())

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).unlink()  # else the one in dist/ changes, too
        (self.folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("offline") / "site")
    yield site
    site.stop()


@pytest.fixture(scope="module")
def context(browser: Browser, pages: Site) -> Iterator[BrowserContext]:
    """A browser that has been on one page of the site, long enough for its service worker."""
    made = browser.new_context()
    page = visit(made, pages)
    settle(page)
    page.close()
    yield made
    made.close()


def settle(page: Page) -> None:
    for _ in range(300):
        if page.evaluate(_SETTLED):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the service worker was not installed")


def visit(context: BrowserContext, site: Site, path: str = DEMO, *, ready: bool = True) -> Page:
    """A new page, when it has loaded. ready: also Python, on a page that has it."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(site.url + path)
    if ready:
        page.locator("html[data-ready]").wait_for()
    return page


def hashes(site: Site) -> set[str]:
    return {row["sha256"] for row in site.listing()["files"].values()}


def count_faces(page: Page, words: str = "3 faces with 68 points each") -> None:
    expect(page.locator("#status")).to_have_text(words, timeout=PATIENCE)


def test_second_visit_asks_only_whether_there_is_a_new_version(context, pages):
    pages.take_asked()
    page = visit(context, pages)
    count_faces(page)
    page.close()
    # When the browser looks whether the worker has changed, and what it imports, is its own affair.
    worker = ("cache", "errors", "listing", "network", "patience")
    own = ("sw.js", "tables.js", *(f"load/{name}.js" for name in worker))
    assert [name for name in pages.take_asked() if name not in own] == ["files.json"]


def test_everything_works_with_the_network_off(context, pages):
    pages.stop()
    try:
        page = visit(context, pages, "")
        page.locator("[name=sample]").first.check(force=True)
        expect(page.locator("#faces > li").first).to_be_visible(timeout=PATIENCE)
        page.goto(pages.url + DEMO)
        count_faces(page)
        page.reload()
        count_faces(page)
        page.goto(pages.url + "docs/names.html")
        expect(page.locator("h1")).to_be_visible()
        page.goto(pages.url + "docs")
        assert page.url == pages.url + "docs/"
        page.close()
    finally:
        pages.start()


@pytest.mark.parametrize(("range", "part"), [("10-19", slice(10, 20)), ("100-", slice(100, None))])
def test_a_part_of_a_kept_file(context, pages, range, part):
    """As players of videos ask for, which a page made after these may have."""
    pages.take_asked()
    page = visit(context, pages, "docs/names.html", ready=False)
    status, said, found = page.evaluate(
        """async (range) => {
          const response = await fetch("../favicon.svg", { headers: { range: `bytes=${range}` } });
          return [response.status, response.headers.get("content-range"), await response.text()];
        }""",
        range,
    )
    page.close()
    whole = (pages.folder / "favicon.svg").read_text()
    start, stop, _ = part.indices(len(whole))
    assert (status, found) == (206, whole[part])
    assert said == f"bytes {start}-{stop - 1}/{len(whole)}"
    assert "favicon.svg" not in pages.take_asked()


def test_a_kept_file_that_is_spoilt_is_fetched_again(context, pages):
    page = visit(context, pages)
    row = pages.listing()["files"]["python.image"]
    page.evaluate(
        """async (hash) => {
          const cache = await caches.open((await caches.keys())[0]);
          await cache.put(`/sha256/${hash}`, new Response("spoilt"));
        }""",
        row["sha256"],
    )
    pages.take_asked()
    page.reload()
    count_faces(page)
    assert "python.image" in pages.take_asked()
    wait_until_kept(page, row)
    page.close()


def test_a_new_version_comes_whole_and_open_pages_keep_theirs(context, pages):
    old = visit(context, pages)
    html, words = (
        ("<h1>Face landmarks", "<h1>New landmarks"),
        ("with 68 points each", "in new words"),
    )
    pages.publish(late="py", html=html, py=words)
    page = visit(context, pages)
    expect(page.locator("h1")).to_have_text("Face landmarks")
    count_faces(page)
    pages.publish(html=html, py=words)
    page.reload()
    expect(page.locator("h1")).to_have_text("New landmarks")
    count_faces(page, "3 faces in new words")
    text = old.evaluate("async () => (await fetch('landmarks.py')).text()")
    assert "with 68 points each" in text
    former = set(page.evaluate(_HASHES)) - hashes(pages)
    assert len(former) >= 2, "the open page needs them"
    old.close()
    for _ in range(60):
        page.goto(pages.url + "docs/names.html")
        if not former & set(page.evaluate(_HASHES)):
            break
        page.wait_for_timeout(500)
    assert former & set(page.evaluate(_HASHES)) == set(), "and nobody does after it is closed"
    page.close()


_FALLS_SILENT = """
addEventListener("message", () => {
  for (const name of ["match", "put", "delete", "keys"]) {
    Cache.prototype[name] = () => new Promise(() => {});
  }
});
"""


def test_a_cache_that_stops_answering_hangs_no_page(browser: Browser, tmp_path: Path) -> None:
    """The service worker gives it up, and pages come over the network."""
    site, context = Site(tmp_path / "site"), browser.new_context()
    try:
        content = (_FALLS_SILENT + (site.folder / "sw.js").read_text("utf-8")).encode()
        listing = site.listing()
        row = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        listing["files"]["sw.js"] = row
        site.write("sw.js", content)
        site.write("files.json", json.dumps(listing).encode())
        page = visit(context, site, "docs/names.html", ready=False)
        settle(page)
        page.reload()
        assert page.evaluate("navigator.serviceWorker.controller !== null")
        page.evaluate("navigator.serviceWorker.controller.postMessage('')")
        for _ in range(2):
            site.take_asked()
            page.reload()
            expect(page.locator("h1")).to_be_visible()
            assert "docs/names.html" in site.take_asked()
    finally:
        context.close()
        site.stop()


# --- without a service worker


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(service_workers="block")
    yield made
    made.close()


def test_cancel_load_again_and_the_next_visit(plain: BrowserContext, site: str) -> None:
    page = plain.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    held: list[Route] = []
    page.route("**/python.image", lambda route: held.append(route))
    page.goto(site + DEMO)
    button = page.locator("#cancel")
    expect(page.locator("#status")).to_have_text("Downloading Python")
    expect(page.locator("#amount")).to_contain_text(" MB")
    button.click()
    expect(page.locator("#status")).to_have_text("Not loaded")
    expect(button).to_have_text("Load again")
    expect(button).to_be_focused()
    page.unroute("**/python.image")
    button.click()
    count_faces(page)
    expect(button).to_be_hidden()
    files = json.loads((DIST / "files.json").read_text("utf-8"))["files"]
    for name in REST:
        wait_until_kept(page, files[name])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    page.reload()
    count_faces(page)
    assert "files.json" in asked
    assert [name for name in asked if name.startswith(KEPT)] == []
    assert errors == []


_LOAD = """async ([options, milliseconds]) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const seen = [];
  const control = new AbortController();
  if (milliseconds) setTimeout(() => control.abort(new Error("enough")), milliseconds);
  const given = { models: ["tiny_face_detector"], cache: false, ...options };
  const before = fetch;
  const onProgress = (progress) => seen.push(progress);
  try {
    await loadPyface({ ...given, onProgress, signal: control.signal });
    return { seen };
  } catch (error) {
    const { name, message, url, expected, got, remedy } = error;
    return { name, message, url, expected, got, remedy, same: fetch === before };
  }
}"""


@pytest.fixture(scope="module")
def blank(browser: Browser, site: str) -> Iterator[Page]:
    made = browser.new_context(service_workers="block")
    page = made.new_page()
    page.goto(site + BLANK)
    yield page
    made.close()


SHARD = "models/tiny_face_detector_model-shard1"
BYTES = (DIST / SHARD).read_bytes() if (DIST / SHARD).is_file() else b""
OTHER = BYTES[:-1] + b"?"

# file, answer, what is said
CASES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "missing": (
        "pyodide/pyodide-lock.json",
        {"status": 404},
        ["Python (", "HTTP status 404", "copied whole"],
    ),
    "a page": (
        SHARD,
        {"body": "<p>", "content_type": "text/html"},
        ["the tiny detector", "HTML page"],
    ),
    "cut short": (
        SHARD,
        {"body": BYTES[:-9]},
        [f"{len(BYTES)} bytes", f"only {len(BYTES) - 9}", "again"],
    ),
    "other content": (SHARD, {"body": OTHER}, ["other content (SHA-256", "two versions"]),
    "no list": ("files.json", {"status": 503}, ["list of the site's files", "503", "baseURL"]),
    "list is a page": ("files.json", {"body": "<p>", "content_type": "text/html"}, ["HTML page"]),
    "list is no JSON": ("files.json", {"body": "{"}, ["no JSON", "build.py"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_had_is_said_in_words(blank: Page, site: str, case: str) -> None:
    name, answer, words = CASES[case]
    blank.route(f"**/{name}", lambda route: route.fulfill(**answer))
    found = blank.evaluate(_LOAD, [{}, 0])
    blank.unroute(f"**/{name}")
    assert found["name"] == "LoadError", found
    assert found["url"] == site + name and found["same"]
    assert found["message"] == "{url}: expected {expected}, got {got}; {remedy}".format(**found)
    for text in words:
        assert text in found["message"]


def test_no_network_is_said_in_words(blank: Page, site: str) -> None:
    blank.route(f"**/{SHARD}", lambda route: route.abort())
    found = blank.evaluate(_LOAD, [{}, 0])
    blank.unroute(f"**/{SHARD}")
    assert found["url"] == site + SHARD and "no answer" in found["got"]
    blank.context.set_offline(True)
    found = blank.evaluate(_LOAD, [{}, 0])
    blank.context.set_offline(False)
    assert found["got"] == "nothing: this device is offline" and "connect" in found["remedy"]


def test_a_wrong_folder_of_models_is_said_in_words(blank: Page, site: str) -> None:
    found = blank.evaluate(_LOAD, [{"modelsURL": "elsewhere"}, 0])
    assert found["name"] == "LoadError" and found["url"].startswith(site + "elsewhere/tiny_face")
    assert f"is modelsURL, now {site}elsewhere/, the folder" in found["remedy"]


def test_signal_ends_everything_and_the_next_load_works(blank: Page) -> None:
    held: list[Route] = []
    blank.route("**/python.image", lambda route: held.append(route))
    ended: list[str] = []
    blank.on("requestfailed", lambda request: ended.append(request.url.rpartition("/")[2]))
    found = blank.evaluate(_LOAD, [{}, 1500])
    blank.wait_for_timeout(100)
    blank.unroute("**/python.image")
    assert found["message"] == "enough" and found["same"]
    assert "python.image" in ended
    seen = blank.evaluate(_LOAD, [{}, 0])["seen"]
    assert [seen[0]["stage"], seen[-1]["stage"]] == ["download", "ready"]
    assert "Python" in {progress["what"] for progress in seen}
    last = seen[-1]
    files = json.loads((DIST / "files.json").read_text("utf-8"))["files"]
    assert files["python.image"]["bytes"] < last["loadedBytes"] == last["totalBytes"]
    assert last["cachedBytes"] == 0
    assert all(p.get("secondsLeft") is None or p["secondsLeft"] >= 0 for p in seen)
