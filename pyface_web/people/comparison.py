"""Whether two faces, or two pictures of one face each, show the same person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from pyface_web.errors import InputError
from pyface_web.people.matcher import DescriptorLike, as_descriptor, euclidean_distance
from pyface_web.people.threshold import checked_threshold
from pyface_web.pictures.given import PictureLike
from pyface_web.pipeline.nets import nets, session
from pyface_web.pipeline.tasks import DetectSingleFaceTask
from pyface_web.values.alignment import ALIGNS, DEFAULT_ALIGN, Align, align_of, check_alike
from pyface_web.values.arrays import DISTANCE_THRESHOLD
from pyface_web.values.detection import ObjectDetection
from pyface_web.values.options import DetectorOptions
from pyface_web.values.results import Descriptor, FaceResult
from pyface_web.values.vectors import numbers_in

FaceLike: TypeAlias = DescriptorLike | PictureLike
"""A result with a descriptor, a descriptor, (128,), or a picture of a face."""


class Comparison(NamedTuple):
    """distance: of two faces, 0 for one picture. same: whether it is below the threshold."""

    distance: float
    same: bool


async def compare(
    a: FaceLike,
    b: FaceLike,
    distance_threshold: float = DISTANCE_THRESHOLD,
    *,
    options: DetectorOptions | None = None,
) -> Comparison:
    """How far two faces lie apart, and whether that is one person.

    a, b: pictures, of which the best face counts; results with a descriptor; or descriptors, (128,)
        numbers. Pictures need the nets of a detector, of 68 landmarks and of face recognition.
    distance_threshold: one person lies nearer than this.
    options: of the detector; its class says which, SSD MobileNetV1 by default.

    ```python
    distance, same = await faceapi.compare("ada.jpg", "unknown.jpg")  # (0.41, True)
    ```

    Raises InputError for a picture without a face and for a result without a descriptor, its
    subclass MixedDescriptorsError for descriptors that were cut in two ways, ShapeError for
    descriptors of another shape, OptionsError for other options, and what the nets raise.
    """
    threshold = checked_threshold(distance_threshold, "compare")
    given = (a, b)
    known = [_known_descriptor(one, name) for one, name in zip(given, "ab", strict=True)]
    cuts = [align_of(one) for one in given]
    check_alike("compare: b", cuts[1], cuts[0])
    cut = next((one for one in cuts if one in ALIGNS), DEFAULT_ALIGN)
    first, second = [
        await _described(cast(PictureLike, picture), cut, options, name) if found is None else found
        for picture, found, name in zip(given, known, "ab", strict=True)
    ]
    distance = euclidean_distance(first, second)
    return Comparison(distance, distance < threshold)


def _known_descriptor(given: object, name: str) -> Descriptor | None:
    """The descriptor of what is one, or has one; None for a picture."""
    if given is None or isinstance(given, ObjectDetection | FaceResult | Mapping):
        return as_descriptor(given, f"compare: {name}")
    is_vector = isinstance(given, np.ndarray) and given.ndim == 1
    if is_vector or numbers_in(given) is not None:
        return as_descriptor(given, f"compare: {name}")
    return None


async def _described(
    picture: PictureLike, align: Align, options: DetectorOptions | None, name: str
) -> Descriptor:
    task = DetectSingleFaceTask(session, nets, picture, options).with_face_landmarks()
    face = await task.with_face_descriptor(align=align)
    if face is None or face.descriptor is None:
        raise InputError(
            f"compare: {name}: expected a picture of a face, got one in which none was found; is "
            "it large enough? SSD finds the smallest faces, and options such as min_confidence=0.3 "
            "fainter ones"
        )
    return face.descriptor
