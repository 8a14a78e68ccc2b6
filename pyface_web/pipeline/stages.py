"""What each net adds to the faces of a picture: detection, landmarks, descriptors, and so on.

Functions of a picture that the session holds. `tasks.py` chains them, `nets.py` offers
each alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.engine.session import View, Views
from pyface_web.errors import NotLoadedError, OptionsError
from pyface_web.models.decode.boxes import sigmoid
from pyface_web.models.decode.landmarks import decode_landmarks
from pyface_web.pipeline.cascade import mtcnn_faces
from pyface_web.pipeline.detectors import ssd_faces, tiny_faces
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import AgeAndGender, FaceExpressions, Gender
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.numeric import shown
from pyface_web.values.options import (
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
)
from pyface_web.values.results import FaceResult, crop_box
from pyface_web.weights.model import Model, check_outputs
from pyface_web.wording import code

Faces = Sequence[FaceDetection | FaceResult]


Nets = Mapping[str, Model]
"""Nets by the names that they have in `nets`."""


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


# --- values of crops that show one face each


async def landmarks_of(
    view: View | Views, net: Model, crops: Sequence[Box]
) -> list[FaceLandmarks68]:
    """Landmarks relative to each crop."""
    outputs = await _outputs(view, net, crops)
    if not outputs:
        return []
    sizes = np.array([(crop.width, crop.height) for crop in crops])
    points = decode_landmarks(outputs["points"].reshape(len(crops), -1), sizes)
    check_outputs(net, {"landmarks": points})
    return [
        FaceLandmarks68(point, Dimensions(crop.width, crop.height))
        for point, crop in zip(points, crops, strict=True)
    ]


async def descriptors_of(view: View | Views, net: Model, crops: Sequence[Box]) -> Any:
    """(N, 128) float32."""
    outputs = await _outputs(view, net, crops)
    return outputs["descriptor"].reshape(-1, 128) if outputs else np.zeros((0, 128), np.float32)


async def expressions_of(
    view: View | Views, net: Model, crops: Sequence[Box]
) -> list[FaceExpressions]:
    """The expression of each."""
    outputs = await _outputs(view, net, crops)
    return (
        [FaceExpressions(row) for row in softmax(outputs["expressions"][:, 0, 0])]
        if outputs
        else []
    )


async def ages_of(view: View | Views, net: Model, crops: Sequence[Box]) -> list[AgeAndGender]:
    """Age and gender of each."""
    outputs = await _outputs(view, net, crops)
    if not outputs:
        return []
    ages, logits = outputs["age"].reshape(-1), outputs["gender"].reshape(-1, 2)
    male = sigmoid(logits[:, 0].astype(np.float64) - logits[:, 1])  # softmax of two
    return [
        AgeAndGender(age, Gender.MALE if p > 0.5 else Gender.FEMALE, max(p, 1 - p))
        for age, p in zip(ages.tolist(), male.tolist(), strict=True)
    ]


async def _outputs(
    view: View | Views, net: Model, crops: Sequence[Box]
) -> dict[str, npt.NDArray[np.float32]]:
    """Outputs of a net for all crops, {} for none; a net without weights raises in either case."""
    _ = net.tensors
    if not crops:
        return {}
    outputs, _fits = await view.infer(net, crops)
    return outputs


def softmax(logits: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """(N, K) logits to probabilities that sum to 1 in each row."""
    rows = np.asarray(logits, dtype=np.float64)
    powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


# --- the same, added to faces; a face whose crop lies wholly outside the picture is dropped


async def add_landmarks(view: View, net: Model, faces: Faces) -> list[FaceResult]:
    """68 points for every face, found on its detection box."""
    pairs = _with_crops(view, faces, lambda face: face.detection)
    found = await landmarks_of(view, net, [crop for _, crop in pairs])
    return [
        face.extended(FaceResult.with_landmarks(face.detection, landmarks, Point(crop.x, crop.y)))
        for (face, crop), landmarks in zip(pairs, found, strict=True)
    ]


async def add_descriptors(view: View, net: Model, faces: Faces) -> list[FaceResult]:
    """A descriptor for every face that has landmarks, of the square that dlib would cut."""
    pairs = _with_crops(view, faces, lambda face: face.descriptor_rect)
    found = await descriptors_of(view, net, [crop for _, crop in pairs])
    return [
        replace(face, descriptor=descriptor, descriptor_align="box")
        for (face, _), descriptor in zip(pairs, found, strict=True)
    ]


async def add_expressions(view: View, net: Model, faces: Faces) -> list[FaceResult]:
    """The expression of every face, of the box around its landmarks where there are any."""
    pairs = _with_crops(view, faces, _aligned)
    found = await expressions_of(view, net, [crop for _, crop in pairs])
    return [
        replace(face, expressions=expressions)
        for (face, _), expressions in zip(pairs, found, strict=True)
    ]


async def add_age_and_gender(view: View, net: Model, faces: Faces) -> list[FaceResult]:
    """Age and gender of every face, of the box around its landmarks where there are any."""
    pairs = _with_crops(view, faces, _aligned)
    found = await ages_of(view, net, [crop for _, crop in pairs])
    return [replace(face, **guess._asdict()) for (face, _), guess in zip(pairs, found, strict=True)]


_LANDMARKS = ("face_landmark68_net", "face_landmark68_tiny_net")
_OTHER_LANDMARKS = dict(zip(_LANDMARKS, reversed(_LANDMARKS), strict=True))


@dataclass(frozen=True)
class Stage:
    """What one of `nets` adds to every face."""

    net: str
    add: Callable[[View, Model, Faces], Awaitable[list[FaceResult]]]

    async def __call__(self, view: View, nets: Nets, faces: Faces) -> list[FaceResult]:
        """The faces with what the net adds; without those that have no pixel in the picture."""
        other = nets[_OTHER_LANDMARKS.get(self.net, self.net)]
        if other.is_loaded and not nets[self.net].is_loaded:
            call = code(f".with_face_landmarks({'tiny' in other.name})")
            raise NotLoadedError(
                f"{nets[self.net].in_words} has no weights, and {other.in_words} has: {call} takes "
                f"that; or load the other: {nets[self.net].how_to_load}"
            )
        return await self.add(view, nets[self.net], faces)


STAGES = {
    "landmarks": Stage(_LANDMARKS[0], add_landmarks),
    "tiny_landmarks": Stage(_LANDMARKS[1], add_landmarks),
    "descriptors": Stage("face_recognition_net", add_descriptors),
    "expressions": Stage("face_expression_net", add_expressions),
    "age_and_gender": Stage("age_gender_net", add_age_and_gender),
}


def _aligned(face: FaceResult) -> FaceDetection:
    return face.aligned_rect or face.detection


def _with_crops(
    view: View, faces: Faces, part: Callable[[FaceResult], FaceDetection | Box | None]
) -> list[tuple[FaceResult, Box]]:
    """Faces with the pixels to cut out for each; without those that have none in the picture."""
    results = [face if isinstance(face, FaceResult) else FaceResult(face) for face in faces]
    parts = [(face, part(face)) for face in results]
    crops = [(f, crop_box(p, view.width, view.height)) for f, p in parts if p is not None]
    return [(face, crop) for face, crop in crops if not crop.is_empty]
