"""What is drawn on: the part of a canvas's 2D context that drawing needs.

Whatever paints calls this, so the same code draws on a canvas of a page, whose context has all of
it, and on an image of Pillow, by `draw/pillow.py`. Names are those of CanvasRenderingContext2D.
"""

# ruff: noqa: N802, N815

from __future__ import annotations

from typing import Any, Protocol

from pyface_web.draw.pillow import PillowSurface
from pyface_web.pictures.canvases import Canvas, get_context2d_or_throw
from pyface_web.values.orientation import is_pillow


class Surface(Protocol):
    """Something to draw on. Lengths are pixels, from the upper left; colours are CSS."""

    strokeStyle: str
    fillStyle: str
    lineWidth: float
    font: str

    @property
    def canvas(self) -> Any: ...
    def strokeRect(self, x: float, y: float, width: float, height: float) -> None: ...
    def fillRect(self, x: float, y: float, width: float, height: float) -> None: ...
    def beginPath(self) -> None: ...
    def moveTo(self, x: float, y: float) -> None: ...
    def lineTo(self, x: float, y: float) -> None: ...
    def closePath(self) -> None: ...
    def rect(self, x: float, y: float, width: float, height: float) -> None: ...
    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None: ...
    def stroke(self) -> None: ...
    def fill(self) -> None: ...
    def fillText(self, text: str, x: float, y: float) -> None: ...
    def measureText(self, text: str) -> Any: ...


def surface_of(canvas: Canvas) -> Surface:
    """What draws on a canvas, its id, a context of one, or an image of Pillow.

    Raises InputError for anything else, and for an image that is neither RGB nor RGBA.
    """
    if is_pillow(canvas):
        return PillowSurface(canvas)
    context: Surface = get_context2d_or_throw(canvas)
    return context
