"""Pages that paint nothing while they wait: what moves on them would take half of the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.pages import SECONDS
from tools.browser import end_with

_STILL = """addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = "*, ::before, ::after { animation: none !important }";
  document.head.append(style);
});"""
_OFTEN = 500  # milliseconds; by itself Playwright asks at each frame, and so has them painted


@contextmanager
def still_page(browser: Browser) -> Iterator[Page]:
    """A page that may take its time: a notebook installs packages first."""
    with browser.new_page() as page:
        end_with(page)
        page.set_default_timeout(3000 * SECONDS)
        page.add_init_script(_STILL)
        yield page


def wait_until(page: Page, condition: str, value: Any = None) -> None:
    """Until a function of JavaScript gives something of a value."""
    page.wait_for_function(condition, arg=value, polling=_OFTEN)
