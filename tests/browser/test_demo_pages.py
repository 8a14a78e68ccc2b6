"""The demo pages, as a visitor uses them: samples, settings, own files, and files that are none."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
SAMPLES = Path(__file__).resolve().parents[2] / "dist" / "images"
Visit = Callable[[str], Page]

# An event with files, as the browser makes it for a drop and for Ctrl+V.
_HAND_OVER = """async (target, [kind, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const more = kind === "paste" ? { clipboardData: files } : { dataTransfer: files };
  const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(new Kind(kind, { bubbles: true, cancelable: true, ...more }));
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One tab for all demos."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def visit(page: Page, site: str) -> Iterator[Visit]:
    """Opens a demo by its folder's name. At the end of the test it must have reported no error."""
    errors: list[str] = []

    def on_error(error: object) -> None:
        errors.append(str(error))

    def on_console(message: object) -> None:
        if getattr(message, "type", "") == "error":
            errors.append(getattr(message, "text", ""))

    def open_demo(name: str) -> Page:
        page.goto(f"{site}demos/{name}/")
        return page

    page.on("pageerror", on_error)
    page.on("console", on_console)
    yield open_demo
    page.remove_listener("pageerror", on_error)
    page.remove_listener("console", on_console)
    assert errors == []


def says(page: Page, text: str) -> None:
    """Wait until the page's status is this, or contains it after "..."."""
    status = page.locator("#status")
    if text.startswith("..."):
        expect(status).to_contain_text(text[3:], timeout=PATIENCE)
    else:
        expect(status).to_have_text(text, timeout=PATIENCE)


def hand_over(page: Page, kind: str, file: Path, target: str = ".drop") -> None:
    """Drop or paste a file on an element of the page."""
    data = base64.b64encode(file.read_bytes()).decode()
    page.locator(target).first.evaluate(_HAND_OVER, [kind, file.name, data])


def refuses_words(page: Page) -> None:
    """A file that is no picture is refused in words, and the page works on after it."""
    not_a_picture = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    page.locator("input[type=file]").first.set_input_files(not_a_picture)
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)


def test_landmarks(visit: Visit) -> None:
    page = visit("landmarks")
    says(page, "3 faces with 68 points each")
    expect(page.locator("#faces .face-card")).to_have_count(3)
    page.locator("label", has_text="Tiny").click()
    expect(page.locator("#announcement")).to_have_text("3 faces with 68 points each")
    page.locator("input[type=file]").set_input_files(SAMPLES / "sample1.jpg")
    expect(page.locator("#stage img")).to_have_attribute("alt", "sample1.jpg", timeout=PATIENCE)
    refuses_words(page)


def test_detection_with_all_detectors(visit: Visit) -> None:
    page = visit("detection")
    says(page, "...3 faces in ")
    expect(page.locator("#faces .bars")).to_have_count(3)
    page.get_by_label("Score threshold", exact=False).first.fill("0.9")
    says(page, "...0 faces in ")

    page.locator("label", has_text="SSD").click()
    says(page, "...3 faces in ")
    page.get_by_label("Maximum results").fill("1")
    says(page, "...1 face in ")

    page.locator("label", has_text="MTCNN").click()
    page.get_by_label("Minimum face size").fill("200")
    page.get_by_label("Maximum pyramid levels").fill("2")
    says(page, "...3 faces in ")

    refuses_words(page)
    page.locator("label", has_text="Tiny").click()
    page.get_by_label("Score threshold").first.fill("0.5")
    hand_over(page, "drop", SAMPLES / "sample6.jpg")
    says(page, "...4 faces in ")
    expect(page.get_by_role("alert")).to_be_empty()


def test_expressions(visit: Visit) -> None:
    page = visit("expressions")
    says(page, "3 faces: happy, neutral, happy")
    first = page.locator("#faces .face-card").first
    expect(first.locator("dt")).to_have_count(7)
    expect(first.locator("dt").first).to_have_text("happy")
    page.get_by_label("Minimum score").fill("0.6")
    says(page, "2 faces: happy, neutral")
    hand_over(page, "paste", SAMPLES / "sample6.jpg", "body")
    says(page, "...4 faces: ")
    refuses_words(page)


def test_age_and_gender(visit: Visit) -> None:
    page = visit("age-gender")
    says(page, "...3 faces: ")
    age = page.locator("#faces .face-card").first.get_by_role("img", name=" years, on a scale")
    expect(age).to_have_count(1)
    expect(page.locator("#faces dt").first).to_have_text("female")
    before = page.locator("#status").inner_text()
    page.get_by_label("Align faces").uncheck()
    expect(page.locator("#status")).not_to_have_text(before)
    says(page, "...3 faces: ")
    page.locator("input[type=file]").set_input_files(SAMPLES / "sample6.jpg")
    says(page, "...4 faces: ")
    refuses_words(page)


def test_similarity(visit: Visit) -> None:
    page = visit("similarity")
    says(page, "...Different people: distance ")
    before = page.locator("#status").inner_text()
    page.locator("#second-stage").get_by_label("Face 2").check()
    expect(page.locator("#status")).not_to_have_text(before)
    page.get_by_label("Threshold").fill("0.9")
    says(page, "...Same person: distance ")
    expect(page.locator("#distance [role=img]")).to_have_attribute(
        "aria-label", re.compile(r"^distance 0\.\d\d, on a scale from 0 to 1.2, limit 0.9$")
    )
    hand_over(page, "drop", SAMPLES / "sample3.jpg", "#second .drop")
    says(page, "Same person: distance 0.00, threshold 0.90")
    page.locator("#second-stage").get_by_label("Face 1").press("ArrowRight")  # by keyboard
    expect(page.locator("#second-stage").get_by_label("Face 2")).to_be_checked()
    expect(page.locator("#status")).not_to_contain_text("distance 0.00")
    refuses_words(page)


def test_matching(visit: Visit) -> None:
    page = visit("matching")
    says(page, "3 faces known, 4 unknown")
    cells = page.locator("#distances td.match")
    expect(cells).to_have_text(["0.00", "0.00", "0.00"])
    name = page.get_by_label("Name of Person 1")
    name.fill("Ada")
    name.press("Tab")
    expect(page.locator("#distances th[scope=col]").first).to_have_text("Ada")
    expect(page.get_by_label("Name of Person 2")).to_be_focused()
    expect(page.locator("#pictures-found canvas").first).to_have_attribute(
        "aria-label", "3 faces: Ada (0), Person 2 (0), Person 3 (0)"
    )
    words = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    picture = {
        "name": "own.jpg",
        "mimeType": "image/jpeg",
        "buffer": (SAMPLES / "sample3.jpg").read_bytes(),
    }
    page.locator("#searched input[type=file]").set_input_files([words, picture])
    says(page, "3 faces known, 0 unknown")  # the one that is none does not stop the others
    expect(page.get_by_role("alert")).to_contain_text("no.png could not be used")
