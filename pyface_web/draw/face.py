"""How a face is drawn where nobody says otherwise: over elements of a page, and on pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from pyface_web.draw.results import MIN_EXPRESSION, BoxWithText, likeliest, score_text
from pyface_web.draw.shapes import (
    DrawBox,
    DrawBoxOptions,
    DrawFaceLandmarks,
    DrawFaceLandmarksOptions,
    DrawTextField,
    DrawTextFieldOptions,
)
from pyface_web.draw.surface import Surface
from pyface_web.values.detection import FaceDetection, ObjectDetection
from pyface_web.values.geometry import Box, BoxLike
from pyface_web.values.given import part
from pyface_web.values.landmarks import FaceLandmarks
from pyface_web.values.numeric import number_text
from pyface_web.values.results import FaceResult, as_result

Label: TypeAlias = Callable[[Any], "str | None"]
Drawable: TypeAlias = FaceResult | ObjectDetection | FaceLandmarks | Box


class TrackedLike(Protocol):
    """A face of a video, which has an id beside it."""

    @property
    def face(self) -> FaceDetection | FaceResult: ...


class FrameLike(Protocol):
    """A frame of a video with its faces."""

    @property
    def faces(self) -> Sequence[TrackedLike]: ...


ShownFace: TypeAlias = "Drawable | BoxLike | TrackedLike"
"""A face that can be drawn: a result, detection, landmarks, or a box in pixels."""
ShownFaces: TypeAlias = "ShownFace | Sequence[ShownFace]"
"""One of them, or those of one picture."""


@dataclass(frozen=True)
class FaceStyle:
    """How a face looks; None for what is not drawn. text: what stands below the box."""

    box: DrawBoxOptions | None = DrawBoxOptions()  # noqa: RUF009
    landmarks: DrawFaceLandmarksOptions | None = DrawFaceLandmarksOptions()  # noqa: RUF009
    text: DrawTextFieldOptions | None = None
    min_expression: float = MIN_EXPRESSION


def drawable(given: object) -> Drawable:
    """A result, detection, landmarks, or a box of what is to be drawn; InputError for what is
    none."""
    face = as_result(part(given, "face"))  # of a video
    item = face if isinstance(face, FaceResult) else as_result(given)
    if isinstance(item, FaceResult | ObjectDetection | FaceLandmarks | Box):
        return item
    return Box.of(cast(Any, item))


def draw_face(
    context: Surface,
    item: Drawable,
    original: object,
    label: Label | None = None,
    style: FaceStyle = FaceStyle(),
) -> None:
    """Draw a face: its box with a text above, its points, and what else is known of it below.

    original: the face as it was passed, which is what label is asked about, and may have a text.
    """
    detection = item.detection if isinstance(item, FaceResult) else item
    landmarks = item if isinstance(item, FaceLandmarks) else part(item, "landmarks")
    box = detection.box if isinstance(detection, ObjectDetection) else detection
    if style.box is not None and isinstance(box, Box):
        text = _label_of(detection, original, label)
        DrawBox(box, style.box, label=text).draw(context)
    if style.landmarks is not None and isinstance(landmarks, FaceLandmarks):
        DrawFaceLandmarks(landmarks, style.landmarks).draw(context)
    if style.text is not None and isinstance(item, FaceResult):
        lines = lines_of(item, style.min_expression)
        if lines:
            DrawTextField(lines, item.detection.box.bottom_left, style.text).draw(context)


def _label_of(detection: object, original: object, label: Label | None) -> str | None:
    if label is not None:
        return label(original)
    if isinstance(detection, ObjectDetection):
        return score_text(detection.score)
    return original.text if isinstance(original, BoxWithText) else None


def lines_of(face: FaceResult, min_expression: float = MIN_EXPRESSION) -> list[str]:
    """What is known of a face in words: age, gender, the likeliest expressions."""
    lines = [] if face.age is None else [f"{number_text(round(face.age))} years"]
    if face.gender is not None:
        sure = face.gender_probability
        more = "" if sure is None else f" ({score_text(sure)})"
        lines.append(f"{face.gender.value}{more}")
    return lines + ([] if face.expressions is None else likeliest(face, min_expression))
