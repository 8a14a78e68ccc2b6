"""The verbs: load nets, detect faces, compute landmarks and descriptors. One session for all.

Names and argument order are those of face-api.js in snake_case.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from pyface_web import debug
from pyface_web.debug import DrawTime, ValueRange
from pyface_web.dom.source import sources_of
from pyface_web.errors import BackendError
from pyface_web.geometry import Box
from pyface_web.loading import Weights, load_tensors
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68, FACE_LANDMARK_68_TINY
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.net import WeightedNet
from pyface_web.options import DetectorOptions, SsdMobilenetv1Options, TinyFaceDetectorOptions
from pyface_web.results import FaceDetection, FaceLandmarks68
from pyface_web.session import Session, Views
from pyface_web.tasks import (
    DetectAllFacesTask,
    DetectSingleFaceTask,
    Nets,
    descriptors_of,
    landmarks_of,
)
from pyface_web.weights.fetch import OnProgress

if TYPE_CHECKING:
    from pyface_web.webgl.backend import WebGLBackend

Descriptor = NDArray[np.float32]
_session = Session()
_AT_ONCE = 32  # pictures of a list that are held at the same time
_BLACK = np.zeros((8, 8, 3), np.uint8)  # a picture where any will do


class Net(WeightedNet):
    """A net of the global session: load it, ask whether it is loaded, free it."""

    async def load(self, weights: Weights = None, on_progress: OnProgress | None = None) -> None:
        """Load weights; on failure the net stays as it was.

        weights: address of the manifest or of the folder it lies in (None: the page's folder),
        or a flat float32 array, or its bytes, in the order of face-api.js.
        Raises a WeightsError that says what was wrong with which file.
        """
        self.set_tensors(await load_tensors(self.network, weights, on_progress))
        debug.say_loaded(self)

    async def load_from_uri(self, uri: str | None = None) -> None:
        """As `load` with an address."""
        await self.load(uri)

    def dispose(self) -> None:
        """Forget the weights, and free what the backend holds of them."""
        _session.forget(self)
        self.set_tensors(None)


class _GlobalNets(Nets):
    def __init__(self) -> None:
        self.ssd_mobilenetv1: Net = Net(SSD_MOBILENETV1)
        self.tiny_face_detector: Net = Net(TINY_FACE_DETECTOR)
        self.face_landmark_68_net: Net = Net(FACE_LANDMARK_68)
        self.face_landmark_68_tiny_net: Net = Net(FACE_LANDMARK_68_TINY)
        self.face_recognition_net: Net = Net(FACE_RECOGNITION)

    def __repr__(self) -> str:
        state = (f"{name}{'' if net.is_loaded else ' (not loaded)'}" for name, net in self.items())
        return f"<nets: {', '.join(state)}>"

    def items(self) -> list[tuple[str, Net]]:
        """(name, net) of every net."""
        return [(name, net) for name, net in vars(self).items() if isinstance(net, Net)]


nets = _GlobalNets()


# --- loading


async def load_ssd_mobilenetv1_model(
    uri: str | None = None, on_progress: OnProgress | None = None
) -> None:
    """Load SSD MobileNetV1 (5.4 MB), the default detector, from a folder or a manifest."""
    await nets.ssd_mobilenetv1.load(uri, on_progress)


async def load_tiny_face_detector_model(
    uri: str | None = None, on_progress: OnProgress | None = None
) -> None:
    """Load the tiny face detector (190 KB)."""
    await nets.tiny_face_detector.load(uri, on_progress)


async def load_face_landmark_model(
    uri: str | None = None, on_progress: OnProgress | None = None
) -> None:
    """Load the 68-point landmark net (350 KB)."""
    await nets.face_landmark_68_net.load(uri, on_progress)


async def load_face_landmark_tiny_model(
    uri: str | None = None, on_progress: OnProgress | None = None
) -> None:
    """Load the tiny 68-point landmark net (80 KB)."""
    await nets.face_landmark_68_tiny_net.load(uri, on_progress)


async def load_face_recognition_model(
    uri: str | None = None, on_progress: OnProgress | None = None
) -> None:
    """Load the face recognition net (6.2 MB)."""
    await nets.face_recognition_net.load(uri, on_progress)


load_face_detection_model = load_ssd_mobilenetv1_model


# --- high level


def detect_all_faces(input: object, options: DetectorOptions | None = None) -> DetectAllFacesTask:
    """All faces of a picture, best first: `await` gives a list of FaceDetection.

    Chain `.with_face_landmarks()` and `.with_face_descriptors()` for lists of FaceResult.
    The class of `options` decides which detector runs; SSD MobileNetV1 by default.
    """
    return DetectAllFacesTask(_session, nets, input, options)


def detect_single_face(
    input: object, options: DetectorOptions | None = None
) -> DetectSingleFaceTask:
    """The face with the highest score, or None; chain as with `detect_all_faces`."""
    return DetectSingleFaceTask(_session, nets, input, options)


# --- low level


async def ssd_mobilenetv1(
    input: object, options: SsdMobilenetv1Options | None = None
) -> list[FaceDetection]:
    """Faces found by SSD MobileNetV1."""
    return await detect_all_faces(input, options or SsdMobilenetv1Options())


async def tiny_face_detector(
    input: object, options: TinyFaceDetectorOptions | None = None
) -> list[FaceDetection]:
    """Faces found by the tiny face detector."""
    return await detect_all_faces(input, options or TinyFaceDetectorOptions())


locate_faces = ssd_mobilenetv1


async def _per_face(
    input: object, compute: Callable[[Views, list[Box]], Awaitable[Iterable[Any]]]
) -> Any:
    """One value for one picture, a list for a list of pictures, which go as one batch."""
    sources, is_batch = sources_of(input)
    found: list[Any] = []
    for first in range(0, len(sources), _AT_ONCE):
        async with _session.open_each(sources[first : first + _AT_ONCE]) as views:
            found.extend(await compute(views, views.whole))
    return found if is_batch else found[0]


async def detect_face_landmarks(
    face_input: object,
) -> FaceLandmarks68 | list[FaceLandmarks68]:
    """68 points of a picture that shows one face; a list of them for a list of pictures."""
    found: FaceLandmarks68 | list[FaceLandmarks68] = await _per_face(
        face_input, lambda views, boxes: landmarks_of(views, nets.face_landmark_68_net, boxes)
    )
    return found


async def detect_face_landmarks_tiny(
    face_input: object,
) -> FaceLandmarks68 | list[FaceLandmarks68]:
    """As `detect_face_landmarks`, with the tiny net."""
    found: FaceLandmarks68 | list[FaceLandmarks68] = await _per_face(
        face_input, lambda views, boxes: landmarks_of(views, nets.face_landmark_68_tiny_net, boxes)
    )
    return found


detect_landmarks = detect_face_landmarks


async def compute_face_descriptor(face_input: object) -> Descriptor | list[Descriptor]:
    """(128,) float32 of a picture that shows one aligned face; a list for a list of pictures."""
    found: Descriptor | list[Descriptor] = await _per_face(
        face_input, lambda views, boxes: descriptors_of(views, nets.face_recognition_net, boxes)
    )
    return found


compute_descriptor = compute_face_descriptor


# --- session


async def set_backend(name: str, precision: int | None = None) -> None:
    """Run nets on "webgl" or on "reference" (NumPy).

    precision: bits of a value between two layers on "webgl", 32 or 16; by default 32 where the
    device can render to such textures. Sums are 32 bits in either case; 16 halves the memory of
    the layers, and is what some phones have: this is how to see there what they see.
    Raises OptionsError for other values, BackendError where the device cannot do it.
    """
    await _session.set_backend(name, precision)


async def get_backend() -> str:
    """Name of the backend that runs nets; the first call starts it."""
    return (await _session.backend()).name


async def describe_backend() -> str:
    """Which backend runs, on what, and why."""
    backend = await _session.backend()
    return f"{backend.description}: {_session.reason}"


async def warmup(*which: Net) -> None:
    """Compile and upload what nets need, and run each once, so that the first call is fast.

    Without arguments: all nets that are loaded.
    """
    chosen = which or tuple(net for _, net in nets.items() if net.is_loaded)
    for net in chosen:
        async with _session.open(_BLACK) as view:
            await view.infer(net, [view.whole])


async def profile(net: Net, size: int | None = None, repeats: int = 20) -> list[DrawTime]:
    """The time of every draw of a net on the device, in order: `repeats` runs, the best of three.

    size: side of the net's input. Raises BackendError where NumPy computes.
    """
    async with _session.open(_BLACK):
        return await debug.profile(await _device(), net, size, repeats)


async def value_ranges(net: Net, input: object, size: int | None = None) -> list[ValueRange]:
    """The range of every op's values when a net sees a picture, and how many are not finite.

    Raises BackendError where NumPy computes.
    """
    async with _session.open(input) as view:
        return await debug.value_ranges(await _device(), net, view.picture.array(), size)


async def device_capabilities() -> dict[str, str | int | bool]:
    """What the device can do: its name, float textures, targets of a draw, size of a texture.

    Raises BackendError where NumPy computes.
    """
    return asdict((await _device()).capabilities)


async def _device() -> WebGLBackend:
    backend = await _session.backend()
    if backend.name != "webgl":
        raise BackendError(f"draws are WebGL's, and {await describe_backend()}")
    return cast("WebGLBackend", backend)


def memory() -> dict[str, int | str]:
    """Exact counts and bytes of textures, buffers and programs, and counters of draws and reads."""
    return _session.memory()


def dispose() -> None:
    """Free everything on the device; weights stay loaded, the next call starts again."""
    _session.close()
