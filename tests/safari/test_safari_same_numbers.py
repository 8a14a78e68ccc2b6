"""What computes in Safari's engine: the same numbers as in NumPy, the same faces as face-api.js."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.oracle.conftest import Elements
from tests.oracle.tolerances import FLOAT32, SAME_ELEMENT, WASM, Device
from tests.page import test_context_loss as losses, test_kernel_ops as kernels, test_ops as ops
from tests.pages import BLANK, PyfacePage
from tests.record import RECORDS, Record
from tests.safari.tab import Tab

MODELS = ("tiny_face_detector", "ssd_mobilenetv1", "face_landmark_68", "face_recognition")
# What a backend holds, without what it counts.
_HELD = """
counted = ("draws", "runs", "readbacks", "uploads", "compiled", "ahead", "steps", "calls")
{kind: value for kind, value in faceapi.memory().items() if kind not in counted}
"""


@pytest.fixture
def pyface(tab: Tab) -> Iterator[PyfacePage]:
    """One page with Python for all."""
    page = tab.at(BLANK, _start)
    yield page
    assert page.take_errors() == []


def _start(tab: Tab) -> PyfacePage:
    page = PyfacePage(tab, MODELS)
    page.give([*ops.MODULES, *kernels.MODULES])
    return page


def test_python_starts_from_its_image(pyface: PyfacePage) -> None:
    """Not from scratch, which took 20 s: exported functions are in the table as other objects."""
    loaded = pyface.js("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in loaded if name.endswith(".whl")]


def test_webgl_computes_on_a_canvas_element(pyface: PyfacePage) -> None:
    """An OffscreenCanvas has no WebGL2 here, as in Safari before 17."""
    assert not pyface.js("Boolean(new OffscreenCanvas(1, 1).getContext('webgl2'))")
    assert pyface.run("await faceapi.describe_backend()").startswith("WebGL2, float32")


def test_a_sample_of_the_ops(pyface: PyfacePage) -> None:
    # llvmpipe cuts a float32 off where others round; see test_firefox_ops.py.
    ops.check_sample(pyface, 32, ops.TOLERANCES[32])


def test_a_sample_of_the_kernels(pyface: PyfacePage) -> None:
    kernels.check_sample(pyface)


@pytest.fixture(params=(FLOAT32, WASM), ids=str)
def device(pyface: PyfacePage, request: pytest.FixtureRequest) -> Iterator[Device]:
    """Both backends, one after the other."""
    pyface.run("await faceapi.set_backend(name)", name=request.param.backend)
    yield request.param
    pyface.run("await faceapi.set_backend('webgl')")


_FACES = """
options = faceapi.SsdMobilenetv1Options() if ssd else faceapi.TinyFaceDetectorOptions()
task = faceapi.detect_all_faces(id, options).with_face_landmarks(refine=False)
found = await task.with_face_descriptors(align="box")
[dict(score=f.detection.score, box=[f.detection.box.x, f.detection.box.y, f.detection.box.width,
      f.detection.box.height], landmarks=f.landmarks.positions, descriptor=f.descriptor)
 for f in found]
"""


@pytest.mark.parametrize(("picture", "detector"), [("sample3", "tiny"), ("sample4", "ssd")])
def test_the_faces_of_face_api_js(
    pyface: PyfacePage, device: Device, picture: str, detector: str
) -> None:
    """As recorded of face-api.js in Chromium: boxes, landmarks and descriptors."""
    from tests.oracle.faces import Face, landmark_distance
    from tests.oracle.test_elements import same_faces

    def nobody() -> PyfacePage:
        raise AssertionError("the record has the answer")

    pyface.add_image(picture, f"images/{picture}.jpg")
    record = Record(RECORDS / "elements.json", anew=False)
    elements = Elements(pyface, Path(), record, nobody, device, {})
    found = pyface.run(_FACES, id=picture, ssd=detector == "ssd")
    ours = [Face.of(face) for face in found]
    pairs = same_faces(ours, elements.theirs(picture, detector), 0.5)
    assert len(pairs) >= 3
    for mine, theirs in pairs:
        moved = landmark_distance(mine.landmarks, theirs.landmarks, theirs.box)
        assert moved <= SAME_ELEMENT.landmark_moved
        assert np.linalg.norm(mine.descriptor - theirs.descriptor) <= SAME_ELEMENT.descriptor_all


def test_a_lost_context_is_rebuilt(pyface: PyfacePage) -> None:
    losses.add_photo(pyface)
    expected = pyface.run(losses._CHAIN + "await chain()")
    assert len(expected) >= 1
    assert pyface.run(losses._CHAIN + "lose()\nawait chain()") == expected


def test_fifty_calls_leave_nothing_behind(pyface: PyfacePage, device: Device) -> None:
    """Of all nets of the chain, on a single face: the more there are the longer it takes."""
    tile = ["images/sample3.jpg", 120, 0, 780, 780, 0, 0, 200, 200]
    pyface.add_canvas("photo", 200, 200, [tile])
    assert len(pyface.run(f"{losses._CHAIN}await chain()")) == 1
    chain = f"{losses._CHAIN}for _ in range(calls):\n    await chain()\n"
    before = pyface.run(chain + _HELD, calls=2)
    heap = pyface.js("pyface.pyodide._module.HEAPU8.length")
    assert pyface.run(chain + _HELD, calls=50) == before
    assert pyface.js("pyface.pyodide._module.HEAPU8.length") == heap
