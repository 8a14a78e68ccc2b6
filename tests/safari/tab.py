"""A tab of WebKitGTK with what tests use of Playwright's Page, which cannot drive that browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

import pytest
from selenium.common.exceptions import InvalidSessionIdException, TimeoutException
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from tools.webkit import ANSWER, webkit

T = TypeVar("T")
SECONDS = ANSWER - 30  # for one call into a page; only a hang takes so long

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

    def __init__(self, site: str) -> None:
        self.site = site
        self._session = ExitStack()
        self._driver: WebDriver | None = None
        self._on_error: list[Callable[[str], object]] = []
        self._shared: tuple[str, Any] = ("", None)  # the page that tests share, and what it gave
        self.wrong: list[str] = []  # errors of the page that is shown

    def close(self) -> None:
        """Ends the session; the next page that is gone to has a new one."""
        self._driver = None
        self._shared = ("", None)
        self._session.close()

    def at(self, path: str, set_up: Callable[[Tab], T]) -> T:
        """What set_up gives of a page of the site that tests share, which is gone to first.

        Once, and anew where the tab has left that page, or the browser has not answered since.
        """
        if self._shared[0] != path:
            self.goto(path)
            self._shared = (path, set_up(self))
        found: T = self._shared[1]
        return found

    def ask(self, command: Callable[[WebDriver], T]) -> T:
        """What a command of WebDriver gives. A browser that does not answer ends here: one test
        fails with it, and the next one that goes to a page has another session."""
        if self._driver is None:
            pytest.fail("the page is gone, as the browser did not answer")
        try:
            return command(self._driver)
        except (HTTPError, TimeoutException, InvalidSessionIdException) as error:
            self.close()
            raise AssertionError(f"WebKitGTK did not answer: {error}") from error

    def _open(self) -> None:
        if self._driver is None:
            self._driver = self._session.enter_context(webkit())
            self._driver.set_script_timeout(SECONDS)
            self._driver.set_page_load_timeout(SECONDS)

    @property
    def url(self) -> str:
        return self.ask(lambda driver: driver.current_url)

    def goto(self, path: str) -> None:
        """To a page of the site; nobody listens to errors of the last one any more."""
        self._shared = ("", None)
        self._on_error.clear()
        self.wrong.clear()
        self._open()
        self.ask(lambda driver: driver.get(self.site + path))
        self.ask(lambda driver: driver.execute_script(_LISTEN))

    def set_viewport_size(self, size: dict[str, int]) -> None:
        """Of the page without the window's own bars."""
        bars = self.evaluate("[outerWidth - innerWidth, outerHeight - innerHeight]")
        self.set_window_size(size["width"] + bars[0], size["height"] + bars[1])
        self.until("([width]) => innerWidth === width", list(size.values()))

    def set_window_size(self, width: int, height: int) -> None:
        self.ask(lambda driver: driver.set_window_size(width, height))

    def screenshot(self, *, full_page: bool = False) -> bytes:
        """A PNG of the page, in a window as high as that if all of it is wanted."""
        if full_page:
            width, height = self.evaluate("[innerWidth, document.documentElement.scrollHeight]")
            self.set_viewport_size({"width": width, "height": height})
        return self.ask(lambda driver: driver.get_screenshot_as_png())

    def on(self, event: str, call: Callable[[Any], object]) -> None:
        if event == "pageerror":
            self._on_error.append(call)

    def set_default_timeout(self, milliseconds: float) -> None:
        """Always SECONDS."""

    def unroute_all(self) -> None:
        """There are no routes."""

    def evaluate(self, code: str, value: Any = None) -> Any:
        """What a JavaScript expression or function gives."""
        answer = self.ask(lambda driver: driver.execute_async_script(_EVALUATE % code, value))
        if "error" in answer:
            raise AssertionError(f"the page threw {answer['error']}")
        for said in answer["wrong"]:
            print("page error:", said)
            self.wrong.append(said)
            for call in self._on_error:
                call(said)
        return answer.get("found")

    def until(self, holds: str, given: Any = None, seconds: float = SECONDS) -> Any:
        """What a JavaScript function gives as soon as that is true; `given` is its argument."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.evaluate(holds, given)
            if found:
                return found
            time.sleep(0.1)
        text = self.evaluate("document.body.innerText.slice(0, 2000)")
        pytest.fail(f"not after {seconds:.0f} s: {holds}\n{text}")
