"""The pages of the docs in a browser: under a sub-path, on a phone, with their search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import built_site
from tools.serve import serve_folder

FILES = ("index", "reference/people", "reference/video", "names", "differences", "accuracy")


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
        colour = page.evaluate("getComputedStyle(document.querySelector('.md-content a')).color")
        assert colour == "rgb(15, 118, 110)", "no docs.css"
    assert [url for url in docs.asked if not url.startswith(docs.root)] == []
    assert docs.errors == []


def test_everything_can_be_searched_by_keyboard(docs: Docs) -> None:
    """Under the policy of the pages, which a dialog in the theme's shadow has to keep, too."""
    page = docs.open("names.html", 1280)
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused(timeout=60_000)
    # At once: a busy machine lets the theme lose letters that come faster than a hand types.
    page.keyboard.insert_text("detect_single_face")
    found = page.get_by_role("option", name="detect_single_face", exact=True)
    expect(found).to_have_attribute("aria-selected", "true", timeout=120_000)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/docs/reference/detecting.html"))
    assert docs.errors == []


def test_a_colour_scheme_that_is_chosen_lasts(docs: Docs) -> None:
    page = docs.open("", 1280)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.get_by_title("Take light colours").click()
    page.get_by_title("Take dark colours").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.evaluate("localStorage.clear()")
    assert docs.errors == []


def test_the_first_page_and_the_docs_lead_to_each_other(docs: Docs) -> None:
    page = docs.open(width=1280)
    page.locator(".md-header__button.md-logo").click()
    expect(page).to_have_url(docs.root)
    page.get_by_role("link", name="Docs").click()
    expect(page).to_have_url(f"{docs.root}docs/")
    page.get_by_role("navigation").get_by_role("link", name="Differences from face-api.js").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Differences from face-api.js")
