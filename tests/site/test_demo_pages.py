"""The demo pages, as a visitor uses them: samples, settings, own files, and files that are none."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fonts import NARROW, setting
from tests.pages import Visitor, until, until_ready, until_status
from tests.site.looks import LARGEST_SHIFT, RENAMED, WATCH, moved
from tools.assets import ROOT
from tools.pages.samples import FOLDER

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
SAMPLES = ROOT / "dist" / "images"
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

# Cancels when the amount is a certain one: from here that would be a matter of luck.
_CANCEL = """(amount, when) => new MutationObserver((_, watch) => {
  if (amount.textContent !== when) return;
  watch.disconnect();
  document.querySelector("#stop").click();
}).observe(amount, { childList: true })"""


@pytest.fixture(scope="module")
def errors() -> list[str]:
    """What went wrong in the tab."""
    return []


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Addresses that pages asked for in a test."""
    return []


@pytest.fixture(scope="module")
def page(visitor: Visitor, errors: list[str], asked: list[str]) -> Iterator[Page]:
    """One tab for all demos."""
    with visitor.visit(script=WATCH + setting(NARROW), errors=errors) as page:
        page.on("request", lambda request: asked.append(request.url))
        yield page


@pytest.fixture
def visit(page: Page, errors: list[str], asked: list[str], site: str) -> Iterator[Visit]:
    """Opens a demo by its folder's name. At the end of the test it must have reported no error, and
    asked no other origin for anything."""

    def open_demo(name: str) -> Page:
        page.goto(f"{site}demos/{name}/")
        until_ready(page)
        until(page, "main", "(main) => main.ariaBusy !== 'true'")
        assert moved(page) < LARGEST_SHIFT, page.evaluate("shifts")
        return page

    errors.clear()
    asked.clear()
    yield open_demo
    assert errors == []
    assert [url for url in asked if not url.startswith((site, "blob:", "data:"))] == []
    assert page.evaluate(RENAMED) == [], "controls named by what the page says"


def hand_over(page: Page, kind: str, file: Path, target: str = ".drop") -> None:
    """Drop or paste a file on an element of the page."""
    data = base64.b64encode(file.read_bytes()).decode()
    page.locator(target).first.evaluate(_HAND_OVER, [kind, file.name, data])


def drawing_of(photo: Path, folder: Path) -> Path:
    """An SVG that shows a photo of 1920x1537 pixels."""
    data = base64.b64encode(photo.read_bytes()).decode()
    drawing = folder / f"{photo.stem}.svg"
    drawing.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1537">'
        f'<image width="1920" height="1537" href="data:image/jpeg;base64,{data}"/></svg>'
    )
    return drawing


def refuses_words(page: Page) -> None:
    """A file that is no picture is refused in words, and the page works on after it."""
    not_a_picture = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    page.locator("input[type=file]").first.set_input_files(not_a_picture)
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)


def keeps_pictures_here(page: Page, asked: list[str]) -> None:
    """Use of a page asks for nothing, once the first picture has loaded what is needed."""
    data = (SAMPLES / "sample1.jpg").read_bytes()
    before = 0
    for number in range(2):
        before = len(asked)
        page.locator("#status").evaluate("(element) => { element.textContent = '' }")
        chosen = {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": data}
        page.locator("picture-chooser input[type=file]").set_input_files(chosen)
        expect(page.locator("#status")).to_have_text(re.compile(r"^\d+ .*face"), timeout=PATIENCE)
    assert [url for url in asked[before:] if not url.startswith("blob:")] == []


def test_landmarks(visit: Visit, asked: list[str]) -> None:
    page = visit("landmarks")
    until_status(page, "3 faces with 68 points each")
    expect(page.locator("#faces .face-card")).to_have_count(3)
    page.locator("label", has_text="Tiny").click()
    expect(page.locator("#announcement")).to_have_text("3 faces with 68 points each")
    page.locator("input[type=file]").set_input_files(SAMPLES / "sample1.jpg")
    expect(page.locator("#stage img")).to_have_attribute("alt", "sample1.jpg", timeout=PATIENCE)
    refuses_words(page)
    keeps_pictures_here(page, asked)


def test_detection_with_all_detectors(visit: Visit, asked: list[str], tmp_path: Path) -> None:
    page = visit("detection")
    until_status(page, "...3 faces in ")
    expect(page.locator("#faces .bars")).to_have_count(3)
    page.get_by_label("Score threshold", exact=False).first.fill("0.9")
    until_status(page, "...0 faces in ")

    page.locator("label", has_text="SSD").click()
    until_status(page, "...3 faces in ")
    page.get_by_label("Maximum results").fill("1")
    until_status(page, "...1 face in ")
    page.get_by_label("Tiles").select_option("2")
    page.get_by_label("Orientations").select_option("auto")
    page.get_by_label("Maximum results").fill("50")
    until_status(page, "...3 faces in ")

    page.locator("label", has_text="MTCNN").click()
    page.get_by_label("Minimum face size").fill("200")
    page.get_by_label("Maximum pyramid levels").fill("2")
    until_status(page, "...3 faces in ")

    refuses_words(page)
    page.locator("label", has_text="Tiny").click()
    page.get_by_label("Tiles").select_option("")
    page.get_by_label("Score threshold").first.fill("0.5")
    hand_over(page, "drop", drawing_of(SAMPLES / "sample6.jpg", tmp_path))
    until_status(page, "...4 faces in ")
    expect(page.get_by_role("alert")).to_be_empty()
    keeps_pictures_here(page, asked)


def test_expressions(visit: Visit) -> None:
    page = visit("expressions")
    until_status(page, "3 faces: happy, neutral, happy")
    first = page.locator("#faces .face-card").first
    expect(first.locator("dt")).to_have_count(7)
    expect(first.locator("dt").first).to_have_text("happy")
    page.get_by_label("Minimum score").fill("0.6")
    until_status(page, "2 faces: happy, neutral")
    hand_over(page, "paste", SAMPLES / "sample6.jpg", "body")
    until_status(page, "...4 faces: ")
    refuses_words(page)


def test_age_and_gender(visit: Visit) -> None:
    page = visit("age-gender")
    until_status(page, "...3 faces: ")
    age = page.locator("#faces .face-card").first.get_by_role("img", name=" years, on a scale")
    expect(age).to_have_count(1)
    expect(page.locator("#faces dt").first).to_have_text("female")
    before = page.locator("#status").inner_text()
    page.get_by_label("Align faces").uncheck()
    expect(page.locator("#status")).not_to_have_text(before)
    until_status(page, "...3 faces: ")
    page.locator("input[type=file]").set_input_files(SAMPLES / "sample6.jpg")
    until_status(page, "...4 faces: ")
    refuses_words(page)
    gives_its_code(page, "age-gender")


def test_similarity(visit: Visit) -> None:
    page = visit("similarity")
    until_status(page, "...Different people: distance ")
    before = page.locator("#status").inner_text()
    page.locator("#second-stage").get_by_label("Face 2").check()
    expect(page.locator("#status")).not_to_have_text(before)
    page.locator("#threshold").fill("0.9")
    until_status(page, "...Same person: distance ")
    expect(page.locator("#distance [role=img]")).to_have_attribute(
        "aria-label", re.compile(r"^distance 0\.\d\d, on a scale from 0 to 1.2, limit 0.9$")
    )
    hand_over(page, "drop", SAMPLES / "sample3.jpg", "#second .drop")
    until_status(page, "Same person: distance 0.00, threshold 0.90")
    page.locator("#second-stage").get_by_label("Face 1").press("ArrowRight")  # by keyboard
    expect(page.locator("#second-stage").get_by_label("Face 2")).to_be_checked()
    expect(page.locator("#status")).not_to_contain_text("distance 0.00")
    refuses_words(page)


def test_matching(visit: Visit) -> None:
    page = visit("matching")
    until_status(page, "3 faces known, 4 unknown")
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
    until_status(page, "3 faces known, 0 unknown")  # the one that is none does not stop the others
    expect(page.get_by_role("alert")).to_contain_text("no.png could not be used")


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """Name and content of the file that a button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">2I", png[16:24])
    return width, height


def gives_its_code(page: Page, demo: str) -> None:
    """The pages to copy, letter by letter: on the clipboard, and in a file."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for name in (f"{demo}.html", f"{demo}-python.html"):
        text = (ROOT / FOLDER / name).read_text("utf-8")
        sample = page.locator(".sample", has=page.locator(f"[data-copy='{name}']"))
        sample.get_by_role("button", name="Copy").click()
        expect(sample.locator("output")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
        language = "Python" if "python" in name else "JavaScript"
        assert saved(page, f"Save the page in {language}") == (name, text.encode())
        expect(sample.locator("output")).to_have_text("Saved")
    page.context.clear_permissions()


def test_extraction(visit: Visit, asked: list[str], tmp_path: Path) -> None:
    page = visit("extraction")
    until_status(page, "3 faces cut out")
    name, png = saved(page, "Save face 1")
    assert (name, size_of(png)) == ("face-1.png", (160, 160))
    name, png = saved(page, "Contact sheet")
    assert (name, size_of(png)) == ("faces.png", (320, 320))  # 2 x 2 places
    with page.expect_event("download", lambda each: each.suggested_filename == "face-3.png"):
        page.get_by_role("button", name="All faces").click()

    page.get_by_label("Minimum score").fill("0.9")
    until_status(page, "0 faces cut out")
    expect(page.get_by_role("button", name="Contact sheet")).to_be_disabled()
    page.get_by_label("Minimum score").fill("0.5")
    page.get_by_label("Margin").fill("0.5")
    page.get_by_label("Size").select_option("as in the picture")
    expect(page.locator("#faces p").first).not_to_contain_text("160")
    portrait = tmp_path / "portrait.png"
    portrait.write_bytes(saved(page, "Save face 1")[1])
    hand_over(page, "paste", portrait, "body")
    until_status(page, "1 face cut out")  # which is too large for the detector's first look
    refuses_words(page)
    keeps_pictures_here(page, asked)


def test_batch(visit: Visit) -> None:
    page = visit("batch")
    until_status(page, "9 faces in 3 pictures")
    page.get_by_label("Input size").select_option("320")
    words = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    data = (SAMPLES / "sample3.jpg").read_bytes()
    pictures = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": data} for number in range(6)
    ]
    page.locator("input[type=file]").set_input_files([pictures[0], words, pictures[1]])
    until_status(page, "...in 2 pictures, 1 could not be used")
    expect(page.locator("#pictures-done .failed")).to_contain_text("no.png could not be used")
    expect(page.locator("#pictures-done canvas")).to_have_count(2)

    name, content = saved(page, "Save as JSON")
    results = json.loads(content)
    assert (name, [result["picture"] for result in results]) == (
        "faces.json",
        ["0.jpg", "no.png", "1.jpg"],
    )
    assert results[0]["faces"] == results[2]["faces"] != []
    assert "error" in results[1]
    name, content = saved(page, "Save as CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "faces.csv"
    assert [row["picture"] for row in rows if row["error"]] == ["no.png"]
    assert len(rows) == sum(len(result.get("faces", "?")) for result in results)

    page.locator("#amount").evaluate(_CANCEL, "2 of 6 pictures")
    page.locator("input[type=file]").set_input_files(pictures)
    until_status(page, "...in 3 pictures, cancelled")  # the one that had begun is the last
    page.locator("input[type=file]").set_input_files(pictures[:1])  # and on with others
    until_status(page, "...in 1 picture")
