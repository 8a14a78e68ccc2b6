"""Drawing faces over what shows them, at the rate of the display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from pyface_web.draw.face import ShownFaces, draw_face, drawable
from pyface_web.draw.placement import Clip, OnCanvas, OverElement, Place
from pyface_web.draw.same_picture import SamePicture
from pyface_web.errors import InputError
from pyface_web.host import kind_and_remedy, kind_of
from pyface_web.pictures.canvases import Canvas, Context, get_context2d_or_throw
from pyface_web.pictures.given import ElementLike
from pyface_web.pictures.media import is_media_element, resolve_input
from pyface_web.values.affine import Affine, moved
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.given import flat, part
from pyface_web.values.landmarks import FaceLandmarks
from pyface_web.values.object_fit import Turn, nearest_turn
from pyface_web.values.results import resize_results
from pyface_web.values.turned import turned, turned_size

_GLANCES = 6  # refreshes of the screen for one close look

Draw: TypeAlias = Callable[[Context, Sequence[Any]], object]
Fit: TypeAlias = Callable[[Any, Dimensions, Turn, float, float], Any]
"""A face of a picture of a size, as it is where that is shown with a width and height, and then
turned."""


@dataclass(frozen=True)
class Shown:
    """What is to be drawn: faces of a picture of a size (None: that of the element)."""

    size: Dimensions | None
    faces: Sequence[Any]


def surface_for(target: Canvas | None, source: Any) -> OverElement | OnCanvas:
    """What drawings over `source` go onto.

    target: a canvas of the page, or its context; or an element that shows the picture, which gets a
    canvas of its own; by default the source. Raises InputError for anything else.
    """
    found = source if target is None else resolve_input(target)
    is_source = part(found, "isSameNode") is not None and found.isSameNode(source)
    if is_source or (is_media_element(found) and part(found, "getContext") is None):
        return OverElement(found)
    return OnCanvas(get_context2d_or_throw(found), source)


class Overlay:
    """Faces that are drawn at each refresh of the screen, until it is closed."""

    def __init__(
        self,
        surface: OverElement | OnCanvas,
        draw: Draw,
        look: Callable[[], Shown | None],
        fit: Fit,
    ) -> None:
        from pyodide.ffi import create_proxy

        self._surface, self._draw, self._look, self._fit = surface, draw, look, fit
        document = getattr(surface.canvas, "ownerDocument", None)
        if document is None:
            import js

            self._view = js
        else:
            self._view = document.defaultView
        self._refreshed = create_proxy(self._on_refresh)
        self._drawn: object = None
        self._place: Place | None = None
        self._glance: object = None
        self._refreshes = 0
        self._request: Any = None
        self._ask()
        self._refresh()

    @property
    def canvas(self) -> Canvas:
        """What is drawn on."""
        return self._surface.canvas

    def close(self) -> None:
        """Stop, and take away what was drawn. May be repeated."""
        if self._request is None:
            return
        self._view.cancelAnimationFrame(self._request)
        self._request = None
        self._refreshed.destroy()
        self._surface.remove()

    def _ask(self) -> None:
        self._request = self._view.requestAnimationFrame(self._refreshed)

    def _on_refresh(self, now: float) -> None:
        if self._surface.is_gone:
            self.close()
            return
        self._ask()
        self._refresh()

    def _refresh(self) -> None:
        try:
            self._show()
        except BaseException:
            self.close()  # once in the console, not at each refresh
            raise

    def _show(self) -> None:
        shown = self._look()
        place = self._find_place(shown.size if shown else None)
        context, canvas = self._surface.context, self._surface.canvas
        drawing = (shown, place, canvas.width, canvas.height, self._surface.insertions)
        if drawing == self._drawn:
            return
        self._drawn = drawing
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.clearRect(0, 0, canvas.width, canvas.height)
        if shown is None or place is None:
            return
        context.save()
        try:
            self._draw_at(context, place, shown.faces)
        finally:
            context.restore()

    def _find_place(self, size: Dimensions | None) -> Place | None:
        """Where the picture is; looked at closely where a glance shows a change, and now and then,
        since that takes Python a millisecond."""
        if self._refreshes % _GLANCES == 0 or (size, self._surface.glance()) != self._glance:
            self._place = self._surface.place(size)
            self._glance = size, self._surface.glance()
        self._refreshes += 1
        return self._place

    def _draw_at(self, context: Context, place: Place, faces: Sequence[Any]) -> None:
        for to_pixels, clip in place.clips:
            _clip(context, to_pixels, clip)
        picture, (a, b, c, d, _, _) = place.picture, place.linear
        turn = nearest_turn(a, b, c, d)
        upright = turned_size(Dimensions(picture.width, picture.height), turn)
        middle = moved(picture.x + picture.width / 2, picture.y + picture.height / 2)
        # The inverse of a turn is the turn transposed.
        back = Affine(turn[0], turn[2], turn[1], turn[3])
        whole = place.to_pixels @ middle @ back @ moved(-upright.width / 2, -upright.height / 2)
        context.setTransform(*map(float, whole))
        fitted = [
            self._fit(face, place.size, turn, picture.width, picture.height) for face in faces
        ]
        self._draw(context, fitted)


def _clip(context: Context, to_pixels: Affine, clip: Clip) -> None:
    context.setTransform(*map(float, to_pixels))
    context.beginPath()
    box = (clip.box.x, clip.box.y, clip.box.width, clip.box.height)
    if any(x for x, _ in clip.radii) and hasattr(context, "roundRect"):
        from js import JSON

        words = ", ".join(f'{{"x": {x!r}, "y": {y!r}}}' for x, y in clip.radii)
        context.roundRect(*box, JSON.parse(f"[{words}]"))
    else:
        context.rect(*box)
    context.clip()


_numbers = count()
_open: WeakValueDictionary[int, Overlay] = WeakValueDictionary()
"""Overlays of `draw_on`, by the number of their element."""


def _number_of(element: Any) -> int:
    """The same for each proxy of an element."""
    known = _known_elements()
    number = known.get(element)
    if number is None:
        number = next(_numbers)
        known.set(element, number)
    return int(number)


@cache
def _known_elements() -> Any:
    from js import WeakMap

    return WeakMap.new()


def draw_on(
    element: ElementLike,
    faces: ShownFaces,
    draw: Draw | None = None,
    label: Callable[[Any], str] | None = None,
) -> Overlay:
    """Draw faces over the element that shows them, on a canvas that is laid over it.

    The canvas follows the element: whatever its `object-fit`, `transform` or size, also when they
    change. While an img shows another picture, nothing is drawn. Again for the same element, it
    replaces what was drawn.

    element: an img, video or canvas element, or its id.
    faces: one or a list of results, detections, landmarks, or boxes in natural pixels.
    draw: called with the 2D context and the faces, in CSS pixels of the picture as it is shown,
    upright where it is mirrored; by default draws boxes with their score, and landmarks.
    label: gives the text of a face for the default.
    Returns the overlay: `close()` takes its `canvas` away. Raises InputError for other elements,
    faces and functions.

    ```python
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
    overlay = faceapi.draw_on("photo", faces)  # until overlay.close()
    ```
    """
    target = resolve_input(element)
    if not is_media_element(target):
        raise InputError(
            "draw_on: expected an img, video or canvas element that shows the faces, or its id, "
            f"got {kind_and_remedy(target)}"
        )
    items = [drawable(item) for item in flat(faces, "faces to draw")]
    check_functions("draw_on", draw=draw, label=label)

    def by_default(context: Context, shown: Sequence[Any]) -> None:
        for item, original in zip(shown, items, strict=True):
            draw_face(context, item, original, label)

    number, seen = _number_of(target), Shown(None, items)
    surface = OverElement(target, SamePicture(target))
    if number in _open:
        _open[number].close()
    _open[number] = overlay = Overlay(surface, draw or by_default, lambda: seen, fitted)
    return overlay


def check_functions(what: str, **functions: object) -> None:
    """InputError unless each is a function, or None."""
    for name, function in functions.items():
        if not (function is None or callable(function)):
            raise InputError(f"{what}: {name}: expected a function, got {kind_of(function)}")


def fitted(item: Any, size: Dimensions, turn: Turn, width: float, height: float) -> Any:
    """A result, detection, landmarks or box of a picture of a size, on it as it is shown."""
    shown_size = Dimensions(width, height)
    scale_x, scale_y = width / size.width, height / size.height
    shown: object
    if isinstance(item, FaceLandmarks):
        shown = item.rescale(scale_x, scale_y)
    elif isinstance(item, Box):
        shown = item.rescale((scale_x, scale_y))
    else:
        shown = resize_results(item, shown_size)
    return turned(shown, turn, shown_size)
