"""Where an element of the page shows its picture on the screen, and a canvas over it.

An element and its ancestors may be turned, mirrored, scaled and zoomed by CSS. How far they are
moved need not be known: the middle of the box that getBoundingClientRect gives is the middle of the
element.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyface_web.draw.same_picture import SamePicture
from pyface_web.host import is_missing
from pyface_web.pictures.canvases import Context
from pyface_web.pictures.media import get_media_dimensions
from pyface_web.values.affine import Affine, moved, scaled
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.object_fit import css_length, object_box, view_box

_MOST_SIDE = 4096  # of a canvas over an element, in its pixels
_TRIAL = 16.0  # CSS pixels of a step to see where it leads
_TOP_LAYER = ":is(:fullscreen, :modal, :popover-open)"  # where transforms of ancestors end
_HELD = re.compile("transform|translate|rotate|scale|filter|perspective")  # in will-change
_CONTAINED = re.compile("layout|paint|strict|content")
_UNBOXED = re.compile("inline$|contents")
_MOVING = {
    "transform": "transform",
    "translate": "translate",
    "rotate": "rotate",
    "scale": "scale",
    "offsetDistance": "offset-distance",
    "offsetPath": "offset-path",
    "offsetRotate": "offset-rotate",
}
_CORNERS = ("TopLeft", "TopRight", "BottomRight", "BottomLeft")
_SIDES = ("Left", "Top", "Right", "Bottom")
_NOTHING = ("", "none")


@dataclass(frozen=True)
class Clip:
    """A box with round corners that hides what is outside.

    box: from the upper left of the border of its element. radii: x and y of each corner, clockwise
    from the upper left. to_screen: from there to the window.
    """

    box: Box
    radii: tuple[tuple[float, float], ...]
    to_screen: Affine


@dataclass(frozen=True)
class Place:
    """Where a picture is on a canvas.

    picture: its box, from the upper left of the border of its element. to_pixels: from there to
    pixels of the canvas. linear: how it is turned and scaled on the screen. clips: maps to pixels
    of the canvas, and what of it can be seen. size: the picture's natural one.
    """

    picture: Box
    to_pixels: Affine
    linear: Affine
    clips: tuple[tuple[Affine, Clip], ...]
    size: Dimensions


@dataclass(frozen=True)
class Layout:
    """How an element is shown.

    border: its size with border. content: the box of its content in that. own, around, linear: what
    turns and scales it: its own transform, what is around it, both. to_screen: from the upper left
    of its border to the window.
    """

    element: Any
    style: Any
    rect: Any
    border: Dimensions
    content: Box
    own: Affine
    around: Affine
    linear: Affine
    to_screen: Affine


def layout_of(element: Any) -> Layout | None:
    """How an element is shown; None where it is not."""
    view = element.ownerDocument.defaultView
    if not element.isConnected or is_missing(view):
        return None
    style, rect = _style_of(element), element.getBoundingClientRect()
    if not rect.width or not rect.height or style.width == "auto":
        return None
    left, top, right, bottom = (
        _px(getattr(style, f"border{side}Width")) + _px(getattr(style, f"padding{side}"))
        for side in _SIDES
    )
    width, height = _px(style.width), _px(style.height)
    if style.boxSizing != "border-box":
        width, height = width + left + right, height + top + bottom
    content = Box(left, top, max(width - left - right, 0), max(height - top - bottom, 0))
    around = None if _is_in_top_layer(element) else _turning(_parent_of(element))
    around = _joined(around, _zooming(style))
    own = _own(style)
    linear = _flat(_joined(around, own))
    linear, to_screen = _screen(linear, rect, width, height)
    border = Dimensions(width, height)
    turning = (_flat(own), _flat(around), linear)
    return Layout(element, style, rect, border, content, *turning, to_screen)


def _px(length: str) -> float:
    try:
        return float(length.removesuffix("px"))
    except (AttributeError, ValueError):  # what a browser does not know, or "auto"
        return 0.0


def _style_of(element: Any) -> Any:
    return element.ownerDocument.defaultView.getComputedStyle(element)


def _is_in_top_layer(element: Any) -> bool:
    return bool(element.matches(_TOP_LAYER))


def _parent_of(element: Any) -> Any:
    """In the tree as it is shown, with shadow roots and their slots; None above the root."""
    for parent in (element.assignedSlot, element.parentElement):
        if not is_missing(parent):
            return parent
    root = element.parentNode
    host = None if is_missing(root) else getattr(root, "host", None)
    return None if is_missing(host) else host


def _up_from(element: Any) -> Iterator[tuple[Any, Any]]:
    """An element and its ancestors, as far as they turn it on the screen, with their styles."""
    at = element
    while at is not None:
        yield at, _style_of(at)
        at = None if _is_in_top_layer(at) else _parent_of(at)


def _turning(element: Any) -> Any:
    """What turns and scales all in an element, as a DOMMatrix; None for nothing."""
    linear: Any = None
    for _, style in _up_from(element):
        if linear is not None and style.transformStyle != "preserve-3d":
            linear = _matrix(_flat(linear))
        linear = _joined(_own(style), linear)
        linear = _joined(_zooming(style), linear)
    return linear


def _joined(last: Any, first: Any) -> Any:
    if last is None or first is None:
        return last if first is None else first
    return last.multiply(first)


def _matrix(of: Affine) -> Any:
    from js import DOMMatrix

    return DOMMatrix.new(f"matrix({', '.join(map(repr, map(float, of)))})")


def _flat(matrix: Any) -> Affine:
    if matrix is None:
        return Affine()
    return Affine(float(matrix.a), float(matrix.b), float(matrix.c), float(matrix.d))


def _zooming(style: Any) -> Any:
    zoom = _px(getattr(style, "zoom", "")) or 1.0
    return None if zoom == 1.0 else _matrix(scaled(zoom, zoom))


def _own(style: Any) -> Any:
    """What rotate, scale and transform do, without moving; None where they do nothing."""
    transform = style.transform
    words = (
        _rotation(getattr(style, "rotate", "none")),
        _scaling(getattr(style, "scale", "none")),
        "" if transform in _NOTHING else transform,
    )
    if not any(words):
        return None
    from js import DOMMatrix

    matrix = DOMMatrix.new(" ".join(words))
    matrix.m41 = matrix.m42 = matrix.m43 = 0
    return matrix


def _rotation(rotate: str) -> str:
    words = [] if rotate in _NOTHING else rotate.split(" ")
    if len(words) == 2:
        return f"rotate{words[0].upper()}({words[1]})"
    if len(words) == 4:
        return f"rotate3d({', '.join(words)})"
    return f"rotate({words[0]})" if words else ""


def _scaling(scale: str) -> str:
    if scale in _NOTHING:
        return ""
    x, y, z = (*scale.split(" "), "", "")[:3]
    return f"scale3d({x}, {y or x}, {z or 1})"


def _screen(linear: Affine, rect: Any, width: float, height: float) -> tuple[Affine, Affine]:
    """With perspective a box is no parallelogram; then it is one with the same outer box."""
    wide = abs(linear.a) * width + abs(linear.c) * height
    high = abs(linear.b) * width + abs(linear.d) * height
    is_exact = abs(wide - rect.width) <= 1 and abs(high - rect.height) <= 1
    if not is_exact and wide and high:
        linear = scaled(rect.width / wide, rect.height / high) @ linear
    middle = moved(rect.left + rect.width / 2, rect.top + rect.height / 2)
    return linear, middle @ linear @ moved(-width / 2, -height / 2)


def _picture_in(layout: Layout, natural: Dimensions) -> Box | None:
    """Where an element's picture is, from the upper left of its border; None before it has one."""
    content = layout.content
    if not natural.width or not natural.height or content.is_empty:
        return None
    style, size = layout.style, Dimensions(content.width, content.height)
    view = _view_of(style, natural)
    box = object_box(natural, size, style.objectFit, style.objectPosition, view)
    return box.shift(content.x, content.y)


def _view_of(style: Any, natural: Dimensions) -> Box | None:
    return view_box(getattr(style, "objectViewBox", ""), natural)


def _own_clips(layout: Layout, natural: Dimensions, picture: Box) -> list[Clip]:
    """What an element hides of its picture: all outside of its content, and the parts that
    object-view-box leaves out."""
    own = _clip_of(layout.style, layout.border, layout.to_screen, layout.content)
    view = _view_of(layout.style, natural)
    if view is None:
        return [own]
    scales = picture.width / natural.width, picture.height / natural.height
    box = view.rescale(scales).shift(picture.x, picture.y)
    return [own, Clip(box, ((0.0, 0.0),) * 4, layout.to_screen)]


def _clip_of(style: Any, border: Dimensions, to_screen: Affine, box: Box) -> Clip:
    insets = {
        "Left": box.x,
        "Top": box.y,
        "Right": border.width - box.right,
        "Bottom": border.height - box.bottom,
    }
    radii = []
    for corner in _CORNERS:
        words = re.split(r"\s+(?![^(]*\))", getattr(style, f"border{corner}Radius"))
        beside = next(side for side in ("Left", "Right") if corner.endswith(side))
        above = next(side for side in ("Top", "Bottom") if corner.startswith(side))
        x = css_length(words[0], border.width) - insets[beside]
        y = css_length(words[-1], border.height) - insets[above]
        radii.append((x, y) if x > 0 and y > 0 else (0.0, 0.0))
    return Clip(box, tuple(radii), to_screen)


def _clips_around(layout: Layout) -> list[Clip]:
    """What ancestors hide of an element, but not of a canvas beside it whose place is given from
    further outside."""
    clips: list[Clip] = []
    element = layout.element
    if layout.style.position in ("absolute", "fixed") or _is_in_top_layer(element):
        return clips
    for at, style in _up_from(_parent_of(element)):
        if at.tagName in ("BODY", "HTML") or _holds_places(style):
            break
        visible = style.overflowX == "visible" and style.overflowY == "visible"
        if visible or _UNBOXED.search(style.display):
            continue
        border = Dimensions(at.offsetWidth, at.offsetHeight)
        left, top, right, bottom = (_px(getattr(style, f"border{side}Width")) for side in _SIDES)
        box = Box(left, top, border.width - left - right, border.height - top - bottom)
        rect = at.getBoundingClientRect()
        _, to_screen = _screen(_flat(_turning(at)), rect, border.width, border.height)
        clips.append(_clip_of(style, border, to_screen, box))
    return clips


def _holds_places(style: Any) -> bool:
    """Whether places of absolute elements inside are given from this one."""
    names = ("transform", "translate", "rotate", "scale", "perspective", "filter", "backdropFilter")
    return bool(
        style.position != "static"
        or any(getattr(style, name, "none") not in _NOTHING for name in names)
        or _HELD.search(style.willChange)
        or _CONTAINED.search(style.contain)
    )


def _cut(part: Box, to_local: Affine, clip: Clip) -> Box:
    """What is left of a part of an element's border box by a clip around it."""
    to_part, box = to_local @ clip.to_screen, clip.box
    corners = [to_part.apply(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    xs, ys = zip(*corners, strict=True)
    left, top = max(part.left, min(xs)), max(part.top, min(ys))
    right, bottom = min(part.right, max(xs)), min(part.bottom, max(ys))
    return Box(left, top, right - left, bottom - top)


def _fit(canvas: Any, size: Box, linear: Affine) -> Affine:
    """Give a canvas the pixels that it is shown with; returns what scales CSS pixels to them."""
    scale = max(math.hypot(linear.a, linear.b), math.hypot(linear.c, linear.d)) or 1.0
    density = float(canvas.ownerDocument.defaultView.devicePixelRatio) * scale
    density = min(density, _MOST_SIDE / max(size.width, size.height))
    width, height = (max(1, math.floor(s * density + 0.5)) for s in (size.width, size.height))
    if (canvas.width, canvas.height) != (width, height):
        canvas.width, canvas.height = width, height
    return scaled(width / size.width, height / size.height)


def _glance(element: Any, canvas: Any) -> tuple[object, ...]:
    """What tells at little cost whether an element or a canvas over it has changed its place.

    Not of ancestors that turn both about their middle.
    """
    if is_missing(element):
        return ()
    seen: list[object] = []
    for one in (element, canvas):
        if not hasattr(one, "ownerDocument"):
            continue
        rect, style = one.getBoundingClientRect(), _style_of(one)
        seen += (rect.left, rect.top, rect.width, rect.height, style.transform)
        seen += (style.objectFit, style.objectPosition, getattr(style, "objectViewBox", ""))
    return tuple(seen)


class OverElement:
    """A canvas of its own over an img, video or canvas element.

    It lies beside it, with the same transforms, so what is done to its ancestors is done to both.
    The page's layout stays as it is.
    """

    def __init__(self, element: Any, picture: SamePicture | None = None) -> None:
        """picture: what the element has to show for the canvas to lie there; None for anything."""
        from js import WeakRef

        self._picture = picture
        # How often it was put into the page; what it shows is to be drawn again then, in WebKit.
        self.insertions = 0
        # Weakly: an overlay does not keep an element alive that the page has let go.
        self._element = WeakRef.new(element)
        self.canvas = element.ownerDocument.createElement("canvas")
        self.canvas.setAttribute("aria-hidden", "true")
        self.context: Context = self.canvas.getContext("2d")
        self._left = self._top = 0.0
        self._css = ""
        # What turns steps of the canvas on the screen, where it had to be tried; what was known.
        self._way: Affine | None = None
        self._known: Affine | None = None
        self._copies: list[tuple[Any, Any, tuple[str, ...]]] = []

    @property
    def is_gone(self) -> bool:
        """Whether the element is no more."""
        return is_missing(self._element.deref())

    def place(self, size: Dimensions | None) -> Place | None:
        """Put the canvas over the element; None where that is not shown, or shows something
        else."""
        element = self._element.deref()
        is_right = not is_missing(element) and (
            self._picture is None or self._picture.is_shown_by(element)
        )
        layout = layout_of(element) if is_right else None
        if layout is None or layout.style.visibility != "visible":
            self.remove()
            return None
        size = get_media_dimensions(element)
        picture, to_local = _picture_in(layout, size), layout.to_screen.inverse()
        if picture is None or to_local is None:
            self.remove()
            return None
        around, part = _clips_around(layout), layout.content
        for clip in around:
            part = _cut(part, to_local, clip)
        if part.width <= 0 or part.height <= 0:
            self.remove()
            return None
        self._insert(element)
        self._cover(layout, part)
        to_pixels = _fit(self.canvas, part, layout.linear) @ moved(-part.x, -part.y)
        hiding = (*_own_clips(layout, size, picture), *around)
        clips = tuple((to_pixels @ to_local @ clip.to_screen, clip) for clip in hiding)
        linear = self._way @ layout.own if self._way else layout.linear
        return Place(picture, to_pixels, linear, clips, size)

    def glance(self) -> object:
        """Another value where `place` would give another place; see `_glance`."""
        element = self._element.deref()
        is_other = not (
            self._picture is None or is_missing(element) or self._picture.has_addresses_of(element)
        )
        return is_other, _glance(element, self.canvas)

    def remove(self) -> None:
        """Take the canvas away; it comes back with `place`."""
        self.canvas.remove()

    def _insert(self, element: Any) -> None:
        canvas = self.canvas
        parent = canvas.parentNode
        if is_missing(parent) or not parent.isSameNode(element.parentNode):
            element.after(canvas)
            self.insertions += 1
        if canvas.slot != element.slot:
            canvas.slot = element.slot
        if not hasattr(canvas, "popover"):
            return
        # As in full screen: only what comes later to the top lies over it.
        is_top, is_popover = _is_in_top_layer(element), not is_missing(canvas.popover)
        if not is_top and is_popover:
            canvas.removeAttribute("popover")
        if is_top and not is_popover:
            canvas.popover = "manual"
        if is_top and not canvas.matches(":popover-open"):
            canvas.showPopover()

    def _cover(self, layout: Layout, part: Box) -> None:
        """Give the canvas the element's look, and its place: by looking where it comes to lie."""
        css = _covering_css(layout, part, self._move(layout.element))
        goal = layout.to_screen.apply(part.x + part.width / 2, part.y + part.height / 2)
        if self._known != layout.around:
            self._known, self._way = layout.around, None
        for look in range(4):
            x, y = self._style(css)
            miss_x, miss_y = goal[0] - x, goal[1] - y
            if abs(miss_x) < 0.03 and abs(miss_y) < 0.03:
                break
            if look == 2:  # perspective, or a closed shadow root that turns what it shows
                self._way = self._tried(css, x, y)
            back = (self._way or layout.around).inverse()
            if back is None:
                break
            step_x, step_y = back.apply(miss_x, miss_y)
            self._left += step_x
            self._top += step_y
        self._style(css)

    def _tried(self, css: str, x: float, y: float) -> Affine:
        """What becomes on the screen of steps to the right and down, from where its middle is."""
        right, down = self._style(css, _TRIAL, 0.0), self._style(css, 0.0, _TRIAL)
        columns = (right[0] - x, right[1] - y, down[0] - x, down[1] - y)
        return Affine(*(value / _TRIAL for value in columns))

    def _move(self, element: Any) -> list[str]:
        """Have the canvas move by the animations of the element, which go on between our looks;
        returns the properties of CSS that they change."""
        running = _animations_of(element)
        if not running and not self._copies:
            return []
        from js import Object

        copies = []
        for original, copy, names in self._copies:
            left = next((at for at, one in enumerate(running) if Object.is_(one, original)), None)
            if left is not None:
                del running[left]
                copies.append((original, copy, names))
            elif copy is not None:
                copy.cancel()
        self._copies = copies + [_copied(original, self.canvas) for original in running]
        for original, copy, _ in self._copies:
            if copy is not None:
                _synchronize(copy, original)
        return [name for _, _, names in self._copies for name in names]

    def _style(self, css: str, right: float = 0.0, down: float = 0.0) -> tuple[float, float]:
        """Style the canvas, with a step to the side; returns where its middle is in the window."""
        left, top = self._left + right, self._top + down
        whole = f"{css}; left: {left:.3f}px !important; top: {top:.3f}px !important"
        if whole != self._css:
            self.canvas.style.cssText = self._css = whole
        rect = self.canvas.getBoundingClientRect()
        return rect.left + rect.width / 2, rect.top + rect.height / 2


def _animations_of(element: Any) -> list[Any]:
    if not hasattr(element, "getAnimations"):
        return []
    return [
        animation
        for animation in element.getAnimations()
        if not is_missing(effect := animation.effect)
        and element.isSameNode(effect.target)
        and is_missing(getattr(effect, "pseudoElement", None))
    ]


def _copied(original: Any, canvas: Any) -> tuple[Any, Any, tuple[str, ...]]:
    """An animation, the same for another element if it moves, turns or scales, and by which
    properties."""
    frames, timing = original.effect.getKeyframes(), original.effect.getTiming()
    names = tuple(
        css for name, css in _MOVING.items() if any(hasattr(frame, name) for frame in frames)
    )
    timing.timeline = original.timeline
    return original, canvas.animate(frames, timing) if names else None, names


def _synchronize(copy: Any, original: Any) -> None:
    if copy.playbackRate != original.playbackRate:
        copy.playbackRate = original.playbackRate
    if not is_missing(original.startTime):
        if copy.startTime != original.startTime:
            copy.startTime = original.startTime
    elif copy.currentTime != original.currentTime:  # it rests
        copy.pause()
        copy.currentTime = original.currentTime


def _covering_css(layout: Layout, part: Box, moved_by: list[str]) -> str:
    """moved_by: properties that animations change, which have to have their way."""
    element, style = layout.element, layout.style
    is_whole = part == Box(0, 0, layout.border.width, layout.border.height)
    x, y, z = (*style.transformOrigin.split(" "), "0px")[:3]
    parent = _parent_of(element)
    is_placed = style.position != "static" or (
        parent is not None and re.search("flex|grid", _style_of(parent).display)
    )
    is_fixed = style.position == "fixed" or _is_in_top_layer(element)
    values = {
        "all": "initial",
        "display": "block",
        "position": "fixed" if is_fixed else "absolute",
        "width": f"{part.width}px",
        "height": f"{part.height}px",
        "pointer-events": "none",
        "z-index": style.zIndex if is_placed else "auto",
        "transform": style.transform,
        "transform-origin": f"{_px(x) - part.x}px {_px(y) - part.y}px {z}",
        "rotate": getattr(style, "rotate", ""),
        "scale": getattr(style, "scale", ""),
        "zoom": getattr(style, "zoom", ""),
        "backface-visibility": getattr(style, "backfaceVisibility", ""),
        "clip-path": getattr(style, "clipPath", "") if is_whole else "",
        "offset-path": getattr(style, "offsetPath", ""),
        "offset-distance": getattr(style, "offsetDistance", ""),
        "offset-rotate": getattr(style, "offsetRotate", ""),
    }
    for name in moved_by:
        values.pop(name, None)
    return "; ".join(
        f"{name}: {value}" + ("" if moved_by and name == "all" else " !important")
        for name, value in values.items()
        if value
    )


class OnCanvas:
    """A canvas of the page, which lies over an element or shows all of its picture by itself."""

    def __init__(self, context: Context, element: Any) -> None:
        from js import WeakRef

        self.insertions = 0
        self.context = context
        self.canvas = context.canvas
        self._element = WeakRef.new(element)
        self.is_gone = False
        # Whether its size on the page is that of its pixels, which are left alone then.
        self._is_fixed = False

    def place(self, size: Dimensions | None) -> Place | None:
        """As of OverElement; the canvas gets the pixels that it is shown with."""
        canvas, element = self.canvas, self._element.deref()
        own = layout_of(canvas) if hasattr(canvas, "ownerDocument") else None
        to_pixels, frame = Affine(), Box(0, 0, canvas.width, canvas.height)
        if own is not None and not own.content.is_empty:
            self._resize(own)
            frame, pixels = own.content, Dimensions(canvas.width, canvas.height)
            shown = _picture_in(own, pixels) or frame
            to_pixels = scaled(pixels.width / shown.width, pixels.height / shown.height)
            to_pixels = to_pixels @ moved(-shown.x, -shown.y)
        if own is not None and not is_missing(element) and (back := own.to_screen.inverse()):
            is_beside = canvas.ownerDocument.isSameNode(element.ownerDocument)
            layout = layout_of(element) if is_beside else None
            if layout is not None and _is_over(layout, own):
                return self._over(layout, to_pixels @ back)
        if size is None or frame.is_empty or not size.width or not size.height:
            return None
        whole = Dimensions(frame.width, frame.height)
        picture = object_box(size, whole, "contain", "50% 50%").shift(frame.x, frame.y)
        return Place(picture, to_pixels, own.linear if own else Affine(), (), size)

    def _resize(self, own: Layout) -> None:
        if self._is_fixed:
            return
        canvas, before = self.canvas, (self.canvas.width, self.canvas.height)
        _fit(canvas, own.content, own.linear)
        if (canvas.width, canvas.height) == before:
            return
        now, content = layout_of(canvas), own.content
        self._is_fixed = now is not None and (
            abs(now.content.width - content.width) > 0.5
            or abs(now.content.height - content.height) > 0.5
        )
        if self._is_fixed:  # else it would grow for ever
            canvas.width, canvas.height = before

    def _over(self, layout: Layout, from_screen: Affine) -> Place | None:
        size = get_media_dimensions(layout.element)
        picture = _picture_in(layout, size)
        if picture is None:
            return None
        to_pixels = from_screen @ layout.to_screen
        clips = tuple((to_pixels, clip) for clip in _own_clips(layout, size, picture))
        return Place(picture, to_pixels, layout.linear, clips, size)

    def glance(self) -> object:
        """As of OverElement."""
        return _glance(self._element.deref(), self.canvas)

    def remove(self) -> None:
        """Leave the canvas empty."""
        context, canvas = self.context, self.canvas
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.clearRect(0, 0, canvas.width, canvas.height)


def _is_over(layout: Layout, canvas: Layout) -> bool:
    """Whether a canvas lies over what an element shows, by half of the smaller one at least."""
    if layout.style.visibility != "visible" or layout.style.opacity == "0":
        return False
    one, other = layout.rect, canvas.rect
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    least = min(one.width * one.height, other.width * other.height) / 2
    return bool(wide > 0 and high > 0 and wide * high >= least)
