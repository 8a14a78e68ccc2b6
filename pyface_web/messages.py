"""The Python end of the JavaScript face: one message in, one answer of plain values out.

`site/faceapi/` holds the other end. A message is `{call, input, ...arguments}`, an answer
`{value, loaded}` or `{error, loaded}`; `loaded` names the nets that have weights. Whatever an
answer holds can be cloned to another thread: numbers, texts, lists, float32 arrays. Nothing here
imports `js` or `pyodide`: the page hands the message over and turns the answer into JavaScript
values, so that the protocol runs in a worker, and in CPython, as it does in a page.

A net is named by the attribute of `nets` that it is, or, if it is one of the page's own, by
`{id, kind, ...settings}`: it is made when it is first named, and forgotten by "dispose".

A face is `{score, box, size}`, box relative to the picture as [x, y, width, height], size [width,
height] of the picture, and `orientation` where that is not 0; with landmarks also `{landmarks:
{points, size, shift}, aligned, square}`, points (68 * 2,) relative to size, aligned a box as above,
square the descriptor's rectangle in pixels; further `{descriptor}`, (128,), `{descriptor_align}`,
how that was cut if it is known, `{expressions}`, (7,), and `{age, gender, gender_probability}`, as
far as nets were asked.

A tracker, which gives the faces of a video ids that last, has a number that the page chose: it is
made by "begin_track", sees the frames one after the other, and is forgotten by "end_track".
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web import api
from pyface_web.engine.session import View
from pyface_web.errors import InputError, OptionsError, PyfaceError, WeightsError
from pyface_web.host import is_missing
from pyface_web.pipeline import stages
from pyface_web.pipeline.crowd import set_latest_frame
from pyface_web.pipeline.nets import NeuralNetwork, nets, session
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import AgeAndGender, FaceExpressions
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks, FaceLandmarks5, FaceLandmarks68
from pyface_web.values.numeric import shown
from pyface_web.values.options import DetectorOptions, TrackOptions
from pyface_web.values.results import FaceResult
from pyface_web.video.track import follow
from pyface_web.video.tracker import TrackedFace, Tracker
from pyface_web.waits import set_waits
from pyface_web.weights.load import load_weight_map
from pyface_web.wording import code, to_javascript

Message = Mapping[str, Any]
Answer = dict[str, Any]

DETECTORS = {name: options for options, (name, _) in stages.DETECTORS.items()}
_DEPTH = 8  # of a message that is right; what lies deeper stays JavaScript's, and is refused
_own: dict[int, NeuralNetwork] = {}  # nets that the page made, by their numbers
_trackers: dict[int, Tracker] = {}  # by their numbers


async def handle(message: Any) -> Answer:
    """Answer a message: a mapping, or the JavaScript object that stands for one. Never raises."""
    with to_javascript():
        try:
            given = _read(message)
            call = CALLS.get(given.get("call", ""))
            if call is None:
                raise OptionsError(
                    f"there is no call {shown(given.get('call'))}; expected one of "
                    f"{', '.join(CALLS)}; do faceapi/ and the wheel come from the same build?"
                )
            return {"value": await call(given), "loaded": loaded()}
        except (Exception, asyncio.CancelledError) as error:
            return {"error": _described(error), "loaded": loaded()}


class _Given(dict[str, Any]):
    """A message without what is undefined; to ask for that is an InputError."""

    def __missing__(self, key: str) -> Any:
        raise InputError(f"{self.get('call')}: {key} is missing; is it undefined, or null?")


def _read(message: Any) -> _Given:
    try:
        sent: Message = message if isinstance(message, Mapping) else message.to_py(depth=_DEPTH)
        return _Given({key: value for key, value in sent.items() if not is_missing(value)})
    except Exception as error:  # a buffer that was handed over, a getter that throws
        raise InputError(
            f"what was passed cannot be read ({getattr(error, 'message', error)}); was it closed, "
            "or given away? Pass a copy of it"
        ) from error


def loaded() -> list[str | int]:
    """The nets that have weights: names of those of `nets`, numbers of those of the page."""
    every: list[tuple[str | int, NeuralNetwork]] = [*nets.items(), *_own.items()]
    return [key for key, net in every if net.is_loaded]


def _described(error: BaseException) -> dict[str, str]:
    """Class name and text of an exception; where it arose, too, if it is none of ours."""
    described = {"name": type(error).__name__, "message": str(error)}
    if not isinstance(error, PyfaceError):
        described["traceback"] = "".join(traceback.format_exception(error))
    return described


# --- the calls


async def _faces(message: Message) -> list[Answer]:
    """Faces of a picture, after one or more stages.

    stages: "detect" (options: {detector, ...values}; single: only the best face), then in any
    order "landmarks" or "tiny_landmarks" (refine), "descriptors" (which need landmarks; align),
    "expressions" (align), "age_and_gender" (align); each a name, or `{stage: name, ...options}`.
    faces: those of an earlier answer to go on with, if the stages do not begin with "detect".
    """
    asked = [_stage(stage) for stage in message["stages"]]
    options = _options(message.get("options") or {})
    given = [_face_from_message(face) for face in message.get("faces") or []]

    async def look(view: View) -> Sequence[Any]:
        faces: Sequence[Any] = given
        for stage in asked:
            if stage is None:
                faces = await stages.detect(view, nets, options, bool(message.get("single")))
            else:
                faces = await stage(view, nets, faces)
        return faces

    return [_face_to_message(face) for face in await session.look(_picture(message), look)]


async def _locate(message: Message) -> list[Answer]:
    """Faces of a picture, found by one net. options: values of its own options."""
    locate = _method(message, "locate_faces")
    found = await locate(_picture(message), message.get("options") or {})
    return [_face_to_message(face) for face in found]


async def _mtcnn(message: Message) -> Answer:
    """Faces of a picture with five landmarks each, and how they came about. options: values."""
    run = _method(message, "forward_with_stats")
    faces, stats = await run(_picture(message), message.get("options") or {})
    return {"faces": [_face_to_message(face) for face in faces], "stats": stats}


async def _of_one_face(method: str, to_message: Callable[[Any], Any], message: Message) -> Any:
    """What a net says of a picture that shows one face; a list of it for a list of pictures."""
    found = await _method(message, method)(_picture(message))
    return [to_message(value) for value in found] if isinstance(found, list) else to_message(found)


async def _begin_track(message: Message) -> None:
    """Make a tracker. options: of `TrackOptions`, detector as {detector, ...values}."""
    given = dict(message.get("options") or {})
    if given.get("detector") is not None:
        given["detector"] = _options(given["detector"])
    _trackers[message["tracker"]] = Tracker(TrackOptions.from_js(given))


async def _track(message: Message) -> Answer:
    """Faces of the next frame of a video, with what the tracker's options ask for.

    time: of the frame, in seconds. Each face is `{id, seconds, velocity: [x, y], face}`.
    """
    tracker = _trackers.get(message["tracker"])
    if tracker is None:
        raise InputError("this tracking has ended; call track again")
    faces, milliseconds, size = await follow(_picture(message), tracker, message["time"])
    return {
        "faces": [_tracked_to_message(face) for face in faces],
        "milliseconds": milliseconds,
        "size": [size.width, size.height],
    }


async def _end_track(message: Message) -> None:
    _trackers.pop(message["tracker"], None)


async def _load(message: Message) -> None:
    """Load a net from an address, from weights (a flat float32 array), or from a weight_map."""
    net = _net(message["net"])
    if "weights" in message:
        await net.load(np.asarray(message["weights"], np.float32))
    elif "weight_map" in message:
        net.load_from_weight_map(_tensors(message["weight_map"]))
    else:
        await net.load(message.get("uri"))


def _tensors(given: Any) -> dict[str, NDArray[np.float32]]:
    try:
        return {
            name: np.asarray(tensor["data"], np.float32).reshape(tensor["shape"])
            for name, tensor in given.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"weights by name: expected {{ name: {{ data, shape }} }}, got something else ({error})"
        ) from error


async def _weight_map(message: Message) -> dict[str, Answer]:
    """The weights that the manifest of a model describes: name -> {data, shape}."""
    found = await load_weight_map(message.get("uri"), message["model"])
    return {
        name: {"data": values.reshape(-1), "shape": list(values.shape)}
        for name, values in found.items()
    }


async def _dispose(message: Message) -> None:
    """Free a net, or without one all that is on the device."""
    named = message.get("net")
    if named is None:
        api.dispose()
    elif isinstance(named, str):
        _net(named).dispose()
    elif net := _own.pop(named["id"], None):
        net.dispose()


async def _warmup(message: Message) -> None:
    await api.warmup(*(_net(name) for name in message.get("nets") or []))


async def _set_waits(message: Message) -> None:
    """Change limits. waits: those of `Waits` that change, in seconds."""
    set_waits(message["waits"])


async def _set_latest_frame(message: Message) -> None:
    """For calls from Python; those of the page are not even sent. latest_frame: true or false."""
    set_latest_frame(message["latest_frame"])


async def _memory(message: Message) -> dict[str, int | str]:
    return api.memory()


async def _set_backend(message: Message) -> None:
    await api.set_backend(message["name"], message.get("precision"))


async def _get_backend(message: Message) -> str:
    return await api.get_backend()


async def _backend_label(message: Message) -> str:
    return await api.backend_label()


async def _describe_backend(message: Message) -> str:
    return await api.describe_backend()


# --- values in and out


def _picture(message: Message) -> Any:
    picture = message.get("input")
    if picture is None:
        raise InputError(
            "there is no picture: the input is null or undefined; is the variable set, and was the "
            "element there when it was looked for? Before, document.getElementById gives null"
        )
    return picture


def _net(named: Any) -> NeuralNetwork:
    known: Mapping[str, NeuralNetwork] = nets
    kind = named if isinstance(named, str) else named["kind"]
    if kind not in known:
        raise OptionsError(f"there is no net {shown(kind)}; expected one of {', '.join(known)}")
    if isinstance(named, str):
        return known[kind]
    if named["id"] not in _own:
        settings = {key: value for key, value in named.items() if key not in ("id", "kind")}
        _own[named["id"]] = type(known[kind])(**settings)
    return _own[named["id"]]


def _method(message: Message, name: str) -> Callable[..., Awaitable[Any]]:
    net = _net(message["net"])
    found: Callable[..., Awaitable[Any]] | None = getattr(net, name, None)
    if found is None:
        raise OptionsError(
            f"{shown(message['call'])} is not what {code(f'nets.{net.name}')} computes"
        )
    return found


def _stage(asked: str | Mapping[str, Any]) -> stages.Stage | None:
    """A stage with its options; None for the detection."""
    given = {"stage": asked} if isinstance(asked, str) else dict(asked)
    name = given.pop("stage", None)
    if name == "detect":
        return None
    if name not in stages.STAGES:
        raise OptionsError(f"stage {shown(name)}: expected detect, {', '.join(stages.STAGES)}")
    options = {key: value for key, value in given.items() if not is_missing(value)}
    return stages.STAGES[name].given(**options)


def _options(values: Mapping[str, Any]) -> DetectorOptions:
    given = dict(values)
    detector = given.pop("detector", "ssd_mobilenetv1")
    if detector not in DETECTORS:
        raise OptionsError(f"detector {shown(detector)}: expected one of {', '.join(DETECTORS)}")
    return DETECTORS[detector].from_js(given)


def _box_to_message(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _expressions_to_message(expressions: FaceExpressions) -> NDArray[np.float32]:
    return np.array(list(expressions.values()), np.float32)


def _age_and_gender_to_message(guess: AgeAndGender) -> Answer:
    return guess._asdict() | {"gender": guess.gender.value}


def _landmarks_to_message(landmarks: FaceLandmarks) -> Answer:
    return {
        "points": landmarks.relative_positions.reshape(-1),
        "size": [landmarks.image_width, landmarks.image_height],
        "shift": [landmarks.shift.x, landmarks.shift.y],
    }


def _face_to_message(face: FaceDetection | FaceResult) -> Answer:
    """A face as an answer holds it; `_face_from_message` is the inverse."""
    result = face if isinstance(face, FaceResult) else FaceResult(face)
    detection = result.detection
    answer: Answer = {
        "score": detection.score,
        "box": _box_to_message(detection.relative_box),
        "size": [detection.image_width, detection.image_height],
    }
    if detection.orientation:
        answer["orientation"] = detection.orientation
    if result.landmarks is not None:
        answer["landmarks"] = _landmarks_to_message(result.landmarks)
    if result.aligned_rect is not None:
        answer["aligned"] = _box_to_message(result.aligned_rect.relative_box)
    if result.descriptor_rect is not None:
        answer["square"] = _box_to_message(result.descriptor_rect)
    if result.descriptor is not None:
        answer["descriptor"] = result.descriptor
    if result.descriptor_align is not None:
        answer["descriptor_align"] = result.descriptor_align
    if result.expressions is not None:
        answer["expressions"] = _expressions_to_message(result.expressions)
    if result.age is not None and result.gender is not None:
        probability = result.gender_probability or 0.0
        answer |= _age_and_gender_to_message(AgeAndGender(result.age, result.gender, probability))
    return answer


def _tracked_to_message(tracked: TrackedFace) -> Answer:
    return {
        "id": tracked.id,
        "seconds": tracked.seconds,
        "velocity": [tracked.velocity.x, tracked.velocity.y],
        "face": _face_to_message(tracked.face),
    }


def _face_from_message(face: Mapping[str, Any]) -> FaceDetection | FaceResult:
    """The detection or result that `_face_to_message` made a face of."""
    size = Dimensions(*face["size"])
    detection = FaceDetection(face["score"], Box(*face["box"]), size, face.get("orientation", 0))
    more: dict[str, Any] = {}
    if "landmarks" in face:
        part = face["landmarks"]
        points = np.asarray(part["points"], np.float32).reshape(-1, 2)
        kind = FaceLandmarks5 if len(points) == 5 else FaceLandmarks68
        more["landmarks"] = kind(points, Dimensions(*part["size"]), Point(*part["shift"]))
        more["aligned_rect"] = replace(detection, relative_box=Box(*face["aligned"]))
        more["descriptor_rect"] = Box(*face["square"])
    if "descriptor" in face:
        more["descriptor"] = np.asarray(face["descriptor"], np.float32)
    if "expressions" in face:
        more["expressions"] = FaceExpressions(np.asarray(face["expressions"], np.float32))
    plain = ("descriptor_align", *AgeAndGender._fields)
    more |= {name: face[name] for name in plain if name in face}
    return FaceResult(detection, **more) if more else detection


# --- names of the calls

CALLS: dict[str, Callable[[Message], Awaitable[Any]]] = {
    "faces": _faces,
    "locate": _locate,
    "mtcnn": _mtcnn,
    "landmarks": partial(_of_one_face, "detect_landmarks", _landmarks_to_message),
    "descriptor": partial(_of_one_face, "compute_face_descriptor", lambda found: found),
    "expressions": partial(_of_one_face, "predict_expressions", _expressions_to_message),
    "age_and_gender": partial(_of_one_face, "predict_age_and_gender", _age_and_gender_to_message),
    "begin_track": _begin_track,
    "track": _track,
    "end_track": _end_track,
    "load": _load,
    "weight_map": _weight_map,
    "dispose": _dispose,
    "warmup": _warmup,
    "set_waits": _set_waits,
    "set_latest_frame": _set_latest_frame,
    "memory": _memory,
    "set_backend": _set_backend,
    "get_backend": _get_backend,
    "backend_label": _backend_label,
    "describe_backend": _describe_backend,
}
