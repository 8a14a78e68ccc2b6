"""Options of the detectors and of tracking: immutable, checked when made.

In face-api.js 0 silently means "the default". Here 0 raises: it is outside every range, and
taking 0.5 for 0 surprises. Leave an option out to get its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import IntEnum
from typing import Any, ClassVar, Self, TypeVar, cast

from pyface_web.errors import OptionsError
from pyface_web.values.alignment import ALIGNS, DEFAULT_ALIGN, DEFAULT_REFINE
from pyface_web.values.arrays import DISTANCE_THRESHOLD
from pyface_web.values.detection import ORIENTATIONS
from pyface_web.values.enums import Choice
from pyface_web.values.numeric import shown
from pyface_web.values.rules import (
    SWITCH,
    Rule,
    check_all,
    count,
    one_of,
    option,
    probability,
)
from pyface_web.wording import code, spoken

_Options = TypeVar("_Options")
_CLOSE = 0.7  # how much of a name is spelt right where another is thought to be meant
_DEFAULT = "leave it out for the default"

MOST_TILES = 8
"""Along the longer side of a picture, which is at most 64 of one size."""

ALIGN = one_of(*ALIGNS)
"""How descriptors, expressions, age and gender are cut out."""

MOST_SIDE = 4096
"""Of a net's input: its layers are as large as a device may hold; more finds no smaller faces."""


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
    known = _names(cls)
    values: dict[str, Any] = dict(defaults or {})
    given: list[tuple[Any, Any]] = list(overrides.items())
    if isinstance(options, cls):
        values = {name: getattr(options, name) for name in known}
    elif isinstance(options, Mapping):
        given = _entries(options, cls) + given
    elif options is not None:
        raise OptionsError(
            f"expected {cls.__name__} or {_mapping()} of its values, got {shown(options)}"
        )
    for key, value in given:
        name = _snake_case(key)
        if name not in known:
            raise OptionsError(_unknown(cls, key, name, known))
        if value is not None:
            values[name] = value
    return cls(**values)


def _mapping() -> str:
    return spoken("a mapping", "an object")


def _unknown(cls: type, given: object, name: str, known: list[str]) -> str:
    """What is said of an option that there is not, with the one that was probably meant."""
    message = (
        f"{cls.__name__}: there is no option {shown(code(name) if name else given)}; expected "
        f"{', '.join(map(code, known))}"
    )
    owners = [kind.__name__ for kind in _detectors() if name in _names(kind)]
    if owners:
        return f"{message}. It is one of {' and '.join(owners)}, of another detector"
    close = get_close_matches(name, known, 1, _CLOSE)
    return f"{message}; is {code(close[0])} meant?" if close else message


def _detectors() -> list[type[DetectorOptions]]:
    return [SsdMobilenetv1Options, TinyFaceDetectorOptions, TinyYolov2Options, MtcnnOptions]


def _names(kind: type) -> list[str]:
    return [field.name for field in fields(cast(Any, kind))]


def _entries(options: Mapping[Any, Any], cls: type) -> list[tuple[Any, Any]]:
    try:
        return list(options.items())
    except Exception as error:
        raise OptionsError(
            f"{cls.__name__}: expected {_mapping()} of its values, got {shown(options)}, which "
            "cannot be read"
        ) from error


def _snake_case(name: object) -> str:
    if not isinstance(name, str) or len(name) > 100:
        return ""  # no option is called so
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


_TILES = Rule(
    f'"auto" or the number of tiles along the longer side, 1 to {MOST_TILES}',
    "leave it out to look at the whole picture only",
    least=1,
    most=MOST_TILES,
    multiple_of=1,
    word="auto",
    optional=True,
)
_ORIENTATIONS = Rule(
    f'"auto" or some of the degrees {", ".join(map(str, ORIENTATIONS))} in a list',
    "leave it out to look for upright faces only",
    multiple_of=90,
    numbers=0,
    among=ORIENTATIONS,
    word="auto",
    optional=True,
)
_MIN_FACE_SIZE = Rule("a positive number of pixels", "leave it out for 32", above=0)


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

    def __post_init__(self) -> None:
        check_all(self)


@dataclass(frozen=True)
class MtcnnOptions(DetectorOptions):
    """Options of MTCNN, three nets in a row: 2.0 MB, any size of face, five points.

    min_face_size: side of the smallest faces to look for, in pixels of the picture; a positive
        number. The larger, the faster.
    scale_factor: from one size of the picture to the next; above 0 and below 1.
    max_num_scales: at most so many sizes are looked at, the largest first; at least 1.
    score_thresholds: of the three nets; three numbers in 0..1.
    scale_steps: the sizes themselves, as fractions of the picture, in place of those that follow
        from min_face_size and scale_factor; positive numbers.
    Raises OptionsError for values outside their range.

    ```python
    options = faceapi.MtcnnOptions(min_face_size=60, score_thresholds=(0.6, 0.7, 0.9))
    faces = await faceapi.detect_all_faces("photo", options)
    ```
    """

    min_face_size: float = option(
        20, Rule("a positive number of pixels", "leave it out for 20", above=0)
    )
    scale_factor: float = option(0.709, probability())
    max_num_scales: int = option(10, count())
    score_thresholds: Sequence[float] = option(
        (0.6, 0.7, 0.7), Rule("three numbers in 0..1, one for each net", numbers=3, least=0, most=1)
    )
    scale_steps: Sequence[float] | None = option(
        None,
        Rule(
            "positive numbers, such as [0.3, 0.2]",
            "leave it out to have them computed",
            numbers=0,
            above=0,
            optional=True,
        ),
    )


@dataclass(frozen=True)
class SsdMobilenetv1Options(DetectorOptions):
    """Options of SSD MobileNetV1, the default detector: accurate, 5.6 MB.

    min_confidence: keep faces with a score above this; above 0 and below 1.
    max_results: at most so many faces; at least 1.
    tiles: the picture is looked at in overlapping tiles as well, which finds smaller faces and more
        of them; so many along its longer side, at most 8, and about square. "auto": as many as it
        takes for faces of min_face_size, at most 8. None, the default: only as a whole.
    min_face_size: side of the smallest faces to look for, in pixels of the picture; a positive
        number. For tiles="auto", and no face is left out for its size.
    orientations: ways in which faces may lie in the picture: some of 0, 90, 180 and 270, degrees
        clockwise, each of which costs a look. "auto": where upright no face or only a faint one is
        found, the other three are tried, or 180 alone where all faces look like standing ones, and
        that in which most is found goes first. None, the default: upright only.
    Raises OptionsError for values outside their range.

    ```python
    options = faceapi.SsdMobilenetv1Options(min_confidence=0.3, max_results=5)
    faces = await faceapi.detect_all_faces("photo", options)
    crowd = faceapi.SsdMobilenetv1Options(tiles="auto", min_face_size=20)
    ```
    """

    _threshold: ClassVar[str] = "min_confidence"

    min_confidence: float = option(0.5, probability())
    max_results: int = option(100, count())
    tiles: int | str | None = option(None, _TILES)
    min_face_size: float = option(32, _MIN_FACE_SIZE)
    orientations: Sequence[int] | str | None = option(None, _ORIENTATIONS)


class TinyYolov2SizeType(IntEnum, metaclass=Choice):
    """Input sizes of Tiny YOLOv2, from fast to thorough."""

    XS = 224
    SM = 320
    MD = 416
    LG = 608


@dataclass(frozen=True)
class TinyYolov2Options(DetectorOptions):
    """Options of Tiny YOLOv2, whose weights you bring along.

    input_size: the picture is scaled to a square of this side; a positive multiple of 32, at most
        4096, such as those of TinyYolov2SizeType.
    score_threshold: keep faces with a score above this; above 0 and below 1.
    tiles, min_face_size, orientations: see SsdMobilenetv1Options.
    Raises OptionsError for values outside their range.

    ```python
    await faceapi.load_tiny_yolov2_model("/my_models")
    options = faceapi.TinyYolov2Options(faceapi.TinyYolov2SizeType.SM, score_threshold=0.3)
    faces = await faceapi.detect_all_faces("photo", options)
    ```
    """

    _threshold: ClassVar[str] = "score_threshold"

    input_size: int = option(416, count(multiple_of=32, most=MOST_SIDE))
    score_threshold: float = option(0.5, probability())
    tiles: int | str | None = option(None, _TILES)
    min_face_size: float = option(32, _MIN_FACE_SIZE)
    orientations: Sequence[int] | str | None = option(None, _ORIENTATIONS)


@dataclass(frozen=True)
class TinyFaceDetectorOptions(TinyYolov2Options):
    """Options of the tiny face detector: fast, 190 KB.

    input_size: the picture is scaled to a square of this side; a positive multiple of 32, at most
        4096. Smaller is faster (128, 160 for a webcam), larger finds smaller faces (512, 608).
    score_threshold: keep faces with a score above this; above 0 and below 1.
    tiles, min_face_size, orientations: see SsdMobilenetv1Options.

    ```python
    options = faceapi.TinyFaceDetectorOptions(input_size=160, score_threshold=0.4)
    faces = await faceapi.detect_all_faces("camera", options)
    ```
    """


@dataclass(frozen=True)
class TrackOptions:
    """Options of `track`: which nets look at each frame, and how faces are followed.

    detector: options whose class decides which detector runs; by default the tiny face detector
        at 224, which is made for video.
    landmarks: 68 points for every face; tiny_landmarks: the same with the tiny net.
    refine: find the points once more, on the face turned upright, as `with_face_landmarks` does.
    descriptors: a descriptor for every face (and so landmarks); ids then survive where boxes tell
        nothing: faces that cross, leave and come back.
    expressions, age_and_gender: these for every face.
    align: how faces with landmarks are cut out for these three, "upright" or "box".
    smoothing: pass boxes and landmarks through a One-Euro filter.
    min_iou: boxes that overlap less are not the same face; above 0 and below 1.
    max_distance: descriptors farther apart are not the same face; a positive number.
    keep_score: a face that is followed is found again with a score above this, too, where it was
        expected; only a new one needs what the detector's options ask for. Above 0, and 1 turns
        it off; MTCNN, whose three nets decide in turn, does without.
    keep_seconds: how long a face that is not seen keeps its id; at least 0.
    background: go on while the page is hidden, ten times a second at most; without it `track`
        waits until somebody sees the page.
    Raises OptionsError for other values.

    ```python
    options = faceapi.TrackOptions(descriptors=True, keep_seconds=3)
    async for frame in faceapi.track("camera", options):
        print([tracked.id for tracked in frame.faces])
    ```
    """

    detector: DetectorOptions = TinyFaceDetectorOptions(224)
    landmarks: bool = option(False, SWITCH)
    tiny_landmarks: bool = option(False, SWITCH)
    refine: bool = option(DEFAULT_REFINE, SWITCH)
    descriptors: bool = option(False, SWITCH)
    expressions: bool = option(False, SWITCH)
    age_and_gender: bool = option(False, SWITCH)
    align: str = option(DEFAULT_ALIGN, ALIGN)
    smoothing: bool = option(True, SWITCH)
    min_iou: float = option(0.2, probability(_DEFAULT))
    max_distance: float = option(DISTANCE_THRESHOLD, Rule("a number above 0", _DEFAULT, above=0))
    keep_score: float = option(0.3, Rule("a number above 0 and up to 1", _DEFAULT, above=0, most=1))
    keep_seconds: float = option(1.0, Rule("a number of at least 0", _DEFAULT, least=0))
    background: bool = option(False, SWITCH)

    @classmethod
    def from_js(cls, options: Mapping[str, Any]) -> Self:
        """From a mapping with camelCase (or snake_case) names, as a JavaScript object gives it.

        None stands for a value left out. Unknown names raise OptionsError.
        """
        return read_options(cls, options)

    @property
    def stages(self) -> dict[str, dict[str, Any]]:
        """What follows detection, by the names of `pyface_web.pipeline.stages.STAGES`, and the
        options of each."""
        landmarks = "tiny_landmarks" if self.tiny_landmarks else "landmarks"
        chosen = {
            landmarks: self.landmarks or self.tiny_landmarks or self.descriptors,
            "descriptors": self.descriptors,
            "expressions": self.expressions,
            "age_and_gender": self.age_and_gender,
        }
        refine, align = {"refine": self.refine}, {"align": self.align}
        return {
            name: refine if name == landmarks else align
            for name, wanted in chosen.items()
            if wanted
        }

    @property
    def threshold(self) -> float:
        """The score that a new face must be above; 0 where the detector has no single one."""
        name = self.detector._threshold
        return float(getattr(self.detector, name)) if name else 0.0

    @property
    def low_score_detector(self) -> DetectorOptions:
        """The detector's options, so that they let faces above keep_score through as well."""
        if self.keep_score >= self.threshold:
            return self.detector
        changes: dict[str, Any] = {self.detector._threshold: self.keep_score}
        return replace(self.detector, **changes)

    def __post_init__(self) -> None:
        if not isinstance(self.detector, DetectorOptions):
            raise OptionsError(
                "TrackOptions.detector: expected options such as "
                f"{code('faceapi.TinyFaceDetectorOptions(input_size=224)')}, got "
                f"{shown(self.detector)}"
            )
        check_all(self)
