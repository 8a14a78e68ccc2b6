"""Faces drawn on images of Pillow: where, in which colours, how large, and on which pictures."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import sync
from pyface_web.draw.colors import rgba_of
from pyface_web.draw.face import lines_of
from pyface_web.draw.fonts import font_and_text
from pyface_web.draw.pillow import PillowSurface
from pyface_web.errors import InputError, OptionsError
from pyface_web.values.picture_faces import PictureFaces
from pyface_web.values.results import FaceResult
from pyface_web.video.track import Frame

WIDTH, HEIGHT = 200, 120
WHITE, BLUE, RED = (255, 255, 255), (0, 0, 255), (255, 0, 0)
BOX = faceapi.Rect(40, 40, 80, 60)
PLAIN: dict[str, Any] = {"label": lambda face: "", "landmarks": False, "text": False}


def picture(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    return Image.new(mode, size, "white")


def face(width: float = WIDTH, height: float = HEIGHT, **more: Any) -> FaceResult:
    size = faceapi.Dimensions(width, height)
    relative = faceapi.Rect(0.2, 1 / 3, 0.4, 0.5)  # BOX
    return FaceResult(faceapi.FaceDetection(0.876, relative, size), **more)


def colored(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what is not white."""
    return Image.fromarray(np.asarray(image.convert("RGB")).min(2) < 255).getbbox()


def test_a_box_lies_where_its_face_is() -> None:
    image = sync.annotate(picture(), face(), box={"line_width": 2}, **PLAIN)
    assert (image.mode, image.size) == ("RGB", (WIDTH, HEIGHT))
    assert colored(image) == (39, 39, 121, 101)  # half of the line is outside
    pixels = [image.getpixel(at) for at in ((39, 70), (40, 70), (41, 70), (80, 39), (80, 70))]
    assert pixels == [BLUE, BLUE, WHITE, BLUE, WHITE]


def test_half_covered_pixels_are_half_colored() -> None:
    image = picture()
    PillowSurface(image).fillRect(10.5, 20, 4, 4)
    assert [image.getpixel((x, 21))[0] for x in (9, 10, 11, 14, 15)] == [255, 127, 0, 127, 255]


def test_the_picture_stays_as_it_is() -> None:
    given = picture()
    sync.annotate(given, face())
    assert colored(given) is None
    array = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    assert colored(sync.annotate(array, face())) is not None
    assert array.min() == 255


def test_faces_of_the_picture_in_another_size_are_brought_to_its_own() -> None:
    small = sync.annotate(picture(), face(WIDTH / 4, HEIGHT / 4), box={"line_width": 2}, **PLAIN)
    assert colored(small) == (39, 39, 121, 101)


@pytest.mark.parametrize(
    "results",
    [
        [face().detection],
        face().to_dict(),
        [BOX],
        [[BOX], []],
        PictureFaces("photo.jpg", (face(),)),
        Frame(
            [faceapi.TrackedFace(1, face(), 1, faceapi.Point(0, 0))],
            0.0, 1, 0, 1.0, faceapi.Dimensions(WIDTH, HEIGHT),
        ),
    ],
    ids=["detection", "dict", "box", "lists in lists", "of find_faces", "of track"],
)  # fmt: skip
def test_results_of_every_kind(results: object) -> None:
    image = sync.annotate(picture(), results, box={"line_width": 2}, **PLAIN)
    assert colored(image) == (39, 39, 121, 101)


def test_no_face_leaves_the_picture() -> None:
    for nobody in (None, [], PictureFaces("photo.jpg", ())):
        assert colored(sync.annotate(picture(), nobody)) is None


def test_files_are_turned_as_their_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(size=(HEIGHT, WIDTH)).save(tmp_path / "a.jpg", exif=exif)
    image = sync.annotate(tmp_path / "a.jpg", face(), box={"line_width": 2}, **PLAIN)
    assert (image.size, colored(image)) == ((WIDTH, HEIGHT), (39, 39, 121, 101))
    data = (tmp_path / "a.jpg").read_bytes()
    for given in (data, io.BytesIO(data), str(tmp_path / "a.jpg")):
        assert sync.annotate(given, face()).size == (WIDTH, HEIGHT)


def test_what_one_sees_through_stays_so() -> None:
    clear = sync.annotate(
        Image.new("RGBA", (WIDTH, HEIGHT)),
        face(),
        box={"line_width": 2, "box_color": "rgba(255, 0, 0, 0.5)"},
        **PLAIN,
    )
    assert clear.mode == "RGBA"
    assert clear.getpixel((80, 70))[3] == 0
    assert clear.getpixel((80, 40)) == (255, 0, 0, 128)


def test_lines_and_text_grow_with_the_picture_and_not_beyond_small_faces() -> None:
    def thick(size: int, side: float) -> int:
        box = faceapi.Rect(size / 4, size / 4, side, side)
        image = sync.annotate(picture(size=(size, size)), box)
        row = np.asarray(image)[int(size / 4 + side / 2)]
        return int((row.min(1) < 255)[: int(size / 4 + side / 2)].sum())

    assert [thick(640, 200), thick(2560, 800), thick(2560, 40)] == [2, 8, 2]
    given = sync.annotate(
        picture(size=(2560, 2560)), faceapi.Rect(900, 900, 800, 800), box={"lineWidth": 2}
    )
    assert colored(given) == (899, 899, 1701, 1701)  # what is asked for is as it is


def test_a_label_stands_on_the_box_and_inside_the_picture() -> None:
    at_top = faceapi.FaceDetection(0.5, faceapi.Rect(0.7, 0, 0.3, 0.3), (WIDTH, HEIGHT))
    options = {"line_width": 2, "draw_label_options": {"font_size": 12, "padding": 3}}
    for found, label in ((face(), None), (at_top, lambda face: "somebody with a name")):
        image = sync.annotate(picture(), found, label=label, box=options, text=False)
        pixels = np.asarray(image).astype(int)
        filled = Image.fromarray((pixels[..., 2] == 255) & (pixels[..., 0] < 255))
        left, top, right, bottom = filled.getbbox() or ()
        assert 0 <= left < right <= WIDTH
        assert top == (40 - 18 if label is None else 0)
        assert bottom == (101 if label is None else 37)


def test_what_is_known_stands_below() -> None:
    known = face(
        age=30.6,
        gender="female",
        gender_probability=0.987,
        expressions=faceapi.FaceExpressions([0.3, 0.6, 0.05, 0.05, 0, 0, 0]),
    )
    words = ["31 years", "female (0.98)", "happy (0.6)", "neutral (0.3)"]
    assert lines_of(known) == words
    assert lines_of(known, 0.5) == words[:3]
    image = sync.annotate(picture(), known, box=False, text={"background_color": "red"})
    left, top, _, bottom = colored(image) or ()
    assert left == 40
    assert (bottom - top, bottom) == (round(0.75 * (4 * 14 + 2 * 4)), HEIGHT)
    assert colored(sync.annotate(picture(), known, box=False, text=False)) is None


def test_points_and_contours() -> None:
    angles = np.linspace(0, 2 * np.pi, 68)
    points = np.stack([0.5 + 0.2 * np.cos(angles), 0.5 + 0.2 * np.sin(angles)], 1)
    found = face(landmarks=faceapi.FaceLandmarks68(points, (WIDTH, HEIGHT)))
    style: dict[str, Any] = {"box": False, "text": False}
    dots = {"draw_lines": False, "point_size": 2, "point_color": "red"}
    image = sync.annotate(picture(), found, landmarks=dots, **style)
    assert image.getpixel((140, 60)) == RED
    assert colored(image) == (58, 34, 142, 86)
    lines = {"draw_points": False, "line_width": 2, "line_color": "red"}
    image = sync.annotate(picture(), found, landmarks=lines, **style)
    assert image.getpixel((100, 60)) == WHITE
    assert (np.asarray(image)[..., 1] < 128).sum() > 100


def test_functions_that_draw_take_images() -> None:
    image = picture()
    faceapi.draw_detection(image, face(), box_color="red", line_width=2)
    assert image.getpixel((40, 70)) == RED
    faceapi.draw_box(image, 150, 20, 20, 20)
    assert image.getpixel((150, 30)) == BLUE
    faceapi.draw_contour(image, [(150, 60), (170, 60), (170, 80)], True)
    assert image.getpixel((170, 70)) != WHITE
    with pytest.raises(InputError, match=r"mode RGB or RGBA, got mode L; draw on image\.convert"):
        faceapi.draw_box(picture("L"), 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("blue", (0, 0, 255, 255)),
        ("RebeccaPurple", (102, 51, 153, 255)),
        ("transparent", (0, 0, 0, 0)),
        ("#f00", (255, 0, 0, 255)),
        ("#f008", (255, 0, 0, 136)),
        ("#12345678", (0x12, 0x34, 0x56, 0x78)),
        ("rgba(0, 0, 0, 0.5)", (0, 0, 0, 128)),
        ("rgb(100% 0% 50% / 25%)", (255, 0, 128, 64)),
        ("rgb(300, -5, .5)", (255, 0, 1, 255)),
        ("hsl(120, 100%, 25%)", (0, 128, 0, 255)),
        ("hsla(0.5turn 100% 50% / 1)", (0, 255, 255, 255)),
    ],
)
def test_colors_of_css(text: str, color: tuple[int, ...]) -> None:
    assert rgba_of(text) == color


@pytest.mark.parametrize("text", ["", "bleu", "#12345", "rgb(1, 2)", "rgb(1, 2, x)", "url(#a)"])
def test_what_is_no_color(text: str) -> None:
    with pytest.raises(OptionsError, match="expected a CSS colour"):
        rgba_of(text)


def test_text_of_any_language_and_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyface_web.draw.fonts._of_machine", lambda size: None)
    assert font_and_text("14px Georgia", "José\nŁ")[1] == "Jose Ł"
    assert font_and_text("0px Georgia", "a")[0] is None
    label = "\t".join("word" for _ in range(1000))
    assert colored(sync.annotate(picture(), face(), label=lambda face: label)) is not None
    with pytest.raises(OptionsError, match=r"path of a font file, got 'none\.ttf'"):
        sync.annotate(picture(), face(), box={"draw_label_options": {"font_style": "none.ttf"}})


def test_what_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="annotate: label: expected a function, got 'Ann'"):
        sync.annotate(picture(), face(), label="Ann")
    with pytest.raises(OptionsError, match="DrawBoxOptions: there is no option 'color'"):
        sync.annotate(picture(), face(), box={"color": "red"})
    with pytest.raises(InputError, match="a box: expected x, y"):
        sync.annotate(picture(), "face")
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(InputError, match=r"annotate: expected Pillow, .*; pip install pillow"):
        sync.annotate(np.zeros((4, 4, 3), np.uint8), [])
