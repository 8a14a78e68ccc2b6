"""Tasks in the browser: side by side, once each, and failing without harm to the others."""

from __future__ import annotations

import pytest

from tests.pages import PyfacePage

PICTURES = {"p1": 1, "p2": 2, "p3": 3, "p4": 4, "p5": 5}


@pytest.fixture(scope="module")
def pyface(either_page: PyfacePage) -> PyfacePage:
    for name, sample in PICTURES.items():
        source = [f"images/sample{sample}.jpg", 0, 0, 1920, 1280, 0, 0, 480, 320]
        either_page.add_canvas(name, 480, 320, [source])
    return either_page


def test_five_pictures_side_by_side(pyface: PyfacePage) -> None:
    """Each gets its own faces, as one after the other."""
    together, alone = pyface.run(
        """
        import asyncio
        options = faceapi.TinyFaceDetectorOptions()
        def chain(name):
            task = faceapi.detect_all_faces(name, options)
            return task.with_face_landmarks().with_face_descriptors()
        together = await asyncio.gather(*(chain(name) for name in names))
        [together, [await chain(name) for name in names]]
        """,
        names=list(PICTURES),
    )
    assert together == alone
    assert len({len(faces) for faces in alone}) > 1


def test_one_of_three_fails(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        import asyncio
        options = faceapi.TinyFaceDetectorOptions()
        tasks = [faceapi.detect_all_faces(name, options) for name in ("p3", "nobody", "p5")]
        await asyncio.gather(*(outcome(task) for task in tasks))
        """
    )
    assert [len(one.get("value", [])) for one in found] == [3, 0, 5]
    assert found[1]["error"] == "ElementNotFoundError"


RUNS = """
from collections import Counter
backend = await faceapi.pipeline.nets.session.backend()
runs = Counter()
original = backend.run
async def counted(net, *rest):
    runs[net.name] += 1
    return await original(net, *rest)
backend.run = counted
options = faceapi.TinyFaceDetectorOptions()
try:
    {code}
finally:
    del backend.run
dict(runs)
"""


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("task", {}),
        ("await task; await task", {"tiny_face_detector": 1}),
        (
            "await task; await task.with_face_landmarks(refine=False)",
            {"tiny_face_detector": 1, "face_landmark68_net": 1},
        ),
        (
            "marks = task.with_face_landmarks(refine=False); "
            "await marks.with_face_descriptors(); await marks.with_face_descriptors()",
            {"tiny_face_detector": 2, "face_landmark68_net": 2, "face_recognition_net": 2},
        ),
        (
            "marks = task.with_face_landmarks(refine=False); await marks; "
            "await marks.with_face_descriptors(); await marks.with_face_descriptors()",
            {"tiny_face_detector": 1, "face_landmark68_net": 1, "face_recognition_net": 2},
        ),
    ],
    ids=[
        "lazy",
        "awaited twice",
        "continued after await",
        "two chains of nothing awaited",
        "two chains of something awaited",
    ],
)
def test_nets_run_as_often_as_needed(pyface: PyfacePage, code: str, runs: dict) -> None:
    task = "task = faceapi.detect_all_faces('p3', options); "
    assert pyface.run(RUNS.format(code=task + code)) == runs


def test_a_failed_task_rejects_every_time_and_is_not_run_again(pyface: PyfacePage) -> None:
    raised = pyface.run(
        """
        task = faceapi.detect_all_faces("nobody")
        [await outcome(task), await outcome(task), await outcome(task.with_face_landmarks())]
        """
    )
    assert [one["error"] for one in raised] == ["ElementNotFoundError"] * 3


def test_a_promise_of_a_task_rejects_in_javascript(pyface: PyfacePage) -> None:
    """The original's promise hangs."""
    said = pyface.js(
        """() => pyface.pyodide.runPythonAsync(
          "import pyface_web\\nawait pyface_web.detect_all_faces('nobody')",
        ).then(() => "resolved", (error) => error.type)"""
    )
    assert said == "ElementNotFoundError"


def test_no_face(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        black = np.zeros((64, 64, 3), np.uint8)
        many, one = faceapi.detect_all_faces(black), faceapi.detect_single_face(black)
        [await many, await many.with_face_landmarks().with_face_descriptors(),
         await one, await one.with_face_landmarks().with_face_descriptor()]
        """
    )
    assert found == [[], [], None, None]


def test_cancelling_one_task_leaves_the_others(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        import asyncio
        options = faceapi.TinyFaceDetectorOptions()
        futures = [faceapi.detect_all_faces(name, options).run() for name in ("p3", "p4", "p5")]
        await asyncio.sleep(0)
        futures[0].cancel()
        done = await asyncio.gather(*futures, return_exceptions=True)
        [type(done[0]).__name__, len(done[1]), len(done[2])]
        """
    )
    assert found == ["CancelledError", 3, 5]
