"""What can be drawn on a canvas: boxes, text fields, the contours and points of a face.

These are the classes of face-api.js 0.22's `draw` module; `draw.py` applies them to results.
A canvas is given as the element, its id, a CSS selector starting with `#`, an OffscreenCanvas,
a 2D context, or an image of Pillow. Coordinates are handed over as Python floats: Pyodide does not
convert NumPy numbers. All text is drawn as text, never as markup.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pyface_web.draw.surface import Surface, surface_of
from pyface_web.errors import InputError
from pyface_web.pictures.canvases import Canvas
from pyface_web.values.affine import Affine
from pyface_web.values.arrays import floats_of
from pyface_web.values.enums import Choice
from pyface_web.values.fields import Checked
from pyface_web.values.geometry import (
    Box,
    BoxLike,
    Dimensions,
    Point,
    PointLike,
    SizeLike,
    point_list,
)
from pyface_web.values.given import items_of, part, text_of, truth
from pyface_web.values.landmarks import CONTOURS, FaceLandmarks, FaceLandmarks68
from pyface_web.values.likely import lacking
from pyface_web.values.numeric import finite, number_text, shown
from pyface_web.values.options import read_options
from pyface_web.values.results import as_result
from pyface_web.values.rules import COLOR, LENGTH, NUMBER, SWITCH, TEXT, check_all, one_of, option


def landmarks_of(given: object) -> FaceLandmarks:
    item = as_result(given)
    landmarks = item if isinstance(item, FaceLandmarks) else part(item, "landmarks")
    if not isinstance(landmarks, FaceLandmarks):
        raise InputError(
            f"landmarks to draw: expected landmarks or a result that has them, got {shown(item)}; "
            f"{lacking(item, '.with_face_landmarks()')}"
        )
    return landmarks


def draw_contour(
    ctx: Canvas, points: npt.ArrayLike | Iterable[PointLike], is_closed: bool = False
) -> None:
    """Stroke a line through points, (K, 2) in pixels, in the context's present style."""
    context, found = surface_of(ctx), pairs(points)
    is_closed = truth(is_closed, "draw_contour: is_closed")
    context.beginPath()
    _trace(context, found, is_closed)
    context.stroke()


def pairs(points: npt.ArrayLike | Iterable[PointLike]) -> Sequence[tuple[float, float]]:
    """Points as pairs of Python floats; InputError for what are none."""
    if isinstance(points, np.ndarray):
        rows = floats_of(points, "draw_contour", "a list of points, (K, 2)")
        if rows.ndim == 2 and rows.shape[1] == 2:
            return cast(Sequence[tuple[float, float]], rows.tolist())
        raise InputError(f"draw_contour: expected a list of points, (K, 2), got {rows.shape}")
    found = point_list(cast(Iterable[PointLike], points), "draw_contour")
    return [(point.x, point.y) for point in found]


def _trace(context: Surface, points: Sequence[tuple[float, float]], is_closed: bool) -> None:
    move: Callable[[float, float], object] = context.moveTo
    for x, y in points:
        move(x, y)
        move = context.lineTo
    if is_closed and points:
        context.closePath()


def stroke_contours(context: Surface, landmarks: FaceLandmarks68) -> None:
    """All contours as one path, stroked once."""
    points = pairs(landmarks.positions)
    context.beginPath()
    for first, end, is_closed in CONTOURS:
        _trace(context, points[first:end], is_closed)
    context.stroke()


class AnchorPosition(StrEnum, metaclass=Choice):
    """Which corner of a text field lies at its anchor."""

    TOP_LEFT = "TOP_LEFT"
    TOP_RIGHT = "TOP_RIGHT"
    BOTTOM_LEFT = "BOTTOM_LEFT"
    BOTTOM_RIGHT = "BOTTOM_RIGHT"


LABEL_ANCHOR = AnchorPosition.BOTTOM_LEFT  # of the label of a box: it stands on the upper edge


@dataclass(frozen=True)
class DrawTextFieldOptions:
    """How a text field looks: CSS colours, sizes in pixels.

    anchor_position: an AnchorPosition or its name. Raises OptionsError for other values.

    ```python
    style = faceapi.DrawTextFieldOptions(font_size=18, background_color="black")
    corner = face.detection.box.bottom_left
    faceapi.DrawTextField(["Ada", "31 years"], corner, style).draw("overlay")
    ```
    """

    anchor_position: AnchorPosition | str = option(  # noqa: RUF009
        AnchorPosition.TOP_LEFT, one_of(*(position.value for position in AnchorPosition))
    )
    background_color: str = option("rgba(0, 0, 0, 0.5)", COLOR)
    font_color: str = option("rgba(255, 255, 255, 1)", COLOR)
    font_size: float = option(14, LENGTH)
    font_style: str = option("Georgia", TEXT)
    padding: float = option(4, NUMBER)

    def __post_init__(self) -> None:
        check_all(self)


@dataclass(frozen=True)
class DrawBoxOptions:
    """How a box looks. The label, if any, stands on its upper edge unless told otherwise.

    draw_label_options: DrawTextFieldOptions, or a mapping of those values that differ from the
    defaults, which here are anchor BOTTOM_LEFT and box_color as the background. The attribute is
    always a DrawTextFieldOptions.
    label: text, a number, or what has a text of its own, such as a FaceMatch; kept as its text.
    Raises OptionsError for other values, InputError for another label.

    ```python
    style = faceapi.DrawBoxOptions(box_color="lime", line_width=4, label="Ada")
    faceapi.DrawBox(face.detection.box, style).draw("overlay")
    ```
    """

    box_color: str = option("rgba(0, 0, 255, 1)", COLOR)
    line_width: float = option(2, LENGTH)
    label: Any = None
    draw_label_options: DrawTextFieldOptions | Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_all(self)
        if self.label is not None:
            object.__setattr__(self, "label", text_of(self.label, "DrawBoxOptions.label"))
        style = read_options(DrawTextFieldOptions, self.draw_label_options, self.label_defaults)
        object.__setattr__(self, "draw_label_options", style)

    @property
    def label_defaults(self) -> dict[str, Any]:
        """Options of the label that are others than those of any text field."""
        return {"anchor_position": LABEL_ANCHOR, "background_color": self.box_color}


@dataclass(frozen=True)
class DrawFaceLandmarksOptions:
    """How `DrawFaceLandmarks` draws: contours (68 points only) and points.

    ```python
    style = faceapi.DrawFaceLandmarksOptions(draw_lines=False, point_size=4)
    faceapi.DrawFaceLandmarks(face.landmarks, style).draw("overlay")
    ```

    Raises OptionsError for other values.
    """

    draw_lines: bool = option(True, SWITCH)
    draw_points: bool = option(True, SWITCH)
    line_width: float = option(1, LENGTH)
    point_size: float = option(2, LENGTH)
    line_color: str = option("rgba(0, 255, 255, 1)", COLOR)
    point_color: str = option("rgba(255, 0, 255, 1)", COLOR)

    def __post_init__(self) -> None:
        check_all(self)


def _lines(text: object) -> list[str]:
    if isinstance(text, DrawTextField):
        return list(text.text)
    lines = items_of(text, "DrawTextField") if isinstance(text, list | tuple) else [text]
    return [text_of(line, "DrawTextField: text") for line in lines]


class DrawTextField:
    """Lines of text on a background, kept inside the canvas."""

    text = Checked(_lines)
    anchor = Checked(Point.of)
    options = Checked[DrawTextFieldOptions](lambda given: read_options(DrawTextFieldOptions, given))

    def __init__(
        self,
        text: str | Sequence[str] | DrawTextField,
        anchor: PointLike,
        options: DrawTextFieldOptions | Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> None:
        self.text = text
        self.anchor = anchor
        self.options = read_options(DrawTextFieldOptions, options, **overrides)

    @property
    def font(self) -> str:
        """The CSS font: size and style."""
        return f"{number_text(self.options.font_size)}px {self.options.font_style}"

    def measure_width(self, context: Canvas) -> float:
        """Of the widest line, with padding. Sets the context's font."""
        context = surface_of(context)
        context.font = self.font
        found = [part(context.measureText(line), "width") for line in self.text]
        widths = [finite(width, "the width of a text") for width in found]
        return max(widths, default=0.0) + 2 * self.options.padding

    def measure_height(self) -> float:
        """Of all lines, with padding."""
        return len(self.text) * self.options.font_size + 2 * self.options.padding

    def get_upper_left(self, context: Canvas, canvas_size: SizeLike | None = None) -> Point:
        """Where the field begins; moved inside canvas_size if that is given."""
        return self._upper_left(self.measure_width(context), canvas_size)

    def _upper_left(
        self, width: float, canvas_size: SizeLike | None, left: float = 0.0, top: float = 0.0
    ) -> Point:
        position, height = AnchorPosition(self.options.anchor_position), self.measure_height()
        x, y = self.anchor.x, self.anchor.y
        if position in (AnchorPosition.TOP_RIGHT, AnchorPosition.BOTTOM_RIGHT):
            x -= width
        if position in (AnchorPosition.BOTTOM_LEFT, AnchorPosition.BOTTOM_RIGHT):
            y -= height
        if canvas_size is not None:
            size = Dimensions.of(canvas_size)
            x = max(min(x, left + size.width - width), left)
            y = max(min(y, top + size.height - height), top)
        return Point(x, y)

    def draw(self, canvas: Canvas) -> None:
        """Draw it on a canvas, or on the context of one."""
        context = surface_of(canvas)
        width, padding = self.measure_width(context), self.options.padding
        # A context knows its canvas; the original loses labels when it is given a context.
        corner = self._upper_left(width, *_inside_of(context))
        context.fillStyle = self.options.background_color
        context.fillRect(corner.x, corner.y, width, self.measure_height())
        context.fillStyle = self.options.font_color
        for index, line in enumerate(self.text):
            baseline = corner.y + padding + (index + 1) * self.options.font_size
            context.fillText(line, corner.x + padding, baseline)


def _inside_of(context: Surface) -> tuple[SizeLike | None, float, float]:
    """Size and upper left of a canvas in the present coordinates of its context, which may be
    scaled or moved."""
    canvas, transform = getattr(context, "canvas", None), part(context, "getTransform")
    matrix = transform() if callable(transform) else None
    if canvas is None or matrix is None or matrix.isIdentity:
        return canvas, 0.0, 0.0
    back = Affine(*(float(getattr(matrix, name)) for name in "abcdef")).inverse()
    if back is None:
        return canvas, 0.0, 0.0
    corners = [back.apply(x, y) for x in (0, canvas.width) for y in (0, canvas.height)]
    (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    return Dimensions(right - left, bottom - top), left, top


class DrawBox:
    """A box with an optional label."""

    box = Checked(Box.of)
    options = Checked[DrawBoxOptions](lambda given: read_options(DrawBoxOptions, given))

    def __init__(
        self,
        box: BoxLike,
        options: DrawBoxOptions | Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> None:
        self.box = box
        self.options = read_options(DrawBoxOptions, options, **overrides)

    def draw(self, canvas: Canvas) -> None:
        """Draw it on a canvas, or on the context of one."""
        context, box, options = surface_of(canvas), self.box, self.options
        context.strokeStyle = options.box_color
        context.lineWidth = options.line_width
        context.strokeRect(box.x, box.y, box.width, box.height)
        if options.label:
            anchor = Point(box.x - options.line_width / 2, box.y)
            DrawTextField(options.label, anchor, options.draw_label_options).draw(context)


class DrawFaceLandmarks:
    """The contours and points of one face."""

    face_landmarks = Checked(landmarks_of)
    options = Checked[DrawFaceLandmarksOptions](
        lambda given: read_options(DrawFaceLandmarksOptions, given)
    )

    def __init__(
        self,
        face_landmarks: FaceLandmarks,
        options: DrawFaceLandmarksOptions | Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> None:
        self.face_landmarks = face_landmarks
        self.options = read_options(DrawFaceLandmarksOptions, options, **overrides)

    def draw(self, canvas: Canvas) -> None:
        """Draw it on a canvas, or on the context of one."""
        context, options = surface_of(canvas), self.options
        if options.draw_lines and isinstance(self.face_landmarks, FaceLandmarks68):
            context.strokeStyle = options.line_color
            context.lineWidth = options.line_width
            stroke_contours(context, self.face_landmarks)
        if options.draw_points:
            radius = options.point_size
            context.fillStyle = options.point_color
            context.beginPath()
            for x, y in pairs(self.face_landmarks.positions):
                context.moveTo(x + radius, y)  # else a line joins each circle to the next
                context.arc(x, y, radius, 0, math.tau)
            context.fill()
