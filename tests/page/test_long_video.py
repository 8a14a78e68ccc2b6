"""Hundreds of frames of live video, thousands with --long: nothing grows."""

from __future__ import annotations

import statistics

import pytest
from playwright.sync_api import Browser

from tests.moving_faces import PIECES, SIDE
from tests.page.test_memory import HELD
from tests.page.test_track import SCENE
from tests.pages import BOTH, pyface_page

FRAMES = {False: 600, True: 2000}  # with --long or without
SIZE = 128  # of the canvas, and of what the detector sees: the smallest that finds faces well

# A page is refreshed 60 times a second at most, which would be half a minute of waiting; here
# refreshes come as fast as they are asked for.
_NO_WAITING = """
globalThis.requestAnimationFrame = (call) => setTimeout(() => call(performance.now()), 0);
globalThis.cancelAnimationFrame = (request) => clearTimeout(request);
"""

_COUNT = """() => {
  const runtime = pyface.pyodide._module;
  return [runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs()];
}"""

_WATCH = """
import gc

options = faceapi.TinyFaceDetectorOptions(input_size=size)
milliseconds, counts, ids, held = [], [], set(), []

def look_round():
    gc.collect()
    memory = faceapi.memory()
    held.append([[memory[kind] for kind in kinds], list(js.countReferences())])

def draw(number):
    # A face sways; now and then there is none.
    step = number % 100
    js.drawScene(*([] if step >= 90 else [0, abs(step % 40 - 20), 12]))

draw(0)
async with faceapi.track("scene", detector=options) as frames:
    frames.draw_on("overlay")
    async for frame in frames:
        milliseconds.append(frame.milliseconds)
        counts.append(len(frame.faces))
        ids.update(face.id for face in frame.faces)
        if frame.number in (200, (200 + count) // 2, count):
            look_round()
        if frame.number == count:
            break
        draw(frame.number)
[milliseconds, counts, len(ids), held]
"""


@pytest.mark.parametrize("backend", BOTH)
def test_many_frames(browser: Browser, is_long: bool, backend: str) -> None:
    frames = FRAMES[is_long]
    models = ("tiny_face_detector",)
    described = {"webgl": "WebGL2", "wasm": "WebAssembly"}[backend]
    with pyface_page(browser, models, described, _NO_WAITING, backend) as page:
        page.js(SCENE, [SIZE, SIZE, SIDE, PIECES])
        page.js("() => pyface.pyodide._module.enable_pyproxy_allocation_tracing()")
        page.js(f"() => {{ globalThis.countReferences = {_COUNT}; }}")
        kinds = list(HELD) if backend == "webgl" else ["memory_bytes", "buffer_bytes", "plans"]
        milliseconds, counts, people, held = page.run(_WATCH, count=frames, size=SIZE, kinds=kinds)
    early, late = (statistics.median(part) for part in (milliseconds[200:400], milliseconds[-200:]))
    print(
        f"median of frames 200..400: {early:.1f} ms, of the last 200: {late:.1f} ms; held: {held}"
    )
    assert len(milliseconds) == frames
    # Most frames have a face, so what is measured is the whole of the loop.
    assert counts.count(1) > frames * 0.8 and counts.count(0) > frames * 0.05
    assert people < frames / 20  # a face that comes back after some frames may be a new one
    first, *later = held
    for memory, references in later:
        assert memory == first[0]
        assert abs(references[0] - first[1][0]) <= 2, "proxies of Python objects"
        assert abs(references[1] - first[1][1]) <= 20, "references to JavaScript objects"
