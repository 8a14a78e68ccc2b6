"""Drawing results onto a canvas: face-api.js's functions of 0.15 and its `draw` module of 0.22.

A canvas is given as the element, its id, a CSS selector starting with `#`, an OffscreenCanvas,
a 2D context, or an image of Pillow in mode RGB or RGBA. Nothing is cleared before drawing.
"""

from pyface_web.draw.results import (
    BoxWithText as BoxWithText,
    DrawLandmarksOptions as DrawLandmarksOptions,
    DrawOptions as DrawOptions,
    draw_box as draw_box,
    draw_detection as draw_detection,
    draw_detections as draw_detections,
    draw_face_expressions as draw_face_expressions,
    draw_face_landmarks as draw_face_landmarks,
    draw_landmarks as draw_landmarks,
    draw_text as draw_text,
    get_default_draw_options as get_default_draw_options,
)
from pyface_web.draw.shapes import (
    AnchorPosition as AnchorPosition,
    DrawBox as DrawBox,
    DrawBoxOptions as DrawBoxOptions,
    DrawFaceLandmarks as DrawFaceLandmarks,
    DrawFaceLandmarksOptions as DrawFaceLandmarksOptions,
    DrawTextField as DrawTextField,
    DrawTextFieldOptions as DrawTextFieldOptions,
    draw_contour as draw_contour,
)

__all__ = [name for name, value in globals().items() if callable(value)]
