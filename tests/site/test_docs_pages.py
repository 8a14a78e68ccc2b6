"""The pages of the docs in a browser: under a sub-path, on a phone, with their filter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import built_site
from tools.serve import serve_folder

FILES = ("index", "draw", "utils", "errors", "names", "differences")


class Docs:
    """A page on the docs; root: address of the site, errors: of the console, asked: addresses."""

    def __init__(self, page: Page, root: str) -> None:
        self.page, self.root = page, root
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, file: str = "", width: int = 390) -> Page:
        self.page.set_viewport_size({"width": width, "height": 844})
        self.page.goto(f"{self.root}docs/{file}")
        return self.page


@pytest.fixture(scope="module")
def docs(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docs]:
    """Under a sub-path, as a static host may have it."""
    nothing: Path = tmp_path_factory.mktemp("nothing")
    with serve_folder(nothing, extra={"/some/place/": built_site()}) as url:
        context = browser.new_context()
        yield Docs(context.new_page(), f"{url}some/place/")
        context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_ask_for_nothing_else(docs: Docs, width: int) -> None:
    for name in FILES:
        page = docs.open(f"{name}.html", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "no page.css"
    assert [url for url in docs.asked if not url.startswith(docs.root)] == []
    assert docs.errors == []


def test_names_can_be_filtered_by_keyboard(docs: Docs) -> None:
    page = docs.open()
    menu = page.locator("#menu")
    name = menu.get_by_role("link", name="detect_single_face", exact=True)
    expect(name).to_be_hidden()
    menu.locator("summary").press("Enter")
    expect(name).to_be_visible()
    page.get_by_role("searchbox").fill("single_Face")
    expect(menu.locator("li:visible")).to_have_text(["detect_single_face"])
    name.press("Enter")
    expect(page.locator("#detect_single_face")).to_be_in_viewport()


def test_the_first_page_and_the_docs_lead_to_each_other(docs: Docs) -> None:
    page = docs.open()
    page.locator(".wordmark a").click()
    page.get_by_role("link", name="Docs").click()
    expect(page).to_have_url(f"{docs.root}docs/")
    page.get_by_role("link", name="Differences").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Differences from face-api.js")
