"""The pages that demos show to copy run in an empty folder beside dist/, and what they show is
looked at.

One page of JavaScript and one of Python are opened as they are. What others of the language hold is
put into these, for Python starts once so; they find no net loaded and no name of another.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page, expect

from pyface_web import FaceDetection, TinyFaceDetectorOptions
from tests import still_camera
from tests.drawn import faces_in, until_drawn
from tests.films import write_still
from tests.pages import SECONDS, built_site, collect_errors, prepare
from tools.assets import ROOT, path_of
from tools.pages.samples import FOLDER
from tools.serve import serve_folder

SAMPLES = ROOT / FOLDER
SIZE = (800, 600)  # of photo.jpg
LIVE = TinyFaceDetectorOptions(input_size=224)  # of `track`

_BODY = """const html = new DOMParser().parseFromString(text, "text/html");
  const code = html.querySelector("script[type]:not([src])").textContent;
  for (const script of html.querySelectorAll("script")) script.remove();
  document.title = html.title;
  document.body.replaceChildren(...html.body.childNodes);
  const add = (type, textContent) =>
    document.body.append(Object.assign(document.createElement("script"), { type, textContent }));"""
PUT = {
    "JavaScript": f"""async (text) => {{
  const {{ loadPyface }} = await import(new URL("dist/pyface.js", document.baseURI));
  const {{ faceapi }} = await loadPyface();
  for (const net of Object.values(faceapi.nets)) await net.dispose();
  {_BODY}
  add("module", code);
}}""",
    "Python": f"""(text) => {{
  {_BODY}
  add("text/plain", code);
  add("py", `
import pyface_web
from js import document
from pyodide.code import eval_code_async
for net in pyface_web.nets.values():
    if net.is_loaded:
        net.dispose()
await eval_code_async(document.querySelector("[type='text/plain']").textContent, {{}})
`);
}}""",
}


@dataclass(frozen=True)
class Shown:
    """What a sample says in the end, where it draws boxes, and what a visitor does before that.

    is_single: whether it draws only the face that has the best score. chosen: files that are
    chosen. is_pressed: whether a button is.
    """

    said: str
    drawn: tuple[str, ...] = ("#photo",)
    chosen: tuple[str, ...] = ()
    is_single: bool = False
    is_pressed: bool = False


_FACES = Shown("3 faces")
_LANDMARKS = Shown(r"3 faces, left eyes at (\(\d+, \d+\) ?){3}")
_EXPRESSIONS = Shown(r"(happy|neutral) \d+ ?%, (happy|neutral) \d+ ?%, (happy|neutral) \d+ ?%")
_AGES = Shown(r"((fe)?male, about \d\d(; )?){3}")
_CUT_OUT = Shown("3 faces; click one to save it", drawn=())
_SAME = Shown(r"Same person: distance 0\.[0-3]\d", ("#photo", "#other"), is_single=True)
_ADA = Shown(r"Ada, unknown, unknown|unknown, Ada, unknown|unknown, unknown, Ada")
_LIVE = Shown("2 faces", ("#video",), is_pressed=True)
SHOWN = {
    "age-gender": _AGES,
    "age-gender-python": _AGES,
    "batch": Shown(
        r"photo\.jpg: 3 faces, ada\.jpg: 1 faces", ("#pictures img",), ("photo.jpg", "ada.jpg")
    ),
    "calibration": Shown(
        r"0\.\d+: 0 of 2 pairs of one person missed, 0 of 4 .*",
        (),
        ("ada-1.jpg", "ada-2.jpg", "grace-1.jpg", "grace-2.jpg"),
    ),
    "detection": _FACES,
    "detection-python": _FACES,
    "expressions": _EXPRESSIONS,
    "expressions-python": _EXPRESSIONS,
    "extraction": _CUT_OUT,
    "extraction-python": _CUT_OUT,
    "landmarks": _LANDMARKS,
    "landmarks-python": _LANDMARKS,
    "matching": Shown(
        r"In the other photo: (person [123] \(0\.[0-3]\d?\)(, )?){3}", ("#photo", "#other")
    ),
    "pyscript": Shown("3 faces", ("#shown img",), ("photo.jpg",)),
    "recognition": _ADA,
    "recognition-python": _ADA,
    "similarity": _SAME,
    "similarity-python": _SAME,
    "video": Shown(r"Faces: \d+, \d+", ("#video",), ("film.webm",)),
    "webcam": _LIVE,
    "webcam-python": _LIVE,
    "worker": Shown(r"3 faces; the page was drawn [1-9]\d* times meanwhile"),
}


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    with Image.open(path_of("images/sample3.jpg")) as photo:
        return photo.convert("RGB").resize(SIZE, Image.Resampling.BOX, (120, 0, 1920, 1350))


@pytest.fixture(scope="module")
def faces(photo: Image.Image) -> dict[str, list[FaceDetection]]:
    """{selector of what a page shows: where its faces are}."""
    found = {
        "#photo": faces_in(photo, TinyFaceDetectorOptions()),
        "#other": faces_in(ImageOps.mirror(photo), TinyFaceDetectorOptions()),
        "#video": faces_in(still_camera.picture(), LIVE),
    }
    assert [len(boxes) for boxes in found.values()] == [3, 3, 2]
    return found | dict.fromkeys(("#pictures img", "#shown img"), found["#photo"])


@pytest.fixture(scope="module")
def folder(
    photo: Image.Image,
    faces: dict[str, list[FaceDetection]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The samples with their pictures: other.jpg shows the same faces, mirrored."""
    folder = tmp_path_factory.mktemp("samples")
    for sample in SAMPLES.glob("*.html"):
        shutil.copy2(sample, folder)
    photo.save(folder / "photo.jpg", quality=95)
    ImageOps.mirror(photo).save(folder / "other.jpg", quality=95)
    for name, face in zip(("ada", "grace"), faces["#photo"], strict=False):
        box = face.box
        more = 0.8 * box.width
        cut = photo.crop((box.left - more, box.top - more, box.right + more, box.bottom + more))
        for file in (f"{name}.jpg", f"{name}-1.jpg"):
            cut.save(folder / file, quality=95)
        ImageOps.mirror(cut).save(folder / f"{name}-2.jpg", quality=95)
    still_camera.picture().save(folder / still_camera.FILE)
    write_still(folder / "film.webm", still_camera.picture(), still_camera.picture().size)
    return folder


class Pages:
    """A page for each language, opened with the first sample of it that is asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._context = browser.new_context(base_url=address)
        self._pages: dict[str, Page] = {}
        self.errors: list[str] = []

    def showing(self, sample: str) -> Page:
        text = (SAMPLES / f"{sample}.html").read_text("utf-8")
        language = "Python" if 'type="py"' in text else "JavaScript"
        if language in self._pages:
            page = self._pages[language]
            page.bring_to_front()
            page.evaluate(PUT[language], text)
            return page
        page = self._pages[language] = self._context.new_page()
        collect_errors(page, self.errors)
        prepare(page, still_camera.script())
        page.goto(f"{sample}.html")
        return page

    def close(self) -> None:
        self._context.close()


@pytest.fixture(scope="module")
def pages(browser: Browser, folder: Path) -> Iterator[Pages]:
    dist = built_site()
    with serve_folder(folder, extra={"/dist/": dist, "/favicon.ico": dist / "favicon.svg"}) as url:
        opened = Pages(browser, url)
        yield opened
        opened.close()


def test_all_samples_are_looked_at() -> None:
    assert {file.stem for file in SAMPLES.glob("*.html")} == set(SHOWN)


def test_samples_differ_in_what_is_put_into_one_page_alone() -> None:
    """So that what is opened of one is so of all."""
    texts = [file.read_text("utf-8") for file in SAMPLES.glob("*.html")]
    code = re.compile(
        r"(?s)<title>.*?</title>|\n\n<.*?(?=<script)|(?<=>)\n(?:from|  import).*?</script>"
    )
    heads = {code.sub("", text) for text in texts}
    assert len(heads) == 2, heads
    imports = {found for text in texts for found in re.findall(r"import \{.*", text)}
    assert imports == {'import { loadPyface } from "./dist/pyface.js";'}


@pytest.mark.parametrize("sample", SHOWN)
def test_sample(
    pages: Pages, folder: Path, faces: dict[str, list[FaceDetection]], sample: str
) -> None:
    wanted = SHOWN[sample]
    pages.errors.clear()
    page = pages.showing(sample)
    said = page.locator("#said")
    milliseconds = SECONDS * 1000
    expect(said).not_to_have_text("Loading", timeout=milliseconds)
    if wanted.chosen:
        page.locator("input[type=file]").set_input_files([folder / name for name in wanted.chosen])
    if wanted.is_pressed:
        page.get_by_role("button").click()
    expect(said).to_have_text(re.compile(f"^({wanted.said})$"), timeout=milliseconds)
    for selector in wanted.drawn:
        there = faces[selector]
        if wanted.is_single:
            there = [max(there, key=lambda face: face.score)]
        until_drawn(page, selector, [face.box for face in there])
    if sample.startswith("extraction"):
        expect(page.locator("a[download] canvas")).to_have_count(3)
    if sample == "batch":
        check_batch(page)
    assert pages.errors == []


def check_batch(page: Page) -> None:
    with page.expect_download() as saved:
        page.get_by_role("link").click()
    found = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert [each["picture"] for each in found] == ["photo.jpg", "ada.jpg"]
    assert [len(each["faces"]) for each in found] == [3, 1]
