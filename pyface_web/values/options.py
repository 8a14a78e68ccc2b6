"""Options of the detectors and of tracking: immutable, checked when made.

In face-api.js 0 silently means "the default". Here 0 raises: it is outside every range, and
taking 0.5 for 0 surprises. Leave an option out to get its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, ClassVar, Self, TypeVar, cast

from pyface_web.errors import OptionsError
from pyface_web.values.numeric import as_number, as_whole

_Options = TypeVar("_Options")


def read_options(
    cls: type[_Options],
    options: _Options | Mapping[str, Any] | None,
    defaults: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> _Options:
    """An object of an options dataclass, from such an object, a mapping, or nothing.

    A mapping may have camelCase names, as a JavaScript object has, or snake_case ones; None
    stands for a value left out. defaults: other defaults than those of the class, for a mapping
    or nothing. overrides replace single values. Unknown names and other types of options raise
    OptionsError.
    """
    known = [field.name for field in fields(cast(Any, cls))]
    given: dict[str, Any] = dict(defaults or {})
    if isinstance(options, cls):
        given = {name: getattr(options, name) for name in known}
    elif isinstance(options, Mapping):
        given |= {_snake_case(key): value for key, value in options.items() if value is not None}
    elif options is not None:
        raise OptionsError(
            f"expected {cls.__name__} or a mapping of its values, got {type(options).__name__}"
        )
    given |= {name: value for name, value in overrides.items() if value is not None}
    for name in given:
        if name not in known:
            raise OptionsError(
                f"{cls.__name__}: there is no option {name!r}; expected {', '.join(known)}"
            )
    return cls(**given)


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True)
class DetectorOptions:
    """Base of the options classes; the class decides which detector runs."""

    _threshold: ClassVar[str] = ""  # the option whose value the score of a face must be above

    @classmethod
    def from_js(cls, options: Mapping[str, Any]) -> Self:
        """From a mapping with camelCase (or snake_case) names, as a JavaScript object gives it.

        None stands for a value left out. Unknown names raise OptionsError.
        """
        return read_options(cls, options)

    def _set_probability(self, name: str) -> None:
        value = getattr(self, name)
        number = as_number(value)
        if number is None or not 0 < number < 1:
            raise OptionsError(
                f"{type(self).__name__}.{name}: expected a number above 0 and below 1, "
                f"got {value!r}; leave it out for the default, or use 0.01 to keep nearly all"
            )
        object.__setattr__(self, name, number)

    def _set_count(self, name: str, multiple_of: int) -> None:
        value = getattr(self, name)
        number = as_whole(value)
        if number is None or number < 1 or number % multiple_of:
            of = "whole number" if multiple_of == 1 else f"multiple of {multiple_of}"
            raise OptionsError(
                f"{type(self).__name__}.{name}: expected a positive {of}, got {value!r}"
            )
        object.__setattr__(self, name, number)


@dataclass(frozen=True)
class MtcnnOptions(DetectorOptions):
    """Options of MTCNN, three nets in a row: 2 MB, any size of face, five points.

    min_face_size: side of the smallest faces to look for, in pixels of the picture; a positive
        number. The larger, the faster.
    scale_factor: from one size of the picture to the next; above 0 and below 1.
    max_num_scales: at most so many sizes are looked at, the largest first; at least 1.
    score_thresholds: of the three nets; three numbers in 0..1.
    scale_steps: the sizes themselves, as fractions of the picture, in place of those that follow
        from min_face_size and scale_factor; positive numbers.
    Raises OptionsError for values outside their range.
    """

    min_face_size: float = 20
    scale_factor: float = 0.709
    max_num_scales: int = 10
    score_thresholds: Sequence[float] = (0.6, 0.7, 0.7)
    scale_steps: Sequence[float] | None = None

    def __post_init__(self) -> None:
        size = as_number(self.min_face_size)
        if size is None or size <= 0:
            raise OptionsError(
                f"MtcnnOptions.min_face_size: expected a positive number of pixels, "
                f"got {self.min_face_size!r}; leave it out for 20"
            )
        object.__setattr__(self, "min_face_size", size)
        self._set_probability("scale_factor")
        self._set_count("max_num_scales", multiple_of=1)
        thresholds = _numbers(self.score_thresholds)
        if thresholds is None or len(thresholds) != 3 or not all(0 <= t <= 1 for t in thresholds):
            raise OptionsError(
                "MtcnnOptions.score_thresholds: expected three numbers in 0..1, one for each net, "
                f"got {self.score_thresholds!r}"
            )
        object.__setattr__(self, "score_thresholds", thresholds)
        if self.scale_steps is not None:
            steps = _numbers(self.scale_steps)
            if steps is None or not all(step > 0 for step in steps):
                raise OptionsError(
                    "MtcnnOptions.scale_steps: expected positive numbers, such as [0.3, 0.2], "
                    f"got {self.scale_steps!r}; leave it out to have them computed"
                )
            object.__setattr__(self, "scale_steps", steps)


def _numbers(values: object) -> tuple[float, ...] | None:
    """values as a tuple of floats if it is a sequence of numbers."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return None
    numbers = [as_number(value) for value in values]
    return None if None in numbers else cast(tuple[float, ...], tuple(numbers))


@dataclass(frozen=True)
class SsdMobilenetv1Options(DetectorOptions):
    """Options of SSD MobileNetV1, the default detector: accurate, 5.4 MB.

    min_confidence: keep faces with a score above this; above 0 and below 1.
    max_results: at most so many faces; at least 1.
    Raises OptionsError for values outside their range.
    """

    _threshold: ClassVar[str] = "min_confidence"

    min_confidence: float = 0.5
    max_results: int = 100

    def __post_init__(self) -> None:
        self._set_probability("min_confidence")
        self._set_count("max_results", multiple_of=1)


class TinyYolov2SizeType(IntEnum):
    """Input sizes of Tiny YOLOv2, from fast to thorough."""

    XS = 224
    SM = 320
    MD = 416
    LG = 608


@dataclass(frozen=True)
class TinyYolov2Options(DetectorOptions):
    """Options of Tiny YOLOv2, whose weights you bring along.

    input_size: the picture is scaled to a square of this side; a positive multiple of 32, such as
        those of TinyYolov2SizeType.
    score_threshold: keep faces with a score above this; above 0 and below 1.
    Raises OptionsError for values outside their range.
    """

    _threshold: ClassVar[str] = "score_threshold"

    input_size: int = 416
    score_threshold: float = 0.5

    def __post_init__(self) -> None:
        self._set_count("input_size", multiple_of=32)
        self._set_probability("score_threshold")


@dataclass(frozen=True)
class TinyFaceDetectorOptions(TinyYolov2Options):
    """Options of the tiny face detector: fast, 190 KB.

    input_size: the picture is scaled to a square of this side; a positive multiple of 32.
        Smaller is faster (128, 160 for a webcam), larger finds smaller faces (512, 608).
    score_threshold: keep faces with a score above this; above 0 and below 1.
    """


@dataclass(frozen=True)
class TrackOptions:
    """Options of `track`: which nets look at each frame, and how faces are followed.

    detector: options whose class decides which detector runs; by default the tiny face detector
        at 224, which is made for video.
    landmarks: 68 points for every face; tiny_landmarks: the same with the tiny net.
    descriptors: a descriptor for every face (and so landmarks); ids then survive where boxes tell
        nothing: faces that cross, leave and come back.
    expressions, age_and_gender: these for every face.
    smoothing: pass boxes and landmarks through a One-Euro filter.
    min_iou: boxes that overlap less are not the same face; above 0 and below 1.
    max_distance: descriptors farther apart are not the same face; a positive number.
    keep_score: a face that is followed is found again with a score above this, too, where it was
        expected; only a new one needs what the detector's options ask for. Above 0, and 1 turns
        it off; MTCNN, whose three nets decide in turn, does without.
    keep_seconds: how long a face that is not seen keeps its id; at least 0.
    Raises OptionsError for other values.
    """

    detector: DetectorOptions = TinyFaceDetectorOptions(224)
    landmarks: bool = False
    tiny_landmarks: bool = False
    descriptors: bool = False
    expressions: bool = False
    age_and_gender: bool = False
    smoothing: bool = True
    min_iou: float = 0.2
    max_distance: float = 0.6
    keep_score: float = 0.3
    keep_seconds: float = 1.0

    @classmethod
    def from_js(cls, options: Mapping[str, Any]) -> Self:
        """From a mapping with camelCase (or snake_case) names, as a JavaScript object gives it.

        None stands for a value left out. Unknown names raise OptionsError.
        """
        return read_options(cls, options)

    @property
    def stages(self) -> tuple[str, ...]:
        """What follows detection, by the names of `pyface_web.pipeline.stages.STAGES`."""
        landmarks = "tiny_landmarks" if self.tiny_landmarks else "landmarks"
        chosen = {
            landmarks: self.landmarks or self.tiny_landmarks or self.descriptors,
            "descriptors": self.descriptors,
            "expressions": self.expressions,
            "age_and_gender": self.age_and_gender,
        }
        return tuple(name for name, wanted in chosen.items() if wanted)

    @property
    def threshold(self) -> float:
        """The score that a new face must be above; 0 where the detector has no single one."""
        name = self.detector._threshold
        return float(getattr(self.detector, name)) if name else 0.0

    @property
    def keen_detector(self) -> DetectorOptions:
        """The detector's options, so that they let faces above keep_score through as well."""
        if self.keep_score >= self.threshold:
            return self.detector
        changes: dict[str, Any] = {self.detector._threshold: self.keep_score}
        return replace(self.detector, **changes)

    def __post_init__(self) -> None:
        if not isinstance(self.detector, DetectorOptions):
            raise OptionsError(
                "TrackOptions.detector: expected options such as TinyFaceDetectorOptions(224), "
                f"got {type(self.detector).__name__}"
            )
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise OptionsError(
                    f"TrackOptions.{name}: expected True or False, got {getattr(self, name)!r}"
                )
        self._set_number("min_iou", "above 0 and below 1", lambda value: 0 < value < 1)
        self._set_number("max_distance", "above 0", lambda value: value > 0)
        self._set_number("keep_score", "above 0 and up to 1", lambda value: 0 < value <= 1)
        self._set_number("keep_seconds", "of at least 0", lambda value: value >= 0)

    def _set_number(self, name: str, expected: str, is_right: Callable[[float], bool]) -> None:
        value = getattr(self, name)
        number = as_number(value)
        if number is None or not is_right(number):
            raise OptionsError(
                f"TrackOptions.{name}: expected a number {expected}, got {value!r}; "
                "leave it out for the default"
            )
        object.__setattr__(self, name, number)


_SWITCHES = (
    "landmarks",
    "tiny_landmarks",
    "descriptors",
    "expressions",
    "age_and_gender",
    "smoothing",
)
