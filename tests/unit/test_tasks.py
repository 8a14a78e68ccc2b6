"""What a task promises: it waits to be awaited, runs once, and fails by raising."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Callable, Coroutine
from itertools import permutations
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web import api, errors
from pyface_web.engine.session import Session
from pyface_web.pipeline import stages
from pyface_web.pipeline.nets import GlobalNets
from pyface_web.pipeline.tasks import DetectAllFacesTask, DetectSingleFaceTask
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box
from pyface_web.values.options import (
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
)
from tests.upright_face import upright_face
from tests.waiting import wait

PICTURE = np.zeros((48, 64, 3), np.uint8)
OPTIONS = TinyFaceDetectorOptions(input_size=128)


class ScriptedBackend:
    """Finds one face in every picture, and notes which net ran for how many regions."""

    name = description = "scripted"

    def __init__(self) -> None:
        self.log: list[tuple[str, int]] = []
        self.crops: dict[str, list[list[float]]] = {}
        self.busy = 0
        self.turns = 1  # of the event loop that a run takes

    def set_picture(self, picture: Any) -> tuple[int, int]:
        self.log.append(("picture", 1))
        return picture.width, picture.height

    async def run(self, net: Any, size: int, crops: Any, fits: Any) -> dict[str, Any]:
        self.busy += 1
        try:
            assert self.busy == 1, "two runs at a time"
            for _ in range(self.turns):
                await asyncio.sleep(0)
        finally:
            self.busy -= 1
        self.log.append((net.name, len(crops)))
        self.crops[net.name] = crops.tolist()
        if net.name == "tiny_face_detector":
            cells = size // 32
            grid = np.full((1, cells, cells, 25), -9, np.float32)
            grid[0, 1, 1, :5] = 0, 0, 0, 0, 3
            return {"grid": grid}
        if net.name.startswith("face_landmark"):
            points = upright_face().reshape(-1)
            return {"points": np.tile(points, (len(crops), 1, 1, 1))}
        if net.name == "face_expression_net":
            return {"expressions": np.zeros((len(crops), 1, 1, 7), np.float32)}
        if net.name == "age_gender_net":
            one, two = ((len(crops), 1, 1, n) for n in (1, 2))
            return {"age": np.full(one, 33, np.float32), "gender": np.zeros(two, np.float32)}
        return {"descriptor": np.ones((len(crops), 1, 1, 128), np.float32)}

    def forget(self, net: Any) -> None: ...
    def rebuild(self) -> None: ...
    def close(self) -> None: ...

    def stats(self) -> dict[str, int]:
        return {}


def nets() -> Any:
    """Nets that look loaded."""
    made = GlobalNets()
    for _, net in made.items():
        net.set_tensors({})
    return made


def session() -> tuple[Session, ScriptedBackend]:
    backend, made = ScriptedBackend(), Session()
    made._backend = backend
    return made, backend


def run(session_: Session, code: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(code)


def all_faces(made: Session, picture: object = PICTURE) -> DetectAllFacesTask:
    return DetectAllFacesTask(made, nets(), picture, OPTIONS)


def test_a_task_does_nothing_until_it_is_awaited() -> None:
    made, backend = session()
    all_faces(made).with_face_landmarks().with_face_descriptors()
    assert backend.log == []


def test_a_task_runs_once_however_often_it_is_awaited() -> None:
    made, backend = session()

    async def twice() -> bool:
        task = all_faces(made)
        return await task is await task is await task.run()

    assert run(made, twice())
    assert backend.log == [("picture", 1), ("tiny_face_detector", 1)]


@pytest.mark.parametrize("begin", [asyncio.run, lambda task: wait(asyncio.wait_for(task, 60))])
def test_asyncio_takes_a_chain_for_a_coroutine(begin: Callable[[Any], Any]) -> None:
    made, backend = session()
    task = all_faces(made).with_face_landmarks(refine=False)
    assert asyncio.iscoroutine(task)
    assert len(begin(task)) == len(begin(task)) == 1
    assert [name for name, _ in backend.log].count("tiny_face_detector") == 1


def test_tasks_of_asyncio_share_a_chain() -> None:
    made, backend = session()
    task = all_faces(made).with_face_landmarks()

    async def several() -> list[Any]:
        async with asyncio.TaskGroup() as group:
            ours = [group.create_task(task), group.create_task(task)]
            dropped = group.create_task(task)
            await asyncio.sleep(0)
            dropped.cancel()
        return [*(one.result() for one in ours), *await asyncio.gather(task, task), await task]

    found = run(made, several())
    assert all(one is found[0] for one in found)
    assert [name for name, _ in backend.log].count("tiny_face_detector") == 1


def test_a_task_of_asyncio_raises_what_went_wrong() -> None:
    made, _ = session()

    async def several() -> list[Any]:
        bad = all_faces(made, object())
        return await asyncio.gather(asyncio.create_task(bad), bad, return_exceptions=True)

    assert [type(one) for one in run(made, several())] == [errors.InputError] * 2


def test_awaited_by_two_at_the_same_time_it_runs_once() -> None:
    made, backend = session()

    async def both() -> list[Any]:
        task = all_faces(made)
        return await asyncio.gather(task.run(), task.run())

    first, second = run(made, both())
    assert first is second
    assert len(backend.log) == 2


def test_a_chain_opens_the_picture_once() -> None:
    made, backend = session()

    async def chain() -> Any:
        return await all_faces(made).with_face_landmarks(refine=False).with_face_descriptors()

    (face,) = run(made, chain())
    assert face.descriptor.shape == (128,) and len(face.landmarks.positions) == 68
    assert backend.log == [
        ("picture", 1),
        ("tiny_face_detector", 1),
        ("face_landmark68_net", 1),
        ("face_recognition_net", 1),
    ]


def test_an_awaited_task_is_continued_without_running_again() -> None:
    made, backend = session()

    async def continued() -> None:
        task = all_faces(made)
        await task
        marks = task.with_face_landmarks(use_tiny_model=True, refine=False)
        await marks
        await marks.with_face_descriptors()

    run(made, continued())
    assert [name for name, _ in backend.log if name != "picture"] == [
        "tiny_face_detector",
        "face_landmark68_tiny_net",
        "face_recognition_net",
    ]


def test_a_task_that_runs_is_joined_by_what_continues_it() -> None:
    made, backend = session()

    async def joined() -> None:
        task = all_faces(made)
        detections = task.run()
        await asyncio.gather(detections, task.with_face_landmarks().run())

    run(made, joined())
    assert sum(name == "tiny_face_detector" for name, _ in backend.log) == 1


def test_a_task_that_runs_before_the_one_it_continues_finds_the_faces_itself() -> None:
    """It has the session, so it cannot wait for what was started after it."""
    made, _ = session()

    async def child_first() -> list[Any]:
        task = all_faces(made)
        async with made.open(PICTURE):
            marks = task.with_face_landmarks().run()
            await asyncio.sleep(0)  # it waits for the session now
            detections = task.run()
        return await asyncio.gather(marks, detections)

    (face,), (detection,) = run(made, child_first())
    assert face.detection == detection


def test_only_one_picture_is_looked_at_at_a_time() -> None:
    made, _ = session()

    async def many() -> list[Any]:
        return await asyncio.gather(*(all_faces(made).run() for _ in range(5)))

    assert [len(faces) for faces in run(made, many())] == [1] * 5


def test_a_failure_is_raised_every_time_and_by_all_that_continue_it() -> None:
    made, backend = session()

    async def failing() -> list[BaseException | Any]:
        task = all_faces(made, picture=None)
        return await asyncio.gather(
            task.run(), task.run(), task.with_face_landmarks().run(), return_exceptions=True
        )

    assert [type(error) for error in run(made, failing())] == [errors.InputError] * 3
    assert backend.log == []


def test_a_failure_in_the_middle_leaves_the_session_free() -> None:
    made, _ = session()
    unloaded = GlobalNets()

    async def failing() -> int:
        with pytest.raises(errors.NotLoadedError, match="load_tiny_face_detector_model"):
            await DetectAllFacesTask(made, unloaded, PICTURE, OPTIONS)
        return len(await all_faces(made))

    assert run(made, failing()) == 1


def test_a_cancelled_task_leaves_the_session_free() -> None:
    made, _ = session()

    async def cancelled() -> int:
        future = all_faces(made).run()
        await asyncio.sleep(0)
        future.cancel()
        with pytest.raises(asyncio.CancelledError):
            await future
        return len(await all_faces(made))

    assert run(made, cancelled()) == 1


def test_of_two_that_await_one_task_one_may_be_cancelled() -> None:
    made, backend = session()

    async def one_leaves() -> list[Any]:
        task = all_faces(made)

        async def wait() -> Any:
            return await task

        leaving, staying = asyncio.ensure_future(wait()), asyncio.ensure_future(wait())
        onward = asyncio.ensure_future(task.with_face_landmarks().run())
        await asyncio.sleep(0)
        leaving.cancel()
        future = task.run()
        future.cancel()
        found = await asyncio.gather(leaving, future, staying, onward, return_exceptions=True)
        return [type(found[0]), type(found[1]), len(found[2]), len(found[3]), await task]

    left, gone, faces, marked, again = run(made, one_leaves())
    assert (left, gone) == (asyncio.CancelledError, asyncio.CancelledError)
    assert faces == marked == len(again) == 1
    assert [name for name, _ in backend.log].count("tiny_face_detector") == 1


def test_when_all_who_wait_are_cancelled_the_task_ends_and_may_begin_anew() -> None:
    made, backend = session()
    backend.turns = 9

    async def all_leave() -> int:
        task = all_faces(made)
        waiting = [asyncio.ensure_future(task.run()) for _ in range(3)]
        while not backend.busy:
            await asyncio.sleep(0)
        for future in waiting:
            future.cancel()
        await asyncio.sleep(0)
        again = task.run()  # before the old one has let go of the session
        assert len(await again) == 1
        return len(await task)

    assert run(made, all_leave()) == 1
    assert [name for name, _ in backend.log].count("picture") == 2


def test_a_failure_that_nobody_waited_for_is_not_reported() -> None:
    made, _ = session()
    said: list[Any] = []

    async def leave() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        task = all_faces(made, picture=None)
        future = task.run()
        await asyncio.sleep(0)
        future.cancel()
        await asyncio.sleep(0.01)
        del task, future
        gc.collect()

    run(made, leave())
    assert said == []


def test_a_chain_whose_device_is_lost_begins_anew() -> None:
    """A video shows something else by then; boxes of one moment are not for pixels of another."""
    made, backend = session()
    script, losses = backend.run, [1]

    async def losing(net: Any, *given: Any) -> dict[str, Any]:
        if net.name == "face_recognition_net" and losses:
            losses.pop()
            raise errors.ContextLostError("the device is gone")
        return await script(net, *given)

    backend.run = losing  # type: ignore[method-assign]

    async def chain() -> int:
        marks = all_faces(made).with_face_landmarks(refine=False)
        return len(await marks.with_face_descriptors())

    assert run(made, chain()) == 1
    before = [("picture", 1), ("tiny_face_detector", 1), ("face_landmark68_net", 1)]
    assert backend.log == [*before, *before, ("face_recognition_net", 1)]


def test_single_face_is_the_best_one() -> None:
    made, _ = session()

    async def single() -> Any:
        task = DetectSingleFaceTask(made, nets(), PICTURE, OPTIONS)
        return await task, await task.with_face_landmarks().with_face_descriptor()

    face, full = run(made, single())
    assert face.score == pytest.approx(1 / (1 + np.exp(-3)))
    assert full.detection == face


def test_one_face_and_all_faces_are_cut_alike() -> None:
    """face-api.js 0.15 cuts the single face from relative coordinates, which can lose a pixel."""
    made, backend = session()

    async def squares(task: Any, method: str) -> list[list[float]]:
        await getattr(task.with_face_landmarks(refine=False), method)(align="box")
        return backend.crops["face_recognition_net"]

    every = run(made, squares(all_faces(made), "with_face_descriptors"))
    single = DetectSingleFaceTask(made, nets(), PICTURE, OPTIONS)
    assert run(made, squares(single, "with_face_descriptor")) == every
    assert every == [[float(int(number)) for number in every[0]]]


def test_a_face_outside_the_picture_is_left_out() -> None:
    made, backend = session()
    inside, outside = (FaceDetection(0.9, Box(x, 0.1, 0.5, 0.5), (64, 48)) for x in (0.2, 1.5))

    async def stages_of_both() -> list[Any]:
        async with made.open(PICTURE) as view:
            faces = await stages.STAGES["landmarks"](view, nets(), [outside, inside])
            alone = await stages.STAGES["age_and_gender"](view, nets(), [outside, inside])
            return [faces, alone, await stages.STAGES["landmarks"](view, nets(), [outside])]

    faces, alone, none = run(made, stages_of_both())
    assert [face.detection for face in faces] == [face.detection for face in alone] == [inside]
    assert none == []
    assert ("face_landmark68_net", 1) in backend.log and (
        "face_landmark68_net",
        0,
    ) not in backend.log


@pytest.mark.parametrize("options", [{"input_size": 128}, 416, "tiny", TinyFaceDetectorOptions])
def test_options_of_another_class_are_refused_at_once(options: Any) -> None:
    with pytest.raises(errors.OptionsError, match="TinyFaceDetectorOptions"):
        api.detect_all_faces(PICTURE, options)


def test_ssd_is_the_default() -> None:
    assert api.detect_all_faces(PICTURE)._options == SsdMobilenetv1Options()


def test_methods_are_singular_for_one_and_plural_for_all() -> None:
    marks, mark = (
        task.with_face_landmarks()
        for task in (api.detect_all_faces(PICTURE), api.detect_single_face(PICTURE))
    )
    assert hasattr(marks, "with_face_descriptors") and not hasattr(marks, "with_face_descriptor")
    assert hasattr(mark, "with_face_descriptor") and not hasattr(mark, "with_face_descriptors")


STEPS = {
    "landmarks": ("with_face_landmarks", "landmarks"),
    "descriptors": ("with_face_descriptors", "descriptor"),
    "expressions": ("with_face_expressions", "expressions"),
    "age": ("with_age_and_gender", "age"),
}


@pytest.mark.parametrize("single", [False, True], ids=["all", "single"])
@pytest.mark.parametrize("order", list(permutations(STEPS)), ids=" ".join)
def test_stages_follow_in_any_order(order: tuple[str, ...], single: bool) -> None:
    """Descriptors need landmarks before them, nothing else needs anything."""
    made, backend = session()
    task: Any = (DetectSingleFaceTask if single else DetectAllFacesTask)(
        made, nets(), PICTURE, OPTIONS
    )
    known = set()
    for step in order:
        method, field = STEPS[step]
        method = method.removesuffix("s") if single and step == "descriptors" else method
        if step == "descriptors" and "landmarks" not in known:
            assert not hasattr(task, method)
            return
        task = getattr(task, method)(**({"refine": False} if step == "landmarks" else {}))
        known.add(field)

    async def chain() -> Any:
        return await task

    found = run(made, chain())
    (face,) = [found] if single else found
    assert all(getattr(face, field) is not None for field in known)
    assert len(backend.log) == 2 + len(known)
    assert (face.age, face.gender_probability) == (33, 0.5)


ALL_AT_ONCE = {
    "all_faces": ((), SsdMobilenetv1Options()),
    "all_faces_ssd_mobilenetv1": ((0.8,), SsdMobilenetv1Options(min_confidence=0.8)),
    "all_faces_tiny_yolov2": (({"inputSize": 320},), TinyYolov2Options(input_size=320)),
    "all_faces_mtcnn": (({"minFaceSize": 60},), MtcnnOptions(min_face_size=60)),
}


@pytest.mark.parametrize("name", ALL_AT_ONCE)
def test_all_at_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Detector, landmarks and descriptors in one call, as older pages have it."""
    arguments, wanted = ALL_AT_ONCE[name]
    made, asked = session()[0], []

    def detect(picture: object, options: Any) -> DetectAllFacesTask:
        asked.append(options)
        return all_faces(made, picture)

    monkeypatch.setattr(api, "detect_all_faces", detect)
    (face,) = run(made, getattr(api, name)(PICTURE, *arguments))
    assert asked == [wanted]
    assert face.landmarks is not None and face.descriptor is not None


@pytest.mark.parametrize("name", ALL_AT_ONCE)
def test_bad_options_of_all_at_once(name: str) -> None:
    bad = 7 if "ssd" in name or name == "all_faces" else {"size": 3}
    with pytest.raises(errors.OptionsError):
        asyncio.run(getattr(api, name)(PICTURE, bad))


@pytest.mark.parametrize("name", ["ssd_mobilenetv1", "tiny_face_detector", "tiny_yolov2", "mtcnn"])
@pytest.mark.parametrize("options", [{"size": 3}, 7, TinyFaceDetectorOptions])
def test_bad_options_of_the_low_level_functions(name: str, options: Any) -> None:
    with pytest.raises(errors.OptionsError):
        asyncio.run(getattr(api, name)(PICTURE, options))


def test_a_detector_without_weights_names_the_one_that_has_them() -> None:
    """The usual slip: the tiny net is loaded, and no options say that it is to be used."""
    tiny = faceapi.nets["tiny_face_detector"]
    order = tiny.architecture.raw_order()
    tiny.extract_weights(np.zeros(sum(int(np.prod(s)) for s in order.values()), np.float32))
    try:
        with pytest.raises(errors.NotLoadedError) as raised:
            asyncio.run(_of(faceapi.detect_all_faces(PICTURE)))
    finally:
        tiny.dispose()
    assert "nets.tiny_face_detector has: pass faceapi.TinyFaceDetectorOptions() " in str(
        raised.value
    )


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("detect_all_faces(None).with_face_descriptors", "call .with_face_landmarks() before"),
        (
            "detect_single_face(None).with_face_landmarks().with_face_descriptors",
            "it is .with_face_descriptor() here",
        ),
        (
            "detect_all_faces(None).with_face_landmarks().with_face_descriptor",
            "it is .with_face_descriptors() here",
        ),
    ],
)
def test_a_descriptor_asked_for_in_the_wrong_place_says_the_right_one(code: str, says: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(says)):
        eval(f"faceapi.{code}", {"faceapi": faceapi})


async def _of(task: Any) -> Any:
    return await task
