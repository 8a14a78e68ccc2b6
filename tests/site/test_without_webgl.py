"""The pages in a browser that has no WebGL at all: WebAssembly computes, and they find the same.

As they are here anyway, and look no different, most of them are looked at, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import Visitor, launch_without_webgl, until_ready, until_status
from tests.site.looks import ARRIVING, look
from tests.site.test_firefox_demos import SHOWS, painted

PATIENCE = 120_000  # milliseconds
# What a demo says at its beginning, as in a browser with WebGL.
SAYS = {
    "detection": "...3 faces in ",
    "landmarks": "3 faces with 68 points each",
    "expressions": SHOWS["expressions"][0],
    "matching": SHOWS["matching"][0],
    "age-gender": "...3 faces: ",
    "extraction": "3 faces cut out",
    "pyscript": "3 faces",
}
LOOKED_AT = {f"demos/{name}/" for name in (*SAYS, "video") if name != "pyscript"}

_CONTEXTS = """async () => {
  const code = `postMessage(new OffscreenCanvas(1, 1).getContext("webgl2") === null)`;
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const { data } = await new Promise((done) => { worker.onmessage = done; });
  worker.terminate();
  const here = [document.createElement("canvas"), new OffscreenCanvas(1, 1)];
  return [...here.map((canvas) => canvas.getContext("webgl2") === null), data];
}"""


@pytest.fixture(scope="module")
def somebody(browser: Browser, site: str) -> Iterator[Visitor]:
    """One visitor for all pages, so that what they share is downloaded and compiled once."""
    with closing(launch_without_webgl(browser)) as without:
        made = Visitor(without, site)
        with closing(made):
            yield made


def test_there_is_no_webgl_in_a_page_or_in_a_worker(somebody: Visitor) -> None:
    with somebody.visit() as page:
        assert page.evaluate(_CONTEXTS) == [True] * 3


def in_order(page: Page) -> None:
    """A page that shows something, says what computes, and complains of nothing."""
    expect(page.locator("#badge")).to_have_text("WebAssembly")
    expect(page.get_by_role("alert")).to_be_empty()
    assert painted(page), "no canvas has been drawn on"


@pytest.mark.parametrize("name", SAYS)
def test_demo(somebody: Visitor, name: str) -> None:
    path = f"demos/{name}/"
    with somebody.visit(path, **ARRIVING) as page:
        until_status(page, SAYS[name])
        in_order(page)
        if path in LOOKED_AT:
            look(page, path)


def test_recognition(somebody: Visitor) -> None:
    with somebody.visit("demos/recognition/") as page:
        page.locator("#agree").click(timeout=PATIENCE)
        until_status(page, "4 faces, nobody known")
        page.locator("#faces .enrol input").first.fill("Ada")
        page.keyboard.press("Enter")
        until_status(page, "Ada is enrolled. 4 faces: Ada, unknown, unknown, unknown")
        in_order(page)


def test_the_first_page(somebody: Visitor) -> None:
    with somebody.visit("") as page:
        until_ready(page)
        page.locator(".thumb").nth(1).click()
        page.locator(".thumb").nth(0).click()
        expect(page.locator(".face")).to_have_count(3, timeout=PATIENCE)
        expect(page.locator("#badge")).to_have_text("WebAssembly")
        expect(page.get_by_role("alert")).to_be_empty()


def test_live_video(somebody: Visitor) -> None:
    path = "demos/video/"
    with somebody.visit(path, **ARRIVING) as page:
        until_ready(page)
        expect(page.locator("#found")).to_have_text("2 faces", timeout=PATIENCE)
        in_order(page)
        look(page, path)


def test_a_worker(somebody: Visitor) -> None:
    with somebody.visit("demos/worker/") as page:
        until_ready(page)
        expect(page.locator("#status")).to_have_text("Python runs in a worker", timeout=PATIENCE)
        expect(page.locator("#badge")).to_have_text("WebAssembly")
        expect(page.locator("#count")).to_have_text("2", timeout=PATIENCE)
        assert len(page.workers) == 1
        expect(page.get_by_role("alert")).to_be_empty()
