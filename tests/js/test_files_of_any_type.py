"""Files that the browser can show were refused: drawings (SVG), and pictures under a wrong type."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import features
from playwright.sync_api import Page, Route

from tests.odd_pictures import HEIGHT, WIDTH, photo
from tests.pages import WORKER_TEST, PyfacePage, Visitor


def saved(kind: str, **options: object) -> bytes:
    file = BytesIO()
    photo().save(file, kind, **options)
    return file.getvalue()


def drawing(size: str, before: str = "") -> bytes:
    """An SVG that shows the photo."""
    inside = b64encode(saved("JPEG")).decode()
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" {size}><image width="{WIDTH}" '
        f'height="{HEIGHT}" href="data:image/jpeg;base64,{inside}"/></svg>'
    ).encode()


SIZED = f'width="{WIDTH * 2}" height="{HEIGHT * 2}" viewBox="0 0 {WIDTH} {HEIGHT}"'
# what it is -> its bytes, the type that it says it has, and the size that the browser gives it
FILES: dict[str, tuple[bytes, str, list[int]]] = {
    "a drawing": (drawing(SIZED), "image/svg+xml", [WIDTH * 2, HEIGHT * 2]),
    "a drawing without a type": (drawing(SIZED), "", [WIDTH * 2, HEIGHT * 2]),
    "a drawing as text": (
        drawing(SIZED, '\ufeff<?xml version="1.0"?>\n<!-- a photo -->'),
        "text/xml",
        [WIDTH * 2, HEIGHT * 2],
    ),
    "a PNG that says that it is a drawing": (saved("PNG"), "image/svg+xml", [WIDTH, HEIGHT]),
    "a WebP as text": (saved("WEBP"), "text/plain", [WIDTH, HEIGHT]),
    "a BMP of an unknown type": (saved("BMP"), "application/octet-stream", [WIDTH, HEIGHT]),
    "an ICO without a type": (saved("ICO", sizes=[(240, 168)]), "", [240, 168]),
    "a PNG that breaks off": (saved("PNG")[:-40_000], "image/png", [WIDTH, HEIGHT]),
    "a JPEG that breaks off": (saved("JPEG")[:-2000], "image/jpeg", [WIDTH, HEIGHT]),
}
if features.check("avif"):
    FILES["an AVIF as a PNG"] = (saved("AVIF", speed=10), "image/png", [WIDTH, HEIGHT])
ENCODED = [[name, b64encode(data).decode(), type] for name, (data, type, _) in FILES.items()]

_OPEN = """(encoded) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  globalThis.files = encoded.map(([name, text, type]) => [name, new Blob([bytes(text)], { type })]);
}"""
_LOOK = """async (faceapi) => {
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 320 });
  const found = {};
  for (const [name, file] of files) {
    const faces = await faceapi.detectAllFaces(file, options);
    const { width, height } = faces[0].imageDims;
    const { naturalWidth, naturalHeight } = await faceapi.bufferToImage(file);
    const [crop] = await faceapi.extractFaces(file, faces);
    const sizes = [[width, height], [naturalWidth, naturalHeight]];
    found[name] = [faces.length, ...sizes, crop.width > 9];
  }
  return found;
}"""


@pytest.fixture(scope="module")
def worker_page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit(WORKER_TEST) as page:
        page.evaluate("async () => { window.face = (await load(['tiny_face_detector'])).faceapi }")
        page.evaluate(_OPEN, ENCODED)
        yield page


@pytest.fixture(scope="module")
def pyface(net_page: PyfacePage) -> PyfacePage:
    net_page.js(_OPEN, ENCODED)
    return net_page


def check(found: dict[str, list]) -> None:
    for name, (faces, *sizes, is_cut) in found.items():
        wanted = FILES[name][2]
        assert faces == 3, name
        assert sizes == [wanted, wanted], name
        assert is_cut


def test_in_a_page(pyface: PyfacePage) -> None:
    check(pyface.js(f"() => ({_LOOK})(pyface.faceapi)"))


def test_in_a_worker(worker_page: Page) -> None:
    check(worker_page.evaluate(f"() => ({_LOOK})(face)"))


def test_in_python(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        options = faceapi.TinyFaceDetectorOptions(320)
        found = {}
        for name, file in js.files:
            faces = await faceapi.detect_all_faces(file, options)
            image = await faceapi.buffer_to_image(file)
            crops = await faceapi.extract_faces(file, faces)
            size = faces[0].image_size
            sizes = [size.width, size.height], [image.naturalWidth, image.naturalHeight]
            found[name] = [len(faces), *sizes, crops[0].width > 9]
        found
        """
    )
    check(found)


def answering(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)


def test_from_a_server_that_says_another_type(pyface: PyfacePage) -> None:
    for number, (data, type, _) in enumerate(FILES.values()):
        answer = {"body": data, "content_type": type or "text/html"}
        pyface.page.route(f"**/file/{number}", answering(answer))
    found = pyface.js(
        """async (count) => {
          const sizes = [];
          for (let i = 0; i < count; i++) {
            const { naturalWidth, naturalHeight } = await pyface.faceapi.fetchImage(`file/${i}`);
            sizes.push([naturalWidth, naturalHeight]);
          }
          return sizes;
        }""",
        len(FILES),
    )
    in_python = pyface.run(
        """
        images = [await faceapi.fetch_image(f"file/{i}") for i in range(count)]
        [[image.naturalWidth, image.naturalHeight] for image in images]
        """,
        count=len(FILES),
    )
    assert found == in_python == [size for _, _, size in FILES.values()]


@pytest.mark.parametrize("content", ["<html><svg>no</svg>", "x", ""])
def test_what_is_no_picture_says_so(pyface: PyfacePage, worker_page: Page, content: str) -> None:
    look = """async (faceapi, text) => {
      const said = ({ name, message }) => `${name}: ${message}`;
      const file = new File([text], "x.png", { type: "image/png" });
      const call = faceapi.detectAllFaces(file, new faceapi.TinyFaceDetectorOptions());
      return [await call.catch(said), await faceapi.bufferToImage(file).catch(said)];
    }"""
    for page, faceapi in ((pyface.page, "pyface.faceapi"), (worker_page, "face")):
        for said in page.evaluate(f"(text) => ({look})({faceapi}, text)", content):
            assert said.startswith("MediaNotReadyError: x.png (image/png, ")
            assert "is not an image that the browser can read" in said
