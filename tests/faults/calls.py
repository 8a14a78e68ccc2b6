"""Every public function of Python, class and method, called with hostile values from its signature.

A call is right if its value is what the signature says, without NaN or infinity unless that is
documented; else it must raise one of the package's errors. TypeError is right only where Python
itself raises it, before a function begins: a wrong number of arguments, an unknown keyword.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import inspect
import math
import signal
import threading
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pytest import MonkeyPatch

import pyface_web as faceapi
from pyface_web import draw, utils
from pyface_web.draw import results as draw_results
from pyface_web.people import identity
from pyface_web.values import geometry, landmarks, options
from pyface_web.video import overlay, smoothing
from pyface_web.weights import published
from tests.cases.evaluate import RecordingContext
from tests.faults.figures import Try
from tests.faults.hostile import ALL, Boom

SECONDS = 2.0  # for one call; only one that hangs takes so long

# What users reach that is not in __all__.
MORE = (
    smoothing.OneEuroFilter,
    overlay.draw_tracked_faces,
    landmarks.AlignOptions,
    draw_results.DrawOptions,
    draw_results.DrawLandmarksOptions,
    options.DetectorOptions,
    geometry.BorderPadding,
)
UNMADE = (faceapi.Frames,)  # takes a page
# What calls make of what they have found, and nobody else.
GIVEN = (faceapi.FoundFaces, faceapi.PictureFaces, faceapi.Comparison)
# A backend is written by whoever brings one; these are abstract.
# Of nets, for the session; of chains, for asyncio.
INSIDE = ("warm_up", "set_tensors", "send", "throw")
ABSTRACT = (faceapi.Backend, faceapi.CpuBackend)


class Hung(BaseException):
    """A call that did not end in time."""


# --- what is right in the place of each parameter


def context() -> Any:
    return RecordingContext([400, 300], [])


def detection() -> Any:
    return faceapi.FaceDetection(0.9, (0.25, 0.25, 0.5, 0.5), (40, 30))


def points68() -> Any:
    return faceapi.FaceLandmarks68(np.linspace(0.1, 0.9, 136).reshape(68, 2), (20, 15))


def result() -> Any:
    face = faceapi.extend_with_face_landmarks(detection(), points68())
    face = faceapi.extend_with_face_descriptor(face, np.full(128, 0.1))
    face = faceapi.extend_with_face_expressions(face, expressions())
    return faceapi.extend_with_gender(faceapi.extend_with_age(face, 30), "male", 0.9)


def expressions() -> Any:
    return faceapi.FaceExpressions([1, 0, 0, 0, 0, 0, 0])


def picture() -> Any:
    return np.full((30, 40, 3), 127, np.uint8)


def labelled() -> Any:
    return faceapi.LabeledFaceDescriptors("Ada", np.zeros((2, 128)))


def tracked() -> Any:
    return faceapi.TrackedFace(1, result(), 0.5, faceapi.Point(1, 2))


def tracker() -> Any:
    made = faceapi.Tracker()
    made.update([detection()], 0.0)
    return made


def person() -> Any:
    return identity.make_identity("Ada", np.zeros((1, 128)), datetime(2026, 1, 1, tzinfo=UTC))


def task() -> Any:
    return faceapi.detect_all_faces(picture())


YOLO = {
    "withSeparableConvs": True,
    "iouThreshold": 0.4,
    "classes": ["face"],
    "anchors": [{"x": 1, "y": 2}],
}

# Parameter, or owner.parameter -> what is right there. What has a default is left out.
VALID: dict[str, Callable[[], Any]] = {
    **dict.fromkeys(("x", "y", "w", "h", "width", "height", "left", "top"), lambda: 3.0),
    **dict.fromkeys(("right", "bottom", "ex", "ey"), lambda: 9.0),
    **dict.fromkeys(("pad_x", "pad_y", "shift_x", "shift_y", "scale_x", "scale_y"), lambda: 2.0),
    **dict.fromkeys(("image_width", "image_height", "start", "step", "num", "age"), lambda: 4),
    **dict.fromkeys(("box", "box1", "box2", "relative_box", "rect"), lambda: (0, 0, 0.5, 0.5)),
    **dict.fromkeys(("score", "class_score", "probability", "gender_probability"), lambda: 0.75),
    **dict.fromkeys(("pt", "anchor", "shift", "crop_origin", "velocity"), lambda: (1, 2)),
    **dict.fromkeys(("ctx", "canvas", "context", "canvas_size"), context),
    **dict.fromkeys(("image_size", "dims", "dimensions", "reference"), lambda: (40, 30)),
    **dict.fromkeys(("input", "image", "media", "face_input", "image_tensor", "source"), picture),
    "picture": picture,
    "pictures": lambda: [picture()],
    "folder": lambda: "no/such/folder",
    **dict.fromkeys(("detections", "faces"), lambda: [detection()]),
    **dict.fromkeys(("landmarks", "face_landmarks", "unshifted_landmarks"), points68),
    **dict.fromkeys(("descriptor", "query", "a", "b"), lambda: np.full(128, 0.5)),
    **dict.fromkeys(("descriptors", "queries"), lambda: np.full((2, 128), 0.5)),
    **dict.fromkeys(("expressions", "face_expressions"), expressions),
    **dict.fromkeys(("same", "different"), lambda: [0.3, 0.7]),
    **dict.fromkeys(("label", "new_label", "class_name", "name", "text", "title"), lambda: "Ada"),
    **dict.fromkeys(("padding", "threshold", "distance_threshold", "iou_threshold"), lambda: 0.4),
    **dict.fromkeys(("seconds", "time", "milliseconds", "yaw", "pitch", "roll"), lambda: 0.25),
    **dict.fromkeys(("size", "sharpness", "brightness", "blown", "distance"), lambda: 0.5),
    **dict.fromkeys(("missed", "false_matches", "dropped", "number", "k", "id", "dim"), lambda: 1),
    **dict.fromkeys(("loaded_bytes", "total_bytes"), lambda: 7),
    **dict.fromkeys(("pts", "points"), lambda: [(1, 2), (3, 4)]),
    **dict.fromkeys(("x_pictures", "img_tensor"), lambda: np.zeros((1, 4, 6, 3))),
    **dict.fromkeys(("face", "more", "tracked"), result),
    **dict.fromkeys(("uri", "url", "file_path"), lambda: "no/such/file"),
    **dict.fromkeys(("default_model_name", "param_path", "file", "callee"), lambda: "a name"),
    "relative_positions": lambda: np.full((68, 2), 0.5),
    "landmarks_on_crop": points68,
    "detection": detection,
    "source_obj": detection,
    "gender": lambda: "male",
    "inputs": lambda: [labelled()],
    "people": lambda: [labelled()],
    "values": lambda: np.full(4, 0.5),
    "probabilities": lambda: [1, 0, 0, 0, 0, 0, 0],
    "expression": lambda: "happy",
    "boxes": lambda: [(0, 0, 4, 4), (1, 1, 4, 4)],
    "scores": lambda: [0.5, 0.75],
    "region": lambda: (0, 0, 0.1, 0.1),
    "scale": lambda: 2.0,
    "mean_rgb": lambda: [1, 2, 3],
    "config": lambda: YOLO,
    "input_size": lambda: 32,
    "results": lambda: [detection()],
    "items": lambda: [(0, 0, 4, 4)],
    "batch_idx": lambda: 0,
    "is_batch": lambda: False,
    "tensor": picture,
    "weights": lambda: np.zeros(4, np.float32),
    "weight_map": dict,
    "backend": lambda: "reference",
    "path": lambda: "no/such/folder/net.onnx",
    "net": lambda: faceapi.nets.tiny_face_detector,
    "which": lambda: faceapi.nets.tiny_face_detector,
    "buf": lambda: b"",
    "arg": lambda: "camera",
    "video": lambda: "camera",
    "element": lambda: "camera",
    "input_array": lambda: [1, 2],
    "obj": result,
    "enrolled": lambda: datetime(2026, 1, 1, tzinfo=UTC),
    "problems": lambda: (),
    "before": task,
    "stage": lambda: task()._stage,
    "session": lambda: task()._start.session,
    "nets": lambda: faceapi.nets,
    "use_tiny_model": lambda: False,
    "passphrase": lambda: None,
    "days": lambda: 3,
    "data": dict,
    "message": lambda: "a message",
    "options": lambda: None,
    # of one owner
    "normalize.x": lambda: np.zeros((1, 4, 6, 3)),
    "sigmoid.x": lambda: 0.5,
    "inverse_sigmoid.x": lambda: 0.5,
    "draw_landmarks.landmarks": points68,
    "draw_tracked_faces.faces": lambda: [tracked()],
    "draw_detection.items": lambda: [detection()],
    "match_dimensions.input": lambda: types.SimpleNamespace(width=0, height=0),
    "NetInput.inputs": lambda: [picture()],
    "to_net_input.inputs": lambda: [picture()],
    "draw_face_expressions.face_expressions": expressions,
    "FaceDetection.from_dict.data": lambda: detection().to_dict(),
    "ObjectDetection.from_dict.data": lambda: instance(faceapi.ObjectDetection).to_dict(),
    "FaceLandmarks.from_dict.data": lambda: points68().to_dict(),
    "FaceLandmarks5.from_dict.data": lambda: instance(faceapi.FaceLandmarks5).to_dict(),
    "FaceLandmarks68.from_dict.data": lambda: points68().to_dict(),
    "FaceResult.from_dict.data": lambda: result().to_dict(),
    "FaceMatcher.from_json.data": lambda: faceapi.FaceMatcher(labelled()).to_json(),
    "LabeledFaceDescriptors.from_json.data": lambda: labelled().to_json(),
    "from_js.options": dict,
    "Progress.file": lambda: "a",
    "ErrorRates.same": lambda: 3,
    "ErrorRates.different": lambda: 3,
    "FaceLandmarks5.relative_positions": lambda: np.full((5, 2), 0.5),
    "FaceLandmarks.relative_positions": lambda: np.full((7, 2), 0.5),
    "FaceExpressions.of.values": expressions,
    "Frame.faces": lambda: [tracked()],
    "Frame.size": lambda: faceapi.Dimensions(40, 30),
    "Frame.number": lambda: 1,
    "LabeledBox.label": lambda: 1,
    "PredictedBox.label": lambda: 1,
    "assert_is_valid_labeled_box.box": lambda: faceapi.LabeledBox((0, 0, 1, 1), 1),
    "assert_is_valid_predicted_box.box": lambda: faceapi.PredictedBox((0, 0, 1, 1), 1, 0.5, 0.5),
    "Box.of.value": lambda: (0, 0, 1, 1),
    "Rect.of.value": lambda: (0, 0, 1, 1),
    "of.value": lambda: (0, 0, 1, 1),
    "Point.of.value": lambda: (0, 0),
    "Dimensions.of.value": lambda: (1, 1),
    "IdentityStore.delete.label": lambda: "Ada",
    "IdentityStore.import_json.text": lambda: '[{"label": "Ada", "descriptors": []}]',
    "FaceMatcher.remove.label": lambda: "Ada",
    "AnchorPosition.value": lambda: "TOP_LEFT",
    "Gender.value": lambda: "male",
    "TinyYolov2SizeType.value": lambda: 224,
    **dict.fromkeys(("Box.y", "Box.width", "Box.height"), lambda: 2.0),
    "create_canvas.dims": lambda: (4, 5),
    "pair_distances.people": lambda: {"Ada": np.eye(2, 128), "Grace": np.zeros((1, 128))},
    "QualityProblem.name": lambda: "blurred",
    "TrackedFace.velocity": lambda: faceapi.Point(1, 2),
    "FaceResult.landmarks": points68,
    "FaceResult.aligned_rect": detection,
    "FaceResult.descriptor_rect": lambda: faceapi.Box(0, 0, 1, 1),
    "BoxWithText.text": lambda: "Ada",
    "update.scale": lambda: 1.0,
    "FaceDetectionWithLandmarks.detection": detection,
    "get_center_point.pts": lambda: [(1, 2)],
    "OneEuroFilter.update.seconds": lambda: 0.1,
    "predict.size": lambda: 32,
    "profile.size": lambda: 32,
    "value_ranges.size": lambda: 32,
    "export_onnx.size": lambda: 32,
    "repeats": lambda: 1,
    "image_tensor_to_canvas.img_tensor": lambda: np.zeros((4, 6, 3)),
    "is_tensor.dim": lambda: 3,
    "round.num": lambda: 1.234,
    "prec": lambda: 2,
    "bins": lambda: 4,
}

# Instances that methods are called on; those of other classes are made of what is right.
INSTANCES: dict[type, Callable[[], Any]] = {
    faceapi.FaceMatcher: lambda: faceapi.FaceMatcher([labelled()]),
    faceapi.FaceResult: result,
    faceapi.FaceDetectionWithLandmarks: result,
    faceapi.FullFaceDescription: result,
    faceapi.Tracker: tracker,
    faceapi.TrackedFace: tracked,
    faceapi.Identity: person,
    faceapi.FaceQuality: lambda: instance_of(faceapi.FaceQuality),
    faceapi.NeuralNetwork: faceapi.TinyFaceDetector,
    faceapi.DetectFacesTaskBase: task,
    faceapi.ComposableTask: task,
    faceapi.ComputeFaceDescriptorsTaskBase: lambda: (
        task().with_face_landmarks().with_face_descriptors()
    ),
    faceapi.DetectFaceLandmarksTaskBase: lambda: task().with_face_landmarks(),
}

# Parameters that are called back: what the caller's own function raises is the caller's.
CALLBACKS = {"on_progress", "clock", "label", "draw", "stage"}

# Where NaN or infinity, or None, is what the documentation says.
NOT_FINITE = {
    "iou", "inverse_sigmoid", "FaceMatch", "FaceMatcher.match_descriptor",
    "FaceMatcher.find_best_match", "FaceMatcher.find_best_matches", "FaceMatcher.top_k",
    "FaceIndex.find_best_match", "FaceIndex.find_best_matches", "FaceIndex.top_k",
    "IdentityStore.find_best_match", "resize_results", "resolve_input", "shuffle_array",
    "extract_face_tensors",
}  # fmt: skip


# --- what there is to call


@dataclass(frozen=True)
class Subject:
    """Something to call. make: a fresh one, of a new instance where it is a method.

    again: what to call afterwards with what is right, on the same instance, or None.
    """

    name: str
    make: Callable[[], Callable[..., Any]]
    parameters: Mapping[str, inspect.Parameter]
    returns: str
    is_setter: bool = False

    def valid(self) -> dict[str, Any]:
        """Right values of its parameters; those without one are left out."""
        found: dict[str, Any] = {}
        if self.is_setter:
            return found
        owner, _, method = self.name.rpartition(".")
        for name, parameter in self.parameters.items():
            is_needed = parameter.default is inspect.Parameter.empty
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                continue
            keys = [f"{self.name}.{name}", f"{method}.{name}", f"{owner}.{name}"]
            makers = [VALID[key] for key in (*keys, *[name] * is_needed) if key in VALID]
            if not makers and not is_needed:
                continue
            if not makers:
                raise LookupError(f"{self.name}: VALID has nothing for {name}")
            found[name] = makers[0]()
        return found

    def call(self, function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
        """Call with values by their parameters' names."""
        kinds = inspect.Parameter
        by_place = [
            given[name]
            for name, parameter in self.parameters.items()
            if name in given and parameter.kind in (kinds.POSITIONAL_ONLY, kinds.VAR_POSITIONAL)
        ]
        by_name = {
            name: value
            for name, value in given.items()
            if self.parameters[name].kind
            not in (kinds.POSITIONAL_ONLY, kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)
        }
        return function(*by_place, **by_name)


def instance_of(kind: type) -> Any:
    """An instance made of what is right for the parameters of its class."""
    subject = _subject(kind.__name__, lambda: kind, kind)
    return subject.call(kind, subject.valid())


def instance(kind: type) -> Any:
    """An instance to call methods of."""
    return INSTANCES[kind]() if kind in INSTANCES else instance_of(kind)


def _subject(name: str, make: Callable[[], Any], like: Any) -> Subject:
    if isinstance(like, enum.EnumMeta):
        value = inspect.Parameter("value", inspect.Parameter.POSITIONAL_ONLY)
        return Subject(name, make, {"value": value}, like.__name__)
    signature = inspect.signature(like)
    parameters = {key: p for key, p in signature.parameters.items() if key != "self"}
    returns = signature.return_annotation
    if inspect.isclass(like):
        returns = like.__name__
    return Subject(name, make, parameters, returns if isinstance(returns, str) else "")


def public_values() -> Iterator[tuple[str, Any]]:
    """Names and values that users reach, each value once."""
    seen: set[int] = set()
    spaces = [
        (faceapi, faceapi.__all__),
        (utils, utils.__all__),
        (faceapi.errors, dir(faceapi.errors)),
    ]
    spaces.append((draw, [name for name in dir(draw) if _is_drawing(getattr(draw, name))]))
    named = [(name, getattr(space, name)) for space, names in spaces for name in names]
    named += [(one.__name__, one) for one in MORE]
    for name, value in named:
        is_ours = getattr(value, "__module__", "").startswith("pyface_web")
        if name[0] != "_" and callable(value) and is_ours and id(value) not in seen:
            seen.add(id(value))
            if value not in (*ABSTRACT, *GIVEN) and hasattr(value, "__qualname__"):
                yield name, value


def _is_drawing(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).startswith("pyface_web.draw")


def subjects() -> list[Subject]:
    """Everything public that can be called, constructed or set."""
    found = []
    done: set[Any] = set()
    for name, value in public_values():
        found.append(_subject(name, lambda value=value: value, value))
        # What is set on a member of an enumeration stays there, for all tests that follow.
        if inspect.isclass(value) and not issubclass(value, (BaseException, enum.Enum, *UNMADE)):
            found += _members(value, done)
    return found


def _members(kind: type, done: set[Any]) -> Iterator[Subject]:
    for name in dir(kind):
        owner = next((base for base in kind.__mro__ if name in vars(base)), object)
        if name[0] == "_" or name in INSIDE or not owner.__module__.startswith("pyface_web"):
            continue
        raw = vars(owner)[name]
        at = f"{kind.__name__}.{name}"
        if isinstance(raw, classmethod):
            yield _subject(
                at, lambda kind=kind, name=name: getattr(kind, name), getattr(kind, name)
            )
        elif isinstance(raw, staticmethod):
            if raw not in done:
                yield _subject(at, lambda raw=raw: raw.__func__, raw.__func__)
        elif inspect.isfunction(raw):
            if raw not in done:
                yield _subject(at, lambda kind=kind, name=name: getattr(instance(kind), name), raw)
        elif not callable(raw) and (owner, name) not in done:
            yield _setter(kind, name)
        done.add((owner, name))
        with contextlib.suppress(TypeError):
            done.add(raw)


def _setter(kind: type, name: str) -> Subject:
    def make() -> Callable[[Any], None]:
        made = instance(kind)
        return lambda value: setattr(made, name, value)

    value = inspect.Parameter("value", inspect.Parameter.POSITIONAL_ONLY)
    return Subject(f"{kind.__name__}.{name} =", make, {"value": value}, "None", is_setter=True)


# --- calling and judging


@dataclass(frozen=True)
class Call:
    """A subject with hostile values in some places; hostile: parameter -> name in ALL."""

    subject: Subject
    hostile: Mapping[str, str]

    def __str__(self) -> str:
        places = ", ".join(f"{name}={value}" for name, value in self.hostile.items())
        return f"{self.subject.name}({places})"


def every_call() -> Iterator[Call]:
    """Each hostile value in each place, all others right."""
    for subject in subjects():
        for place in subject.parameters:
            for value in ALL:
                yield Call(subject, {place: value})


def random_calls(random: Random) -> Iterator[Call]:
    """Calls without end: one to three hostile values."""
    known = [subject for subject in subjects() if subject.parameters]
    names = list(ALL)
    while True:
        subject = random.choice(known)
        places = random.sample(
            list(subject.parameters), k=min(len(subject.parameters), random.randint(1, 3))
        )
        yield Call(subject, {place: random.choice(names) for place in places})


def tried(calls: Iterable[Call]) -> list[Try]:
    """What comes of calls. What leaks, such as a warning of NumPy, is a try of its own."""
    with (
        nothing_fetched(),
        _limited_memory(),
        warnings.catch_warnings(record=True) as leaked,
    ):
        warnings.simplefilter("always")
        return asyncio.run(_tried(calls, leaked))


async def _tried(calls: Iterable[Call], leaked: list[Any]) -> list[Try]:
    found: list[Try] = []
    strays: list[str] = []
    handler = lambda _, about: strays.append(str(about.get("message")))  # noqa: E731
    asyncio.get_running_loop().set_exception_handler(handler)
    for call in calls:
        verdict, said = await outcome_of(call)
        found.append(Try(verdict, f"{call}: {said}"))
        texts = [*(str(warning.message) for warning in leaked), *strays]
        found += [Try("leaked", f"{call}: {text[:200]}") for text in texts]
        leaked.clear()
        strays.clear()
    return found


def hostile_calls(random: Random) -> Iterator[Try]:
    """The area: calls without end, in a thread, as Playwright keeps the loop of the main one."""
    calls = random_calls(random)
    while True:
        batch, found = list(islice(calls, 100)), list[Try]()
        thread = threading.Thread(target=lambda: found.extend(tried(batch)), daemon=True)  # noqa: B023
        thread.start()
        thread.join(SECONDS * len(batch))
        yield from found or [Try("hung", f"one of {', '.join(map(str, batch))}")]


async def outcome_of(call: Call) -> tuple[str, str]:
    subject = call.subject
    given = subject.valid() | {place: ALL[name]() for place, name in call.hostile.items()}
    function = subject.make()
    try:
        with _deadline():
            value = subject.call(function, given)
            is_given = any(value is one for one in given.values())  # as resolve_input does
            if inspect.isawaitable(value) and not is_given:
                value = await value
            wrong = judged(subject, value)
    except faceapi.PyfaceError as error:
        text = str(error)
        readable = (0 < len(text) <= 5000 and text.isprintable()) or "\n" in text
        return ("typed", "") if readable else ("wrong", f"says {text[:80]!r} of {len(text)}")
    except Hung:
        return "hung", ""
    except AttributeError as error:
        # As Python itself says of what is immutable.
        fixed = subject.is_setter and not isinstance(error, faceapi.PyfaceError)
        return ("typed", "") if fixed else ("other", _described(error))
    except Boom as error:
        own = CALLBACKS & call.hostile.keys()
        return ("typed", "") if own else ("other", _described(error))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        if any(callable(given[place]) for place in CALLBACKS & call.hostile.keys()):
            return "typed", ""  # what was called back raised it
        return "other", _described(error)
    return ("wrong", wrong) if wrong else ("right", "")


def _described(error: BaseException) -> str:
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = (
        f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else ""
    )
    try:
        return f"{type(error).__name__} {str(error)[:120]} at {where}"
    except Exception:
        return f"{type(error).__name__} at {where}"


_PLAIN: dict[str, tuple[type, ...]] = {
    "float": (float, int), "int": (int,), "str": (str,), "bool": (bool,),
}  # fmt: skip


def judged(subject: Subject, value: Any) -> str:
    """What is wrong with a value, in words; "" if nothing is."""
    returns = subject.returns
    if value is None:
        return (
            "" if not returns or "None" in returns or returns in ("Any", "object", "_T") else "None"
        )
    if returns in _PLAIN and not isinstance(value, _PLAIN[returns]):
        return f"a {type(value).__name__} in place of {returns}"
    if subject.name in NOT_FINITE:
        return ""
    return _not_finite(value, 4)


def _not_finite(value: Any, depth: int) -> str:
    if isinstance(value, float | np.floating):
        return "" if math.isfinite(value) else f"{value}"
    if isinstance(value, np.ndarray):
        finite = value.dtype.kind not in "fc" or bool(np.isfinite(value).all())
        return "" if finite else "an array that is not finite"
    if depth == 0 or isinstance(value, str | bytes | type):
        return ""
    if isinstance(value, Mapping):
        return next(filter(None, (_not_finite(v, depth - 1) for v in value.values())), "")
    if isinstance(value, list | tuple):
        return next(filter(None, (_not_finite(v, depth - 1) for v in value[:200])), "")
    if type(value).__module__.startswith(_VALUES):
        return next(filter(None, (_not_finite(v, depth - 1) for v in _parts(value))), "")
    return ""


_VALUES = ("pyface_web.values", "pyface_web.draw", "pyface_web.people", "pyface_web.video")


def _parts(value: Any) -> Iterator[Any]:
    """The public attributes and properties of a value; typed errors of properties are right."""
    for name in dir(type(value)) + list(getattr(value, "__dict__", ())):
        if name[0] == "_" or name in ("false_match_rate", "false_non_match_rate"):
            continue
        if isinstance(inspect.getattr_static(type(value), name, 0.0), property | float | int):
            with contextlib.suppress(faceapi.PyfaceError):
                yield getattr(value, name)
    repr(value)


@contextlib.contextmanager
def _deadline() -> Iterator[None]:
    """Hung where something takes longer than SECONDS; only in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def nothing_fetched() -> Iterator[None]:
    """Nets whose weights nobody gives find none: no cache of this machine's, and no network. What
    calls write lies in a folder that is gone afterwards, deeper than a path upwards among them."""
    with TemporaryDirectory() as nothing, MonkeyPatch.context() as patch:
        inside = Path(nothing, "1", "2", "3", "4")
        inside.mkdir(parents=True)
        patch.chdir(inside)
        patch.setattr(published, "cache_folder", lambda: Path(nothing))
        patch.setenv(published.VARIABLE, "http://127.0.0.1:1/")
        yield


@contextlib.contextmanager
def _limited_memory(more: int = 4 * 2**30) -> Iterator[None]:
    """A MemoryError where a call asks for too much, before the machine runs out of memory."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
