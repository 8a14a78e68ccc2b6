"""Face landmarks: 68 (or 5) points of one face, where they lie, and how a face is aligned.

Point order is that of the iBUG 300-W annotation (68 points). "Left" and "right" are as seen in
the picture, not from the person, as in face-api.js.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, ShapeError
from pyface_web.values.arrays import Array, Floats, array_of
from pyface_web.values.detection import ObjectDetection
from pyface_web.values.geometry import Box, BoxLike, Dimensions, Point, PointLike, SizeLike
from pyface_web.values.given import items_of, part
from pyface_web.values.numeric import all_finite, finite, shown
from pyface_web.values.options import read_options
from pyface_web.values.rules import NUMBER, SWITCH, check_all, option
from pyface_web.values.schema import SCHEMA_VERSION, check_schema, required

Points = Array
"""(K, 2) float32: x and y of each point in pixels, read-only."""

# First point of each part of 68, and one past the last.
PARTS = {
    "jaw_outline": (0, 17),
    "left_eye_brow": (17, 22),
    "right_eye_brow": (22, 27),
    "nose": (27, 36),
    "left_eye": (36, 42),
    "right_eye": (42, 48),
    "mouth": (48, 68),
}
# The strokes that draw them: first point, one past the last, closed. The original draws the nose as
# one line (which joins the tip of its bridge to a nostril) and both lips as one loop (which joins
# them); not here.
CONTOURS: tuple[tuple[int, int, bool], ...] = (
    (0, 17, False),  # jaw
    (17, 22, False),  # brow at the left of the picture
    (22, 27, False),
    (27, 31, False),  # bridge of the nose
    (31, 36, False),  # nostrils
    (36, 42, True),  # eye at the left of the picture
    (42, 48, True),
    (48, 60, True),  # outer lip
    (60, 68, True),  # inner lip
)

# By how many points there are: which point of a face stands for each where its picture is mirrored.
# Left and right are as seen in the picture, so eyes, brows and corners of the mouth change places.
MIRRORED_POINTS: dict[int, tuple[int, ...]] = {
    5: (1, 0, 2, 4, 3),
    68: (
        *range(16, -1, -1),  # jaw
        *range(26, 16, -1),  # brows
        *range(27, 31),  # bridge of the nose
        *range(35, 30, -1),  # nostrils
        *(45, 44, 43, 42, 47, 46),  # eyes
        *(39, 38, 37, 36, 41, 40),
        *range(54, 47, -1),  # outer lip
        *range(59, 54, -1),
        *range(64, 59, -1),  # inner lip
        *range(67, 64, -1),
    ),
}

# Where dlib's face chip puts the centre of eyes and mouth, as fractions of its side.
DLIB_CENTRE_X = 0.5
DLIB_CENTRE_Y = 0.43
DLIB_EYES_TO_MOUTH = 0.45

UPRIGHT_FACE = ((-0.5, -0.37), (0.5, -0.37), (0.0, 0.74))
"""Centres of the eyes and of the mouth of an upright face, about their mean, in distances of the
eyes; after the mean face that dlib publishes."""

_LARGEST = float(np.finfo(np.float32).max)  # position in pixels


def _checked(points: object, name: str, count: int | None) -> Points:
    """points as a (K, 2) float32 array of its own; ShapeError unless they are such."""
    if isinstance(points, list | tuple):
        points = [
            [part(p, "x"), part(p, "y")] if isinstance(p, Point | Mapping) else p
            for p in items_of(points, name, "points")
        ]
    given = array_of(points, name, "points as (K, 2) numbers")
    is_right = given.ndim == 2 and given.shape[1] == 2 and len(given) > 0
    if not is_right or count not in (None, len(given)):
        raise ShapeError(f"{name}: expected points of shape ({count or 'K'}, 2), got {given.shape}")
    with np.errstate(over="ignore"):
        found = np.array(given, np.float32)
    return found


@dataclass(frozen=True)
class AlignOptions:
    """How `FaceLandmarks.align` makes a box: `align_dlib` or `align_min_bbox(min_box_padding)`.

    Raises OptionsError for other values.
    """

    use_dlib_alignment: bool = option(False, SWITCH)
    min_box_padding: float = option(0.2, NUMBER)

    def __post_init__(self) -> None:
        check_all(self)


@dataclass(frozen=True, init=False, eq=False, repr=False)
class FaceLandmarks:
    """Landmark points of one face.

    relative_positions: (K, 2) as x, y in fractions of `image_size`, float32, read-only; given as
    such numbers or as a list of points. They may lie slightly outside 0..1.
    image_size: the picture that the points are relative to, usually the crop of the face.
    shift: where that picture's origin lies in the picture of interest, in pixels.
    Raises ShapeError for points of another shape or number, or that are not finite, InputError for
    positions that float32 cannot hold.
    """

    relative_positions: Points
    image_size: Dimensions
    shift: Point

    point_count: ClassVar[int | None] = None

    def __init__(
        self,
        relative_positions: npt.ArrayLike | Sequence[Point],
        image_size: SizeLike,
        shift: PointLike = Point(0.0, 0.0),  # noqa: B008  (immutable)
    ) -> None:
        name = type(self).__name__
        points = _checked(relative_positions, name, self.point_count)
        size, moved = Dimensions.of(image_size), Point.of(shift)
        extent = float(np.abs(points).max())  # NaN and infinity are what comes out, too
        if not math.isfinite(extent):
            raise ShapeError(f"{name}: expected finite points, got NaN or infinity")
        farthest = extent * max(size.width, size.height) + max(abs(moved.x), abs(moved.y))
        if farthest > _LARGEST:
            raise InputError(
                f"{name}: expected positions up to {_LARGEST:g} pixels, got {farthest:g}; is the "
                "size of the picture right?"
            )
        points.setflags(write=False)
        object.__setattr__(self, "relative_positions", points)
        object.__setattr__(self, "image_size", size)
        object.__setattr__(self, "shift", moved)

    @property
    def image_width(self) -> float:
        """Width of `image_size`."""
        return self.image_size.width

    @property
    def image_height(self) -> float:
        """Height of `image_size`."""
        return self.image_size.height

    @cached_property
    def _exact_positions(self) -> Floats:
        # float64: alignment floors sums of these, and the original computes in doubles.
        size = (self.image_width, self.image_height)
        return self.relative_positions.astype(np.float64) * size + (self.shift.x, self.shift.y)

    @cached_property
    def positions(self) -> Points:
        """(K, 2) float32, x and y in pixels: relative position times image size, plus shift."""
        points = self._exact_positions.astype(np.float32)
        points.setflags(write=False)
        return points

    def get_positions(self) -> Points:
        """The same as `positions`."""
        return self.positions

    def for_size(self, width: float, height: float) -> Self:
        """The same relative points on another size; the shift is reset to (0, 0).

        Landmarks alone do not know how large the whole picture is: use `FaceResult.for_size` to
        scale a face within its picture.
        """
        return type(self)(self.relative_positions, Dimensions(width, height))

    def rescale(self, scale_x: float, scale_y: float) -> Self:
        """All positions times (scale_x, scale_y): image size and shift both scaled."""
        scale_x, scale_y = all_finite("FaceLandmarks.rescale", scale_x=scale_x, scale_y=scale_y)
        size = Dimensions(self.image_width * scale_x, self.image_height * scale_y)
        return type(self)(
            self.relative_positions, size, Point(self.shift.x * scale_x, self.shift.y * scale_y)
        )

    def shift_by(self, x: float, y: float) -> Self:
        """The same points with the shift replaced (not added to)."""
        return type(self)(self.relative_positions, self.image_size, Point(x, y))

    def shift_by_point(self, pt: PointLike) -> Self:
        """The same as `shift_by(pt.x, pt.y)`."""
        return self.shift_by(*Point.of(pt))

    def align(
        self,
        detection: ObjectDetection | BoxLike | None = None,
        options: AlignOptions | Mapping[str, Any] | None = None,
        *,
        use_dlib_alignment: bool | None = None,
        min_box_padding: float | None = None,
    ) -> Box:
        """The box of the face, in pixels, that suits the next net.

        detection: if given, the points are first shifted there (a detection: to its floored box).
        options: AlignOptions or a mapping of its values; single ones also as keyword arguments.
        """
        if detection is not None:
            box = part(detection, "box")
            corner = box.floor() if isinstance(box, Box) else Box.of(detection)
            moved = self.shift_by(corner.x, corner.y)
            return moved.align(
                None,
                options,
                use_dlib_alignment=use_dlib_alignment,
                min_box_padding=min_box_padding,
            )
        style = read_options(
            AlignOptions,
            options,
            use_dlib_alignment=use_dlib_alignment,
            min_box_padding=min_box_padding,
        )
        return (
            self.align_dlib()
            if style.use_dlib_alignment
            else self.align_min_bbox(style.min_box_padding)
        )

    def align_min_bbox(self, padding: float) -> Box:
        """The smallest box around all points, padded by a part of its size, half on each side.

        Real-valued and unclipped. Unlike the original's it is right for points that are all
        negative as well (there its maxima start at 0).
        """
        share = finite(padding, "padding")
        left, top = self._exact_positions.min(axis=0).tolist()
        right, bottom = self._exact_positions.max(axis=0).tolist()
        box = Box.from_corners(left, top, right, bottom)
        return box.pad(box.width * share, box.height * share)

    def get_ref_points_for_alignment(self) -> list[Point]:
        """Centre of the eye at the left of the picture, of the other eye, and of the mouth.

        Raises InputError for landmarks of which it is not known which are eyes and mouth.
        """
        return [Point.of(point) for point in self._reference_points().tolist()]

    @property
    def angle(self) -> float | None:
        """Degrees, -180 to 180, by which the face leans clockwise in the picture; 0 is upright.

        That of the turn which brings eyes and mouth of an upright face closest to these; None for
        landmarks of which it is not known which are eyes and mouth.
        """
        if self.point_count is None:
            return None
        centres = self._reference_points()
        upright, found = (np.asarray(points) @ (1, 1j) for points in (UPRIGHT_FACE, centres))
        return float(np.angle(np.vdot(upright, found), deg=True))

    def _reference_points(self) -> Floats:
        """(3, 2): centre of the left eye, of the right eye, of the mouth."""
        raise InputError(
            f"dlib alignment needs eyes and mouth: expected FaceLandmarks68 or FaceLandmarks5, "
            f"got {type(self).__name__}; leave use_dlib_alignment out"
        )

    def align_dlib(self) -> Box:
        """The square that dlib's face chips show, from the centres of eyes and mouth.

        Whole pixels, not rotated, not clipped at the right and bottom. 5 or 68 points, otherwise
        InputError.
        """
        centres = self._reference_points()
        left_eye, right_eye, mouth = centres.tolist()
        distance = (math.dist(mouth, left_eye) + math.dist(mouth, right_eye)) / 2
        size = math.floor(distance / DLIB_EYES_TO_MOUTH)
        centre_x, centre_y = centres.mean(axis=0).tolist()
        x = math.floor(max(0.0, centre_x - DLIB_CENTRE_X * size))
        y = math.floor(max(0.0, centre_y - DLIB_CENTRE_Y * size))
        # The min mixes crop size and picture coordinates and hardly ever acts; kept, because a
        # descriptor must be cut from the same pixels as in the original to be comparable.
        return Box(x, y, min(size, self.image_width + x), min(size, self.image_height + y))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `from_dict` reads them back without loss."""
        return {
            "schema": SCHEMA_VERSION,
            "type": type(self).__name__,
            "positions": self.positions.tolist(),
            "relative_positions": self.relative_positions.tolist(),
            "image_size": {"width": self.image_width, "height": self.image_height},
            "shift": {"x": self.shift.x, "y": self.shift.y},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FaceLandmarks:
        """The inverse of `to_dict`; the class is the one that the dictionary names.

        Raises InputError for other data.
        """
        classes = {c.__name__: c for c in (FaceLandmarks, FaceLandmarks5, FaceLandmarks68)}
        kind = part(data, "type") if isinstance(data, Mapping) else None
        kind = cls.__name__ if kind is None else kind
        made = classes.get(kind) if isinstance(kind, str) else None
        if made is None or not issubclass(made, cls):
            raise InputError(
                f"{cls.__name__}.from_dict: expected such landmarks, got {shown(kind)}"
            )
        check_schema(data, kind)
        shift = part(data, "shift")
        return made(
            required(data, "relative_positions", kind),
            required(data, "image_size", kind),
            Point(0.0, 0.0) if shift is None else Point.of(shift),
        )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        assert isinstance(other, FaceLandmarks)
        return (self.image_size, self.shift) == (other.image_size, other.shift) and np.array_equal(
            self.relative_positions, other.relative_positions
        )

    def __hash__(self) -> int:
        return hash((self.image_size, self.shift, self.relative_positions.tobytes()))

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({len(self.relative_positions)} points, "
            f"image_size={self.image_width:g}x{self.image_height:g}, "
            f"shift=({self.shift.x:g}, {self.shift.y:g}))"
        )


class FaceLandmarks5(FaceLandmarks):
    """Five points: eyes (left, right in the picture), nose, mouth corners (left, right)."""

    point_count: ClassVar[int | None] = 5

    def _reference_points(self) -> Floats:
        p = self._exact_positions
        return np.stack([p[0], p[1], p[3:5].mean(axis=0)])


class FaceLandmarks68(FaceLandmarks):
    """68 points, and the contours that they form: each (k, 2) float32 in pixels."""

    point_count: ClassVar[int | None] = 68

    def _part(self, name: str) -> Points:
        return self.positions[slice(*PARTS[name])]

    @property
    def jaw_outline(self) -> Points:
        """17 points from ear to ear."""
        return self._part("jaw_outline")

    @property
    def left_eye_brow(self) -> Points:
        """5 points."""
        return self._part("left_eye_brow")

    @property
    def right_eye_brow(self) -> Points:
        """5 points."""
        return self._part("right_eye_brow")

    @property
    def nose(self) -> Points:
        """9 points: 4 down the bridge, then 5 along the nostrils."""
        return self._part("nose")

    @property
    def left_eye(self) -> Points:
        """6 points, a closed contour."""
        return self._part("left_eye")

    @property
    def right_eye(self) -> Points:
        """6 points, a closed contour."""
        return self._part("right_eye")

    @property
    def mouth(self) -> Points:
        """20 points: 12 of the outer lip, then 8 of the inner one, both closed."""
        return self._part("mouth")

    def get_jaw_outline(self) -> Points:
        """The same as `jaw_outline`."""
        return self.jaw_outline

    def get_left_eye_brow(self) -> Points:
        """The same as `left_eye_brow`."""
        return self.left_eye_brow

    def get_right_eye_brow(self) -> Points:
        """The same as `right_eye_brow`."""
        return self.right_eye_brow

    def get_nose(self) -> Points:
        """The same as `nose`."""
        return self.nose

    def get_left_eye(self) -> Points:
        """The same as `left_eye`."""
        return self.left_eye

    def get_right_eye(self) -> Points:
        """The same as `right_eye`."""
        return self.right_eye

    def get_mouth(self) -> Points:
        """The same as `mouth`."""
        return self.mouth

    def _reference_points(self) -> Floats:
        p = self._exact_positions
        return np.stack([p[36:42].mean(axis=0), p[42:48].mean(axis=0), p[48:68].mean(axis=0)])
