"""The demos about people: a threshold from labelled pictures, and who is who."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.assets import path_of

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
SAMPLES = [path_of(f"images/sample{number}.jpg") for number in range(1, 7)]


def opened(browser: Browser, address: str) -> tuple[Page, list[str]]:
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    return page, said


# --- a threshold


@pytest.fixture(scope="module")
def calibration(browser: Browser, site: str) -> Iterator[Page]:
    page, said = opened(browser, f"{site}demos/calibration/")
    yield page
    assert said == []
    page.context.close()


def status_says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#status")).to_have_text(text, timeout=PATIENCE)


def test_the_example(calibration: Page) -> None:
    """Hills of one person and of two, apart from each other, and a threshold between them."""
    page = calibration
    status_says(page, "4 people, 16 pictures")
    plot = page.locator("#plot .histogram")
    label = plot.get_attribute("aria-label") or ""
    found = re.fullmatch(
        r"Distances\. One person: 24 pairs from (\S+) to (\S+)\. "
        r"Two people: 96 pairs from (\S+) to (\S+)\.",
        label,
    )
    assert found, label
    nearest, furthest = float(found[2]), float(found[3])
    assert 0.1 < nearest < float(page.locator("#threshold").input_value()) < furthest < 0.9
    expect(page.locator("#missed-of")).to_contain_text("0 of 24 pairs; the truth may be up to")
    expect(page.locator("#false-matches-of")).to_contain_text("0 of 96 pairs")
    expect(page.locator("#meaning")).to_contain_text("The hills do not touch")
    expect(page.locator("#warnings li")).to_contain_text("There are only 24 pairs of one person")
    expect(page.locator("#extremes figure")).to_have_count(2)
    expect(page.locator(".person-card small").filter(has_text="small").first).to_be_visible()


def test_another_threshold(calibration: Page) -> None:
    """By the keyboard: far to the right everything is one person; back to what is suggested."""
    page = calibration
    suggested = page.locator("#threshold").input_value()
    page.locator("#threshold").focus()
    page.keyboard.press("End")
    expect(page.locator("#false-matches")).to_have_text("100 %")
    page.keyboard.press("Home")
    expect(page.locator("#missed")).to_have_text("100 %")
    page.get_by_role("button", name="Use the suggestion").press("Enter")
    expect(page.locator("#threshold")).to_have_value(suggested)


def test_labels_decide_who_is_one_person(calibration: Page) -> None:
    """Two cards of one name are one person; then no threshold is right."""
    page = calibration
    page.get_by_label("Name of Person 2").fill("Person 1")
    page.get_by_label("Name of Person 2").press("Tab")
    expect(page.locator("#missed-of")).to_contain_text("of 40 pairs")
    expect(page.locator("#meaning")).to_contain_text("The hills overlap")
    page.get_by_label("Name of Person 2").fill("")
    page.get_by_label("Name of Person 2").press("Tab")
    expect(page.locator("#missed-of")).to_contain_text("0 of 24 pairs")
    page.get_by_label("Remove picture 4 of Person 4").click()
    expect(page.locator("#missed-of")).to_contain_text("0 of 21 pairs")


def test_pictures_of_the_visitor(calibration: Page) -> None:
    """Chosen and dropped; the largest face counts; what has no face or is none is said."""
    page = calibration
    page.get_by_role("button", name="Start with my own pictures").click()
    expect(page.get_by_label("Name of Person 1")).to_be_focused()
    status_says(page, "2 people, 0 pictures")
    expect(page.locator("#meaning")).to_contain_text("Add a second picture of somebody")
    page.get_by_label("Add pictures of Person 1").set_input_files([SAMPLES[4], SAMPLES[3]])
    status_says(page, "2 people, 2 pictures")
    expect(page.locator("#missed-of")).to_contain_text("of 1 pair;")
    expect(page.locator("#meaning")).to_contain_text("Add a second person")
    drop(page, ".person-card:nth-child(2)", [{"url": "../../images/sample3.jpg", "name": "3.jpg"}])
    status_says(page, "2 people, 3 pictures")
    expect(page.locator("#false-matches-of")).to_contain_text("of 2 pairs")
    page.get_by_label("Add pictures of Person 2").set_input_files(
        [{"name": "no.png", "mimeType": "image/png", "buffer": b"words"}]
    )
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)
    expect(page.locator("#false-matches-of")).to_contain_text("of 2 pairs")


DROP = """async ([selector, files]) => {
  const data = new DataTransfer();
  for (const { url, name } of files) {
    data.items.add(new File([await (await fetch(url)).blob()], name, { type: "image/jpeg" }));
  }
  const target = document.querySelector(selector);
  for (const name of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""  # noqa: E501


def drop(page: Page, selector: str, files: list[dict[str, Any]]) -> None:
    page.evaluate(DROP, [selector, files])
