"""What detectors return: where an object or a face is, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pyface_web.errors import InputError
from pyface_web.values.geometry import Box, BoxLike, Dimensions, SizeLike
from pyface_web.values.given import checked_text, part
from pyface_web.values.notebook import faces_html
from pyface_web.values.numeric import as_whole, finite, shown
from pyface_web.values.schema import SCHEMA_VERSION, check_schema, required

ORIENTATIONS = (0, 90, 180, 270)
"""Degrees clockwise by which a face can be turned in its picture."""


@dataclass(frozen=True, init=False, repr=False)
class ObjectDetection:
    """An object found in a picture.

    score: 0..1. class_score, class_name: of the most likely class.
    relative_box: in fractions of image_size; may leave 0..1, boxes are not clipped.
    image_size: the picture in pixels; anything with width and height.
    """

    score: float
    class_score: float
    class_name: str
    relative_box: Box
    image_size: Dimensions

    def __init__(
        self,
        score: float,
        class_score: float,
        class_name: str,
        relative_box: BoxLike,
        image_size: SizeLike,
    ) -> None:
        name = type(self).__name__
        object.__setattr__(self, "score", finite(score, f"{name}.score"))
        object.__setattr__(self, "class_score", finite(class_score, f"{name}.class_score"))
        object.__setattr__(self, "class_name", checked_text(class_name, f"{name}.class_name"))
        object.__setattr__(self, "relative_box", Box.of(relative_box))
        object.__setattr__(self, "image_size", Dimensions.of(image_size))

    @property
    def box(self) -> Box:
        """The box in pixels, real-valued, unclipped."""
        return self.relative_box.rescale(self.image_size)

    @property
    def image_dims(self) -> Dimensions:
        """The same as `image_size`, by the name of face-api.js."""
        return self.image_size

    @property
    def image_width(self) -> float:
        """Width of the picture in pixels."""
        return self.image_size.width

    @property
    def image_height(self) -> float:
        """Height of the picture in pixels."""
        return self.image_size.height

    def for_size(self, width: float, height: float) -> Self:
        """The same detection on the picture shown at another size."""
        return replace(self, image_size=Dimensions(width, height))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `from_dict` reads them back without loss. `box` is in pixels."""
        return {
            "schema": SCHEMA_VERSION,
            "type": type(self).__name__,
            "score": self.score,
            "class_score": self.class_score,
            "class_name": self.class_name,
            "box": self.box.to_dict(),
            "relative_box": self.relative_box.to_dict(),
            "image_size": {"width": self.image_width, "height": self.image_height},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ObjectDetection:
        """The inverse of `to_dict`."""
        kind = cls.__name__
        check_schema(data, kind)
        keys = ("score", "class_score", "class_name", "relative_box", "image_size")
        return cls(*(required(data, key, kind) for key in keys))

    def __repr__(self) -> str:
        name = f"{self.class_name!r}, " if self.class_name else ""
        return (
            f"{type(self).__name__}({name}score={self.score:.4g}, box={box_text(self.box)}, "
            f"image={self.image_width:g}x{self.image_height:g})"
        )


@dataclass(frozen=True, init=False, repr=False)
class FaceDetection(ObjectDetection):
    """A face found in a picture: FaceDetection(score, relative_box, image_size).

    orientation: by how many degrees clockwise the upper end of the face is turned in the picture:
        0, 90, 180 or 270; other than 0 only where a detector was asked for `orientations`.
    Raises InputError for another orientation.
    """

    orientation: int = 0

    # Not parameters of __init__, so that dataclasses.replace leaves them alone.
    class_score: float = field(init=False)
    class_name: str = field(init=False)

    def __init__(
        self, score: float, relative_box: BoxLike, image_size: SizeLike, orientation: int = 0
    ) -> None:
        super().__init__(score, score, "", relative_box, image_size)
        degrees = as_whole(orientation)
        if degrees not in ORIENTATIONS:
            raise InputError(
                "FaceDetection.orientation: expected 0, 90, 180 or 270 degrees, got "
                f"{shown(orientation)}"
            )
        object.__setattr__(self, "orientation", degrees)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `from_dict` reads them back without loss. `box` is in pixels.

        An orientation of 0 is left out.
        """
        data = super().to_dict()
        del data["class_score"], data["class_name"]
        return data | ({"orientation": self.orientation} if self.orientation else {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FaceDetection:
        """The inverse of `to_dict`."""
        kind = cls.__name__
        check_schema(data, kind)
        keys = ("score", "relative_box", "image_size")
        score, box, size = (required(data, key, kind) for key in keys)
        orientation = part(data, "orientation")
        return cls(score, box, size, 0 if orientation is None else orientation)

    def _repr_html_(self) -> str:
        return faces_html([self])

    def __repr__(self) -> str:
        turn = f", orientation={self.orientation}" if self.orientation else ""
        return f"{super().__repr__()[:-1]}{turn})"


def box_text(box: Box) -> str:
    """A box as `repr` of what holds it shows it."""
    return f"({box.x:.1f}, {box.y:.1f}, {box.width:.1f}, {box.height:.1f})"
