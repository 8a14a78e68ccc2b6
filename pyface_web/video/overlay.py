"""Drawing tracked faces over a video, at the rate of the display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyface_web.draw.shapes import DrawBox, DrawFaceLandmarks
from pyface_web.errors import InputError
from pyface_web.pictures.canvases import Canvas, Context, get_context2d_or_throw
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import instance, items_of
from pyface_web.values.numeric import shown
from pyface_web.video.tracker import TrackedFace

DrawFaces = Callable[[Context, Sequence[TrackedFace]], object]
Look = Callable[[], tuple[Dimensions, list[TrackedFace]] | None]


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


class Overlay:
    """Draws on a canvas at each refresh of the screen, until it is closed.

    look: the size of the video, and its faces now; None if there is nothing to draw.
    """

    def __init__(self, canvas: Canvas, draw: DrawFaces, look: Look) -> None:
        from pyodide.ffi import create_proxy

        self._context = get_context2d_or_throw(canvas)
        self._draw, self._look = draw, look
        self._refreshed = create_proxy(self._on_refresh)
        self._drawn: object = None
        self._request: Any = None
        self._ask()

    def close(self) -> None:
        """Stop, and leave the canvas empty. May be repeated."""
        from js import cancelAnimationFrame

        if self._request is None:
            return
        cancelAnimationFrame(self._request)
        self._request = None
        self._refreshed.destroy()
        self._clear()

    def _ask(self) -> None:
        from js import requestAnimationFrame

        self._request = requestAnimationFrame(self._refreshed)

    def _on_refresh(self, now: float) -> None:
        self._ask()
        try:
            self._refresh()
        except BaseException:
            self.close()  # once in the console, not at each refresh
            raise

    def _refresh(self) -> None:
        shown, density = self._look(), self._fit()
        canvas = self._context.canvas
        drawing = (shown, canvas.width, canvas.height)
        if drawing == self._drawn:
            return
        self._drawn = drawing
        self._clear()
        if shown is None:
            return
        size, faces = shown
        # As CSS shows a video in its element: all of it, in the middle.
        scale = min(canvas.width / size.width, canvas.height / size.height) / density
        left = (canvas.width - size.width * scale * density) / 2
        top = (canvas.height - size.height * scale * density) / 2
        self._context.setTransform(density, 0, 0, density, left, top)
        self._draw(
            self._context,
            [face.for_size(size.width * scale, size.height * scale) for face in faces],
        )

    def _fit(self) -> float:
        """Give the canvas the pixels that it is shown with; returns them per CSS pixel."""
        from js import devicePixelRatio

        canvas = self._context.canvas
        width, height = getattr(canvas, "clientWidth", 0), getattr(canvas, "clientHeight", 0)
        if not width or not height:  # it is not in the page
            return 1.0
        density = float(devicePixelRatio)
        size = (round(width * density), round(height * density))
        if (canvas.width, canvas.height) != size:
            canvas.width, canvas.height = size
        return density

    def _clear(self) -> None:
        context = self._context
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.clearRect(0, 0, context.canvas.width, context.canvas.height)
