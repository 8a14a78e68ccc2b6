"""One browser with WebGL2 for a whole test run: Playwright cannot be started twice in a thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tools.browser import launch

_CAPABILITIES = """() => {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return { renderer: null, float32: false };
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  return {
    renderer: gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
    float32: gl.getExtension("EXT_color_buffer_float") !== null,
  };
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright occupies the thread's event loop as long as it is open."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, for tests that launch a browser of their own, with other arguments."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, of which it is certain that it has WebGL2 with float textures."""
    running = launch(playwright)
    try:
        page = running.new_page()
        found = page.evaluate(_CAPABILITIES)
        page.close()
        if not found["renderer"] or not found["float32"]:
            pytest.fail(f"these tests need WebGL2 with float textures, got {found}", False)
        yield running
    finally:
        running.close()
