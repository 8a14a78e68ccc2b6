"""Results: a detection, and what the per-face nets add to it.

All are immutable values in pixels of the picture that was passed in (or of the size given to
`for_size`). Nothing here waits, draws or touches the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np

from pyface_web.errors import EmptyImageError, InputError, ShapeError
from pyface_web.values.alignment import Align, align_of, checked_align, note_align
from pyface_web.values.arrays import DESCRIPTOR_LENGTH, Array, array_of
from pyface_web.values.detection import FaceDetection, ObjectDetection, box_text
from pyface_web.values.expressions import FaceExpressions, Gender
from pyface_web.values.geometry import Box, BoxLike, Dimensions, Point, SizeLike
from pyface_web.values.given import DEEPEST, instance, items_of, part, parts
from pyface_web.values.landmarks import FaceLandmarks, FaceLandmarks68
from pyface_web.values.notebook import faces_html
from pyface_web.values.numeric import finite, is_valid_probability, shown
from pyface_web.values.schema import SCHEMA_VERSION, check_schema, required
from pyface_web.values.vectors import vector_of

Descriptor = Array
"""(128,) float32: what tells one face from another."""
MaybeNone: TypeAlias = Any
"""None, where no net was asked: who asked one need not say to a type checker that it answered. The
same name and way as in the stubs of Python's own library."""


@dataclass(frozen=True, eq=False, repr=False)
class FaceResult:
    """Everything known about one face; what no net was asked for is None.

    detection: where the face is.
    landmarks: its points in pixels of the picture: 68, or the 5 of MTCNN by itself.
    aligned_rect: smallest box around the landmarks plus 10 % per side, as a detection.
    descriptor_rect: the square that the descriptor is cut from, in whole pixels of the picture
        (before clipping at its borders).
    descriptor: (128,) float32. Two faces closer than about 0.6 are probably the same person.
    expressions: seven probabilities.
    age: years.
    gender: "male" or "female".
    gender_probability: 0.5..1, of the gender given.
    descriptor_align: how the descriptor was cut, "box" or "upright", which the array of another
        result knows itself; None if that is not known.
    Raises ShapeError for a descriptor of another shape, InputError for values that are none.
    """

    detection: FaceDetection
    landmarks: FaceLandmarks68 | MaybeNone = None
    aligned_rect: FaceDetection | MaybeNone = None
    descriptor_rect: Box | MaybeNone = None
    descriptor: Descriptor | MaybeNone = None
    expressions: FaceExpressions | MaybeNone = None
    age: float | MaybeNone = None
    gender: Gender | MaybeNone = None
    gender_probability: float | MaybeNone = None
    descriptor_align: Align | None = None

    def __post_init__(self) -> None:
        known = align_of(self.descriptor)  # before the array is copied
        if known is not None:
            object.__setattr__(self, "descriptor_align", known)
        for name, checked in _PARTS.items():
            value = getattr(self, name)
            if value is not None or name == "detection":
                object.__setattr__(self, name, checked(value))
        if self.descriptor is None:
            object.__setattr__(self, "descriptor_align", None)
        else:
            note_align(self.descriptor, self.descriptor_align)

    @classmethod
    def with_landmarks(
        cls, detection: FaceDetection, landmarks_on_crop: FaceLandmarks, crop_origin: Point
    ) -> FaceResult:
        """Join a detection and the landmarks found on the crop of its face.

        landmarks_on_crop: relative to the crop, its size as image size.
        crop_origin: the pixel of the picture where the crop begins (floored and clipped).

        The landmarks are shifted by the crop's origin, which is where they are. face-api.js
        shifts them by the unfloored, unclipped origin of the detection box, which puts them off
        at image borders, and cuts the descriptor's square from those. Descriptors are only
        comparable if they are cut from the same square, so `descriptor_rect` keeps that rule.
        """
        what = "FaceResult.with_landmarks"
        instance(detection, FaceDetection, f"{what}: detection")
        instance(landmarks_on_crop, FaceLandmarks, f"{what}: landmarks_on_crop")
        landmarks = landmarks_on_crop.shift_by_point(crop_origin)
        size = detection.image_size
        aligned = replace(detection, relative_box=landmarks.align().rescale(size.reverse()))
        box = detection.box
        as_original = landmarks_on_crop.shift_by(box.x, box.y)
        return FaceResult(
            detection=detection,
            landmarks=landmarks,
            aligned_rect=aligned,
            descriptor_rect=as_original.align(use_dlib_alignment=True),
        )

    def extended(self, more: FaceResult) -> FaceResult:
        """This face with everything that `more` knows beyond its detection."""
        instance(more, FaceResult, "FaceResult.extended")
        known = {name: value for name, value in vars(more).items() if value is not None}
        if more.descriptor is not None:  # which may be one of which that is not known
            known["descriptor_align"] = more.descriptor_align
        return replace(self, **(known | {"detection": self.detection}))

    @property
    def angle(self) -> float | MaybeNone:
        """Degrees, -180 to 180, by which the head leans clockwise in the picture; None where there
        are no landmarks to tell it by."""
        return None if self.landmarks is None else self.landmarks.angle

    @property
    def unshifted_landmarks(self) -> FaceLandmarks68 | MaybeNone:
        """The landmarks relative to the crop of the face."""
        return None if self.landmarks is None else self.landmarks.shift_by(0.0, 0.0)

    @property
    def face_detection(self) -> FaceDetection:
        """The same as `detection`."""
        return self.detection

    @property
    def face_landmarks(self) -> FaceLandmarks68 | MaybeNone:
        """The same as `landmarks`."""
        return self.landmarks

    @property
    def face_descriptor(self) -> Descriptor | MaybeNone:
        """The same as `descriptor`."""
        return self.descriptor

    def for_size(self, width: float, height: float) -> FaceResult:
        """The same face on the picture shown at another size.

        Every position is scaled by the same factor, so the picture's own size changes nothing
        (face-api.js stretches the landmarks of the crop onto the whole detection box).
        """
        detection = self.detection.for_size(width, height)
        scale_x, scale_y = self.detection.image_size.scale_to(width, height)
        return replace(
            self,
            detection=detection,
            landmarks=self.landmarks and self.landmarks.rescale(scale_x, scale_y),
            aligned_rect=self.aligned_rect and self.aligned_rect.for_size(width, height),
            descriptor_rect=self.descriptor_rect
            and self.descriptor_rect.rescale((scale_x, scale_y)),
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `from_dict` reads them back without loss. What is None is left out,
        but for the `descriptor_align` of a descriptor: without it that counts as "box".
        """
        data: dict[str, Any] = {"schema": SCHEMA_VERSION, "type": "FaceResult"}
        for name, value in vars(self).items():
            if value is None:
                continue
            if isinstance(value, np.ndarray):
                value = value.tolist()
            elif isinstance(value, Mapping):
                value = dict(value)
            elif hasattr(value, "to_dict"):
                value = value.to_dict()
            data[name] = value
        if self.descriptor is not None:
            data["descriptor_align"] = self.descriptor_align
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FaceResult:
        """The inverse of `to_dict`. A descriptor that does not say how it was cut is of an older
        version, which knew "box" alone.
        """
        check_schema(data, "FaceResult")
        required(data, "detection", "FaceResult")
        values = {name: part(data, name) for name in FaceResult.__dataclass_fields__}
        for name, read in (
            ("detection", FaceDetection.from_dict),
            ("landmarks", FaceLandmarks.from_dict),
            ("aligned_rect", FaceDetection.from_dict),
            ("descriptor_rect", Box.of),
        ):
            if name == "detection" or values.get(name) is not None:
                values[name] = read(values[name])
        if parts(data, ("descriptor_align",)) is None:
            values["descriptor_align"] = "box"
        return FaceResult(**values)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What another process found is as it was there: read-only, and known how it was cut."""
        vars(self).update(state)
        if self.descriptor is not None:
            self.descriptor.setflags(write=False)
            note_align(self.descriptor, self.descriptor_align)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FaceResult):
            return NotImplemented
        mine, theirs = dict(vars(self)), dict(vars(other))
        first, second = mine.pop("descriptor"), theirs.pop("descriptor")
        same = np.array_equal(first, second) if first is not None else second is None
        return same and mine == theirs

    def __hash__(self) -> int:
        return hash((self.detection, self.landmarks))

    def _repr_html_(self) -> str:
        return faces_html([self])

    def __repr__(self) -> str:
        parts = [f"score={self.detection.score:.4g}", f"box={box_text(self.detection.box)}"]
        if self.landmarks is not None:
            parts.append(f"landmarks={len(self.landmarks.relative_positions)}")
        if self.descriptor is not None:
            parts.append(f"descriptor={len(self.descriptor)}")
        if self.expressions is not None:
            parts.append(f"expression={self.expressions.as_sorted_array()[0].expression}")
        if self.age is not None:
            parts.append(f"age={self.age:.1f}")
        if self.gender is not None:
            parts.append(f"gender={self.gender}")
        return f"FaceResult({', '.join(parts)})"


def _instance(name: str, kind: type, words: str) -> Callable[[object], object]:
    def checked(value: object) -> object:
        if isinstance(value, kind):
            return value
        raise InputError(f"FaceResult.{name}: expected {words}, got {shown(value)}")

    return checked


def checked_descriptor(value: object) -> Descriptor:
    """value as a (128,) float32 array of its own; ShapeError for anything else."""
    expected = f"{DESCRIPTOR_LENGTH} numbers"
    given = array_of(vector_of(value), "FaceResult.descriptor", expected)
    if given.shape != (DESCRIPTOR_LENGTH,):
        raise ShapeError(
            f"FaceResult.descriptor: expected {expected}, got shape {given.shape} of {given.dtype}"
        )
    with np.errstate(over="ignore"):
        descriptor: Descriptor = np.array(given, np.float32)
    if not np.isfinite(descriptor).all():
        raise ShapeError(
            "FaceResult.descriptor: expected finite numbers, got NaN or infinity; was it computed "
            "from an empty crop?"
        )
    descriptor.setflags(write=False)
    return descriptor


def checked_gender(value: object) -> Gender:
    """value as a Gender; InputError for anything else."""
    try:
        return Gender(value if isinstance(value, str) else "")
    except InputError:
        known = " or ".join(repr(gender.value) for gender in Gender)
        raise InputError(f"FaceResult.gender: expected {known}, got {shown(value)}") from None


def checked_probability(value: object) -> float:
    """value as a number from 0 to 1, of the gender; InputError for anything else."""
    if not is_valid_probability(value):
        raise InputError(
            f"FaceResult.gender_probability: expected a number from 0 to 1, got {shown(value)}"
        )
    return float(cast(float, value))


# What each part of a result may be, and is kept as.
_PARTS: dict[str, Callable[[Any], object]] = {
    "detection": _instance("detection", ObjectDetection, "a FaceDetection"),
    "landmarks": _instance("landmarks", FaceLandmarks, "FaceLandmarks"),
    "aligned_rect": _instance("aligned_rect", FaceDetection, "a FaceDetection"),
    "descriptor_rect": _instance("descriptor_rect", Box, "a Box"),
    "descriptor": checked_descriptor,
    "expressions": FaceExpressions.of,
    "age": lambda value: finite(value, "FaceResult.age"),
    "gender": checked_gender,
    "gender_probability": checked_probability,
    "descriptor_align": lambda value: checked_align(value, "FaceResult.descriptor_align"),
}


def crop_box(
    detection_or_box: ObjectDetection | FaceResult | BoxLike,
    image_width: float,
    image_height: float,
    floor_first: bool = True,
) -> Box:
    """The whole pixels that are cut out of a picture for a face or a box.

    A detection (or the detection of a result) is brought to the picture's size and floored; a
    plain box is taken as it is, in pixels of the picture. Both are then clipped at its borders
    and floored. The result `is_empty` if nothing of it lies in the picture.
    floor_first: without it a detection's box is only floored when clipped, so it may be a pixel
    larger; that is how face-api.js cuts tensors.
    """
    region = as_result(detection_or_box)
    if isinstance(region, FaceResult):
        region = region.detection
    if isinstance(region, ObjectDetection):
        box = region.for_size(image_width, image_height).box
        box = box.floor() if floor_first else box
    else:
        box = Box.of(cast(BoxLike, region))
    return box.clip_at_image_borders(image_width, image_height)


def checked_crop_box(
    detection_or_box: ObjectDetection | FaceResult | BoxLike,
    image_width: float,
    image_height: float,
    floor_first: bool = True,
) -> Box:
    """As `crop_box`, but raises EmptyImageError if there is nothing to cut out."""
    box = crop_box(detection_or_box, image_width, image_height, floor_first)
    if box.is_empty:
        raise EmptyImageError(
            f"{_named(detection_or_box)}: expected a part of the {image_width:g}x{image_height:g} "
            f"picture, got a crop of {box.width:g}x{box.height:g} pixels; "
            "is the box in pixels of this picture?"
        )
    return box


def _named(region: object) -> str:
    is_ours = isinstance(region, Box | ObjectDetection)
    return repr(region) if is_ours else f"a region ({shown(region)})"


_T = TypeVar("_T")


_READERS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "FaceResult": FaceResult.from_dict,
    "FaceDetection": FaceDetection.from_dict,
    "ObjectDetection": ObjectDetection.from_dict,
    **{f"FaceLandmarks{count}": FaceLandmarks.from_dict for count in ("", 5, 68)},
}


def as_result(value: object) -> object:
    """The result, detection or landmarks whose `to_dict` gave these values; anything else as it is.

    Raises InputError for values that name such a class and lack what it needs.
    """
    if not isinstance(value, Mapping) or not parts(value, ("schema", "type")):
        return value
    kind = part(value, "type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return read(value) if read else value


def resize_results(results: _T, dimensions: SizeLike) -> _T:
    """Results (one, or lists of them) for the picture shown at another size.

    dimensions: anything with width and height, such as a canvas; both must be positive.
    What `to_dict` gave of a result is one. What is none (None, for example) is returned as it is.
    Nothing is modified. Raises InputError for a size of 0.

    ```python
    faces = await faceapi.detect_all_faces("photo")
    faceapi.draw_detections("overlay", faceapi.resize_results(faces, {"width": 640, "height": 427}))
    ```
    """
    size = Dimensions.of(dimensions)
    if size.width == 0 or size.height == 0:
        raise InputError(
            f"resize_results: expected a positive width and height, "
            f"got {size.width:g} x {size.height:g}; has the element been laid out yet?"
        )
    return cast(_T, _resize(results, size))


def _resize(value: object, size: Dimensions, depth: int = 0) -> object:
    value = as_result(value)
    if isinstance(value, list | tuple):
        if depth == DEEPEST:
            raise InputError(
                f"resize_results: expected at most {DEEPEST} lists within each other, got more; "
                "does one hold itself?"
            )
        items = [_resize(item, size, depth + 1) for item in items_of(value, "resize_results")]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, ObjectDetection | FaceLandmarks | FaceResult):
        return value.for_size(size.width, size.height)
    if isawaitable(value):
        raise InputError(f"resize_results: expected results, got {shown(value)}; await it first")
    return value
