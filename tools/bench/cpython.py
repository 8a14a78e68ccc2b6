"""`--cpython`: each net in this Python, by our backends, and by onnxruntime without us."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

import pyface_web as faceapi
from pyface_web.engine import registry
from pyface_web.engine.backend import Backend
from pyface_web.engine.onnx.backend import OnnxBackend, open_session
from pyface_web.models.architecture import InputSize
from pyface_web.values.arrays import Array
from pyface_web.weights.model import Model

from ..assets import ROOT
from .progress import note

_AT_LEAST = 0.1  # seconds of calls, of which the mean counts: one alone may take a millisecond
_FACE = (700, 380, 260)  # x, y, side of a face in the picture

Pixels = NDArray[np.uint8]
ALONE, NETS_ONLY, FAST, NUMPY = "alone", "nets", "onnx", "reference"


@dataclass(frozen=True)
class Net:
    """A net as it is called: with the whole picture, or with a face that was cut out of it."""

    name: str
    call: Callable[[Pixels], Awaitable[object]]
    of_face: bool = True


NETS = (
    Net("tiny_face_detector",
        lambda photo: faceapi.detect_all_faces(photo, faceapi.TinyFaceDetectorOptions()), False),
    Net("ssd_mobilenetv1", faceapi.detect_all_faces, False),
    Net("mtcnn", lambda photo: faceapi.mtcnn(photo, faceapi.MtcnnOptions(min_face_size=40)),
        False),
    Net("face_landmark68_net", faceapi.detect_face_landmarks),
    Net("face_landmark68_tiny_net", faceapi.detect_face_landmarks_tiny),
    Net("face_recognition_net", faceapi.compute_face_descriptor),
    Net("face_expression_net", faceapi.recognize_face_expressions),
    Net("age_gender_net", faceapi.predict_age_and_gender),
)  # fmt: skip


def describe_python() -> dict[str, str]:
    """Versions of what computes."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "onnxruntime": onnxruntime.__version__,
    }


def measure_cpython(rounds: int) -> list[dict[str, Any]]:
    """Milliseconds of a call of each net by each side, which take turns."""
    return asyncio.run(_measure(rounds))


async def _measure(rounds: int) -> list[dict[str, Any]]:
    photo = np.asarray(Image.open(ROOT / "dist/images/sample1.jpg").convert("RGB"))
    x, y, side = _FACE
    face = np.ascontiguousarray(photo[y : y + side, x : x + side])
    watched = _Watched(onnxruntime)
    fast = await registry.make(FAST, None)
    assert isinstance(fast, OnnxBackend)
    turns = _InTurns(
        {
            "watched": watched,
            FAST: fast,
            NUMPY: await registry.make(NUMPY, None),
        }
    )
    await faceapi.set_backend(cast(Backend, turns))
    results = []
    for net in NETS:
        note(f"{net.name}, CPython")
        await faceapi.nets[net.name].load(str(ROOT / "dist/models"))
        picture = face if net.of_face else photo
        turns.now = "watched"
        await net.call(picture)
        runs = watched.taken()
        calls = {
            ALONE: _alone(runs),
            NETS_ONLY: _nets_only(fast, runs),
            **turns.calls(net, picture),
        }
        results.append({"name": net.name, "times": await _in_turns(calls, rounds)})
    faceapi.dispose()
    return results


async def _in_turns(
    calls: Mapping[str, Callable[[], Awaitable[object]]], rounds: int
) -> dict[str, list[float]]:
    """Milliseconds of a call, one for each side and round."""
    times: dict[str, list[float]] = {side: [] for side in calls}
    for call in calls.values():
        await call()
    for _ in range(rounds):
        for side, call in calls.items():
            done, start = 0, perf_counter()
            while (taken := perf_counter() - start) < _AT_LEAST:
                await call()
                done += 1
            times[side].append(taken / done * 1e3)
    return times


class _InTurns:
    """Several backends as one that `set_backend` takes, so that none is closed for another.

    now: name of the one that computes.
    """

    name = "in turns"

    def __init__(self, backends: Mapping[str, Backend]) -> None:
        self._backends = backends
        self.now = next(iter(backends))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backends[self.now], name)

    def calls(self, net: Net, picture: Pixels) -> dict[str, Callable[[], Awaitable[object]]]:
        """Whole calls of a net by the backends that are measured."""

        def by(name: str) -> Callable[[], Awaitable[object]]:
            async def call() -> object:
                self.now = name
                return await net.call(picture)

            return call

        return {name: by(name) for name in (FAST, NUMPY)}


@dataclass(frozen=True)
class _Run:
    """A run of a net: what entered it, and what was asked of onnxruntime for it."""

    net: Model
    size: InputSize
    image: Array
    asked: tuple[tuple[bytes, dict[str, Any]], ...]


class _Watched(OnnxBackend):
    """The backend, which keeps what it runs."""

    def __init__(self, runtime: Any) -> None:
        self._asked: list[tuple[bytes, dict[str, Any]]] = []
        self._seen: list[_Run] = []
        super().__init__(_Runtime(runtime, self._asked))

    async def outputs(
        self, net: Model, size: InputSize, pixels: Callable[[], Array], count: int
    ) -> dict[str, Array]:
        image = pixels()
        found = await super().outputs(net, size, lambda: image, count)
        self._seen.append(_Run(net, size, image, tuple(self._asked)))
        self._asked.clear()
        return found

    def taken(self) -> list[_Run]:
        """The runs since the last time."""
        seen, self._seen = self._seen, []
        return seen


@dataclass(frozen=True)
class _Runtime:
    """onnxruntime, which notes what is run in it: the bytes of files, and what enters them."""

    runtime: Any
    asked: list[tuple[bytes, dict[str, Any]]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.runtime, name)

    def InferenceSession(self, data: bytes, *given: Any, **named: Any) -> Any:  # noqa: N802
        session = self.runtime.InferenceSession(data, *given, **named)
        return _WatchedSession(session, lambda feeds: self.asked.append((data, feeds)))


@dataclass(frozen=True)
class _WatchedSession:
    session: Any
    noted: Callable[[dict[str, Any]], None]

    def run(self, outputs: Any, feeds: dict[str, Any], *options: Any) -> Any:
        self.noted(feeds)
        return self.session.run(outputs, feeds, *options)


def _alone(runs: Sequence[_Run]) -> Callable[[], Awaitable[object]]:
    """What gives the same runs to onnxruntime alone.

    Its sessions are made as the backend makes them: with other options the threads of those that
    have run wait for more work, in the way of whoever is measured next.
    """
    asked = [one for run in runs for one in run.asked]
    files = {data: open_session(onnxruntime, data) for data, _ in asked}

    async def call() -> object:
        return [files[data].run(None, feeds) for data, feeds in asked]

    return call


def _nets_only(backend: OnnxBackend, runs: Sequence[_Run]) -> Callable[[], Awaitable[object]]:
    """What gives the same pixels to the nets of a backend."""

    async def outputs(run: _Run) -> object:
        return await backend.outputs(run.net, run.size, lambda: run.image, len(run.image))

    async def call() -> object:
        return [await outputs(run) for run in runs]

    return call
