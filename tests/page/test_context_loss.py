"""A lost WebGL context is rebuilt and the call repeated once; without WebGL2 none is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages import PyfacePage, launch_without_webgl, pyface_page

# Those of the chain: a new context compiles for all that are loaded.
MODELS = ("tiny_face_detector", "face_landmark_68", "face_recognition")
_CHAIN = """
options = faceapi.TinyFaceDetectorOptions(input_size=288)
def chain():
    return faceapi.detect_all_faces("photo", options).with_face_landmarks().with_face_descriptors()
def lose():
    context = faceapi.pipeline.nets.session._backend.bridge._js.context
    context.getExtension("WEBGL_lose_context").loseContext()
"""

# Loses the context right before the first call of a method of the bridge, or while it runs.
_LOSE_AT = """
import asyncio
bridge = faceapi.pipeline.nets.session._backend.bridge
original, calls = getattr(bridge, method), []
if method in ("compile", "read"):
    async def spoilt(*given, **named):
        calls.append(given)
        if len(calls) > times:
            return await original(*given, **named)
        running = asyncio.ensure_future(original(*given, **named))
        await asyncio.sleep(0)
        lose()
        return await running
else:
    def spoilt(*given, **named):
        calls.append(given)
        if len(calls) <= times:
            lose()
        return original(*given, **named)
if method in ("compile", "upload", "record"):  # what a net needs only once
    net = faceapi.nets.tiny_face_detector
    tensors = net.tensors
    net.dispose()
    net.set_tensors(tensors)
setattr(bridge, method, spoilt)
try:
    answer = await outcome(chain())
finally:
    delattr(bridge, method)
[answer, len(calls)]
"""


def add_photo(page: PyfacePage) -> None:
    page.add_canvas("photo", 320, 240, [["images/sample3.jpg", 120, 0, 1800, 1350, 0, 0, 320, 240]])


@pytest.fixture(scope="module")
def pyface(browser: Browser) -> Iterator[PyfacePage]:
    with pyface_page(browser, MODELS) as page:
        add_photo(page)
        yield page


@pytest.fixture(scope="module")
def expected(pyface: PyfacePage) -> list[dict]:
    faces = pyface.run(_CHAIN + "await chain()")
    assert len(faces) == 3
    return faces


def counts(pyface: PyfacePage) -> dict[str, int]:
    """What a context holds that has run the chain and nothing else."""
    memory = pyface.run("faceapi.memory()")
    return {kind: memory[kind] for kind in ("textures", "texture_bytes", "buffers", "programs")}


@pytest.fixture(scope="module")
def normal(pyface: PyfacePage, expected: list[dict]) -> dict[str, int]:
    pyface.run(_CHAIN + "faceapi.dispose()\nawait chain()")
    return counts(pyface)


def test_lost_between_calls(
    pyface: PyfacePage, expected: list[dict], normal: dict[str, int]
) -> None:
    for _ in range(2):
        assert pyface.run(_CHAIN + "lose()\nawait chain()") == expected
        held = counts(pyface)
        assert held["textures"] <= normal["textures"] + 1
        assert held["texture_bytes"] <= normal["texture_bytes"]
        assert held["programs"] <= normal["programs"]


@pytest.mark.parametrize("method", ["set_input", "compile", "upload", "record", "run", "read"])
def test_lost_during(
    pyface: PyfacePage, expected: list[dict], normal: dict[str, int], method: str
) -> None:
    answer, calls = pyface.run(_CHAIN + _LOSE_AT, method=method, times=1)
    assert answer.get("value") == expected, answer
    assert calls >= 2
    assert counts(pyface)["textures"] <= normal["textures"]


@pytest.mark.parametrize("method", ["run", "read"])
def test_lost_again_and_again_is_reported(
    pyface: PyfacePage, expected: list[dict], method: str
) -> None:
    answer, calls = pyface.run(_CHAIN + _LOSE_AT, method=method, times=99)
    assert answer["error"] == "ContextLostError"
    assert answer["text"] == (
        "the WebGL context was lost, once more when the call was repeated; the next call tries "
        "again, and await faceapi.set_backend('wasm') or await faceapi.set_backend('reference') "
        "goes on without it"
    )
    assert calls == 2
    assert pyface.run(_CHAIN + "await chain()") == expected


def test_lost_for_good(pyface: PyfacePage, expected: list[dict]) -> None:
    """Some browsers give a page no other context for a while: it says what goes on without."""
    pyface.js("""() => {
      const takeBack = [OffscreenCanvas, HTMLCanvasElement].map(({ prototype }) => {
        const { getContext } = prototype;
        prototype.getContext = function (kind, ...given) {
          return kind === "webgl2" ? null : getContext.call(this, kind, ...given);
        };
        return () => { prototype.getContext = getContext; };
      });
      globalThis.giveContexts = () => takeBack.forEach((give) => give());
    }""")
    try:
        answers = pyface.run(_CHAIN + "lose()\n[await outcome(chain()) for _ in range(2)]")
    finally:
        pyface.js("() => giveContexts()")
    for answer in answers:
        assert answer["error"] == "ContextLostError"
        assert "there is no other for now (WebGL: this browser has no WebGL2" in answer["text"]
        assert (
            "; the next call tries again, and await faceapi.set_backend('wasm')" in answer["text"]
        )
    assert pyface.run(_CHAIN + "await chain()") == expected


def test_lost_while_others_wait(pyface: PyfacePage, expected: list[dict]) -> None:
    faces = pyface.run(
        _CHAIN
        + """
import asyncio
futures = [chain().run() for _ in range(3)]
await asyncio.sleep(0.02)
lose()
await asyncio.gather(*futures)
"""
    )
    assert faces == [expected] * 3


def test_the_reference_backend_finds_the_same_faces(
    pyface: PyfacePage, expected: list[dict]
) -> None:
    pyface.run("await faceapi.set_backend('reference')")
    try:
        name, said, faces = pyface.run(
            _CHAIN
            + """
[await faceapi.get_backend(), await faceapi.describe_backend(), await chain()]
"""
        )
    finally:
        pyface.run("await faceapi.set_backend('webgl')")
    assert name == "reference"
    assert "NumPy" in said and "set_backend" in said
    assert len(faces) == len(expected)
    for face, other in zip(faces, expected, strict=True):
        assert face["detection"]["score"] == pytest.approx(other["detection"]["score"], abs=0.01)
        assert face["detection"]["box"] == pytest.approx(other["detection"]["box"], abs=0.5)
        assert face["descriptor"] == pytest.approx(other["descriptor"], abs=0.02)


def test_a_browser_without_webgl2(browser: Browser, expected: list[dict]) -> None:
    """It says why WebAssembly computes, and the faces are there."""
    without = launch_without_webgl(browser)
    try:
        with pyface_page(without, MODELS, "WebAssembly", backend=None) as page:
            add_photo(page)
            said = page.run("await faceapi.describe_backend()")
            assert "webgl is not used" in said and "no WebGL2 on a GPU, or it is" in said
            raised = page.run("await outcome(faceapi.set_backend('webgl'))")
            assert raised["error"] == "BackendError"
            faces = page.run(_CHAIN + "await chain()")
            # Its canvas is another one too, and shrinks the photo to other pixels.
            assert [face["detection"]["score"] for face in faces] == pytest.approx(
                [face["detection"]["score"] for face in expected], abs=0.03
            )
    finally:
        without.close()
