"""A file gives the same faces in CPython, by Pillow, as in the browser, by an img element."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import pyface_web as faceapi
from tests.odd_pictures import odd_pictures
from tests.pages import PyfacePage
from tests.reference.nets import manifest_path
from tests.waiting import wait

FILES = odd_pictures()
OPTIONS = faceapi.TinyFaceDetectorOptions(320)
_LOOK = """async (names) => {
  const options = new pyface.faceapi.TinyFaceDetectorOptions({ inputSize: 320 });
  const found = {};
  for (const name of names) {
    const image = Object.assign(new Image(), { src: `made/${encodeURIComponent(name)}` });
    const faces = await pyface.faceapi.detectAllFaces(image, options);
    const boxes = faces.map(({ score, box: b }) => [score, b.x, b.y, b.width, b.height]);
    found[name] = [image.naturalWidth, image.naturalHeight, boxes];
  }
  return found;
}"""
Found = tuple[int, int, list[list[float]]]


pytestmark = pytest.mark.filterwarnings("ignore::pyface_web.pictures.pillow.DamagedPictureWarning")


@pytest.fixture(scope="module")
def in_browser(net_page: PyfacePage, made: Path) -> dict[str, Found]:
    for name, data in FILES.items():
        (made / name).write_bytes(data)
    found: dict[str, Found] = net_page.js(_LOOK, list(FILES))
    return found


@pytest.fixture(scope="module")
def in_cpython() -> Iterator[dict[str, Found]]:
    net = faceapi.nets.tiny_face_detector

    async def look() -> dict[str, Found]:
        await net.load(str(manifest_path(net.architecture)))
        await faceapi.set_backend("onnx")
        found = {}
        for name, data in FILES.items():
            image = Image.open(BytesIO(data))
            faces = await faceapi.detect_all_faces(image, OPTIONS)
            boxes = [[f.score, f.box.x, f.box.y, f.box.width, f.box.height] for f in faces]
            picture = await faceapi.to_net_input(image)
            found[name] = (picture.get_input_width(0), picture.get_input_height(0), boxes)
        return found

    with ThreadPoolExecutor() as threads:
        yield threads.submit(wait, look()).result()  # the loop of this one is Playwright's
    faceapi.dispose()
    net.dispose()


@pytest.mark.parametrize("name", FILES)
def test_faces_of_the_browser(
    in_browser: dict[str, Found], in_cpython: dict[str, Found], name: str
) -> None:
    width, height, wanted = in_browser[name]
    *size, found = in_cpython[name]
    assert size == [width, height]
    assert len(found) == len(wanted), (found, wanted)
    for (score, *box), (other, *where) in zip(found, wanted, strict=True):
        assert score == pytest.approx(other, abs=0.05)
        assert box == pytest.approx(where, abs=3)
