"""The picture on the page with its faces drawn over it, as large as it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import js
from js import document
from pyodide.ffi import create_proxy

import pyface_web as faceapi

MARK = "#5eead4"  # boxes: light on any picture, with dark text on their labels
MARK_TEXT = "#06302c"
LINES = "rgba(255, 255, 255, 0.85)"
FONT = "system-ui, sans-serif"

Faces = Sequence[Any]
Paint = Callable[[Any, Faces, float], object]


class Stage:
    """A <figure class="stage"> with a frame: a picture or a video, and a canvas over it."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure
        self.frame = figure.querySelector(".frame")
        self.canvas = figure.querySelector("canvas")
        self.image: Any = None
        self.faces: Faces = []
        self.paint: Paint = paint_faces
        js.ResizeObserver.new(create_proxy(lambda *_: self.draw())).observe(self.frame)

    def show(
        self,
        image: Any,
        faces: Faces = (),
        paint: Paint | None = None,
        labels: Sequence[str] = (),
    ) -> None:
        """Show a picture with its faces, by their numbers or by labels.

        paint(canvas, faces, ratio) draws other than boxes. The faces it gets are in the canvas's
        pixels; ratio: how many of them make one of CSS.
        """
        if image is not self.image:
            old = self.frame.querySelector("img")
            if old is None or not old.isSameNode(image):
                if old:
                    old.remove()
                self.frame.prepend(image)
            self.image = image
            self.figure.dataset.state = "picture"
        self.faces, self.paint = list(faces), paint or partial(paint_faces, labels=labels)
        self.draw()

    def draw(self) -> None:
        """Draw again, in the size in which the picture is shown now."""
        if self.image is None:
            return
        ratio = js.devicePixelRatio
        self.canvas.width = round(self.image.clientWidth * ratio)
        self.canvas.height = round(self.image.clientHeight * ratio)
        if self.canvas.width and self.canvas.height:
            self.paint(self.canvas, faceapi.resize_results(self.faces, self.canvas), ratio)


def paint_faces(canvas: Any, faces: Faces, ratio: float, labels: Sequence[str] = ()) -> None:
    """Boxes with numbers or labels, and landmarks where there are some."""
    # smaller where the picture is, so that the labels of neighbours stay apart
    font_size = max(10.0, min(13.0, canvas.width / ratio / 50)) * ratio
    for index, face in enumerate(faces):
        landmarks = getattr(face, "landmarks", None)
        if landmarks:
            draw_lines(canvas, landmarks, ratio)
        detection = getattr(face, "detection", face)
        label = labels[index] if labels else str(index + 1)
        draw_box(canvas, detection.box, label, ratio=ratio, font_size=font_size)


def draw_lines(canvas: Any, landmarks: Any, ratio: float = 1.0) -> None:
    """Landmarks as lines. ratio: how many of the canvas's pixels make one of CSS."""
    faceapi.DrawFaceLandmarks(
        landmarks, line_color=LINES, line_width=1.25 * ratio, draw_points=False
    ).draw(canvas)


def draw_box(
    canvas: Any,
    box: Any,
    label: str,
    color: str = MARK,
    ratio: float = 1.0,
    font_size: float = 13.0,
) -> None:
    """A box with its label. font_size: in the canvas's pixels, as is the box."""
    faceapi.DrawBox(
        box,
        label=label,
        box_color=color,
        line_width=2 * ratio,
        draw_label_options={
            "font_color": MARK_TEXT,
            "font_style": FONT,
            "font_size": font_size,
            "padding": 4 * ratio,
        },
    ).draw(canvas)


_stages: dict[str, Stage] = {}


def stage(id: str = "stage") -> Stage:
    """The stage with this id."""
    if id not in _stages:
        _stages[id] = Stage(document.getElementById(id))
    return _stages[id]
