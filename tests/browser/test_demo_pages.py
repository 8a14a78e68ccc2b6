"""The demo pages, as a visitor uses them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
SAMPLES = Path(__file__).resolve().parents[2] / "dist" / "images"


def test_landmarks(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{site}demos/landmarks/")
    expect(page.locator("#status")).to_have_text("3 faces with 68 points each", timeout=PATIENCE)
    expect(page.locator("#faces .face-card")).to_have_count(3)
    page.locator("label", has_text="Tiny").click()
    expect(page.locator("#announcement")).to_have_text("3 faces with 68 points each")
    page.locator("input[type=file]").set_input_files(SAMPLES / "sample1.jpg")
    expect(page.locator("#stage img")).to_have_attribute("alt", "sample1.jpg", timeout=PATIENCE)
    not_a_picture = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    page.locator("input[type=file]").set_input_files(not_a_picture)
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)
    assert errors == []
    context.close()
