"""The one session in several threads and event loops: the same answers, and nobody hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event, Thread, current_thread
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine import threads
from pyface_web.engine.reference import backend as reference
from pyface_web.engine.threads import in_thread
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.mtcnn import MTCNN
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pipeline.nets import session
from pyface_web.pipeline.shared import SharedWork
from tests.in_threads import in_threads
from tests.reference.nets import weighted
from tests.waiting import wait

THREADS, CALLS, SIDE = 4, 5, 64
PICTURES = [np.full((40 + i, 60, 3), 40 + 50 * i, np.uint8) for i in range(THREADS)]


@pytest.fixture(autouse=True)
def _nets() -> Iterator[None]:
    faceapi.dispose()
    for network in (TINY_FACE_DETECTOR, FACE_RECOGNITION):
        faceapi.nets[network.name].set_tensors(weighted(network).tensors)
    yield
    faceapi.dispose()
    for net in faceapi.nets.values():
        net.dispose()


async def grid(i: int) -> np.ndarray:
    return await faceapi.nets.tiny_face_detector.forward(PICTURES[i], SIDE)


def same(got: np.ndarray, i: int, want: list[np.ndarray]) -> bool:
    """Whether it is the grid of picture i; two backends differ in the last digits."""
    return bool(np.allclose(got, want[i], rtol=0, atol=1e-4))


@pytest.fixture
def want() -> list[np.ndarray]:
    """The grid of each picture, one after the other; no two are alike."""
    found = [wait(grid(i)) for i in range(THREADS)]
    assert [[same(a, j, found) for j in range(THREADS)] for a in found] == np.eye(THREADS).tolist()
    return found


@pytest.mark.parametrize("backend", ["onnx", "reference"])
def test_threads_with_event_loops_of_their_own(backend: str, want: list[np.ndarray]) -> None:
    wait(faceapi.set_backend(backend))

    async def work(i: int) -> bool:
        found = await asyncio.gather(*(grid(i) for _ in range(CALLS)))
        return all(same(one, i, want) for one in found)

    assert all(in_threads(THREADS, work))
    assert not session._calls.is_held and not session._changes.is_held


def test_the_first_calls_of_all_threads_start_one_backend() -> None:
    async def work(i: int) -> tuple[str, np.ndarray]:
        return await faceapi.describe_backend(), await grid(i)

    found = in_threads(THREADS, work)
    assert len({said for said, _ in found}) == 1
    assert faceapi.memory()["runs"] == THREADS and faceapi.memory()["sessions"] == 1


def test_event_loops_one_after_the_other(want: list[np.ndarray]) -> None:
    loops = [asyncio.new_event_loop() for _ in range(2)]
    for i in (0, 1, 0, 1):
        assert same(loops[i].run_until_complete(grid(i)), i, want)
    for loop in loops:
        loop.close()


def test_cancelled_among_others(want: list[np.ndarray]) -> None:
    async def work(i: int) -> int:
        calls = [asyncio.ensure_future(grid(i)) for _ in range(CALLS)]
        for moment, call in enumerate(calls[1::2]):
            for _ in range(3 * moment + i):
                await asyncio.sleep(0)
            call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        for k, one in enumerate(ended):
            is_cancelled = k % 2 == 1 and isinstance(one, asyncio.CancelledError)
            assert is_cancelled or same(one, i, want)  # or done, before it was cancelled
        return len(ended)

    assert in_threads(THREADS, work) == [CALLS] * THREADS
    assert not session._calls.is_held


def test_disposed_of_by_another_thread(want: list[np.ndarray]) -> None:
    """What was begun gives its answer or says so, what comes afterwards starts again."""
    stopped = Event()

    async def work(i: int) -> set[str]:
        ended = set()
        for _ in range(8 * CALLS):
            try:
                assert same(await grid(i), i, want)
                ended.add("answered")
            except errors.DisposedError:
                ended.add("disposed")
        return ended

    def dispose() -> None:
        while not stopped.is_set():
            faceapi.dispose()
            stopped.wait(0.002)

    disposing = Thread(target=dispose)
    disposing.start()
    try:
        found = in_threads(THREADS, work)
    finally:
        stopped.set()
        disposing.join()
    assert set().union(*found) <= {"answered", "disposed"}
    faceapi.dispose()
    assert same(wait(grid(0)), 0, want)


def test_backends_exchanged_by_another_thread(want: list[np.ndarray]) -> None:
    async def work(i: int) -> bool:
        if i:
            return all([same(await grid(i), i, want) for _ in range(CALLS)])
        for name in ("reference", "onnx") * CALLS:
            await faceapi.set_backend(name)
        return True

    assert all(in_threads(THREADS, work))
    assert wait(faceapi.get_backend()) == "onnx"


def test_weights_exchanged_by_another_thread() -> None:
    """Each answer is that of one load, and so are the three nets of MTCNN."""
    one, two = (weighted(MTCNN).tensors, dict(weighted(MTCNN).tensors))
    net = faceapi.Mtcnn()

    async def work(i: int) -> bool:
        for _ in range(200):
            if i:
                net.set_tensors(two if net.tensors is one else one)
            else:
                parts = net.parts_as_they_are()
                assert len({id(part.tensors) for part in parts}) == 1
        return True

    net.set_tensors(one)
    in_threads(2, work)


def test_nets_made_and_disposed_of_in_every_thread(want: list[np.ndarray]) -> None:
    async def work(i: int) -> bool:
        for _ in range(CALLS):
            net = faceapi.TinyFaceDetector()
            net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
            assert same(await net.forward(PICTURES[i], SIDE), i, want)
            net.dispose()
        return True

    assert all(in_threads(THREADS, work))
    assert faceapi.memory()["sessions"] == 1  # that of the global net


def test_arrays_and_graphs_of_a_net_in_all_threads() -> None:
    net = faceapi.FaceRecognitionNet()

    async def work(i: int) -> int:
        for k in range(30):
            if i == 0:
                net.set_tensors(weighted(FACE_RECOGNITION).tensors)
            assert len(net.graph(150 + 8 * ((k + i) % 11))) == 1
            assert len(net.arrays) == 117
        return i

    net.set_tensors(weighted(FACE_RECOGNITION).tensors)
    assert in_threads(3, work) == [0, 1, 2]


def test_one_store_of_people_in_all_threads() -> None:
    store = faceapi.IdentityStore()

    async def work(i: int) -> int:
        names = [f"person {i}.{k}" for k in range(CALLS)]
        await asyncio.gather(*(store.enrol(name, np.full(128, i / 8)) for name in names))
        return i

    assert in_threads(THREADS, work) == list(range(THREADS))
    assert len(store) == THREADS * CALLS


# --- off the thread of the event loop


def test_the_event_loop_goes_on_while_a_backend_computes() -> None:
    """The computation waits here for something that only the loop can do."""
    ready = Event()

    def compute() -> str:
        assert ready.wait(60)
        return "computed"

    async def both() -> str:
        asyncio.get_running_loop().call_soon(ready.set)
        return await in_thread(compute)

    assert asyncio.run(both()) == "computed"


@pytest.mark.parametrize("backend", ["onnx", "reference"])
def test_backends_compute_beside_the_loop(
    backend: str, monkeypatch: pytest.MonkeyPatch, want: list[np.ndarray]
) -> None:
    wait(faceapi.set_backend(backend))
    seen: list[Thread] = []

    kind: Any = type(wait(session.backend()))
    squares = kind.squares

    def noted(self: Any, cuts: Any) -> Any:
        seen.append(current_thread())
        return squares(self, cuts)

    monkeypatch.setattr(kind, "squares", noted)
    assert same(wait(grid(0)), 0, want)
    assert len(seen) == 1 and seen[0] is not current_thread()


def test_a_browser_has_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "IN_BROWSER", True)
    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", None)
    assert wait(in_thread(lambda: 3)) == 3


def test_who_stops_waiting_stops_the_computation() -> None:
    begun, stopped, ended = Event(), Event(), Event()

    def compute() -> None:
        begun.set()
        stopped.wait()
        ended.set()

    async def leave() -> None:
        waiting = asyncio.ensure_future(in_thread(compute, stopped.set))
        await asyncio.to_thread(begun.wait)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()

    asyncio.run(leave())
    assert ended.is_set()


def test_a_cancelled_run_of_numpy_ends_before_its_last_layer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wait(faceapi.set_backend("reference"))
    begun, cancelled = Event(), Event()
    raised: list[type[BaseException]] = []
    run = reference.run

    def waiting(graph: Any, image: Any, arrays: Any, watch: Any) -> Any:
        begun.set()
        cancelled.wait()
        try:
            return run(graph, image, arrays, watch)
        except BaseException as error:
            raised.append(type(error))
            raise

    monkeypatch.setattr(reference, "run", waiting)

    async def leave() -> None:
        call = asyncio.ensure_future(grid(0))
        await asyncio.to_thread(begun.wait)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        cancelled.set()

    asyncio.run(leave())
    assert raised == [errors.BackendError]


# --- work that several wait for


class Counted:
    """Work that says how often it was begun, and waits until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.ready = Event()

    async def __call__(self) -> str:
        self.begun += 1
        while not self.ready.is_set():
            await asyncio.sleep(0)
        return "done"


def test_one_task_is_awaited_in_several_threads(want: list[np.ndarray]) -> None:
    options = faceapi.TinyFaceDetectorOptions(input_size=SIDE, score_threshold=0.1)
    alone = wait(faceapi.detect_all_faces(PICTURES[1], options))
    task = faceapi.detect_all_faces(PICTURES[1], options)
    runs = int(faceapi.memory()["runs"])

    async def work(i: int) -> Any:
        return await task

    assert in_threads(THREADS, work) == [alone] * THREADS
    assert int(faceapi.memory()["runs"]) == runs + 1
    assert wait(task) == alone


def test_work_is_begun_once_for_two_loops() -> None:
    work, shared = Counted(), SharedWork[str]()
    joined = Event()

    async def either(i: int) -> str:
        if i:
            while not work.begun:
                await asyncio.sleep(0)
            mine = shared.join(work)
            joined.set()
            await asyncio.sleep(0)
            work.ready.set()
            return await mine
        mine = shared.join(work)
        await asyncio.to_thread(joined.wait)
        return await mine

    assert in_threads(2, either) == ["done", "done"]
    assert work.begun == 1


def test_work_that_ended_with_its_loop_begins_anew_where_somebody_waits() -> None:
    work, shared = Counted(), SharedWork[str]()
    joined = Event()

    async def either(i: int) -> str:
        if i:
            while not work.begun:
                await asyncio.sleep(0)
            mine = shared.join(work)
            joined.set()
            while work.begun == 1:
                await asyncio.sleep(0)
            work.ready.set()
            return await mine
        shared.join(work)
        await asyncio.to_thread(joined.wait)
        return "left"  # and asyncio.run cancels what is left

    assert in_threads(2, either) == ["left", "done"]
    assert work.begun == 2


def test_work_of_a_closed_loop_begins_anew() -> None:
    work, shared = Counted(), SharedWork[str]()

    async def begin() -> asyncio.Future[str]:
        mine = shared.join(work)
        await asyncio.sleep(0)
        return mine

    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin())
    task: Any = shared._task
    waits = Event()
    found: list[str] = []

    async def join() -> str:
        mine = shared.join(work)
        asyncio.get_running_loop().call_soon(waits.set)
        return await mine

    thread = Thread(target=lambda: found.append(asyncio.run(join())))
    thread.start()
    waits.wait()
    loop.close()
    work.ready.set()
    thread.join()
    assert (found, work.begun) == (["done"], 2)
    task.get_coro().close()


def test_the_last_who_leaves_ends_it_in_the_other_loop() -> None:
    work, shared = Counted(), SharedWork[str]()
    joined, left = Event(), Event()

    async def either(i: int) -> bool:
        if i:
            while not work.begun:
                await asyncio.sleep(0)
            mine = shared.join(work)
            joined.set()
            await asyncio.to_thread(left.wait)
            mine.cancel()
            await asyncio.gather(mine, return_exceptions=True)
            return not shared.has_begun
        mine = shared.join(work)
        task: Any = shared._task
        await asyncio.to_thread(joined.wait)
        mine.cancel()
        await asyncio.gather(mine, return_exceptions=True)
        left.set()
        await asyncio.gather(task, return_exceptions=True)
        return bool(task.cancelled())

    assert in_threads(2, either) == [True, True]
