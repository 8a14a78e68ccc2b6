"""The demo of worker mode: faces are followed in either place, and it can be paused."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

PATIENCE = 120_000  # milliseconds


def opened(browser: Browser, url: str, **look: str) -> tuple[Page, list[str]]:
    page = browser.new_page(**look)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=PATIENCE)
    return page, errors


@pytest.fixture
def address(site: str) -> str:
    return f"{site}demos/worker/"


def test_faces_are_followed_in_a_worker_and_in_the_page(browser: Browser, address: str) -> None:
    page, errors = opened(browser, address)
    status, time = page.locator("#status"), page.locator("#time")
    expect(status).to_have_text("Python runs in a worker")
    expect(page.locator("#badge")).to_have_text("WebGL2")
    expect(page.locator("#count")).to_have_text("2", timeout=PATIENCE)
    expect(time).to_contain_text(" ms")
    assert len(page.workers) == 1
    page.get_by_role("radio", name="In a worker").focus()
    page.keyboard.press("ArrowRight")
    expect(status).to_have_text("Python runs in the page", timeout=PATIENCE)
    page.keyboard.press("ArrowLeft")
    expect(status).to_have_text("Python runs in a worker", timeout=PATIENCE)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    blank = "(c) => !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
    assert page.locator("#overlay").evaluate(blank)
    assert "Pulse" in page.locator("pre").inner_text()
    assert errors == []
    page.close()


def test_nothing_moves_by_itself_for_those_who_do_not_want_it(
    browser: Browser, address: str
) -> None:
    page, errors = opened(browser, address, reduced_motion="reduce")
    expect(page.locator("#status")).to_have_text("Press Play")
    assert page.workers == [] and errors == []
    page.close()
