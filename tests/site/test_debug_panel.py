"""The panel of `?debug=`: draws by cost, and what further levels add."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import ON_WEBGL, collect_errors, open_page

PATIENCE = 120_000  # milliseconds


@pytest.fixture(scope="module")
def panel(browser: Browser, site: str) -> Iterator[Page]:
    """The first page with all of the ladder, as somebody has it who was never here: files are
    downloaded. The panel has measured a net."""
    with open_page(browser, site) as page:
        errors: list[str] = []
        collect_errors(page, errors)
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{site}{ON_WEBGL}&debug=5")
        expect(page.locator(".debug [role=status]")).to_contain_text("best of 3", timeout=PATIENCE)
        yield page
        assert errors == []


def column(page: Page, table: str, number: int) -> list[str]:
    rows = page.locator(f"[aria-label='{table}'] tbody tr")  # in what is folded away, too
    return rows.locator(f"td:nth-child({number})").all_text_contents()


def test_draws_are_listed_by_cost_with_their_sum(panel: Page) -> None:
    times = [float(text) for text in column(panel, "Draws by cost", 1)]
    assert len(times) > 10 and times == sorted(times, reverse=True)
    names = column(panel, "Draws by cost", 3)
    assert {"fit", "pack", "conv0/filters"} <= set(names)
    total = (
        panel.get_by_role("region", name="Draws by cost").locator("tfoot td").all_text_contents()
    )
    assert float(total[0]) == pytest.approx(sum(times), abs=0.01 * len(times))
    assert total[2] == f"all {len(times)} draws"


def test_levels_show_plan_shaders_and_ranges(panel: Page) -> None:
    draws = len(column(panel, "Draws by cost", 1))
    plan = panel.locator("pre[aria-label=Plan]").text_content() or ""
    assert len(plan.splitlines()) == draws and "conv0/filters: conv2d KERNEL=3" in plan
    shaders = panel.locator("details details pre").all_text_contents()
    assert shaders and all(text.startswith("#version 300 es") for text in shaders)
    assert "conv8/filters" in column(panel, "Ranges of values", 3)
    assert set(column(panel, "Ranges of values", 4)) == {"0"}


def test_files_and_device_are_told(panel: Page) -> None:
    names = column(panel, "Files", 1)
    assert "python.image" in names or any(name.endswith(".whl") for name in names)
    facts = panel.locator(".debug .facts").text_content() or ""
    assert "WebGL2, float32" in facts and "texture size" in facts


def test_another_net_can_be_measured(panel: Page) -> None:
    expect(panel.locator("#time-landmarks")).not_to_have_text("-", timeout=PATIENCE)
    panel.locator("#debug-net").focus()  # it offers what is loaded by then
    panel.locator("#debug-net").select_option("face_landmark68_net")
    panel.get_by_role("button", name="Measure").press("Enter")
    status = panel.locator(".debug [role=status]")
    expect(status).to_contain_text("face_landmark68_net, one item at 112", timeout=PATIENCE)


def test_it_fits_a_phone(panel: Page) -> None:
    assert panel.evaluate("document.documentElement.scrollWidth") == 390
