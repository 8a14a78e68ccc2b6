"""A picture with its faces drawn on it, as an image of Pillow: in notebooks, files, anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np

from pyface_web.draw.face import (
    Drawable,
    FaceStyle,
    FrameLike,
    Label,
    ShownFaces,
    draw_face,
    drawable,
)
from pyface_web.draw.pillow import PillowSurface
from pyface_web.draw.results import MIN_EXPRESSION
from pyface_web.draw.shapes import DrawBoxOptions, DrawFaceLandmarksOptions, DrawTextFieldOptions
from pyface_web.errors import InputError
from pyface_web.host import IN_BROWSER
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.source import Picture, resolve
from pyface_web.values.detection import ObjectDetection
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.given import flat, part
from pyface_web.values.numeric import finite, shown
from pyface_web.values.options import read_options
from pyface_web.values.orientation import Image
from pyface_web.values.picture_faces import PictureFaces
from pyface_web.values.results import FaceResult, resize_results

Style: TypeAlias = Mapping[str, Any] | Literal[False] | None

_SIDE = 640.0  # pixels of the longer side of a picture that shows lines and text as pages do
_FACE = 80.0  # and of a face
_LEAST_TEXT = 0.75  # of the size on pages, that can be read
_LEAST = 4  # of a small face lines become thinner by this factor at most


async def annotate(
    picture: PictureLike,
    results: ShownFaces | FrameLike | PictureFaces | None,
    *,
    label: Label | None = None,
    box: DrawBoxOptions | Style = None,
    landmarks: DrawFaceLandmarksOptions | Style = None,
    text: DrawTextFieldOptions | Style = None,
    min_expression: float = MIN_EXPRESSION,
) -> Image:
    """The picture with its faces drawn on it: an image of Pillow, RGB, or RGBA if one sees through.

    picture: whatever `detect_all_faces` takes; it stays as it is. results: one or a list of
    results, detections, landmarks, or boxes in its pixels, or what `find_faces` and `track` give.
    Those of the picture in another size are brought to its own.
    label: gives the text above a face in place of its score; of "" or None there is none.
    box, landmarks, text: options of DrawBox, DrawFaceLandmarks and DrawTextField, all or those that
    differ, or False for what is not to be drawn. text is the age, gender and expressions of a face
    above the probability min_expression, below its box. Sizes left out grow with the picture.

    ```python
    faces = await faceapi.detect_all_faces("photo.jpg").with_face_landmarks()
    image = await faceapi.annotate("photo.jpg", faces, box={"box_color": "lime"})
    image.save("faces.png")  # in a notebook, image as the last line shows it
    ```

    Needs Pillow. Raises InputError where that is missing, for other pictures and results;
    OptionsError for other options and for what is no CSS colour.
    """
    _check_pillow()
    if not (label is None or callable(label)):
        raise InputError(f"annotate: label: expected a function, got {shown(label)}")
    least = finite(min_expression, "annotate: min_expression")
    given = _listed(results)
    items = [drawable(item) for item in given]
    opened = await resolve(picture)
    try:
        image = _image_of(opened)
    finally:
        opened.close()
    size = Dimensions(*image.size)
    items = [_on(item, size) for item in items]
    style = _style(_scale(items, size), box, landmarks, text, least)
    surface = PillowSurface(image)
    for item, original in zip(items, given, strict=True):
        draw_face(surface, item, original, label, style)
    return image


def _check_pillow() -> None:
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        get = (
            'await pyodide_js.loadPackage("pillow"), with import pyodide_js'
            if IN_BROWSER
            else "pip install pillow"
        )
        raise InputError(f"annotate: expected Pillow, which is not installed; {get}") from None


def _listed(results: object) -> list[Any]:
    if results is None:  # detect_single_face found none
        return []
    if isinstance(results, PictureFaces):
        return list(results.faces)
    faces = part(results, "faces")  # of a frame
    return list(flat(faces if isinstance(faces, list) else results, "annotate: results"))


def _image_of(picture: Picture) -> Image:
    """A copy of a picture that can be drawn on."""
    from PIL.Image import fromarray

    pixels = picture.as_stored()
    if pixels.shape[2] == 4 and pixels[..., 3].min() == 255:
        pixels = pixels[..., :3]
    return fromarray(np.array(pixels, order="C"))


def _on(item: Drawable, size: Dimensions) -> Drawable:
    """What is to be drawn, on a picture of this size."""
    return item if isinstance(item, Box) else resize_results(item, size)


# --- how large


def _scale(items: Sequence[Drawable], size: Dimensions) -> float:
    """By how much larger than on a page all is drawn: as the picture is, but not so large that it
    hides small faces."""
    by_picture = max(size.width, size.height) / _SIDE
    sides = [max(box.width, box.height) for box in map(_box_of, items) if box is not None]
    by_face = float(np.median(sides)) / _FACE if sides else by_picture
    return max(min(by_picture, by_face), by_picture / _LEAST)


def _box_of(item: Drawable) -> Box | None:
    if isinstance(item, FaceResult):
        return item.detection.box
    if isinstance(item, ObjectDetection):
        return item.box
    return item if isinstance(item, Box) else None


def _style(scale: float, box: Any, landmarks: Any, text: Any, least: float) -> FaceStyle:
    of_text = _scaled(DrawTextFieldOptions(), max(scale, _LEAST_TEXT), "font_size", "padding")
    of_lines = _scaled(DrawFaceLandmarksOptions(), scale, "line_width", "point_size")
    return FaceStyle(
        None if box is False else _box_style(box, scale, of_text),
        None if landmarks is False else read_options(DrawFaceLandmarksOptions, landmarks, of_lines),
        None if text is False else read_options(DrawTextFieldOptions, text, of_text),
        least,
    )


def _scaled(defaults: object, scale: float, *names: str) -> dict[str, Any]:
    return {name: getattr(defaults, name) * scale for name in names}


def _box_style(given: Any, scale: float, of_text: dict[str, Any]) -> DrawBoxOptions:
    if isinstance(given, DrawBoxOptions):
        return given
    style: DrawBoxOptions = read_options(
        DrawBoxOptions, given, _scaled(DrawBoxOptions(), scale, "line_width")
    )
    of_label = part(given, "draw_label_options") or part(given, "drawLabelOptions")
    label = read_options(DrawTextFieldOptions, of_label, style.label_defaults | of_text)
    whole: DrawBoxOptions = replace(style, draw_label_options=label)
    return whole
