"""Functions that draw results: boxes, texts, landmarks and expressions of faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pyface_web.draw.shapes import (
    DrawBox,
    DrawFaceLandmarks,
    DrawTextField,
    landmarks_of,
    pairs,
    stroke_contours,
)
from pyface_web.draw.surface import surface_of
from pyface_web.errors import InputError
from pyface_web.pictures.canvases import Canvas
from pyface_web.values.detection import ObjectDetection
from pyface_web.values.geometry import Box, BoxLike, Point, PointLike
from pyface_web.values.given import flat, part, text_of
from pyface_web.values.labeled_boxes import PredictedBox
from pyface_web.values.landmarks import FaceLandmarks, FaceLandmarks68
from pyface_web.values.likely import lacking
from pyface_web.values.numeric import (
    all_finite,
    finite,
    is_valid_number,
    number_text,
    shown,
    truncate,
)
from pyface_web.values.options import read_options
from pyface_web.values.results import FaceResult, as_result
from pyface_web.values.rules import COLOR, LENGTH, SWITCH, TEXT, check_all, option

_Boxed: TypeAlias = "FaceResult | ObjectDetection | BoxLike"
_Pointed: TypeAlias = FaceResult | FaceLandmarks
_Expressed: TypeAlias = FaceResult | Mapping[str, float]
Boxes: TypeAlias = "_Boxed | Sequence[_Boxed]"
"""One or a list of what has a box, or is one."""
Landmarks: TypeAlias = _Pointed | Sequence[_Pointed]
"""One or a list of landmarks, or of what has them."""
Expressions: TypeAlias = _Expressed | Sequence[_Expressed]
"""One or a list of expressions, or of what has them."""

MIN_EXPRESSION = 0.1  # less probable ones are not written


class BoxWithText(Box):
    """A box and the text that `draw_detection` writes at it."""

    text: str

    def __init__(self, box: BoxLike, text: str) -> None:
        super().__init__(box)
        object.__setattr__(self, "text", text_of(text, "BoxWithText.text"))

    def _key(self) -> tuple[object, ...]:
        return (*super()._key(), self.text)


@dataclass(frozen=True)
class DrawOptions:
    """How `draw_detection` draws: CSS colours, sizes in pixels.

    Raises OptionsError for other values.
    """

    box_color: str = option("blue", COLOR)
    text_color: str = option("red", COLOR)
    line_width: float = option(2, LENGTH)
    font_size: float = option(20, LENGTH)
    font_style: str = option("Georgia", TEXT)
    with_score: bool = option(True, SWITCH)
    with_class_name: bool = option(True, SWITCH)

    def __post_init__(self) -> None:
        check_all(self)


@dataclass(frozen=True)
class DrawLandmarksOptions:
    """How `draw_landmarks` draws: contours if draw_lines (68 points only), else points.

    Raises OptionsError for other values.
    """

    line_width: float = option(2, LENGTH)
    color: str = option("blue", COLOR)
    draw_lines: bool = option(False, SWITCH)

    def __post_init__(self) -> None:
        check_all(self)


def get_default_draw_options(
    options: DrawOptions | Mapping[str, Any] | None = None, **overrides: Any
) -> DrawOptions:
    """The options of `draw_detection`, with these values in place of the defaults."""
    return read_options(DrawOptions, options, **overrides)


def score_text(score: float) -> str:
    """A score as labels show it."""
    return number_text(truncate(score))


# ---- 0.15 --------------------------------------------------------------------------------------


def draw_detection(
    canvas: Canvas,
    items: Boxes,
    options: DrawOptions | Mapping[str, Any] | None = None,
    **overrides: Any,
) -> None:
    """Draw boxes, and the score or text of each at its lower left.

    items: one or a list of boxes, BoxWithText, PredictedBox, detections, FaceResult.
    options: DrawOptions or a mapping of its values; single ones also as keyword arguments.

    ```python
    faces = await faceapi.detect_all_faces("photo")
    faceapi.draw_detection("overlay", faces, box_color="red", line_width=3)
    ```
    """
    context = surface_of(canvas)
    style = read_options(DrawOptions, options, **overrides)
    for item in map(as_result, flat(items, "detections to draw")):
        if isinstance(item, FaceResult):
            item = item.detection
        box = item.box if isinstance(item, ObjectDetection) else Box.of(item)
        draw_box(context, box.x, box.y, box.width, box.height, style)
        text = _text_of(item, style)
        if text:
            draw_text(context, box.x, box.bottom, text, style)


def _text_of(item: object, options: DrawOptions) -> str:
    if isinstance(item, BoxWithText):
        return item.text
    if isinstance(item, PredictedBox):
        return score_text(item.score) if options.with_score else ""
    if not isinstance(item, ObjectDetection):
        return ""
    name = item.class_name if options.with_class_name else ""
    score = score_text(item.score) if options.with_score else ""
    # A face has no class name, and the original then prints " (0.93)".
    return f"{name} ({score})" if name and score else name or score


def draw_box(
    ctx: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    options: DrawOptions | Mapping[str, Any] | None = None,
    **overrides: Any,
) -> None:
    """Stroke a rectangle of w x h pixels in box_color.

    ```python
    faceapi.draw_box("overlay", 20, 20, 100, 120, box_color="red")
    ```
    """
    context = surface_of(ctx)
    style = read_options(DrawOptions, options, **overrides)
    x, y, w, h = all_finite("draw_box", x=x, y=y, w=w, h=h)
    context.strokeStyle = style.box_color
    context.lineWidth = style.line_width
    context.strokeRect(x, y, w, h)


def draw_text(
    ctx: Canvas,
    x: float,
    y: float,
    text: str,
    options: DrawOptions | Mapping[str, Any] | None = None,
    **overrides: Any,
) -> None:
    """Write a line of text in text_color below and to the right of (x, y).

    ```python
    faceapi.draw_text("overlay", 20, 20, "Three faces", text_color="red")
    ```
    """
    context = surface_of(ctx)
    style = read_options(DrawOptions, options, **overrides)
    x, y = all_finite("draw_text", x=x, y=y)
    line = text_of(text, "draw_text: text")
    padding = 2 + style.line_width
    context.fillStyle = style.text_color
    context.font = f"{number_text(style.font_size)}px {style.font_style}"
    context.fillText(line, x + padding, y + padding + 0.6 * style.font_size)


def draw_landmarks(
    canvas: Canvas,
    landmarks: Landmarks,
    options: DrawLandmarksOptions | Mapping[str, Any] | None = None,
    **overrides: Any,
) -> None:
    """Draw the landmark points, or with draw_lines=True the contours of 68 points.

    landmarks: one or a list of FaceLandmarks or of FaceResult with landmarks.

    ```python
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
    faceapi.draw_landmarks("overlay", faces, draw_lines=True)
    ```
    """
    context = surface_of(canvas)
    style = read_options(DrawLandmarksOptions, options, **overrides)
    for item in flat(landmarks, "landmarks to draw"):
        face = landmarks_of(item)
        if style.draw_lines and isinstance(face, FaceLandmarks68):
            context.strokeStyle = style.color
            context.lineWidth = style.line_width
            stroke_contours(context, face)
        else:
            side = style.line_width
            context.fillStyle = style.color
            context.beginPath()
            for x, y in pairs(face.positions):
                context.rect(x - side / 2, y - side / 2, side, side)
            context.fill()


# ---- 0.22 --------------------------------------------------------------------------------------


def draw_detections(canvas: Canvas, detections: Boxes) -> None:
    """Draw boxes with their score above. One or a list of detections, results, boxes.

    ```python
    faceapi.match_dimensions("overlay", "photo", True)
    faceapi.draw.draw_detections("overlay", await faceapi.detect_all_faces("photo"))
    ```
    """
    context = surface_of(canvas)
    for item in map(as_result, flat(detections, "detections to draw")):
        found = part(item, "detection")
        detection = found if isinstance(found, ObjectDetection) else item
        if isinstance(detection, ObjectDetection):
            DrawBox(detection.box, label=score_text(detection.score)).draw(context)
        else:
            DrawBox(cast(BoxLike, detection)).draw(context)


def draw_face_landmarks(canvas: Canvas, face_landmarks: Landmarks) -> None:
    """Draw contours and points. One or a list of landmarks or of results that have them.

    ```python
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
    faceapi.draw.draw_face_landmarks("overlay", faces)
    ```
    """
    context = surface_of(canvas)
    for item in flat(face_landmarks, "landmarks to draw"):
        DrawFaceLandmarks(landmarks_of(item)).draw(context)


def draw_face_expressions(
    canvas: Canvas,
    face_expressions: Expressions,
    min_confidence: float = MIN_EXPRESSION,
    text_field_anchor: PointLike | None = None,
) -> None:
    """List the expressions of a probability above min_confidence, likeliest first.

    face_expressions: one or a list of mappings name -> probability, or of results that have
    expressions. They stand below the detection's box if there is one, else at the anchor given,
    else at (0, 0).
    Raises InputError for what has no expressions.

    ```python
    faces = await faceapi.detect_all_faces("photo").with_face_expressions()
    faceapi.draw.draw_face_expressions("overlay", faces, min_confidence=0.2)
    ```
    """
    context = surface_of(canvas)
    least = finite(min_confidence, "min_confidence")
    for item in map(as_result, flat(face_expressions, "expressions to draw")):
        lines = likeliest(item, least)
        detection = part(item, "detection")
        if isinstance(detection, ObjectDetection):
            corner: PointLike = detection.box.bottom_left
        else:
            corner = Point(0.0, 0.0) if text_field_anchor is None else text_field_anchor
        DrawTextField(lines, corner).draw(context)


def likeliest(item: object, least: float) -> list[str]:
    """A line for each expression of a probability above least, likeliest first."""
    likely = [(p, name) for name, p in _probabilities(item) if p > least]
    likely.sort(key=lambda entry: -entry[0])
    return [f"{name} ({score_text(p)})" for p, name in likely]


def _probabilities(item: object) -> list[tuple[str, float]]:
    """(name, probability) of each expression."""
    expressions = item if isinstance(item, Mapping) else part(item, "expressions")
    found = [(name, part(expressions, name)) for name in _names(expressions)]
    if not found or not all(isinstance(name, str) and is_valid_number(p) for name, p in found):
        raise InputError(
            f"expressions to draw: expected expressions or a result that has them, "
            f"got {shown(item)}; {lacking(item, '.with_face_expressions()')}"
        )
    return found


def _names(expressions: object) -> list[Any]:
    try:
        return list(expressions) if isinstance(expressions, Mapping) else []
    except Exception:
        return []
