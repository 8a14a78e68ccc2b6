"""Pages that have pyface_web from elsewhere, or stand apart: a CDN, a sandbox, isolation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages import SITE_CASES, open_page, serve_site

PAGE = f"{SITE_CASES.name}/from_elsewhere.html"
# Everybody may have these files, pages that are isolated, too; and so are this server's own.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


@pytest.fixture(scope="module")
def cdn() -> Iterator[str]:
    with serve_site(headers=_HEADERS) as url:
        yield url


def test_a_page_has_the_files_from_a_cdn_with_cors_and_wants_a_worker(
    browser: Browser, site: str, cdn: str
) -> None:
    """Browsers refuse workers of another origin: one of the page's own imports it."""
    with open_page(browser, site, path=f"{PAGE}?from={cdn}") as page:
        assert page.evaluate("() => origin") + "/" == site != cdn
        assert page.evaluate("() => count(true)") == 3


def test_an_app_in_a_sandboxed_iframe(browser: Browser, site: str, cdn: str) -> None:
    with open_page(browser, site, path=f"{PAGE}?from={cdn}") as page:
        assert page.evaluate("() => countInSandbox()") == ["null: 3, 3", None]


def test_a_page_with_coop_and_coep(browser: Browser, cdn: str) -> None:
    with open_page(browser, cdn, path=f"{PAGE}?from={cdn}") as page:
        assert page.evaluate("() => crossOriginIsolated")
        assert page.evaluate("() => count(false)") == 3
