"""Every kind of picture gives the same faces as the canvas with the same pixels."""

from __future__ import annotations

import pytest

from tests.pages import BOTH, PyfacePage

# A canvas, and the same pixels as everything else. PNG keeps them as they are.
_MAKE = """async () => {
  const canvas = document.getElementById("canvas");
  const blob = await new Promise((done) => canvas.toBlob(done));
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const offscreen = new OffscreenCanvas(canvas.width, canvas.height);
  offscreen.getContext("2d").drawImage(canvas, 0, 0);

  const image = Object.assign(new Image(), { id: "image", src: URL.createObjectURL(blob) });
  const video = Object.assign(document.createElement("video"), { id: "video", muted: true });
  video.srcObject = canvas.captureStream();
  canvas.getContext("2d").putImageData(pixels, 0, 0);  // a stream begins with the next change
  document.body.append(image, video);
  await video.play();

  globalThis.inputs = {
    canvas, image, video, blob, pixels, offscreen,
    bitmap: await createImageBitmap(canvas),
    frame: new VideoFrame(canvas, { timestamp: 0 }),
    file: new File([blob], "face.png", { type: "image/png" }),
  };
}"""

_FACES = """
await faceapi.detect_all_faces({source}, faceapi.TinyFaceDetectorOptions()).with_face_landmarks()
"""
_RGBA = "np.asarray(js.inputs.pixels.data.to_py(), np.uint8).reshape(300, 400, 4)"

SOURCES = {
    "img": "js.inputs.image",
    "canvas": "js.inputs.canvas",
    "element id": "'image'",
    "selector": "'#image'",
    "selector with a class": "'#box .photo'",
    "OffscreenCanvas": "js.inputs.offscreen",
    "ImageBitmap": "js.inputs.bitmap",
    "ImageData": "js.inputs.pixels",
    "VideoFrame": "js.inputs.frame",
    "Blob": "js.inputs.blob",
    "File": "js.inputs.file",
    "id before file": "'canvas'",
    "path": "'face.png'",
    "Path": "__import__('pathlib').Path('face.png')",
    "bytes": "(await js.inputs.blob.arrayBuffer()).to_bytes()",
    "open file": "open('face.png', 'rb')",
    "RGBA array": _RGBA,
    "array of reals": f"{_RGBA} / 255",
    "RGB array": f"{_RGBA}[:, :, :3]",
    "NetInput": "faceapi.NetInput(['image'])",
    "array with a stride": f"np.ascontiguousarray({_RGBA}[:, ::-1])[:, ::-1]",
}


@pytest.fixture(scope="module")
def pyface(either_page: PyfacePage) -> PyfacePage:
    page = either_page
    tile = ["images/sample3.jpg", 120, 0, 1800, 1350, 0, 0, 400, 300]
    page.add_canvas("canvas", 400, 300, [tile])
    page.js(_MAKE)
    page.js(
        """() => {
          const box = Object.assign(document.createElement("div"), { id: "box" });
          const copy = document.createElement("canvas");
          Object.assign(copy, { className: "photo", width: 400, height: 300 });
          copy.getContext("2d").drawImage(inputs.canvas, 0, 0);
          box.append(copy);
          document.body.append(box);
        }"""
    )
    page.run(
        """
        for name in ("face.png", "canvas"):  # of Pyodide's own file system
            with open(name, "wb") as file:
                file.write((await js.inputs.blob.arrayBuffer()).to_bytes() * (name != "canvas"))
        """
    )
    return page


@pytest.fixture(scope="module")
def expected(pyface: PyfacePage) -> list[dict]:
    faces = pyface.run(_FACES.format(source="'canvas'"))
    assert len(faces) == 3
    return faces


def same(faces: list[dict], expected: list[dict], pixels: float, score: float) -> None:
    assert len(faces) == len(expected)
    for face, other in zip(faces, expected, strict=True):
        found, wanted = face["detection"], other["detection"]
        assert found["score"] == pytest.approx(wanted["score"], abs=score)
        assert found["box"] == pytest.approx(wanted["box"], abs=pixels)
        assert found["image_size"] == wanted["image_size"]


@pytest.mark.parametrize("kind", SOURCES)
def test_same_faces(pyface: PyfacePage, expected: list[dict], kind: str) -> None:
    same(pyface.run(_FACES.format(source=SOURCES[kind])), expected, pixels=0.01, score=1e-4)


def test_same_faces_in_a_video(pyface: PyfacePage, expected: list[dict]) -> None:
    # its frames are YUV, with a colour for every 2x2 pixels
    same(pyface.run(_FACES.format(source="'video'")), expected, pixels=4, score=0.05)


def test_same_faces_in_a_pillow_image(
    pyface: PyfacePage, expected: list[dict], backend: str
) -> None:
    if backend == BOTH[0]:  # later it was loaded by this test
        loaded = pyface.run("import sys\n'PIL' in sys.modules")
        assert not loaded, "Pillow is only for those who pass its images"
    pyface.js("async () => { await pyface.pyodide.loadPackage('pillow'); }")
    source = f"Image.fromarray({_RGBA}).convert(mode)"
    for mode in ("RGB", "RGBA"):
        code = "from PIL import Image\n" + _FACES.format(source=source)
        same(pyface.run(code, mode=mode), expected, pixels=0.01, score=1e-4)


def test_an_image_that_is_still_loading_is_awaited(
    pyface: PyfacePage, expected: list[dict]
) -> None:
    faces = pyface.run(
        f"""
        late = js.Image.new()
        late.src = js.URL.createObjectURL(js.inputs.blob)
        assert not late.complete
        {_FACES.format(source="late").strip()}
        """
    )
    same(faces, expected, pixels=0.01, score=1e-4)


def test_a_video_without_a_frame_is_awaited(pyface: PyfacePage, expected: list[dict]) -> None:
    pyface.js(
        """() => {
          const late = Object.assign(document.createElement("video"), { id: "late-video" });
          late.muted = true;
          document.body.append(late);
          setTimeout(() => {
            late.srcObject = inputs.canvas.captureStream();
            const context = inputs.canvas.getContext("2d");
            context.putImageData(inputs.pixels, 0, 0);
            late.play();
          }, 200);
        }"""
    )
    same(pyface.run(_FACES.format(source="'late-video'")), expected, pixels=4, score=0.05)


def test_a_list_for_nets_that_take_one_face(pyface: PyfacePage) -> None:
    """A list gives a list, in order, also of one; one picture gives one value."""
    shapes = pyface.run(
        """
        faces = await faceapi.detect_all_faces("canvas", faceapi.TinyFaceDetectorOptions())
        crops = await faceapi.extract_faces("canvas", faces)
        many = await faceapi.compute_face_descriptor(crops)
        alone = [await faceapi.compute_face_descriptor(crop) for crop in crops]
        points = await faceapi.detect_face_landmarks(tuple(crops))
        tiny = await faceapi.detect_face_landmarks_tiny([crops[0]])
        [
            isinstance(many, list) and np.allclose(many, alone, atol=1e-5),
            [type(p).__name__ for p in points],
            len(tiny),
            list(alone[0].shape),
            await faceapi.compute_face_descriptor([]),
            np.allclose(
                many, await faceapi.compute_face_descriptor(await faceapi.to_net_input(crops))
            ),
            type(await faceapi.detect_face_landmarks_tiny(faceapi.NetInput(crops[:1]))).__name__,
            len(await faceapi.detect_face_landmarks_tiny(faceapi.NetInput(crops[:1], True))),
        ]
        """
    )
    assert shapes[:5] == [True, ["FaceLandmarks68"] * 3, 1, [128], []]
    assert shapes[5:] == [True, "FaceLandmarks68", 1]


@pytest.mark.parametrize("kind", ["canvas", "img", "ImageData", "ImageBitmap", "RGBA array"])
def test_extracted_faces_are_canvases_of_their_pixels(pyface: PyfacePage, kind: str) -> None:
    """Whole pixels inside the picture, not resampled."""
    sizes = pyface.run(
        f"""
        boxes = [faceapi.Box(10, 20, 30, 40), faceapi.Box(-10, -10, 30, 30)]
        crops = await faceapi.extract_faces({SOURCES[kind]}, boxes)
        whole = {_RGBA}
        for crop, pixels in zip(crops, [whole[20:60, 10:40], whole[:20, :20]]):
            data = crop.getContext("2d").getImageData(0, 0, crop.width, crop.height).data
            assert bytes(data.to_py()) == pixels.tobytes()
        [[crop.constructor.name, crop.width, crop.height] for crop in crops]
        """
    )
    assert sizes == [["HTMLCanvasElement", 30, 40], ["HTMLCanvasElement", 20, 20]]
