"""The pages of the README and the guides, copied into an empty folder beside dist/, show boxes on
the faces: what their drawing changes on the picture is looked at.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from pyface_web import Box, SsdMobilenetv1Options, TinyFaceDetectorOptions
from tests import still_camera
from tests.drawn import faces_in, until_drawn
from tests.pages import built_site, collect_errors, prepare
from tests.sample_values import PICTURES
from tests.samples import Sample, beside, samples
from tools.assets import path_of
from tools.serve import serve_folder

RUN = [sample for sample in samples("html") if not sample.not_run]
SHOWN = re.compile(r'<img[^>]*\bsrc="([^"]+)"|<(video)\b')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a folder for each page: the page, its pictures; no dist/ yet."""
    root = tmp_path_factory.mktemp("pages")
    for sample in RUN:
        here = root / name_of(sample)
        (here / "photos").mkdir(parents=True)
        for name, source in PICTURES.items():
            shutil.copy2(path_of(f"images/{source}"), here / name)
        still_camera.picture().save(here / still_camera.FILE)
        for name, text in beside(sample).items():
            (here / name).write_text(text, "utf-8")
        (here / sample.file).write_text(sample.code, "utf-8")
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
    shown = list(SHOWN.finditer(sample.code))
    assert shown, "a page without a picture; say why it does not run"
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    collect_errors(page, errors)
    page.on("request", lambda request: asked.append(request.url))
    prepare(page, still_camera.script())
    page.goto(f"{name_of(sample)}/{sample.file}")
    for number, found in enumerate(shown):
        boxes = faces_of(found[1] or "", is_tiny="tiny_face_detector" in sample.code)
        assert len(boxes) >= 2
        until_drawn(page, f"img, video >> nth={number}", boxes)
    start = "/".join(page.url.split("/")[:3])
    page.close()
    assert [url for url in asked if not url.startswith((start, "blob:", "data:"))] == []
    assert [error for error in errors if "favicon.ico" not in error] == []


@cache
def faces_of(name: str, *, is_tiny: bool) -> list[Box]:
    """Where a detector finds faces in a picture: the tiny one, or SSD; "" is that of the camera."""
    options = TinyFaceDetectorOptions() if is_tiny else SsdMobilenetv1Options()
    if name:
        return [face.box for face in faces_in(path_of(f"images/{PICTURES[name]}"), options)]
    live = TinyFaceDetectorOptions(input_size=224)  # of `track`
    return [face.box for face in faces_in(still_camera.picture(), live)]
