"""The samples of Python in the README and the guides that want a page run in one, with Pyodide;
what they find is looked at, and what the first of them draws over a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from pyface_web import Box
from tests import still_camera
from tests.drawn import until_drawn
from tests.pages import PyfacePage, built_site
from tests.sample_values import PICTURES, prelude
from tests.samples import Sample, samples
from tools.assets import path_of

RUN = [sample for sample in samples("python") if sample.is_in_page and not sample.not_run]

# What stands in a sample, and in no other -> an expression after it, and its value.
FOUND = {
    "faceapi.annotate(": (
        '[len(full), len(looks), os.path.getsize("faces.png") > 1000, painted("overlay")]',
        [3, 3, True, True],
    ),
    'Path("models")': ("faceapi.nets.tiny_face_detector.is_loaded", True),
    "print(await faceapi.describe_backend())": ("await faceapi.get_backend()", "wasm"),
    "refine=False": ("[len(upright), len(boxes), abs((await task)[0].angle) < 45]", [3, 3, True]),
    'tiles="auto"': ("len(crowd) >= 3", True),
    'orientations="auto"': ("[len(faces), faces[0].orientation]", [3, 0]),
    "assess_face_quality(": ("bool(quality.problems) != quality.ok and quality.size > 30", True),
    "store.keep()": ("[len(store), store.is_kept, text.count('AES')]", [0, False, 1]),
    "open_camera(": ("[len(frame.faces), frame.faces[0].id]", [2, 1]),
}  # fmt: skip

_PAGE = """async () => {
  document.body.innerHTML =
    `<img id="photo"><canvas id="overlay"></canvas><video id="camera" muted playsinline></video>`;
  photo.src = "made/photo.jpg";
  await photo.decode();
}"""
_GIVEN = """
import os
def painted(id):
    canvas = js.document.getElementById(id)
    pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    return any(pixels.data.to_bytes())
"""
# A folder of Python's own file system, as whoever has one there; Pillow, and the
# net that the page has not.
_ONCE = """
import pyodide_js
from pathlib import Path
from pyodide.http import pyfetch
Path("models").mkdir()
for name in names:
    Path("models", name).write_bytes(await (await pyfetch(f"/models/{name}")).bytes())
await pyodide_js.loadPackage("pillow")
await faceapi.load_mtcnn_model("/models")
"""


@pytest.fixture(scope="module")
def page(net_page: PyfacePage, made: Path) -> Iterator[PyfacePage]:
    """On WebAssembly, which computes where there is no GPU; a sample may choose another."""
    with Image.open(path_of(f"images/{PICTURES['photo.jpg']}")) as photo:
        photo.resize((640, 427), Image.Resampling.BOX).save(made / "photo.jpg")
    still_camera.picture().save(made / still_camera.FILE)
    names = [file.name for file in (built_site() / "models").glob("tiny_face_detector*")]
    net_page.run(_ONCE, names=names)
    net_page.js(_PAGE)
    net_page.js(still_camera.script("made/"))
    yield net_page
    net_page.js("() => { delete navigator.mediaDevices.getUserMedia; }")
    net_page.run('import shutil; shutil.rmtree("models")')


@pytest.mark.parametrize("sample", RUN, ids=str)
def test_python_runs_in_a_page(page: PyfacePage, sample: Sample) -> None:
    [(expression, value)] = [FOUND[words] for words in FOUND if words in sample.code]
    assert not sample.continues, "each block in a page has names of its own so far"
    page.compute_with("wasm")
    given = prelude([name for name in sample.given if name != "nets"], photo='"photo"')
    code = f"{_GIVEN}\n{given}\n{sample.code}\n"
    if 'draw_on("photo"' in sample.code:
        found, boxes = page.run(f"{code}[{expression}, [face.detection.box.xyxy for face in full]]")
        drawn = [Box(left, top, right - left, bottom - top) for left, top, right, bottom in boxes]
        until_drawn(page.page, "#photo", drawn)
    else:
        found = page.run(code + expression)
    assert found == value


def test_each_sample_is_looked_at() -> None:
    assert len(RUN) == len(FOUND)
