"""What is drawn of tracked faces over a video."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pyface_web.draw.shapes import DrawBox, DrawFaceLandmarks
from pyface_web.errors import InputError
from pyface_web.pictures.canvases import Context
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import instance, items_of
from pyface_web.values.numeric import shown
from pyface_web.values.object_fit import Turn
from pyface_web.values.turned import turned, turned_vector
from pyface_web.video.tracker import TrackedFace

DrawFaces = Callable[[Context, Sequence[TrackedFace]], object]


def draw_tracked_faces(
    context: Context,
    faces: Sequence[TrackedFace],
    label: Callable[[TrackedFace], str] | None = None,
) -> None:
    """Draw the box of each face with its number above, and its landmarks if there are any.

    label: gives the text of a face in place of its number; for "" there is none.
    """
    if not (label is None or callable(label)):
        raise InputError(f"draw_tracked_faces: label: expected a function, got {shown(label)}")
    for tracked in items_of(faces, "draw_tracked_faces", "a list of TrackedFace"):
        instance(tracked, TrackedFace, "draw_tracked_faces")
        text = label(tracked) if label else f"#{tracked.id}"
        DrawBox(tracked.face.detection.box, label=text).draw(context)
        if tracked.face.landmarks is not None:
            DrawFaceLandmarks(tracked.face.landmarks, draw_points=False).draw(context)


def fitted(
    tracked: TrackedFace, size: Dimensions, turn: Turn, width: float, height: float
) -> TrackedFace:
    """A face on a video that is shown with a width and height, and then turned."""
    shown = tracked.for_size(width, height)
    face = turned(shown.face, turn, Dimensions(width, height))
    return replace(shown, face=face, velocity=turned_vector(shown.velocity, turn))
