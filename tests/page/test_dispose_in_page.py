"""Disposed of at random moments, in a real page: the right person or DisposedError, no contexts.

tests/unit/test_dispose.py has every moment, on a backend that computes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import dedent

import pytest

from tests.pages import PyfacePage

# Contexts that are alive, whoever made them, from now on.
_COUNT = """() => {
  const { getContext } = OffscreenCanvas.prototype;
  const contexts = [];
  OffscreenCanvas.prototype.getContext = function (...given) {
    const made = getContext.apply(this, given);
    if (given[0] === "webgl2" && made) contexts.push(made);
    return made;
  };
  globalThis.contexts = () => contexts.filter((gl) => !gl.isContextLost()).length;
  globalThis.uncount = () => { OffscreenCanvas.prototype.getContext = getContext; };
}"""

_CHAIN = """
import asyncio
options = faceapi.TinyFaceDetectorOptions(input_size=128)
async def chain(name):
    task = faceapi.detect_single_face(name, options).with_face_landmarks(True)
    try:
        return (await task.with_face_descriptor()).descriptor
    except faceapi.errors.DisposedError:
        return None
"""
PEOPLE = {"one": (3, 1380, 200, 420), "two": (6, 1430, 130, 420)}


@pytest.fixture(scope="module")
def pyface(either_page: PyfacePage) -> Iterator[PyfacePage]:
    for name, (sample, x, y, side) in PEOPLE.items():
        source = [f"images/sample{sample}.jpg", x, y, side, side, 16, 16, 96, 96]
        either_page.add_canvas(name, 128, 128, [source])
    either_page.run("faceapi.dispose()")
    either_page.js(_COUNT)
    yield either_page
    either_page.js("() => uncount()")


@pytest.fixture(scope="module")
def right(pyface: PyfacePage) -> dict[str, list[float]]:
    found = pyface.run(_CHAIN + "[await chain(name) for name in ('one', 'two')]")
    assert math.dist(*found) > 0.6
    return dict(zip(("one", "two"), found, strict=True))


def test_disposed_of_while_chains_run(
    pyface: PyfacePage, right: dict[str, list[float]], backend: str
) -> None:
    """After 0, 1, 2 ... turns of the event loop in Python, and once the GPU is at work."""
    rounds = pyface.run(
        _CHAIN
        + dedent("""
        rounds = []
        for moment in moments:
            before = [asyncio.ensure_future(chain(name)) for name in ("one", "two", "one")]
            await asyncio.sleep(moment / 1000)
            faceapi.dispose()
            after = await chain("two")
            rounds.append([after, *await asyncio.gather(*before)])
        rounds
        """),
        moments=[0, 5, 20, 50, 90, 140, 200, 300],
    )
    disposed = 0
    for after, *before in rounds:
        assert after == pytest.approx(right["two"], abs=1e-4)
        for name, answer in zip(("one", "two", "one"), before, strict=True):
            disposed += answer is None
            assert answer is None or answer == pytest.approx(right[name], abs=1e-4)
    assert disposed >= 3  # those of the first round, which had no time
    assert pyface.js("() => contexts()") == (backend == "webgl")


def test_disposed_of_from_javascript(pyface: PyfacePage, right: dict[str, list[float]]) -> None:
    rounds = pyface.js(
        """async (moments) => {
          const { faceapi } = pyface;
          const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 128 });
          const chain = async (id) => {
            const task = faceapi.detectSingleFace(id, options).withFaceLandmarks(true);
            return [...(await task.withFaceDescriptor()).descriptor];
          };
          const rounds = [];
          for (const moment of moments) {
            const before = ["one", "two"].map((id) => chain(id).catch((error) => error.name));
            await new Promise((resolve) => setTimeout(resolve, moment));
            await faceapi.dispose();
            const after = await chain("one");
            rounds.push([after, ...(await Promise.all(before))]);
          }
          await faceapi.dispose();
          return rounds;
        }""",
        [0, 30, 100, 180],
    )
    for after, *before in rounds:
        assert after == pytest.approx(right["one"], abs=1e-4)
        for name, answer in zip(("one", "two"), before, strict=True):
            assert answer == "DisposedError" or answer == pytest.approx(right[name], abs=1e-4)
    assert "DisposedError" in rounds[0]
    assert pyface.js("() => contexts()") == 0


def test_nets_that_are_loaded_and_freed_while_they_compute(
    pyface: PyfacePage, right: dict[str, list[float]]
) -> None:
    """What runs ends on the weights that it has; what it has not come to is said to be missing."""
    answers = pyface.run(
        _CHAIN
        + dedent("""
        net = faceapi.nets.face_recognition_net
        tensors = net.tensors
        none = {name: type(t)(name, t.values * 0, t.scale, 0.0) for name, t in tensors.items()}
        answers = []
        for i, change in enumerate([tensors, tensors, None, none, none, tensors] * 2):
            net.set_tensors(tensors)
            call = asyncio.ensure_future(outcome(faceapi.compute_face_descriptor("two")))
            await asyncio.sleep(i % 4 / 100)
            if change is None:
                net.dispose()
            else:
                net.set_tensors(change)
            answers.append(await call)
            net.set_tensors(tensors)
        whole = await faceapi.compute_face_descriptor("two")
        [whole, answers, await chain("one")]
        """)
    )
    whole, calls, after = answers
    assert after == pytest.approx(right["one"], abs=1e-4)
    for answer in calls:
        assert answer.get("error") == "NotLoadedError" or answer["value"] == pytest.approx(
            whole, abs=1e-4
        )
    assert sum("value" in answer for answer in calls) >= 10


def test_a_canvas_that_changes_while_the_call_waits(pyface: PyfacePage) -> None:
    """It is looked at as it is when its turn comes, in its new size."""
    before, after = pyface.run(
        _CHAIN
        + dedent("""
        faces = lambda source, side: faceapi.detect_all_faces(
            source, faceapi.TinyFaceDetectorOptions(input_size=side)
        ).run()
        canvas, copy = js.OffscreenCanvas.new(128, 128), js.document.getElementById("two")
        canvas.getContext("2d").drawImage(copy, 0, 0)
        (face,) = await faces(canvas, 128)
        async with faceapi.pipeline.nets.session.open("one"):
            call = faces(canvas, 192)
            await asyncio.sleep(0.02)
            canvas.width = canvas.height = 192
            canvas.getContext("2d").drawImage(copy, 64, 64)
        (found,) = await call
        [face.box, found.box]
        """)
    )
    for axis in "xy":
        assert after[axis] == pytest.approx(before[axis] + 64, abs=8)
