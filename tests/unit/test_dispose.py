"""Disposed of or exchanged while calls run: right answers or DisposedError, and nothing leaked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine import registry
from pyface_web.pipeline.nets import session
from tests.upright_face import upright_face

GREYS = (40, 90, 140, 190, 240)
PICTURES = [np.full((48, 64, 3), grey, np.uint8) for grey in GREYS]
MOST_STEPS = 60  # of the event loop, more than the longest call here takes


class Witness:
    """A backend whose descriptors say which picture it sees. It waits in every call, and knows when
    it is asked for something that a closed or a waiting backend must not be asked for."""

    name = description = "witness"
    made: list[Witness]

    def __init__(self) -> None:
        self.grey = -1
        self.closed = self.busy = False
        self.seen: list[str] = []
        Witness.made.append(self)

    def _check(self) -> None:
        if self.closed:
            Witness.wrong.append("used after close")
        if self.busy:
            Witness.wrong.append("two calls at a time")

    wrong: list[str]

    def set_picture(self, picture: Any) -> tuple[int, int]:
        self._check()
        self.grey = int(picture.array()[0, 0, 0])
        return picture.width, picture.height

    async def run(self, net: Any, size: int, crops: Any, fits: Sequence[Any]) -> dict[str, Any]:
        self._check()
        self.seen.append(net.name)
        self.busy = True
        try:
            for _ in range(3):
                await asyncio.sleep(0)
        finally:
            self.busy = False
        grey = -1 if self.closed else self.grey  # a wrong answer, like that of an unbound texture
        if net.name == "tiny_face_detector":
            grid = np.full((1, size // 32, size // 32, 25), -9, np.float32)
            grid[0, 1, 1, :5] = 0, 0, 0, 0, 3
            return {"grid": grid}
        if net.name.startswith("face_landmark"):
            points = upright_face().reshape(-1)
            return {"points": np.tile(points, (len(crops), 1, 1, 1))}
        return {"descriptor": np.full((len(crops), 1, 1, 128), grey, np.float32)}

    async def run_each(
        self, net: Any, size: int, fits: Sequence[Any], upload: Callable[[int], Any]
    ) -> dict[str, Any]:
        greys = []
        for i in range(len(fits)):
            upload(i)
            greys.append(self.grey)
        found = await self.run(net, size, np.zeros((len(fits), 4)), fits)
        if "descriptor" in found and not self.closed:
            found["descriptor"][:] = np.reshape(greys, (-1, 1, 1, 1))
        return found

    async def run_pyramid(self, net: Any, pyramid: Any) -> dict[str, Any]:
        raise NotImplementedError

    def forget(self, net: str) -> None:
        self._check()

    def rebuild(self) -> None:
        Witness.wrong.append("rebuilt, though nothing was lost")

    def close(self) -> None:
        self.closed = True

    def stats(self) -> dict[str, int]:
        return {}


@pytest.fixture(autouse=True)
def _witnesses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The session chooses a witness; none is left alive, and none has anything to complain of."""
    Witness.made, Witness.wrong = [], []

    async def probe(precision: int | None) -> Any:
        made = Witness()
        try:
            for _ in range(3):
                await asyncio.sleep(0)
        except BaseException:
            made.close()
            raise
        return made

    monkeypatch.setattr(registry, "REGISTRY", [("witness", probe)])
    for name in ("tiny_face_detector", "face_landmark68_net", "face_recognition_net"):
        faceapi.nets[name].set_tensors({})
    yield
    faceapi.dispose()
    for net in faceapi.nets.values():
        net.dispose()
    assert Witness.wrong == []
    assert [made for made in Witness.made if not made.closed] == []


async def chain(i: int) -> int:
    """The grey of a picture, as the descriptor of the face in it says."""
    options = faceapi.TinyFaceDetectorOptions(input_size=128)
    task = faceapi.detect_all_faces(PICTURES[i], options)
    (face,) = await task.with_face_landmarks().with_face_descriptors()
    assert face.descriptor is not None and np.ptp(face.descriptor) == 0
    return int(face.descriptor[0])


async def descriptors(i: int) -> int:
    """The same by the function for a list of pictures."""
    found = await faceapi.compute_face_descriptor([PICTURES[i], PICTURES[0]])
    assert isinstance(found, list) and found[1][0] == GREYS[0]
    return int(found[0][0])


async def outcome(call: Awaitable[int]) -> int | str:
    try:
        return await call
    except errors.DisposedError:
        return "disposed"


def steps(count: int) -> Coroutine[Any, Any, None]:
    async def wait() -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    return wait()


@pytest.mark.parametrize("ask", [chain, descriptors])
def test_disposed_of_at_every_moment_of_calls(ask: Callable[[int], Awaitable[int]]) -> None:
    async def race(moment: int) -> tuple[list[int | str], list[int]]:
        before = [asyncio.ensure_future(outcome(ask(i))) for i in range(3)]
        await steps(moment)
        faceapi.dispose()
        assert faceapi.memory() == {"backend": "none"}
        after = [asyncio.ensure_future(ask(i)) for i in (3, 4)]
        return await asyncio.gather(*before), await asyncio.gather(*after)

    ended = set()
    for moment in range(MOST_STEPS):
        found, afterwards = asyncio.run(race(moment))
        for i, answer in enumerate(found):
            assert answer in (GREYS[i], "disposed")
            ended.add(answer)
        assert afterwards == [GREYS[3], GREYS[4]]
    assert ended == {*GREYS[:3], "disposed"}


def test_what_waited_starts_no_backend() -> None:
    """Else something would be held that nobody asked for any more."""

    async def waiting() -> list[int | str]:
        calls = [asyncio.ensure_future(outcome(chain(i))) for i in range(3)]
        await steps(8)
        faceapi.dispose()
        return await asyncio.gather(*calls)

    assert asyncio.run(waiting()) == ["disposed"] * 3
    assert len(Witness.made) == 1
    assert faceapi.memory() == {"backend": "none"}


def test_a_task_that_was_started_belongs_to_the_time_before() -> None:
    async def started() -> list[Any]:
        task = faceapi.detect_all_faces(PICTURES[0], faceapi.TinyFaceDetectorOptions())
        future = task.run()
        faceapi.dispose()
        return await asyncio.gather(future, return_exceptions=True)

    assert isinstance(asyncio.run(started())[0], errors.DisposedError)
    assert Witness.made == []


@pytest.mark.parametrize("ask", [faceapi.get_backend, lambda: faceapi.set_backend("witness")])
def test_disposed_of_while_a_backend_starts(ask: Callable[[], Any]) -> None:
    async def starting() -> list[Any]:
        call = asyncio.ensure_future(ask())
        await steps(2)
        faceapi.dispose()
        return await asyncio.gather(call, return_exceptions=True)

    assert isinstance(asyncio.run(starting())[0], errors.DisposedError)
    assert [made.closed for made in Witness.made] == [True]
    assert asyncio.run(chain(1)) == GREYS[1]


def test_one_backend_starts_whoever_asks() -> None:
    async def together() -> None:
        await asyncio.gather(
            faceapi.get_backend(), faceapi.backend_label(), chain(0), faceapi.describe_backend()
        )

    asyncio.run(together())
    assert len(Witness.made) == 1


def test_whoever_stops_waiting_leaves_no_backend_behind() -> None:
    async def cancelled() -> int:
        call = asyncio.ensure_future(chain(0))
        await steps(3)
        call.cancel()
        return await chain(1)

    assert asyncio.run(cancelled()) == GREYS[1]
    assert [made.closed for made in Witness.made] == [True, False]


@pytest.mark.parametrize("moment", range(0, 40, 3))
def test_exchanging_backends_waits_for_those_who_have_one(moment: int) -> None:
    async def race() -> list[int]:
        calls = [asyncio.ensure_future(chain(i)) for i in range(3)]
        await steps(moment)
        await faceapi.set_backend("witness")
        later = await chain(3)
        return [*await asyncio.gather(*calls), later]

    assert asyncio.run(race()) == list(GREYS[:4])


def test_nets_that_go_in_the_middle_of_a_call() -> None:
    """It ends on what it has; a net that it has not come to is missed."""

    async def race(moment: int) -> int | str:
        call = asyncio.ensure_future(chain(2))
        await steps(moment)
        for name in ("tiny_face_detector", "face_recognition_net"):
            faceapi.nets[name].dispose()
        try:
            return await call
        except errors.NotLoadedError as error:
            return str(error)
        finally:
            for name in ("tiny_face_detector", "face_recognition_net"):
                faceapi.nets[name].set_tensors({})

    for moment in range(25):
        answer = asyncio.run(race(moment))
        assert answer == GREYS[2] or "has no weights" in str(answer)


def test_the_weights_that_were_asked_for_last_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def arriving(architecture: Any, name: str, on_progress: Any) -> dict[str, Any]:
        arrivals[name] = asyncio.get_running_loop().create_future()
        return await arrivals[name]

    monkeypatch.setattr("pyface_web.pipeline.nets.load_tensors", arriving)
    monkeypatch.setattr("pyface_web.pipeline.nets.say_loaded", lambda net: None)
    net = faceapi.nets.tiny_face_detector

    async def order(*names: str) -> list[Any]:
        """What the net has after each arrival of "first" and "second", or "dispose" and "set"."""
        net.set_tensors({"before": None})  # type: ignore[dict-item]
        loads = {name: asyncio.ensure_future(net.load(name)) for name in ("first", "second")}
        await steps(2)
        found: list[Any] = []
        for name in names:
            if name == "dispose":
                net.dispose()
            elif name == "set":
                net.set_tensors({"set": None})  # type: ignore[dict-item]
            else:
                arrivals[name].set_result({name: None})
                await steps(3)
            found.append(next(iter(net.tensors)) if net.is_loaded else None)
        for ended in await asyncio.gather(*loads.values(), return_exceptions=True):
            found.append(ended and type(ended).__name__)
        return found

    assert asyncio.run(order("first", "second")) == ["first", "second", None, None]
    assert asyncio.run(order("second", "first")) == ["second", "second", None, None]
    assert asyncio.run(order("set", "second", "first")) == ["set", "set", "set", None, None]
    assert asyncio.run(order("first", "dispose", "second")) == [
        "first", None, None, None, "DisposedError",
    ]  # fmt: skip


def test_the_frames_of_a_video_end() -> None:
    from pyface_web.video.track import faces_of
    from pyface_web.video.tracker import Tracker

    tracker = Tracker(detector=faceapi.TinyFaceDetectorOptions(input_size=128))

    async def frame(at: float) -> int:
        return len((await faces_of(PICTURES[0], tracker, at))[0])

    assert asyncio.run(frame(1)) == asyncio.run(frame(2)) == 1
    faceapi.dispose()
    with pytest.raises(errors.DisposedError, match="ask again"):
        asyncio.run(frame(3))
    assert faceapi.memory() == {"backend": "none"}


def test_the_lock_outlives_an_event_loop_that_was_left() -> None:
    """A loop that ended in the middle of a call never lets go of anything."""

    async def hold() -> None:
        async with session.open(PICTURES[0]):
            await asyncio.get_running_loop().create_future()

    loop = asyncio.new_event_loop()
    held = loop.create_task(hold())
    for _ in range(6):
        loop.run_until_complete(asyncio.sleep(0))
    assert session._calls.is_held
    loop.close()
    assert asyncio.run(asyncio.wait_for(chain(1), 10)) == GREYS[1]
    held.get_coro().close()  # type: ignore[union-attr]
