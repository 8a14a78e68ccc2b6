"""The demo of worker mode: faces are followed in either place, and it can be paused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.pages import ON_WEBGL, Visitor, until_ready
from tests.site.looks import ARRIVING, look

PATIENCE = 120_000  # milliseconds
ADDRESS = "demos/worker/"


@pytest.fixture
def page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit(ADDRESS + ON_WEBGL, **ARRIVING) as page:
        look(page, "demos/worker/")
        yield page


def test_faces_are_followed_in_a_worker_and_in_the_page(page: Page) -> None:
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
    assert "worker: true" in page.locator(".sample pre").first.inner_text()


def test_nothing_moves_by_itself_for_those_who_do_not_want_it(visitor: Visitor) -> None:
    with visitor.visit(ADDRESS, reduced_motion="reduce") as page:
        until_ready(page)
        expect(page.locator("#status")).to_have_text("Press Play")
        assert page.workers == []
