"""What each net adds to the faces of a picture: detection, landmarks, descriptors, and so on.

Functions of a picture that the session holds. `tasks.py` chains them, `nets.py` offers
each alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyface_web.engine.session import View
from pyface_web.errors import NotLoadedError, OptionsError
from pyface_web.pictures.letterbox import letterbox
from pyface_web.pictures.similarity import Similarity
from pyface_web.pipeline.cascade import mtcnn_faces
from pyface_web.pipeline.crops import Fits, ages_of, descriptors_of, expressions_of, points_of
from pyface_web.pipeline.detectors import ssd_faces, tiny_faces
from pyface_web.pipeline.refine import refined
from pyface_web.pipeline.upright import chips, quarters_upright, squares, turned_back
from pyface_web.values.alignment import DEFAULT_ALIGN, DEFAULT_REFINE, Align
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.numeric import shown
from pyface_web.values.options import (
    ALIGN,
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
)
from pyface_web.values.results import FaceResult, crop_box
from pyface_web.values.rules import SWITCH, Rule
from pyface_web.weights.model import Model
from pyface_web.wording import code

Faces = Sequence[FaceDetection | FaceResult]

Nets = Mapping[str, Model]
"""Nets by the names that they have in `nets`."""

Pair = tuple[FaceResult, Box]
"""A face, and the whole pixels of the picture that are its crop."""


# --- detection


FindFaces = Callable[[View, Any, Any], Coroutine[Any, Any, list[FaceDetection]]]

# class of options -> (which of the nets, what finds faces with it)
DETECTORS: dict[type[DetectorOptions], tuple[str, FindFaces]] = {
    SsdMobilenetv1Options: ("ssd_mobilenetv1", ssd_faces),
    TinyFaceDetectorOptions: ("tiny_face_detector", tiny_faces),
    TinyYolov2Options: ("tiny_yolov2", tiny_faces),
    MtcnnOptions: ("mtcnn", mtcnn_faces),
}


def check_options(options: object) -> DetectorOptions:
    """The options, SsdMobilenetv1Options() for None; raises OptionsError for anything else."""
    if options is None:
        return SsdMobilenetv1Options()
    if isinstance(options, DetectorOptions) and type(options) in DETECTORS:
        return options
    if isinstance(options, type) and options in DETECTORS:
        raise OptionsError(
            f"options: got {shown(options)} itself; make such options of it, "
            f"{code(f'faceapi.{options.__name__}()')}"
        )
    raise OptionsError(
        f"options: {shown(options)} does not say which detector is to run, as the class of its "
        f"options does; pass {code('faceapi.TinyFaceDetectorOptions(input_size=416)')}, or one of "
        f"{', '.join(kind.__name__ for kind in DETECTORS)}"
    )


async def detect(
    view: View, nets: Nets, options: DetectorOptions, single: bool = False
) -> list[FaceDetection]:
    """Faces of a picture with the detector that the options belong to; single: at most the best."""
    name, find = DETECTORS[type(options)]
    if not nets[name].is_loaded:
        raise NotLoadedError(_other_detector(nets, name) or nets[name].not_loaded)
    faces = await find(view, nets[name], options)
    return sorted(faces, key=lambda face: -face.score)[:1] if single else faces


def _other_detector(nets: Nets, name: str) -> str:
    """What is said where a detector has no weights and another one has; else ""."""
    for kind, (other, _) in DETECTORS.items():
        if nets[other].is_loaded:
            options = code(f"faceapi.{kind.__name__}()")
            default = ", the default," if name == DETECTORS[SsdMobilenetv1Options][0] else ""
            return (
                f"{nets[name].in_words}{default} has no weights, and {nets[other].in_words} has: "
                f"pass {options} after the picture to detect with that, or load the other: "
                f"{nets[name].how_to_load}"
            )
    return ""


# --- what is added to faces; one whose crop lies wholly outside the picture is dropped


async def add_landmarks(
    view: View, net: Model, faces: Faces, refine: bool = DEFAULT_REFINE
) -> list[FaceResult]:
    """68 points for every face, found on its detection box.

    refine: found there, they say how the face leans; then they are found once more, on a square
    turned so that it stands upright, all at once, as `refined` says.
    """
    pairs = _with_crops(view, faces, lambda face: face.detection)
    found = await _on_boxes(view, net, pairs)
    if refine:
        found = await refined(view, net, found, [face.detection.orientation for face, _ in pairs])
    return [
        face.extended(FaceResult.with_landmarks(face.detection, landmarks, landmarks.shift))
        for (face, _), landmarks in zip(pairs, found, strict=True)
    ]


async def _on_boxes(view: View, net: Model, pairs: Sequence[Pair]) -> list[FaceLandmarks68]:
    """Landmarks of each face, relative to its crop and shifted by the corner of that."""
    crops, fits = _boxes(net, pairs)
    turns = [_quarters(face) for face, _ in pairs]
    sizes = [
        (crop.height, crop.width) if turn % 2 else (crop.width, crop.height)
        for crop, turn in zip(crops, turns, strict=True)
    ]
    points = await points_of(view, net, crops, sizes, fits)
    return [
        FaceLandmarks68(
            turned_back(inside, turn), Dimensions(crop.width, crop.height), Point(crop.x, crop.y)
        )
        for inside, crop, turn in zip(points, crops, turns, strict=True)
    ]


async def add_descriptors(
    view: View, net: Model, faces: Faces, align: Align = DEFAULT_ALIGN
) -> list[FaceResult]:
    """A descriptor for every face that has landmarks.

    align: "upright" takes the chip of dlib, turned by the landmarks, "box" the square of
    face-api.js.
    """
    part = _turnable if align == "upright" else lambda face: face.descriptor_rect
    pairs = _with_crops(view, faces, part)
    found = await descriptors_of(view, net, *_cut(view, net, pairs, align, chips))
    return [
        replace(face, descriptor=descriptor, descriptor_align=align)
        for (face, _), descriptor in zip(pairs, found, strict=True)
    ]


async def add_expressions(
    view: View, net: Model, faces: Faces, align: Align = DEFAULT_ALIGN
) -> list[FaceResult]:
    """The expression of every face.

    align: "upright" takes a square turned by the landmarks, "box" the box around them; where there
    are none, both take that of the detection.
    """
    pairs = _with_crops(view, faces, _aligned)
    found = await expressions_of(view, net, *_cut(view, net, pairs, align, squares))
    return [
        replace(face, expressions=expressions)
        for (face, _), expressions in zip(pairs, found, strict=True)
    ]


async def add_age_and_gender(
    view: View, net: Model, faces: Faces, align: Align = DEFAULT_ALIGN
) -> list[FaceResult]:
    """Age and gender of every face. align: as for `add_expressions`."""
    pairs = _with_crops(view, faces, _aligned)
    found = await ages_of(view, net, *_cut(view, net, pairs, align, squares))
    return [replace(face, **guess._asdict()) for (face, _), guess in zip(pairs, found, strict=True)]


# --- where each face is cut out


def _aligned(face: FaceResult) -> FaceDetection:
    return face.aligned_rect or face.detection


def _turnable(face: FaceResult) -> FaceDetection | None:
    return face.aligned_rect if isinstance(face.landmarks, FaceLandmarks68) else None


def _with_crops(
    view: View, faces: Faces, part: Callable[[FaceResult], FaceDetection | Box | None]
) -> list[Pair]:
    """Faces with the pixels to cut out for each; without those that have none in the picture."""
    results = [face if isinstance(face, FaceResult) else FaceResult(face) for face in faces]
    parts = [(face, part(face)) for face in results]
    crops = [(f, crop_box(p, view.width, view.height)) for f, p in parts if p is not None]
    return [(face, crop) for face, crop in crops if not crop.is_empty]


def _cut(
    view: View,
    net: Model,
    pairs: Sequence[Pair],
    align: Align,
    upright: Callable[[Sequence[FaceLandmarks68], tuple[float, float], int], list[Similarity]],
) -> tuple[list[Box], Fits]:
    """The crops of faces, and how each lies in the net's input.

    All go alike, so that one without 68 points, which nothing turns upright, has all go as boxes.
    """
    found = [face.landmarks for face, _ in pairs if isinstance(face.landmarks, FaceLandmarks68)]
    if align == "box" or len(found) < len(pairs):
        return _boxes(net, pairs)
    extent = (view.width, view.height)
    return [view.whole] * len(pairs), upright(found, extent, net.architecture.size)


def _boxes(net: Model, pairs: Sequence[Pair]) -> tuple[list[Box], Fits]:
    """The crops, turned by quarters where faces were found in a picture that was turned so."""
    crops = [crop for _, crop in pairs]
    turns = [_quarters(face) for face, _ in pairs]
    if not any(turns):
        return crops, None
    size = net.architecture.size
    return crops, [
        letterbox(crop.width, crop.height, size, centred=True, quarters=turn)
        for crop, turn in zip(crops, turns, strict=True)
    ]


def _quarters(face: FaceResult) -> int:
    """By how many quarters clockwise the crop of a face is turned so that it stands upright."""
    return quarters_upright(face.detection.orientation)


# --- the stages, by name


_LANDMARKS = ("face_landmark68_net", "face_landmark68_tiny_net")
_OTHER_LANDMARKS = dict(zip(_LANDMARKS, reversed(_LANDMARKS), strict=True))


@dataclass(frozen=True)
class Stage:
    """What one of `nets` adds to every face.

    call: the task's method that asks for it. rules: of the options that `add` has. options: those
    that were given, by name.
    """

    net: str
    add: Callable[..., Awaitable[list[FaceResult]]]
    call: str = ""
    rules: Mapping[str, Rule] = field(default_factory=dict, compare=False)
    options: tuple[tuple[str, Any], ...] = ()

    def given(self, **options: object) -> Stage:
        """The same with options; OptionsError for others, and for what is no value of one."""
        what = code(self.call or self.net)
        unknown = [name for name in options if name not in self.rules]
        if unknown:
            known = f"expected {', '.join(map(code, self.rules))}" if self.rules else "it has none"
            raise OptionsError(f"{what}: there is no option {shown(unknown[0])}; {known}")
        checked = {
            name: self.rules[name].check(f"{what}: {code(name)}", value)
            for name, value in options.items()
        }
        return replace(self, options=tuple(sorted(checked.items())))

    async def __call__(self, view: View, nets: Nets, faces: Faces) -> list[FaceResult]:
        """The faces with what the net adds; without those that have no pixel in the picture."""
        other = nets[_OTHER_LANDMARKS.get(self.net, self.net)]
        if other.is_loaded and not nets[self.net].is_loaded:
            call = code(f".with_face_landmarks({'tiny' in other.name})")
            raise NotLoadedError(
                f"{nets[self.net].in_words} has no weights, and {other.in_words} has: {call} takes "
                f"that; or load the other: {nets[self.net].how_to_load}"
            )
        return await self.add(view, nets[self.net], faces, **dict(self.options))


_REFINE, _ALIGN = {"refine": SWITCH}, {"align": ALIGN}
STAGES = {
    "landmarks": Stage(_LANDMARKS[0], add_landmarks, "with_face_landmarks", _REFINE),
    "tiny_landmarks": Stage(_LANDMARKS[1], add_landmarks, "with_face_landmarks", _REFINE),
    "descriptors": Stage("face_recognition_net", add_descriptors, "with_face_descriptors", _ALIGN),
    "expressions": Stage("face_expression_net", add_expressions, "with_face_expressions", _ALIGN),
    "age_and_gender": Stage("age_gender_net", add_age_and_gender, "with_age_and_gender", _ALIGN),
}
