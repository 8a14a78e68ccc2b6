"""The Python end of the JavaScript face: one message in, one answer of plain values out.

`site/faceapi.js` holds the other end. A message is `{call, input, ...arguments}`, an answer
`{value, loaded}` or `{error, loaded}`; `loaded` names the nets that have weights. Whatever an
answer holds can be cloned to another thread: numbers, texts, lists, float32 arrays. Nothing here
imports `js` or `pyodide`: the page hands the message over and turns the answer into JavaScript
values, so that the protocol runs in a worker, and in CPython, as it does in a page.

A face is `{score, box, size}`, box relative to the picture as [x, y, width, height], size
[width, height] of the picture; with landmarks also `{landmarks: {points, size, shift}, aligned,
square}`, points (68 * 2,) relative to size, aligned a box as above, square the descriptor's
rectangle in pixels; with a descriptor also `{descriptor}`, (128,).
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np

from pyface_web import api
from pyface_web.dom.source import is_missing
from pyface_web.errors import InputError, OptionsError, PyfaceError
from pyface_web.geometry import Box, Dimensions, Point
from pyface_web.neural_network import NeuralNetwork, nets, session
from pyface_web.options import (
    DetectorOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
)
from pyface_web.results import FaceDetection, FaceLandmarks68, FaceResult
from pyface_web.session import View
from pyface_web.stages import add_descriptors, add_landmarks, detect

Message = Mapping[str, Any]
Answer = dict[str, Any]

DETECTORS: dict[str, type[DetectorOptions]] = {
    "ssd_mobilenetv1": SsdMobilenetv1Options,
    "tiny_face_detector": TinyFaceDetectorOptions,
    "tiny_yolov2": TinyYolov2Options,
}


async def handle(message: Any) -> Answer:
    """Answer a message: a mapping, or the JavaScript object that stands for one. Never raises."""
    try:
        sent: Message = message if isinstance(message, Mapping) else message.to_py()
        given = {key: value for key, value in sent.items() if not is_missing(value)}
        call = CALLS.get(given.get("call", ""))
        if call is None:
            raise OptionsError(
                f"there is no call {given.get('call')!r}; expected one of {', '.join(CALLS)}; "
                "do faceapi.js and the wheel come from the same build?"
            )
        return {"value": await call(given), "loaded": loaded()}
    except Exception as error:
        return {"error": _described(error), "loaded": loaded()}


def loaded() -> list[str]:
    """Names of the nets that have weights."""
    return [name for name, net in nets.items() if net.is_loaded]


def _described(error: Exception) -> dict[str, str]:
    """Class name and text of an exception; where it arose, too, if it is none of ours."""
    described = {"name": type(error).__name__, "message": str(error)}
    if not isinstance(error, PyfaceError):
        described["traceback"] = "".join(traceback.format_exception(error))
    return described


# --- the calls


async def _faces(message: Message) -> list[Answer]:
    """Faces of a picture, after one or more stages.

    stages: "detect" (options: {detector, ...values}; single: only the best face), "landmarks",
    "tiny_landmarks", "descriptors", in this order. faces: those of an earlier answer to go on
    with, if the stages do not begin with "detect".
    """
    stages = list(message["stages"])
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown:
        raise OptionsError(f"stages {unknown}: expected {', '.join(STAGES)}")
    options = _options(message.get("options") or {})
    faces: list[Any] = [_unpacked(face) for face in message.get("faces") or []]
    async with session.open(_picture(message)) as view:
        for stage in stages:
            if stage == "detect":
                faces = await detect(view, nets, options)
                if message.get("single"):
                    faces = [max(faces, key=lambda face: face.score)] if faces else []
            else:
                faces = await STAGES[stage](view, faces)
    return [_packed(face) for face in faces]


async def _landmark_stage(view: View, faces: list[Any]) -> list[Any]:
    return list(await add_landmarks(view, nets, faces, tiny=False))


async def _tiny_landmark_stage(view: View, faces: list[Any]) -> list[Any]:
    return list(await add_landmarks(view, nets, faces, tiny=True))


async def _descriptor_stage(view: View, faces: list[Any]) -> list[Any]:
    return list(await add_descriptors(view, nets, faces))


async def _no_stage(view: View, faces: list[Any]) -> list[Any]:
    return faces


STAGES: dict[str, Callable[[View, list[Any]], Awaitable[list[Any]]]] = {
    "detect": _no_stage,
    "landmarks": _landmark_stage,
    "tiny_landmarks": _tiny_landmark_stage,
    "descriptors": _descriptor_stage,
}


async def _landmarks(message: Message) -> Any:
    """Landmarks of a picture that shows one face; a list of them for a list of pictures."""
    tiny = message.get("tiny")
    compute = api.detect_face_landmarks_tiny if tiny else api.detect_face_landmarks
    found = await compute(_picture(message))
    return (
        [_packed_landmarks(f) for f in found]
        if isinstance(found, list)
        else _packed_landmarks(found)
    )


async def _descriptor(message: Message) -> Any:
    """(128,) of a picture that shows one aligned face; a list of them for a list of pictures."""
    return await api.compute_face_descriptor(_picture(message))


async def _load(message: Message) -> None:
    """Load a net from an address, or from weights, a flat float32 array."""
    weights = message.get("weights")
    net = _net(message["net"])
    await net.load(message.get("uri") if weights is None else np.asarray(weights, np.float32))


async def _dispose(message: Message) -> None:
    """Free a net, or without one all that is on the device."""
    name = message.get("net")
    if name is None:
        api.dispose()
    else:
        _net(name).dispose()


async def _warmup(message: Message) -> None:
    await api.warmup(*(_net(name) for name in message.get("nets") or []))


async def _memory(message: Message) -> dict[str, int | str]:
    return api.memory()


async def _set_backend(message: Message) -> None:
    await api.set_backend(message["name"], message.get("precision"))


async def _get_backend(message: Message) -> str:
    return await api.get_backend()


async def _describe_backend(message: Message) -> str:
    return await api.describe_backend()


CALLS: dict[str, Callable[[Message], Awaitable[Any]]] = {
    "faces": _faces,
    "landmarks": _landmarks,
    "descriptor": _descriptor,
    "load": _load,
    "dispose": _dispose,
    "warmup": _warmup,
    "memory": _memory,
    "set_backend": _set_backend,
    "get_backend": _get_backend,
    "describe_backend": _describe_backend,
}


# --- values in and out


def _picture(message: Message) -> Any:
    picture = message.get("input")
    if picture is None:
        raise InputError("the input is missing; is the variable set, and the element in the page?")
    return picture


def _net(name: str) -> NeuralNetwork:
    known = dict(nets.items())
    if name not in known:
        raise OptionsError(f"there is no net {name!r}; expected one of {', '.join(known)}")
    return known[name]


def _options(values: Mapping[str, Any]) -> DetectorOptions:
    given = dict(values)
    detector = given.pop("detector", "ssd_mobilenetv1")
    if detector not in DETECTORS:
        raise OptionsError(f"detector {detector!r}: expected one of {', '.join(DETECTORS)}")
    return DETECTORS[detector].from_js(given)


def _numbers(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _packed_landmarks(landmarks: Any) -> Answer:
    return {
        "points": landmarks.relative_positions.reshape(-1),
        "size": [landmarks.image_width, landmarks.image_height],
        "shift": [landmarks.shift.x, landmarks.shift.y],
    }


def _packed(face: FaceDetection | FaceResult) -> Answer:
    """A face as an answer holds it; `_unpacked` is the inverse."""
    result = face if isinstance(face, FaceResult) else FaceResult(face)
    detection = result.detection
    packed: Answer = {
        "score": detection.score,
        "box": _numbers(detection.relative_box),
        "size": [detection.image_width, detection.image_height],
    }
    if result.landmarks is not None:
        packed["landmarks"] = _packed_landmarks(result.landmarks)
    if result.aligned_rect is not None:
        packed["aligned"] = _numbers(result.aligned_rect.relative_box)
    if result.descriptor_rect is not None:
        packed["square"] = _numbers(result.descriptor_rect)
    if result.descriptor is not None:
        packed["descriptor"] = result.descriptor
    return packed


def _unpacked(face: Mapping[str, Any]) -> FaceDetection | FaceResult:
    """The detection or result that `_packed` made a face of."""
    size = Dimensions(*face["size"])
    detection = FaceDetection(face["score"], Box(*face["box"]), size)
    if "landmarks" not in face:
        return detection
    part = face["landmarks"]
    points = np.asarray(part["points"], np.float32).reshape(-1, 2)
    landmarks = FaceLandmarks68(points, Dimensions(*part["size"]), Point(*part["shift"]))
    descriptor = face.get("descriptor")
    return FaceResult(
        detection=detection,
        landmarks=landmarks,
        aligned_rect=FaceDetection(face["score"], Box(*face["aligned"]), size),
        descriptor_rect=Box(*face["square"]),
        descriptor=None if descriptor is None else np.asarray(descriptor, np.float32),
    )
