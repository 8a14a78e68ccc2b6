"""The pages of the README and the guides, copied into an empty folder beside dist/, show boxes on
the faces: what has changed on the picture is looked at.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Coroutine, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

import pyface_web as faceapi
from pyface_web import Box
from tests.in_threads import in_threads
from tests.pages import SECONDS, built_site, collect_errors, prepare, until
from tests.reference.nets import manifest_path
from tests.sample_values import PICTURES
from tests.samples import Sample, beside, samples
from tools.assets import path_of
from tools.serve import serve_folder

RUN = [sample for sample in samples("html") if not sample.not_run]
SCRIPT = re.compile(r"<script.*?</script>", re.S)
PICTURE = re.compile(r'<img[^>]*\bsrc="([^"]+)"')
STRAY = 0.1  # of what has changed may lie elsewhere: jaws are wide, and a picture is scaled anew
NEAR = 0.15  # of the length of a box: so far from its place is a side looked for
ENOUGH = 0.8  # of the IoU of a box with the one that is seen, and of the length of its sides


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a folder for each page: the page, the same without scripts, pictures; no dist/ yet."""
    root = tmp_path_factory.mktemp("pages")
    for sample in RUN:
        here = root / name_of(sample)
        (here / "photos").mkdir(parents=True)
        for name, source in PICTURES.items():
            shutil.copy2(path_of(f"images/{source}"), here / name)
        for name, text in beside(sample).items():
            (here / name).write_text(text, "utf-8")
        (here / sample.file).write_text(sample.code, "utf-8")
        (here / "still.html").write_text(SCRIPT.sub("", sample.code), "utf-8")
    return root


def name_of(sample: Sample) -> str:
    return f"{sample.document.stem}-{sample.line}"


@pytest.fixture(scope="module")
def context(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """One browser, one server; pages find what another has kept."""
    site = {f"/{name_of(sample)}/dist/": built_site() for sample in RUN}
    with serve_folder(folder, extra=site) as url:
        opened = browser.new_context(base_url=url, viewport={"width": 1940, "height": 1400})
        yield opened
        opened.close()


@pytest.mark.parametrize("sample", RUN, ids=str)
def test_boxes_are_seen_on_the_faces(context: BrowserContext, sample: Sample) -> None:
    shown = PICTURE.search(sample.code)
    assert shown, "a page without a picture; say why it does not run"
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    collect_errors(page, errors)
    page.on("request", lambda request: asked.append(request.url))
    prepare(page)
    page.goto(f"{name_of(sample)}/still.html")
    before = seen(page)
    ratio = page.locator("img").first.evaluate("(image) => image.width / image.naturalWidth")
    expected = [
        box.rescale(ratio)
        for box in faces_of(PICTURES[shown[1]], is_tiny="tiny_face_detector" in sample.code)
    ]
    assert len(expected) >= 3
    page.goto(f"{name_of(sample)}/{sample.file}")
    changed = drawn(page, before, expected)
    page.close()
    elsewhere = [url for url in asked if not url.startswith((origin(page), "blob:", "data:"))]
    assert elsewhere == []
    assert [error for error in errors if "favicon.ico" not in error] == []
    for box in expected:
        found = box_in(changed, box)
        assert found is not None, f"no sides are seen of {box}"
        assert faceapi.iou(found, box) > ENOUGH, (found, box)
    assert outside_of(changed, expected) < STRAY * changed.sum()


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def seen(page: Page) -> np.ndarray:
    """What the page shows where its picture is, (height, width, 3)."""
    image = page.locator("img").first
    image.evaluate("(image) => image.decode()")
    place = image.bounding_box()
    assert place
    shot = Image.open(io.BytesIO(page.screenshot(clip=place)))
    return np.asarray(shot.convert("RGB")).astype(np.int16)


def drawn(page: Page, before: np.ndarray, boxes: list[Box]) -> np.ndarray:
    """Where the picture has changed, (height, width), once all boxes are seen and stay so; at last
    as it is then.

    Nothing is drawn without a canvas, so until there is one nobody has to look.
    """
    until(page, "canvas", "() => true")
    last = before
    for _ in range(SECONDS):
        page.wait_for_timeout(1000)
        now = seen(page)
        assert now.shape == before.shape
        changed = np.asarray((np.abs(now - before) > 24).any(axis=2))
        if (now == last).all() and all(box_in(changed, box) for box in boxes):
            break
        last = now
    return changed


@cache
def faces_of(picture: str, *, is_tiny: bool) -> list[Box]:
    """Where a detector finds faces: the tiny one, or SSD."""
    net = faceapi.nets.tiny_face_detector if is_tiny else faceapi.nets.ssd_mobilenetv1
    options = faceapi.TinyFaceDetectorOptions() if is_tiny else faceapi.SsdMobilenetv1Options()

    def look(_: int) -> Coroutine[Any, Any, list[Box]]:
        async def boxes() -> list[Box]:
            await net.load(str(manifest_path(net.architecture)))
            found = await faceapi.detect_all_faces(path_of(f"images/{picture}"), options)
            return [face.box for face in found]

        return boxes()

    try:
        return cast(list[Box], in_threads(1, look)[0])  # Playwright has the loop of this thread
    finally:
        faceapi.dispose()
        net.dispose()


def box_in(changed: np.ndarray, box: Box) -> Box | None:
    """The box of which changed pixels are the sides, near to another one; None where there is none.

    A side is the straight line with most changed pixels that is near to where one should be.
    """
    left, right = side(changed, box.left, box.width, box.top, box.bottom)
    top, bottom = side(changed.T, box.top, box.height, box.left, box.right)
    if None in (left, right, top, bottom):
        return None
    return Box(left, top, right - left, bottom - top)


def side(
    changed: np.ndarray, start: float, length: float, begin: float, end: float
) -> tuple[int | None, int | None]:
    """Columns of the two sides of a box that begins at `start`, between two rows."""
    counts = changed[max(0, int(begin)) : int(end)].mean(axis=0)

    def best(at: float) -> int | None:
        low = max(0, int(at - NEAR * length))
        part = counts[low : int(at + NEAR * length) + 1]
        column = low + int(part.argmax())
        return column if part.max() > ENOUGH else None

    return best(start), best(start + length)


def outside_of(changed: np.ndarray, boxes: list[Box]) -> int:
    """How many pixels have changed that are not at a box, below which its score may stand."""
    left = changed.copy()
    for box in boxes:
        edge = 0.6 * box.width
        rows = slice(max(0, int(box.top - edge)), int(box.bottom + edge))
        left[rows, max(0, int(box.left - edge)) : int(box.right + edge)] = False
    return int(left.sum())
