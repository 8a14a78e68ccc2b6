"""What notebooks show of faces, crops and frames, and that nothing is held for it."""

from __future__ import annotations

import base64
import gc
import pickle
import re
import weakref
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web.errors import InputError
from pyface_web.pictures.shown import CropList, png_of
from pyface_web.values.face_list import FaceList
from pyface_web.values.picture_faces import PictureFaces
from pyface_web.values.results import FaceResult
from pyface_web.video.track import Frame
from tests.waiting import wait

SIZE = (200, 100)
_VOID = ("img",)


class Read(HTMLParser):
    """The text of HTML, cell by cell, and its tags, each of which is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.tags if name == tag]


def detection(score: float = 0.9, size: tuple[int, int] = SIZE) -> faceapi.FaceDetection:
    return faceapi.FaceDetection(score, faceapi.Rect(0.1, 0.2, 0.3, 0.4), size)


def known_face() -> FaceResult:
    return FaceResult(
        detection(),
        landmarks=faceapi.FaceLandmarks68(np.full((68, 2), 0.5), SIZE),
        descriptor=np.zeros(128, np.float32),
        expressions=faceapi.FaceExpressions([0.1, 0.9, 0, 0, 0, 0, 0]),
        age=30.6,
        gender="female",
        gender_probability=0.97,
    )


def test_a_face_is_a_sketch_and_a_row() -> None:
    read = Read(known_face()._repr_html_())
    assert read.texts == [
        "1 face", "1", "score", "box", "points", "descriptor", "age", "gender", "expression",
        "1", "0.90", "20, 20, 60 x 40", "68", "128 numbers", "31", "female 0.97", "happy 0.90",
    ]  # fmt: skip
    [box] = read.named("rect")
    assert [float(box[name]) for name in ("x", "y", "width", "height")] == [20, 20, 60, 40]
    circles = read.named("circle")
    assert len(circles) == 68
    assert (float(circles[0]["cx"]), float(circles[0]["cy"])) == (100, 50)


def test_a_table_has_the_columns_that_are_known() -> None:
    read = Read(FaceList([detection(), detection(0.5)])._repr_html_())
    assert read.texts == [
        "2 faces", "1", "2", "score", "box",
        "1", "0.90", "20, 20, 60 x 40", "2", "0.50", "20, 20, 60 x 40",
    ]  # fmt: skip
    assert Read(detection()._repr_html_()).texts[0] == "1 face"
    assert Read(FaceList([])._repr_html_()).texts == ["no face"]


def test_a_crowd_is_shown_in_part() -> None:
    html = FaceList([known_face()] * 2000)._repr_html_()
    assert "and 1980 more" in html
    assert len(re.findall("<tr>", html)) == 21
    assert len(html) < 400_000


def test_faces_of_another_size_are_brought_to_that_of_the_first() -> None:
    first, second = Read(FaceList([detection(), detection(size=(400, 200))])._repr_html_()).named(
        "rect"
    )
    assert first == second


def test_pictures_and_frames() -> None:
    found = PictureFaces("<b>.jpg", (detection(),), faceapi.Dimensions(*SIZE))
    assert Read(found._repr_html_()).texts[0] == "<b>.jpg: 1 face"
    failed = PictureFaces("a.jpg", (), None, InputError("<no picture>"))
    assert Read(failed._repr_html_()).texts == ["a.jpg: <no picture>"]
    tracked = faceapi.TrackedFace(7, known_face(), 1.0, faceapi.Point(0, 0))
    read = Read(Frame([tracked], 1.5, 3, 0, 5.0, faceapi.Dimensions(*SIZE))._repr_html_())
    assert read.texts[:2] == ["frame 3, at 1.50 s: 1 face", "#7"]


def test_crops_are_small_images() -> None:
    picture = np.zeros((600, 800, 3), np.uint8)
    picture[:, 400:] = 200
    crops = wait(faceapi.extract_faces(picture, [faceapi.Rect(0, 0, 800, 600), detection()]))
    images = Read(crops._repr_html_()).named("img")  # type: ignore[attr-defined]
    sizes = []
    for image in images:
        data = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
        opened = Image.open(BytesIO(data))
        opened.load()
        sizes.append(opened.size)
    assert sizes == [(200, 150), (240, 240)]
    first = Image.open(BytesIO(base64.b64decode(images[0]["src"].partition(",")[2])))
    assert [first.getpixel((x, 75)) for x in (99, 100)] == [(0, 0, 0, 255), (200, 200, 200, 255)]
    assert "and 10 more" in CropList([picture[:9, :9]] * 60)._repr_html_()


@pytest.mark.parametrize("channels", [3, 4])
def test_files_of_images_are_read_by_others(channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, channels), np.uint8)
    assert np.array_equal(np.asarray(Image.open(BytesIO(png_of(pixels)))), pixels)


def test_lists_are_lists_and_hold_no_picture() -> None:
    faces = FaceList([detection()])
    assert faces == [detection()]
    assert repr(faces) == repr([detection()])
    assert pickle.loads(pickle.dumps(faces)) == faces
    picture = np.zeros((60, 80, 3), np.uint8)
    held = weakref.ref(picture)
    crops = wait(faceapi.extract_faces(picture, [faceapi.Rect(0, 0, 8, 6)]))
    del picture
    gc.collect()
    assert held() is None
    assert len(crops) == 1
