"""An image of Pillow as something to draw on, as smoothly as a canvas does.

Pillow itself draws in whole pixels. So every shape becomes a mask that says how much of each pixel
it covers: rectangles exactly, lines and circles drawn several times as large and made smaller; and
through that the colour is laid on the image, with its opacity.
"""

# ruff: noqa: N802, N815 the names of a canvas's context

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.draw.colors import rgba_of
from pyface_web.draw.fonts import font_and_text
from pyface_web.errors import InputError
from pyface_web.values.orientation import Image

_FINER = 4  # times as large as it is seen, a line is drawn
_MOST_PIXELS = 2**24  # of such a drawing; above that it is drawn less finely

Point = tuple[float, float]


class PillowSurface:
    """Draws on an RGB or RGBA image, in place; see `Surface`.

    font: as `font_and_text` takes it. Raises InputError for an image of another mode.
    """

    strokeStyle = "black"
    fillStyle = "black"
    lineWidth = 1.0
    font = "10px sans-serif"

    def __init__(self, image: Image) -> None:
        if image.mode not in ("RGB", "RGBA"):
            raise InputError(
                f"the image to draw on: expected one of Pillow in mode RGB or RGBA, got mode "
                f"{image.mode}; draw on image.convert('RGB')"
            )
        self.canvas = image
        self._path: list[list[Point]] = []

    # --- rectangles

    def strokeRect(self, x: float, y: float, width: float, height: float) -> None:
        """A frame, half of whose line lies inside."""
        half = self.lineWidth / 2
        left, right = sorted((x, x + width))
        top, bottom = sorted((y, y + height))
        outer = (left - half, top - half, right + half, bottom + half)
        inner = (left + half, top + half, right - half, bottom - half)
        self._lay(outer, lambda place: _covered(place, outer) - _covered(place, inner), True)

    def fillRect(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle."""
        (left, right), (top, bottom) = sorted((x, x + width)), sorted((y, y + height))
        edges = (left, top, right, bottom)
        self._lay(edges, lambda place: _covered(place, edges), False)

    # --- paths

    def beginPath(self) -> None:
        """Forget the path."""
        self._path = []

    def moveTo(self, x: float, y: float) -> None:
        """Begin another part of the path."""
        self._path.append([(x, y)])

    def lineTo(self, x: float, y: float) -> None:
        """A line to a point."""
        if self._path:
            self._path[-1].append((x, y))
        else:
            self.moveTo(x, y)

    def closePath(self) -> None:
        """A line to where the part began."""
        if self._path:
            first = self._path[-1][0]
            self._path[-1].append(first)
            self.moveTo(*first)

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle, as a part of the path."""
        right, bottom = x + width, y + height
        self._path.append([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)])
        self.moveTo(x, y)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """Part of a circle; start and end are angles, clockwise from the right, in radians."""
        count = math.ceil(8 + 2 * radius)
        for angle in np.linspace(start, end, count + 1).tolist():
            self.lineTo(x + radius * math.cos(angle), y + radius * math.sin(angle))

    def stroke(self) -> None:
        """Draw the path as lines."""
        parts = [part for part in self._path if len(part) > 1]
        width = self.lineWidth

        def paint(draw: Any, scale: float, part: list[Point]) -> None:
            if part[0] == part[-1]:
                part = [*part, part[1]]  # else Pillow leaves a notch where it is closed
            draw.line(part, fill=255, width=max(round(width * scale), 1), joint="curve")

        if width > 0:
            self._lay_path(parts, width, paint, self.strokeStyle)

    def fill(self) -> None:
        """Fill each part of the path."""
        parts = [part for part in self._path if len(part) > 2]

        def paint(draw: Any, scale: float, part: list[Point]) -> None:
            draw.polygon(part, fill=255)

        self._lay_path(parts, 0.0, paint, self.fillStyle)

    # --- text

    def measureText(self, text: str) -> SimpleNamespace:
        """`width` of a line of text in pixels."""
        font, text = font_and_text(self.font, text)
        return SimpleNamespace(width=0.0 if font is None else font.getlength(text))

    def fillText(self, text: str, x: float, y: float) -> None:
        """A line of text; y is its baseline."""
        from PIL import Image, ImageDraw

        font, text = font_and_text(self.font, text)
        if font is None or not text:
            return
        left, top, right, bottom = font.getbbox(text, anchor="ls")
        edges = (x + left - 1, y + top - 1, x + right + 1, y + bottom + 1)

        def mask(place: _Place) -> Any:
            drawn = Image.new("L", place.size)
            at = (x - place.left, y - place.top)
            ImageDraw.Draw(drawn).text(at, text, 255, font, anchor="ls")
            return drawn

        self._blend(edges, mask, self.fillStyle)

    # --- how it comes onto the image

    def _lay(
        self, edges: _Edges, coverage: Callable[[_Place], npt.NDArray[Any]], is_stroke: bool
    ) -> None:
        from PIL.Image import fromarray

        def mask(place: _Place) -> Any:
            return fromarray(np.floor(coverage(place) * 255 + 0.5).astype(np.uint8))

        self._blend(edges, mask, self.strokeStyle if is_stroke else self.fillStyle)

    def _lay_path(
        self,
        parts: list[list[Point]],
        width: float,
        paint: Callable[[Any, float, list[Point]], None],
        color: str,
    ) -> None:
        from PIL import Image, ImageDraw

        points = [point for part in parts for point in part]
        if not points:
            return
        xs, ys = zip(*points, strict=True)
        edges = (min(xs) - width, min(ys) - width, max(xs) + width, max(ys) + width)

        def mask(place: _Place) -> Any:
            wide, high = place.size
            finer = min(_FINER, max(math.isqrt(_MOST_PIXELS // (wide * high)), 1))
            drawn = Image.new("L", (wide * finer, high * finer))
            draw = ImageDraw.Draw(drawn)
            for part in parts:
                # Pillow's whole numbers are the middles of pixels, a canvas's their corners.
                scaled = [
                    ((x - place.left) * finer - 0.5, (y - place.top) * finer - 0.5) for x, y in part
                ]
                paint(draw, finer, scaled)
            return drawn.reduce(finer)

        self._blend(edges, mask, color)

    def _blend(self, edges: _Edges, mask_of: Callable[[_Place], Any], color: str) -> None:
        """Lay a colour on the image where a mask says, which is asked for what can be seen."""
        from PIL import Image

        place = _Place.within(edges, self.canvas.size)
        red, green, blue, opacity = rgba_of(color)
        if place is None or opacity == 0:
            return
        mask = mask_of(place)
        if opacity < 255:
            mask = mask.point([value * opacity // 255 for value in range(256)])
        if self.canvas.mode == "RGB":
            self.canvas.paste((red, green, blue), (place.left, place.top), mask)
        else:
            layer = Image.new("RGBA", mask.size, (red, green, blue, 0))
            layer.putalpha(mask)
            self.canvas.alpha_composite(layer, (place.left, place.top))


_Edges = tuple[float, float, float, float]  # left, top, right, bottom


class _Place:
    """The whole pixels of an image that something may cover."""

    def __init__(self, left: int, top: int, size: tuple[int, int]) -> None:
        self.left, self.top, self.size = left, top, size

    @classmethod
    def within(cls, edges: _Edges, size: tuple[int, int]) -> _Place | None:
        """Those between edges; None where none are in the image."""
        left, top = (math.floor(max(edge, 0.0)) for edge in edges[:2])
        right, bottom = (
            math.ceil(min(edge, float(most))) for edge, most in zip(edges[2:], size, strict=True)
        )
        if right <= left or bottom <= top:
            return None
        return cls(left, top, (right - left, bottom - top))


def _covered(place: _Place, edges: _Edges) -> npt.NDArray[np.float32]:
    """(height, width) 0..1: how much of each pixel lies between edges."""
    across = _along(place.left, place.size[0], edges[0], edges[2])
    down = _along(place.top, place.size[1], edges[1], edges[3])
    covered: npt.NDArray[np.float32] = down[:, None] * across
    return covered


def _along(first: int, count: int, begin: float, end: float) -> npt.NDArray[np.float32]:
    starts = np.arange(first, first + count, dtype=np.float64)
    covered = np.minimum(starts + 1, end) - np.maximum(starts, begin)
    parts: npt.NDArray[np.float32] = np.clip(covered, 0, 1).astype(np.float32)
    return parts
