"""Points, sizes and boxes: immutable values in pixels, x to the right and y down.

The rules (how a box is rounded, floored, clipped, made square) are those of face-api.js, because
crops that feed a net must start at the same pixel as there. All arithmetic is double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, cast, overload

from pyface_web.errors import InputError
from pyface_web.host import unwrapped
from pyface_web.values.fields import checked_tuple
from pyface_web.values.given import items_of, part, parts, text_of, truth
from pyface_web.values.likely import no_face, not_there
from pyface_web.values.numeric import (
    all_finite,
    as_number,
    finite,
    is_valid_number,
    round_half_up,
    shown,
)
from pyface_web.values.orientation import is_pillow, size_of

if TYPE_CHECKING:
    import numpy.typing as npt


class HasSize(Protocol):
    """Anything with a width and a height: a canvas, a video, `Dimensions`, a box."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


PointLike: TypeAlias = "Point | tuple[float, float] | Mapping[str, float] | npt.ArrayLike"
"""A `Point`, (x, y), or {x, y} as a mapping or as attributes of an object."""
SizeLike: TypeAlias = "HasSize | tuple[float, float] | Mapping[str, Any]"
"""Anything with a width and a height (an element, a canvas, `Dimensions`), or (width, height)."""
BoxLike: TypeAlias = "Box | tuple[float, float, float, float] | Mapping[str, Any]"
"""A `Box`, (x, y, width, height), or anything else that `Box.of` takes."""


@dataclass(frozen=True)
class Point:
    """A point or an offset in pixels. It unpacks as `x, y = point`.

    Where a method takes another point, it may be anything that `Point.of` takes.
    """

    x: float
    y: float

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            object.__setattr__(self, name, finite(getattr(self, name), f"Point.{name}"))

    def __iter__(self) -> Iterator[float]:
        return iter((self.x, self.y))

    @classmethod
    def of(cls, value: object) -> Point:
        """From a point, two numbers (a row of an array too), or {x, y} as mapping or object.

        Raises InputError for anything else.
        """
        if isinstance(value, Point):
            return value
        pair = parts(value, ("x", "y"))
        if pair is None and isinstance(value, Iterable):
            items = items_of(value, "a point", "x and y, or two numbers")
            pair = tuple(items) if len(items) == 2 else None
        if pair is None:
            raise InputError(f"a point: expected x and y, or two numbers, got {shown(value)}")
        return cls(*pair)

    def add(self, pt: PointLike) -> Point:
        """Component-wise sum."""
        x, y = Point.of(pt)
        return Point(self.x + x, self.y + y)

    def sub(self, pt: PointLike) -> Point:
        """Component-wise difference."""
        x, y = Point.of(pt)
        return Point(self.x - x, self.y - y)

    def mul(self, pt: PointLike) -> Point:
        """Component-wise product."""
        x, y = Point.of(pt)
        return Point(self.x * x, self.y * y)

    def div(self, pt: PointLike) -> Point:
        """Component-wise quotient; InputError if a component of pt is 0."""
        x, y = Point.of(pt)
        if x == 0 or y == 0:
            raise InputError(f"Point.div: cannot divide by ({x:g}, {y:g}), a component is 0")
        return Point(self.x / x, self.y / y)

    def abs(self) -> Point:
        """The point with both components made positive."""
        return Point(abs(self.x), abs(self.y))

    def magnitude(self) -> float:
        """Distance from (0, 0)."""
        return finite(math.hypot(self.x, self.y), "Point.magnitude")

    def floor(self) -> Point:
        """The point with both components floored."""
        return Point(math.floor(self.x), math.floor(self.y))


@dataclass(frozen=True)
class Dimensions:
    """A size in pixels; 0 is allowed, a negative or non-finite number raises InputError."""

    width: float
    height: float

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            number = finite(getattr(self, name), f"Dimensions.{name}")
            if number < 0:
                raise InputError(f"Dimensions.{name}: expected at least 0, got {number:g}")
            object.__setattr__(self, name, number)

    @classmethod
    def of(cls, value: SizeLike) -> Dimensions:
        """From anything with a width and a height, a mapping of these, or (width, height).

        Of a Pillow image it is the size in which it is searched, turned as its EXIF data says.
        Raises InputError for anything else.
        """
        value = unwrapped(value)
        if isinstance(value, Dimensions):
            return value
        if isinstance(value, tuple | list):
            numbers = items_of(value, "a size")
            if len(numbers) != 2:
                raise InputError(f"a size: expected (width, height), got {len(numbers)} numbers")
            return cls(*numbers)
        if is_pillow(value):
            return cls(*size_of(value))
        sides = parts(value, ("width", "height"))
        if sides is None:
            raise InputError(
                f"a size: expected something with width and height, got {shown(value)}"
                f"{not_there(value)}"
            )
        return cls(*sides)

    def reverse(self) -> Dimensions:
        """(1/width, 1/height); InputError if one of them is 0."""
        if self.width == 0 or self.height == 0:
            raise InputError(f"Dimensions.reverse: {self!r} has a side of 0")
        return Dimensions(1 / self.width, 1 / self.height)

    def scale_to(self, width: float, height: float) -> tuple[float, float]:
        """What x and y are multiplied by on another size; InputError if a side of this is 0."""
        size = Dimensions(width, height)
        if self.width == 0 or self.height == 0:
            raise InputError(f"{self!r} has a side of 0, so nothing can be scaled from it")
        return size.width / self.width, size.height / self.height


@checked_tuple
class BorderPadding(NamedTuple):
    """Pixel range of a box inside an image, counted from 1 and inclusive, as MTCNN cuts it."""

    y: float
    ey: float
    x: float
    ex: float
    w: float
    h: float


@dataclass(frozen=True, eq=False, init=False)
class Box:
    """An axis-aligned box: upper left corner and size, in pixels or as fractions of an image.

    Box(x, y, width, height), or as in face-api.js Box(box) with anything that `Box.of` takes.
    Negative sizes are allowed (a box clipped to an image it lies outside of has one) unless
    `allow_negative_dimensions` is false. Non-finite numbers raise InputError.
    Every method returns a new plain Box. It unpacks as `x, y, width, height = box`, of whichever
    class it is.
    """

    x: float
    y: float
    width: float
    height: float

    @overload
    def __init__(
        self, box: BoxLike, allow_negative_dimensions: bool = True, /
    ) -> None: ...  # pragma: no cover
    @overload
    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        allow_negative_dimensions: bool = True,
    ) -> None: ...  # pragma: no cover
    def __init__(
        self,
        x: Any,
        y: Any = None,
        width: Any = None,
        height: Any = None,
        allow_negative_dimensions: bool = True,
    ) -> None:
        if width is height is None and (y is None or isinstance(y, bool)):
            allow_negative_dimensions = allow_negative_dimensions if y is None else y
            place = Box.of(x)
            x, y, width, height = place.x, place.y, place.width, place.height
        kind = type(self).__name__
        for name, value in (("x", x), ("y", y), ("width", width), ("height", height)):
            object.__setattr__(self, name, finite(value, f"{kind}.{name}"))
        if not truth(allow_negative_dimensions, f"{kind}: allow_negative_dimensions"):
            self._refuse_negative(kind)

    def _refuse_negative(self, kind: str) -> None:
        if self.width < 0 or self.height < 0:
            raise InputError(
                f"{kind}: expected a width and height of at least 0, "
                f"got {self.width:g} x {self.height:g}; are two corners exchanged?"
            )

    @staticmethod
    def is_rect(rect: object) -> bool:
        """Whether something has finite x, y, width and height, as attributes or as a mapping."""
        return all(is_valid_number(part(rect, name)) for name in ("x", "y", "width", "height"))

    @staticmethod
    def assert_is_valid_box(
        box: object, callee: str, allow_negative_dimensions: bool = False
    ) -> None:
        """InputError that begins with callee unless `is_rect(box)`, of a size of at least 0."""
        callee = text_of(callee, "callee")
        if not Box.is_rect(box):
            raise InputError(f"{callee}: expected a box with x, y, width, height, got {shown(box)}")
        if not truth(allow_negative_dimensions, f"{callee}: allow_negative_dimensions"):
            Box.of(box)._refuse_negative(callee)

    @classmethod
    def of(cls, value: object) -> Box:
        """From a box, four numbers, or {x, y, width, height} or {left, top, right, bottom}.

        The last two as mappings or as attributes of any object; x, y, width, height win where
        both are present. Raises InputError for anything else.
        """
        if isinstance(value, Box):
            return value
        if isinstance(value, tuple | list) and len(items_of(value, "a box")) == 4:
            return Box(*value)
        for names, make in (
            (("x", "y", "width", "height"), Box),
            (("left", "top", "right", "bottom"), cls.from_corners),
        ):
            numbers = parts(value, names)
            if numbers is not None:
                return make(*numbers)
        raise InputError(
            "a box: expected x, y, width, height or left, top, right, bottom, got "
            + (shown(value) if value is not None else f"{shown(value)}; {no_face()}")
        )

    @classmethod
    def from_corners(cls, left: float, top: float, right: float, bottom: float) -> Box:
        """From the four edges."""
        left, top, right, bottom = all_finite("Box", left=left, top=top, right=right, bottom=bottom)
        return Box(left, top, right - left, bottom - top)

    def __iter__(self) -> Iterator[float]:
        return iter(self.xywh)

    @property
    def xywh(self) -> tuple[float, float, float, float]:
        """(x, y, width, height), as COCO and OpenCV have boxes."""
        return (self.x, self.y, self.width, self.height)

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom), as Pillow, torchvision and YOLO have boxes."""
        return (self.left, self.top, self.right, self.bottom)

    def _key(self) -> tuple[object, ...]:
        return (self.x, self.y, self.width, self.height)

    def _map(self, change: Callable[[float], float]) -> Box:
        return Box(change(self.x), change(self.y), change(self.width), change(self.height))

    # A Rect and a Box of the same place are the same box; a labelled one is not.
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Box) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def left(self) -> float:
        """The same as `x`."""
        return self.x

    @property
    def top(self) -> float:
        """The same as `y`."""
        return self.y

    @property
    def right(self) -> float:
        """x + width."""
        return finite(self.x + self.width, f"{type(self).__name__}.right")

    @property
    def bottom(self) -> float:
        """y + height."""
        return finite(self.y + self.height, f"{type(self).__name__}.bottom")

    @property
    def area(self) -> float:
        """width * height."""
        return finite(self.width * self.height, f"{type(self).__name__}.area")

    @property
    def top_left(self) -> Point:
        """The corner (left, top)."""
        return Point(self.left, self.top)

    @property
    def top_right(self) -> Point:
        """The corner (right, top)."""
        return Point(self.right, self.top)

    @property
    def bottom_left(self) -> Point:
        """The corner (left, bottom)."""
        return Point(self.left, self.bottom)

    @property
    def bottom_right(self) -> Point:
        """The corner (right, bottom)."""
        return Point(self.right, self.bottom)

    @property
    def is_empty(self) -> bool:
        """True if no pixel lies inside: width or height is 0 or negative."""
        return self.width <= 0 or self.height <= 0

    def round(self) -> Box:
        """Each of x, y, width, height to the nearest integer, halves upwards."""
        return self._map(round_half_up)

    def floor(self) -> Box:
        """Each of x, y, width, height floored, so right and bottom may lose up to 2 px."""
        return self._map(math.floor)

    def to_square(self) -> Box:
        """The shorter side widened to the longer one, around the same centre.

        The original tests the widened width against the height again, so a last-bit rounding
        can make it nearly double the height; not so here.
        """
        x, y, width, height = self.x, self.y, self.width, self.height
        difference = abs(width - height)
        if width < height:
            x, width = x - difference / 2, width + difference
        elif height < width:
            y, height = y - difference / 2, height + difference
        return Box(x, y, width, height)

    def rescale(self, scale: float | SizeLike) -> Box:
        """All four times a number, or x, width and y, height times a width and a height."""
        factor = as_number(scale)
        if factor is not None:
            sx = sy = factor
        else:
            size = Dimensions.of(cast(SizeLike, scale))
            sx, sy = size.width, size.height
        return Box(self.x * sx, self.y * sy, self.width * sx, self.height * sy)

    def pad(self, pad_x: float, pad_y: float) -> Box:
        """Grown by pad_x in width and pad_y in height, half on each side."""
        pad_x, pad_y = all_finite("Box.pad", pad_x=pad_x, pad_y=pad_y)
        return Box(self.x - pad_x / 2, self.y - pad_y / 2, self.width + pad_x, self.height + pad_y)

    def clip_at_image_borders(self, image_width: float, image_height: float) -> Box:
        """The part inside the image, floored; `is_empty` if the box lies outside of it."""
        image_width, image_height = all_finite(
            "Box.clip_at_image_borders", image_width=image_width, image_height=image_height
        )
        x, y = max(self.x, 0.0), max(self.y, 0.0)
        width = min(self.right - x, image_width - x)
        height = min(self.bottom - y, image_height - y)
        return Box(x, y, width, height).floor()

    def shift(self, shift_x: float, shift_y: float) -> Box:
        """Moved by so many pixels."""
        shift_x, shift_y = all_finite("Box.shift", shift_x=shift_x, shift_y=shift_y)
        return Box(self.x + shift_x, self.y + shift_y, self.width, self.height)

    def pad_at_borders(self, image_height: float, image_width: float) -> BorderPadding:
        """The pixel range that MTCNN cuts for this box (note: height before width).

        The original also returns offsets dx, dy, edx, edy that nothing uses and that are wrong;
        they are left out.
        """
        image_height, image_width = all_finite(
            "Box.pad_at_borders", image_height=image_height, image_width=image_width
        )
        return BorderPadding(
            y=max(self.top, 1.0),
            ey=min(self.bottom, image_height),
            x=max(self.left, 1.0),
            ex=min(self.right, image_width),
            w=self.width + 1,
            h=self.height + 1,
        )

    def calibrate(self, region: object) -> Box:
        """Corners moved by region (fractions of this size), then squared and rounded (MTCNN).

        region: left, top, right, bottom as a box or as four numbers in this order.
        """
        if isinstance(region, tuple | list) and len(items_of(region, "Box.calibrate")) == 4:
            left, top, right, bottom = (finite(value, "Box.calibrate: region") for value in region)
        else:
            moved = Box.of(region)
            left, top, right, bottom = moved.left, moved.top, moved.right, moved.bottom
        return (
            Box.from_corners(
                self.left + left * self.width,
                self.top + top * self.height,
                self.right + right * self.width,
                self.bottom + bottom * self.height,
            )
            .to_square()
            .round()
        )

    def to_dict(self) -> dict[str, float]:
        """{x, y, width, height}; `Box.of` reads it back."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}


class Rect(Box):
    """A box that refuses negative sizes unless told otherwise."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        allow_negative_dimensions: bool = False,
    ) -> None:
        super().__init__(x, y, width, height, allow_negative_dimensions)


class BoundingBox(Box):
    """A box given by its edges; refuses right < left and bottom < top unless told otherwise."""

    def __init__(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        allow_negative_dimensions: bool = False,
    ) -> None:
        left, top, right, bottom = (
            finite(value, f"BoundingBox.{name}")
            for name, value in zip(
                ("left", "top", "right", "bottom"), (left, top, right, bottom), strict=True
            )
        )
        super().__init__(left, top, right - left, bottom - top, allow_negative_dimensions)

    def __repr__(self) -> str:
        return (
            f"BoundingBox(left={self.left}, top={self.top}, "
            f"right={self.right}, bottom={self.bottom})"
        )


def get_center_point(pts: Iterable[PointLike]) -> Point:
    """The mean of points; InputError if there are none."""
    points = points_of(pts, "get_center_point")
    return Point(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))


def min_bbox(pts: Iterable[PointLike]) -> BoundingBox:
    """The smallest box around points, (K, 2) or a list; InputError if there are none.

    Unlike the original it is right for points that are all negative (there its right and bottom
    start at 0).
    """
    points = points_of(pts, "min_bbox")
    xs, ys = [p.x for p in points], [p.y for p in points]
    return BoundingBox(min(xs), min(ys), max(xs), max(ys))


def points_of(pts: Iterable[PointLike], what: str) -> list[Point]:
    """At least one point, from an iterable of what `Point.of` takes; else InputError."""
    points = point_list(pts, what)
    if not points:
        raise InputError(f"{what}: expected at least one point, got none")
    return points


def point_list(pts: Iterable[PointLike], what: str) -> list[Point]:
    """Points, from an iterable of what `Point.of` takes; else InputError. It may be empty."""
    return [Point.of(point) for point in items_of(pts, what, "a list of points")]


def compute_reshaped_dimensions(dimensions: SizeLike, input_size: float) -> Dimensions:
    """A size scaled so that its longer side is input_size, rounded to whole pixels.

    InputError for a size with a side of 0.
    """
    size = Dimensions.of(dimensions)
    if size.width == 0 or size.height == 0:
        raise InputError(f"compute_reshaped_dimensions: {size!r} has a side of 0")
    scale = finite(input_size, "input_size") / max(size.height, size.width)
    sides = (
        finite(side * scale, f"compute_reshaped_dimensions: a side of {size!r}")
        for side in (size.width, size.height)
    )
    return Dimensions(*map(round_half_up, sides))
