"""The demos about people: a threshold from labelled pictures, and who is who."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pyface_web import BIOMETRIC_NOTICE
from tests.pages import Visitor, until_status
from tests.site.looks import ARRIVING, look
from tools.assets import path_of

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
SAMPLES = [path_of(f"images/sample{number}.jpg") for number in range(1, 7)]


# --- a threshold


@pytest.fixture(scope="module")
def calibration(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit("demos/calibration/", **ARRIVING) as page:
        look(page, "demos/calibration/")
        yield page


def test_the_example(calibration: Page) -> None:
    """Hills of one person and of two, apart from each other, and a threshold between them."""
    page = calibration
    until_status(page, "4 people, 16 pictures")
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
    expect(page.locator("#missed-of")).to_contain_text(
        "0 of 24 pairs; the truth may be up to", timeout=PATIENCE
    )
    expect(page.locator("#false-matches-of")).to_contain_text("0 of 96 pairs", timeout=PATIENCE)
    expect(page.locator("#meaning")).to_contain_text("The hills do not touch", timeout=PATIENCE)
    expect(page.locator("#warnings li")).to_contain_text(
        "There are only 24 pairs of one person", timeout=PATIENCE
    )
    expect(page.locator("#extremes figure")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator(".person-card small").filter(has_text="small").first).to_be_visible(
        timeout=PATIENCE
    )


def test_another_threshold(calibration: Page) -> None:
    """By the keyboard: far to the right everything is one person; back to what is suggested."""
    page = calibration
    suggested = page.locator("#threshold").input_value()
    page.locator("#threshold").focus()
    page.keyboard.press("End")
    expect(page.locator("#false-matches")).to_have_text("100 %", timeout=PATIENCE)
    page.keyboard.press("Home")
    expect(page.locator("#missed")).to_have_text("100 %", timeout=PATIENCE)
    page.get_by_role("button", name="Use the suggestion").press("Enter")
    expect(page.locator("#threshold")).to_have_value(suggested, timeout=PATIENCE)


def test_labels_decide_who_is_one_person(calibration: Page) -> None:
    """Two cards of one name are one person; then no threshold is right."""
    page = calibration
    page.get_by_label("Name of Person 2").fill("Person 1")
    page.get_by_label("Name of Person 2").press("Tab")
    expect(page.locator("#missed-of")).to_contain_text("of 40 pairs", timeout=PATIENCE)
    expect(page.locator("#meaning")).to_contain_text("The hills overlap", timeout=PATIENCE)
    page.get_by_label("Name of Person 2").fill("")
    page.get_by_label("Name of Person 2").press("Tab")
    expect(page.locator("#missed-of")).to_contain_text("0 of 24 pairs", timeout=PATIENCE)
    page.get_by_label("Remove picture 4 of Person 4").click()
    expect(page.locator("#missed-of")).to_contain_text("0 of 21 pairs", timeout=PATIENCE)


def test_pictures_of_the_visitor(calibration: Page) -> None:
    """Chosen and dropped; the largest face counts; what has no face or is none is said."""
    page = calibration
    page.get_by_role("button", name="Start with my own pictures").click()
    expect(page.get_by_label("Name of Person 1")).to_be_focused(timeout=PATIENCE)
    until_status(page, "2 people, 0 pictures")
    expect(page.locator("#meaning")).to_contain_text(
        "Add a second picture of somebody", timeout=PATIENCE
    )
    page.get_by_label("Add pictures of Person 1").set_input_files([SAMPLES[4], SAMPLES[3]])
    until_status(page, "2 people, 2 pictures")
    expect(page.locator("#missed-of")).to_contain_text("of 1 pair;", timeout=PATIENCE)
    expect(page.locator("#meaning")).to_contain_text("Add a second person", timeout=PATIENCE)
    drop(page, ".person-card:nth-child(2)", [{"url": "../../images/sample3.jpg", "name": "3.jpg"}])
    until_status(page, "2 people, 3 pictures")
    expect(page.locator("#false-matches-of")).to_contain_text("of 2 pairs", timeout=PATIENCE)
    page.get_by_label("Add pictures of Person 2").set_input_files(
        [{"name": "no.png", "mimeType": "image/png", "buffer": b"words"}]
    )
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)
    expect(page.locator("#false-matches-of")).to_contain_text("of 2 pairs", timeout=PATIENCE)


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


# --- recognition

DATABASES = "async () => (await indexedDB.databases()).map(({ name }) => name)"
RECORDS = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result) });
  const database = await done(indexedDB.open("pyface_web identities"));
  const keys = await done(database.transaction("records").objectStore("records").getAllKeys());
  database.close();
  return keys;
}"""  # noqa: E501
PHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def recognition(visitor: Visitor) -> Iterator[Page]:
    said: list[str] = []
    with visitor.visit(**ARRIVING) as page:
        page.on("console", lambda message: said.append(message.text))
        page.goto("demos/recognition/")
        look(page, "demos/recognition/")
        yield page
    # No descriptor, nor anything else, is written to the console.
    assert said == []


def people_are(page: Page, *names: str) -> None:
    fields = page.locator("#people .label")
    expect(fields).to_have_count(len(names), timeout=PATIENCE)
    for index, name in enumerate(names):
        expect(fields.nth(index)).to_have_value(name, timeout=PATIENCE)


def names_of_faces(page: Page) -> list[str]:
    return page.locator("#faces .name").all_inner_texts()


def tab_to(page: Page, locator: str, key: str = "Tab", most: int = 40) -> None:
    for _ in range(most):
        if page.locator(locator).first.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} do not lead to {locator}")


def test_nothing_is_looked_at_before_the_notice_is_read(recognition: Page) -> None:
    page = recognition
    expect(page.locator("#agree")).to_be_enabled(timeout=PATIENCE)
    paragraphs = page.locator("#notice p").all_inner_texts()
    assert "\n".join(paragraphs) == BIOMETRIC_NOTICE
    assert page.locator("#begun").is_hidden() and page.locator("#faces li").count() == 0


def test_enrolment_by_the_keyboard(recognition: Page) -> None:
    page = recognition
    tab_to(page, "#agree")
    page.keyboard.press("Enter")
    until_status(page, "4 faces, nobody known")
    assert names_of_faces(page) == ["Face 1", "Face 2", "Face 3", "Face 4"]
    tab_to(page, "#faces .enrol input")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    until_status(page, "Ada is enrolled. 4 faces: Ada, unknown, unknown, unknown")
    assert names_of_faces(page) == ["Ada", "unknown", "unknown", "unknown"]
    assert page.evaluate("document.activeElement.matches('.enrol input')")
    people_are(page, "Ada")
    expect(page.locator("#faces .axis").first).to_have_attribute(
        "aria-label", "Ada 0.00, on a scale from 0 to 1.2, limit 0.6"
    )
    assert page.locator("#people img").get_attribute("src").startswith("data:image/jpeg")
    assert page.evaluate(DATABASES) == []


def test_who_is_known_depends_on_the_threshold(recognition: Page) -> None:
    page = recognition
    page.locator("#threshold").focus()
    page.keyboard.press("End")  # 0.9
    expect(page.locator("#faces .name", has_text="unknown")).to_have_count(0, timeout=PATIENCE)
    page.locator("#threshold").fill("0.6")
    expect(page.locator("#faces .name", has_text="unknown")).to_have_count(3, timeout=PATIENCE)


def test_pictures_that_are_not_good(recognition: Page) -> None:
    """With a remark somebody can be enrolled anyway; from a useless picture nobody."""
    page = recognition
    page.get_by_role("radio", name="Five women on a staircase").check()
    expect(page.locator("#faces")).to_contain_text("The head is turned", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Enrol anyway").first).to_be_visible(timeout=PATIENCE)
    small = shrunk(page, "../../images/sample6.jpg", 240)
    page.locator("picture-chooser input[type=file]").set_input_files(small)
    expect(page.locator("#stage img")).to_have_attribute("alt", "small.png", timeout=PATIENCE)
    expect(page.locator("#faces")).to_contain_text("This face cannot be enrolled", timeout=PATIENCE)
    expect(page.locator("#faces")).to_contain_text(
        "Come closer, or use a larger picture.", timeout=PATIENCE
    )


def shrunk(page: Page, address: str, width: int) -> Any:
    data = page.evaluate(
        """async ([address, width]) => {
      const image = Object.assign(new Image(), { src: address });
      await image.decode();
      const height = Math.round(width * image.naturalHeight / image.naturalWidth);
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      canvas.getContext("2d").drawImage(image, 0, 0, width, height);
      return canvas.toDataURL().split(",")[1];
    }""",
        [address, width],
    )
    return {"name": "small.png", "mimeType": "image/png", "buffer": base64.b64decode(data)}


def test_rename_and_delete(recognition: Page) -> None:
    page = recognition
    page.get_by_role("radio", name="Four women by a window").check()
    picture = page.locator("#stage img")
    expect(picture).to_have_attribute("alt", "Four women by a window", timeout=PATIENCE)
    until_status(page, "4 faces: Ada, unknown, unknown, unknown")
    form = page.locator(".face-card", has_text="unknown").first.locator(".enrol")
    form.locator("input").fill("Grace")
    form.get_by_role("button").click()
    people_are(page, "Ada", "Grace")
    page.get_by_label("Name of Grace").fill("Ada")
    page.get_by_label("Name of Grace").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'Ada' is enrolled already", timeout=PATIENCE)
    people_are(page, "Ada", "Grace")
    page.get_by_label("Name of Grace").fill("Eve")
    page.get_by_label("Name of Grace").press("Enter")
    people_are(page, "Ada", "Eve")
    expect(page.locator("#faces .name", has_text="Eve")).to_have_count(1, timeout=PATIENCE)
    assert "Ada" in names_of_faces(page)
    expect(page.get_by_role("alert")).to_be_empty(timeout=PATIENCE)
    page.get_by_role("button", name="Delete Eve").click()
    people_are(page, "Ada")


def test_export_and_import(recognition: Page) -> None:
    """There and back with a passphrase, and not without it."""
    page = recognition
    page.locator("#passphrase").fill(PHRASE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    sealed = {
        "name": "people.json",
        "mimeType": "application/json",
        "buffer": download.value.path().read_bytes(),
    }
    assert b'"Ada"' not in sealed["buffer"]  # three letters alone may stand in base64
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Cancel").click()
    people_are(page, "Ada")
    page.get_by_role("button", name="Delete all").click()
    page.locator("#sure").get_by_role("button", name="Delete all").click()
    people_are(page)
    page.locator("#passphrase").fill("")
    page.get_by_label("Import people from a file").set_input_files(sealed)
    expect(page.get_by_role("alert")).to_contain_text("expected the passphrase", timeout=PATIENCE)
    people_are(page)
    page.locator("#passphrase").fill(PHRASE)
    page.get_by_label("Import people from a file").set_input_files(sealed)
    until_status(page, "1 person. 4 faces: Ada, unknown, unknown, unknown")
    people_are(page, "Ada")


def test_people_of_an_older_version(recognition: Page) -> None:
    """Their file does not say how faces were cut, so those of the picture are cut as there."""
    page = recognition
    page.locator("#passphrase").fill("")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    content = json.loads(download.value.path().read_bytes())
    for person in content["identities"]:
        person.pop("align", None)
    page.get_by_role("button", name="Delete all").click()
    page.locator("#sure").get_by_role("button", name="Delete all").click()
    people_are(page)
    older = {
        "name": "older.json",
        "mimeType": "application/json",
        "buffer": json.dumps(content).encode(),
    }
    page.get_by_label("Import people from a file").set_input_files(older)
    until_status(page, "1 person. 4 faces: Ada, unknown, unknown, unknown")
    assert names_of_faces(page)[0] == "Ada"


def reload(page: Page) -> None:
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=PATIENCE)
    expect(page.locator("#agree")).to_be_enabled(timeout=PATIENCE)


def test_people_are_kept_when_the_visitor_wants_it(recognition: Page) -> None:
    page = recognition
    page.locator("#days").select_option("7")
    page.locator("#keep").check()
    expect(page.locator("#where")).to_contain_text(
        "1 person in the storage of this browser", timeout=PATIENCE
    )
    reload(page)
    people_are(page, "Ada")
    expect(page.locator("#consent")).to_be_hidden(timeout=PATIENCE)
    expect(page.locator("#days")).to_have_value("7", timeout=PATIENCE)
    expect(page.locator("#keep")).to_be_checked(timeout=PATIENCE)
    until_status(page, "4 faces: Ada, unknown, unknown, unknown")
    assert page.evaluate(RECORDS) == ["Ada"]


def test_delete_all_empties_what_is_kept(recognition: Page) -> None:
    page = recognition
    page.get_by_role("button", name="Delete all").click()
    page.locator("#sure").get_by_role("button", name="Delete all").click()
    people_are(page)
    until_status(page, "Everybody is deleted. 4 faces, nobody known")
    assert page.evaluate(RECORDS) == []


def chosen(page: Page, text: str) -> None:
    file = {"name": "people.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("Import people from a file").set_input_files(file)


def test_a_file_that_is_none_is_said_to_be_none(recognition: Page) -> None:
    """However it is made: Python lives on, and the page is as it was."""
    page = recognition
    for text, words in (
        ("[" * 200_000, "at most 64 within each other, got more at line 1, column 65"),
        ("9" * 5000, "whole numbers of at most 308 digits"),
    ):
        chosen(page, text)
        expect(page.get_by_role("alert")).to_contain_text(words, timeout=PATIENCE)
        until_status(page, "Nothing imported. 4 faces, nobody known")
    people_are(page)


def test_many_people_are_shown_a_part_at_a_time(recognition: Page) -> None:
    page = recognition
    row = base64.b64encode(bytes(512)).decode()
    people = [
        {"label": f"P {i:03}", "enrolled": "2026-01-30T09:00:00+00:00", "descriptors": [row]}
        for i in range(130)
    ]
    content = {"format": "pyface_web identities", "version": 1, "identities": people}
    page.locator("#days").select_option("")  # they were enrolled long ago
    chosen(page, json.dumps(content))
    fields = page.locator("#people .label")
    expect(fields).to_have_count(100, timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_be_empty(timeout=PATIENCE)
    page.get_by_role("button", name="Show more of 30 others").click()
    expect(fields).to_have_count(130, timeout=PATIENCE)
    expect(fields.last).to_have_value("P 129", timeout=PATIENCE)
    page.get_by_role("button", name="Delete all").click()
    page.locator("#sure").get_by_role("button", name="Delete all").click()
    people_are(page)


def test_people_in_memory_are_gone_after_a_reload(recognition: Page) -> None:
    page = recognition
    page.locator("#keep").uncheck()
    expect(page.locator("#where")).to_contain_text("in memory only", timeout=PATIENCE)
    assert page.evaluate(DATABASES) == []
    page.locator(".enrol input").first.fill("Ada")
    page.locator(".enrol input").first.press("Enter")
    people_are(page, "Ada")
    reload(page)
    expect(page.locator("#consent")).to_be_visible(timeout=PATIENCE)
    people_are(page)
    assert page.evaluate(DATABASES) == []
