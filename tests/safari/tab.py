"""A tab of WebKitGTK with what tests use of Playwright's Page, which cannot drive that browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import SECONDS

if TYPE_CHECKING:
    from selenium.webdriver import WebKitGTK

# What goes wrong on a page from now on, and what it says on its console.
_LISTEN = """
if (!globalThis.wrong) {
  const wrong = (globalThis.wrong = []);
  addEventListener("error", ({ message, error }) => wrong.push(String(error?.stack ?? message)));
  addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));
  const { error } = console;
  console.error = (...said) => {
    wrong.push(said.join(" "));
    error.apply(console, said);
  };
}
"""
_EVALUATE = """
const [value, done] = arguments;
(async () => {
  const given = %s;
  return await (typeof given === "function" ? given(value) : given);
})().then(
  (found) => done({ found, wrong: globalThis.wrong?.splice(0) ?? [] }),
  (error) => done({ error: `${error}\\n${error?.stack ?? ""}` }),
);
"""


class Tab:
    """For PyfacePage, too. Errors of a page are heard of with the next `evaluate`."""

    def __init__(self, driver: WebKitGTK, site: str) -> None:
        self.driver, self.site = driver, site
        self._on_error: list[Callable[[str], object]] = []
        self.wrong: list[str] = []  # errors of the page that is shown
        driver.set_script_timeout(SECONDS)
        driver.set_page_load_timeout(SECONDS)

    @property
    def url(self) -> str:
        return self.driver.current_url

    def goto(self, path: str) -> None:
        """To a page of the site; nobody listens to errors of the last one any more."""
        self._on_error.clear()
        self.wrong.clear()
        self.driver.get(self.site + path)
        self.driver.execute_script(_LISTEN)

    def set_viewport_size(self, size: dict[str, int]) -> None:
        """Of the page without the window's own bars."""
        bars = self.evaluate("[outerWidth - innerWidth, outerHeight - innerHeight]")
        self.driver.set_window_size(size["width"] + bars[0], size["height"] + bars[1])
        self.until("([width]) => innerWidth === width", list(size.values()))

    def screenshot(self, *, full_page: bool = False) -> bytes:
        """A PNG of the page, in a window as high as that if all of it is wanted."""
        if full_page:
            width, height = self.evaluate("[innerWidth, document.documentElement.scrollHeight]")
            self.set_viewport_size({"width": width, "height": height})
        return self.driver.get_screenshot_as_png()

    def on(self, event: str, call: Callable[[Any], object]) -> None:
        if event == "pageerror":
            self._on_error.append(call)

    def set_default_timeout(self, milliseconds: float) -> None:
        """Always SECONDS."""

    def unroute_all(self) -> None:
        """There are no routes."""

    def evaluate(self, code: str, value: Any = None) -> Any:
        """What a JavaScript expression or function gives."""
        answer = self.driver.execute_async_script(_EVALUATE % code, value)
        if "error" in answer:
            raise AssertionError(f"the page threw {answer['error']}")
        for said in answer["wrong"]:
            print("page error:", said)
            self.wrong.append(said)
            for call in self._on_error:
                call(said)
        return answer.get("found")

    def until(self, holds: str, given: Any = None, seconds: float = 60) -> Any:
        """What a JavaScript function gives as soon as that is true; `given` is its argument."""
        for _ in range(round(seconds * 10)):
            found = self.evaluate(holds, given)
            if found:
                return found
            time.sleep(0.1)
        text = self.evaluate("document.body.innerText.slice(0, 2000)")
        pytest.fail(f"not after {seconds:.0f} s: {holds}\n{text}")
