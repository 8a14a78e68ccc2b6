"""`?backend=` on the site's pages: what computes, by name, as loadPyface has it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages import ON_WEBGL, Visitor, until_ready

PATIENCE = 120_000  # milliseconds


def test_a_page_computes_with_what_its_address_asks_for(visitor: Visitor) -> None:
    """One that it would not take by itself here. For the first page, and those of the worker and of
    PyScript, this is said where they are used so: see who imports ON_WEBGL."""
    with visitor.visit(f"demos/landmarks/{ON_WEBGL}") as page:
        until_ready(page)
        expect(page.locator("#badge")).to_have_text("WebGL2")


# PyScript writes it to the end of its page.
@pytest.mark.parametrize("path", ["", "demos/landmarks/", "demos/worker/"])
def test_what_there_is_not_is_said(visitor: Visitor, path: str) -> None:
    errors: list[str] = []
    with visitor.visit(f"{path}?backend=cuda", errors=errors) as page:
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("expected one of webgl, wasm, reference", timeout=PATIENCE)
        expect(alert).to_contain_text("cuda")
        expect(page.locator("#status")).to_have_text("Not loaded")
