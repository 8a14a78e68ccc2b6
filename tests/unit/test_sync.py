"""Plain calls: in threads, beside and within event loops, in Pyodide; the same answers."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import pyface_web
from pyface_web import api, blocking, sync as faceapi, twins
from pyface_web.errors import InputError, NotLoadedError, SyncError
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.reference.nets import weighted
from tests.unit import test_tasks as scripted
from tests.waiting import wait

SIDE, THREADS, CALLS = 64, 3, 4
PICTURES = [np.full((40, 60, 3), 60 * i, np.uint8) for i in range(THREADS)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nets() -> Iterator[None]:
    pyface_web.dispose()
    for network in (TINY_FACE_DETECTOR, FACE_LANDMARK_68):
        pyface_web.nets[network.name].set_tensors(weighted(network).tensors)
    yield
    pyface_web.dispose()
    for net in pyface_web.nets.values():
        net.dispose()


@pytest.fixture
def one_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks find one face in every picture, without computing."""
    monkeypatch.setattr(api, "session", scripted.session()[0])
    monkeypatch.setattr(api, "nets", scripted.nets())


def test_the_names_are_those_of_the_package() -> None:
    assert faceapi.__all__ == pyface_web.__all__
    scope: dict[str, Any] = {}
    exec("from pyface_web.sync import *", scope)
    assert set(pyface_web.__all__) <= scope.keys() and not {"range", "round"} & scope.keys()
    parts = {name for name, value in vars(pyface_web).items() if inspect.ismodule(value)}
    public = {name for name in vars(pyface_web) if name[0] != "_"} - (parts - {*faceapi.__all__})
    assert {name for name in public if not hasattr(faceapi, name)} == set()
    assert faceapi.round is pyface_web.round and faceapi.range is pyface_web.range
    assert faceapi.FaceMatcher is pyface_web.FaceMatcher and faceapi.iou is pyface_web.iou


def grid(i: int) -> np.ndarray:
    return faceapi.nets.tiny_face_detector.forward(PICTURES[i], SIDE)


def test_threads_get_the_right_answers() -> None:
    """As servers have them, of which some have event loops as well."""
    want = [grid(i) for i in range(THREADS)]

    def work(i: int) -> bool:
        if i % 2:
            return np.allclose(wait(pyface_web.nets.tiny_face_detector.forward(PICTURES[i], SIDE)),
                               want[i], rtol=0, atol=1e-4)  # fmt: skip
        return np.allclose(grid(i), want[i], rtol=0, atol=1e-4)

    with ThreadPoolExecutor(THREADS * CALLS) as threads:
        assert all(threads.map(work, list(range(THREADS)) * CALLS))


def test_a_chain_is_a_list(one_face: None) -> None:
    chain = faceapi.detect_all_faces(scripted.PICTURE, scripted.OPTIONS)
    full = chain.with_face_landmarks().with_face_descriptors()
    assert repr(full) == "<ComputeAllFaceDescriptorsTask: run() gives the result>"
    (face,) = full
    assert len(full) == len(chain) == 1 and full[0] is face and full.run() == [face]
    assert face.descriptor.shape == (128,) and chain.run()[0].score == face.detection.score


def test_a_single_face_is_run(one_face: None) -> None:
    chain = faceapi.detect_single_face(scripted.PICTURE, scripted.OPTIONS)
    assert isinstance(chain.with_face_landmarks().run(), faceapi.FaceResult)
    with pytest.raises(TypeError, match="not iterable"):
        iter(chain)
    with pytest.raises(AttributeError, match=r"it is .with_face_descriptor\(\) here, of one face"):
        chain.with_face_landmarks().with_face_descriptors()


def test_many_pictures_are_a_loop() -> None:
    pyface_web.nets.tiny_face_detector.dispose()
    search = faceapi.find_faces([b"no picture", "none.jpg"], scripted.OPTIONS)
    assert len(search) == 2
    assert [type(one.error) for one in search] == [pyface_web.errors.MediaNotReadyError, InputError]
    with pytest.raises(NotLoadedError):
        next(faceapi.find_faces(PICTURES, scripted.OPTIONS))


def test_nets_and_stores_are_plain() -> None:
    net = faceapi.nets.tiny_face_detector
    assert net.is_loaded and net == faceapi.nets["tiny_face_detector"] and len(faceapi.nets) == 9
    faceapi.warmup(net)
    assert faceapi.memory()["runs"] > 0
    own = faceapi.TinyFaceDetector()
    own.load(net.serialize_params())
    assert isinstance(own, faceapi.NeuralNetwork) and own.is_loaded and own != net
    store = faceapi.IdentityStore()
    store.enrol("Ada", np.full(128, 0.1))
    assert len(store) == 1 and "Ada" in store and store.matcher().labels == ("Ada",)
    assert [person.label for person in store] == ["Ada"]


def test_a_loop_that_runs_may_be_stood_still() -> None:
    """As in a notebook, whose cells run in an event loop."""

    async def cell() -> np.ndarray:
        return grid(0)

    np.testing.assert_allclose(asyncio.run(cell()), grid(0), rtol=0, atol=1e-4)


def test_a_loop_that_would_stand_still_for_ever_is_told() -> None:
    session = api.session

    async def cell() -> str:
        async with session.open(PICTURES[0]):  # which cannot end before this returns
            with pytest.raises(SyncError) as caught:
                grid(0)
        assert len(await pyface_web.nets.tiny_face_detector.forward(PICTURES[0], SIDE)) == 1
        return str(caught.value)

    assert asyncio.run(cell()).startswith(
        "sync.TinyFaceDetector.forward(...): an event loop runs in this thread, and a call that it "
        "has begun cannot end while this one waits for it; in coroutines await "
        "TinyFaceDetector.forward(...) of pyface_web itself"
    )
    assert grid(0).shape == (1, 2, 2, 25)


def test_a_call_within_a_call_is_told() -> None:
    caught: list[Exception] = []

    def pictures() -> Iterator[Any]:
        try:
            faceapi.get_backend()
        except SyncError as error:
            caught.append(error)
        yield b""

    assert len(list(faceapi.find_faces(pictures()))) == 1
    assert "sync.get_backend(...): expected a call from outside" in str(caught[0])


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork here")
def test_a_process_that_is_forked_off_has_a_loop_of_its_own() -> None:
    script = """
import os, sys
from pyface_web import sync
store = sync.IdentityStore()
store.enrol("Ada", [0.1] * 128)
child = os.fork()
store.enrol("Grace", [0.2] * 128)
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os._exit(len(store))
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=120)
    assert run.returncode == 2


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork here")
def test_a_process_that_is_forked_off_in_the_midst_of_calls_computes() -> None:
    """Neither the call that has the backend, nor the thread of onnxruntime, is there any more."""
    script = """
import asyncio, os, sys, threading
import numpy as np
from pyface_web import sync
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pipeline.nets import session
from tests.reference.nets import weighted

picture, options = np.full((64, 64, 3), 90, np.uint8), sync.TinyFaceDetectorOptions(32)
began, ended = threading.Event(), threading.Event()

async def hold():
    async with session.open(picture):
        began.set()
        await asyncio.to_thread(ended.wait)

sync.nets.tiny_face_detector.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
sync.set_backend("onnx")
found = sync.detect_all_faces(picture, options).run()
holder = threading.Thread(target=asyncio.run, args=[hold()])
holder.start()
began.wait()
child = os.fork()
if child:
    ended.set()
    holder.join()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os._exit(7 if len(sync.detect_all_faces(picture, options).run()) == len(found) else 1)
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=120)
    assert run.returncode == 7


def ffi(can_run: bool, run_sync: Any = wait) -> ModuleType:
    """What `pyodide.ffi` is, as far as it is asked."""
    made: Any = ModuleType("pyodide.ffi")
    made.can_run_sync = lambda: can_run
    made.run_sync = run_sync
    return made


def frames() -> Any:
    """The plain face of frames, which nobody can make without a page."""
    return twins._ours(object.__new__(pyface_web.Frames))


def test_pyodide_waits_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "IN_BROWSER", True)
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi(True))
    assert grid(0).shape == (1, 2, 2, 25)
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi(False))
    with pytest.raises(
        SyncError, match=r"sync.warmup\(...\): this cannot wait .* await faceapi.warm"
    ):
        faceapi.warmup()
    search = faceapi.find_faces([])
    with pytest.raises(SyncError, match=r"; async for picture in faceapi.find_faces\(...\), with"):
        next(search)
    with pytest.raises(SyncError, match=r"; async for frame in faceapi.track\(...\), with import"):
        next(frames())
    with pytest.raises(SyncError, match=r"; async with faceapi.track\(...\), with import"):
        frames().__enter__()
    chain = faceapi.detect_single_face(PICTURES[0])
    with pytest.raises(SyncError, match=r"; await faceapi.detect_single_face\(...\)"):
        chain.run()
    with pytest.raises(SyncError, match=r"; await IdentityStore.enrol\(...\) of pyface_web itself"):
        faceapi.IdentityStore().enrol("Ada", np.zeros(128))
