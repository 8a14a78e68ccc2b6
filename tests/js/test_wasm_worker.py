"""Worker mode where WebAssembly computes: what is asked of it by WebGL, and an end at any time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.js.test_worker import BOXES, ERRORS, KINDS, LOAD_BOTH, MODELS
from tests.pages import SUBFOLDER, WORKER_TEST, Visitor

# Whatever is loaded is one worker.
_ONE_WORKER = """() => {
  const load = loadPyface;
  let made;
  globalThis.loadPyface = (options) =>
    made ??= load({ ...options, worker: true, backend: "wasm" });
}"""
_HELD = """async () => {
  const { runs, steps, uploads, ...held } = await face.memory();
  return held;
}"""


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit(SUBFOLDER + WORKER_TEST) as page:
        page.evaluate(_ONE_WORKER)
        page.evaluate(LOAD_BOTH, MODELS)
        yield page


def test_it_computes_in_a_worker(page: Page) -> None:
    assert len(page.workers) == 1
    assert page.evaluate("async () => face.getBackend()") == "wasm"
    assert page.evaluate("async () => face.describeBackend()").startswith("WebAssembly with ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture(page: Page, kind: str) -> None:
    found, wanted = page.evaluate(BOXES, kind)
    assert len(found) == len(wanted) == 3
    for box, other in zip(found, wanted, strict=True):
        # frames of a video are YUV, with a colour for every 2x2 pixels
        assert box == pytest.approx(other, abs=4 if kind == "video" else 0.01)


@pytest.mark.parametrize("code", ERRORS)
def test_errors_keep_their_name_and_text(page: Page, code: str) -> None:
    name, text = ERRORS[code]
    found = page.evaluate(f"async () => outcome({code})")
    assert found[0] == name
    assert text in found[1]
    again = page.evaluate("async () => (await face.detectAllFaces(given.canvas, options)).length")
    assert again == 3


CHAIN = """const chain = async () => {
  const tasks = face.detectAllFaces(given.canvas, options).withFaceLandmarks(true);
  return (await tasks.withFaceDescriptors()).flatMap(({ descriptor }) => [...descriptor]);
};"""


def test_the_same_faces_as_by_webgl(page: Page) -> None:
    found = page.evaluate(f"""async () => {{
      {CHAIN}
      const here = await chain();
      await face.setBackend("webgl");
      const there = await chain();
      await face.setBackend("wasm");
      return [here, there];
    }}""")
    here, there = found
    assert len(here) == 3 * 128
    # The small net of landmarks turns the squares by less than a pixel.
    assert here == pytest.approx(there, abs=1e-3)


def test_memory_stays_as_it_is(page: Page) -> None:
    before, after = page.evaluate(f"""async () => {{
      const held = {_HELD};
      const once = async () => {{
        const pictures = [given.canvas, given.video, given.blob];
        for (const input of pictures) await face.detectAllFaces(input, options);
        await outcome(face.detectAllFaces(document.body, options));
      }};
      await once();
      const before = await held();
      for (let i = 0; i < 5; i++) await once();
      return [before, await held()];
    }}""")
    assert after == before and before["memory_bytes"] > 0


def test_disposed_of_while_chains_run(page: Page) -> None:
    """The right answer or DisposedError, and afterwards nothing is held."""
    right, rounds = page.evaluate(f"""async () => {{
      {CHAIN}
      const right = await chain();
      const rounds = [];
      for (const moment of [0, 5, 15, 40, 80]) {{
        const before = [1, 2].map(() => chain().catch((error) => error.name));
        await new Promise((done) => setTimeout(done, moment));
        await face.dispose();
        const found = await Promise.all(before);
        await face.dispose();
        rounds.push([found, await face.memory(), await chain()]);
      }}
      return [right, rounds];
    }}""")
    for before, memory, after in rounds:
        assert memory == {"backend": "none"}
        assert after == pytest.approx(right, abs=1e-6)
        for answer in before:
            assert answer == "DisposedError" or answer == pytest.approx(right, abs=1e-6)
    assert "DisposedError" in rounds[0][0]


_OVERSLEEPS = """async () => {
  globalThis.Worker = class extends Worker {
    constructor(_, options) { super("/site_cases/oversleeping_worker.js", options); }
  };
  const { faceapi } = await load(["tiny_face_detector"], { backend: "wasm" });
  const options = new faceapi.TinyFaceDetectorOptions();
  return (await faceapi.detectAllFaces(await image("images/sample3.jpg"), options)).length;
}"""


def test_it_waits_for_no_webassembly_in_its_sleep(visitor: Visitor) -> None:
    """WebKitGTK may wake a worker for messages and timers only, so a first call never came back."""
    with visitor.visit(WORKER_TEST) as page:
        assert page.evaluate(_OVERSLEEPS) == 3
