"""The onnx backend: the default where onnxruntime is, right, and holding no more than it must."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine.onnx import backend as computing, probe as probing
from pyface_web.engine.reference.run import run
from pyface_web.models.architecture import Pyramid
from pyface_web.models.mtcnn import PNET
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pictures.source import Picture
from pyface_web.weights.model import MAX_SIZES
from tests.reference.nets import weighted
from tests.waiting import wait

ROOT = Path(__file__).resolve().parents[2]
PICTURE = np.random.default_rng(3).integers(0, 256, (48, 64, 3), np.uint8)
RGBA = np.dstack([PICTURE, np.full((48, 64), 255, np.uint8)])


@pytest.fixture(autouse=True)
def _usual_backend() -> Iterator[None]:
    faceapi.dispose()
    yield
    faceapi.dispose()


def test_a_program_that_imported_usearch_first_goes_on() -> None:
    """Where onnxruntime would end it with a segmentation fault, another backend computes."""
    code = (
        "import usearch.index\n"
        "from pyface_web import sync\n"
        "print(len(sync.FaceIndex()), sync.get_backend(), sync.describe_backend())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    began = "0 reference NumPy"
    why = "usearch was imported before it; only the other way round works: begin the program with"
    assert run.stdout.startswith("0 onnx ") or (run.stdout.startswith(began) and why in run.stdout)


@pytest.fixture
def detector() -> Iterator[faceapi.TinyFaceDetector]:
    net = faceapi.TinyFaceDetector()
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    yield net
    net.dispose()


def held() -> tuple[int, int]:
    """Sessions of onnxruntime, and bytes of their files."""
    memory = faceapi.memory()
    return int(memory["sessions"]), int(memory["session_bytes"])


def test_it_is_the_default_and_says_so() -> None:
    assert wait(faceapi.get_backend()) == "onnx"
    assert wait(faceapi.backend_label()) == "ONNX Runtime"
    assert wait(faceapi.describe_backend()).startswith("onnxruntime ")
    assert held() == (0, 0)


def test_numpy_computes_where_there_is_no_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert wait(faceapi.get_backend()) == "reference"
    remedy = r'onnx is not used: .*python -m pip install "pyface_web\[fast\]"'
    assert re.search(remedy, wait(faceapi.describe_backend()))
    with pytest.raises(errors.BackendError, match="onnxruntime cannot be imported"):
        wait(faceapi.set_backend("onnx"))
    assert wait(faceapi.get_backend()) == "reference"


class OtherRuntime:
    """An onnxruntime that computes something else, or cannot read what is written here."""

    __version__ = "0.1"

    def __init__(self, reads: bool) -> None:
        self.RunOptions, self.SessionOptions = onnxruntime.RunOptions, onnxruntime.SessionOptions
        self._reads = reads

    def InferenceSession(self, *given: Any, **options: Any) -> OtherRuntime:  # noqa: N802
        if not self._reads:
            raise RuntimeError("opset 17 is too new")
        return self

    def run(self, names: None, given: dict[str, Any], options: Any) -> list[Any]:
        return [np.zeros((2, 2, 2, 8), np.float32), np.zeros((2, 4), np.float32)]


@pytest.mark.parametrize(
    ("reads", "message"),
    [(True, "the self-test deviates by"), (False, "opset 17 is too new.*--upgrade")],
)
def test_an_onnxruntime_that_is_wrong_is_not_taken(
    reads: bool, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", OtherRuntime(reads))
    with pytest.raises(errors.BackendError, match=message):
        wait(probing.probe())
    assert wait(faceapi.get_backend()) == "reference"


def test_a_browser_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "IN_BROWSER", True)
    with pytest.raises(errors.BackendError, match="outside of browsers"):
        wait(probing.probe())


def test_sessions_are_kept_by_net_version_and_size(detector: faceapi.TinyFaceDetector) -> None:
    wait(detector.forward(PICTURE, 96))
    one = held()
    assert one[0] == 1 and one[1] > 700_000
    wait(detector.forward([PICTURE, PICTURE], 96))
    assert held() == one
    wait(detector.forward(PICTURE, 64))
    assert held()[0] == 2
    detector.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    wait(detector.forward(PICTURE, 64))
    assert held() == one
    detector.dispose()
    assert held() == (0, 0)


def test_no_more_sizes_are_kept_than_of_graphs(detector: faceapi.TinyFaceDetector) -> None:
    for side in range(1, MAX_SIZES + 3):
        wait(detector.forward(PICTURE, 32 * side))
    assert held()[0] == MAX_SIZES


def test_other_weights_compute_other_answers(detector: faceapi.TinyFaceDetector) -> None:
    before = wait(detector.forward(PICTURE, 64))
    flat = detector.serialize_params()
    flat[-25:] += 1  # the last bias
    detector.extract_weights(flat)
    np.testing.assert_allclose(wait(detector.forward(PICTURE, 64)), before + 1, atol=1e-4)


def test_a_pyramid_of_any_picture_is_one_session() -> None:
    net = weighted(PNET)

    async def levels(picture: np.ndarray, *sizes: tuple[int, int]) -> None:
        backend.set_picture(Picture(picture, picture.shape[1], picture.shape[0]))
        pyramid = Pyramid((picture.shape[1], picture.shape[0]), sizes)
        got = await backend.run_pyramid(net, pyramid)
        entering = net.architecture.entering(picture[None, ..., :3].astype(np.float32))
        want = run(net.graph(pyramid), entering, net.arrays)
        assert got.keys() == want.keys()
        for name in want:
            np.testing.assert_allclose(got[name], want[name], rtol=0, atol=1e-4, err_msg=name)

    async def both() -> None:
        await levels(RGBA, (40, 30), (21, 16), (12, 12))
        await levels(RGBA[:31], (23, 14))

    backend = wait(probing.probe())
    asyncio.run(both())
    assert backend.stats()["sessions"] == 1 and backend.stats()["runs"] == 2


def test_what_onnxruntime_refuses_is_a_backend_error(detector: faceapi.TinyFaceDetector) -> None:
    backend = wait(probing.probe())

    async def wrong() -> None:
        await backend.outputs(detector, 64, lambda: np.zeros((1, 32, 32, 3), np.float32), 1)

    with pytest.raises(errors.BackendError, match=r"^onnxruntime .*: .*image"):
        asyncio.run(wrong())


@pytest.mark.parametrize(("brief", "beside"), [(0.0, [True, True]), (1e9, [True, False])])
def test_what_is_known_to_be_brief_needs_no_thread(
    detector: faceapi.TinyFaceDetector,
    brief: float,
    beside: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is known of a net that has never run."""
    monkeypatch.setattr(computing, "_BRIEF", brief)
    backend = wait(probing.probe())
    threads = []

    def pixels() -> np.ndarray:
        threads.append(threading.get_ident())
        return np.zeros((1, 64, 64, 3), np.float32)

    async def twice() -> list[bool]:
        for _ in range(2):
            await backend.outputs(detector, 64, pixels, 1)
        return [thread != threading.get_ident() for thread in threads]

    assert asyncio.run(twice()) == beside


def test_a_call_that_is_cancelled_keeps_nothing(detector: faceapi.TinyFaceDetector) -> None:
    async def cancelled() -> None:
        call = asyncio.ensure_future(detector.forward(PICTURE, 64))
        while not isinstance(faceapi.memory().get("sessions"), int):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert call.cancelled()

    asyncio.run(cancelled())
    assert held()[0] <= 1
    assert wait(detector.forward(PICTURE, 64)).shape == (1, 2, 2, 25)
