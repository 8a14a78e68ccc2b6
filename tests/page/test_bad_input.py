"""What cannot be used raises its own exception, says why and what to do, and harms nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import BACKEND, PyfacePage
from tools.assets import path_of

_FACES = "await faceapi.detect_all_faces({source}, faceapi.TinyFaceDetectorOptions())"
_FOREIGN = "http://elsewhere.test/other.jpg"
_ELEMENTS = """async ([other, broken]) => {
  const add = (tag, values) =>
    document.body.append(Object.assign(document.createElement(tag), values));
  add("canvas", { id: "empty", width: 0, height: 0 });
  add("img", { id: "no-source" });
  add("img", { id: "broken", src: broken });
  add("img", { id: "missing", src: "images/none.jpg" });
  add("video", { id: "idle" });
  add("video", { id: "unplayable", src: broken });
  add("p", { id: "text" });
  // A picture of another origin without CORS headers: it can be seen, but not read.
  const foreign = Object.assign(new Image(), { id: "foreign", src: other });
  await foreign.decode();
  document.body.append(foreign);
  add("canvas", { id: "tainted", width: 300, height: 200 });
  document.getElementById("tainted").getContext("2d").drawImage(foreign, 0, 0);
}"""


_TEXTURE_LIMIT = """() => {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  return gl.getParameter(gl.MAX_TEXTURE_SIZE);
}"""


@pytest.fixture(scope="module")
def pyface(either_page: PyfacePage, made: Path) -> PyfacePage:
    (made / "broken.jpg").write_bytes(path_of("images/sample1.jpg").read_bytes()[:100])
    foreign = path_of("images/sample3.jpg").read_bytes()
    page = either_page
    page.page.route(_FOREIGN, lambda route: route.fulfill(body=foreign, content_type="image/jpeg"))
    page.add_canvas("good", 400, 300, [["images/sample3.jpg", 120, 0, 1800, 1350, 0, 0, 400, 300]])
    page.js(_ELEMENTS, [_FOREIGN, "made/broken.jpg"])
    prepare(page)
    return page


def prepare(pyface: PyfacePage) -> None:
    """Let the device hold all that it needs for three faces and every net."""
    chain = _FACES.format(source="'good'") + ".with_face_landmarks().with_face_descriptors()"
    pyface.run(f"await faceapi.warmup()\n{chain}")


@pytest.fixture(autouse=True)
def the_next_call_works(pyface: PyfacePage) -> Iterator[None]:
    """After every failure, a good picture gives its faces, and the device holds what it held."""
    faces = _FACES.format(source="'good'")
    before = pyface.run("faceapi.memory()")
    yield
    found, after = pyface.run(f"[{faces}, faceapi.memory()]")
    assert len(found) == 3
    grows = ("runs", "steps", "draws", "readbacks", "uploads")
    assert {key: after[key] for key in after if key not in grows} == {
        key: before[key] for key in before if key not in grows
    }


def failure(pyface: PyfacePage, source: str, setup: str = "") -> dict:
    """What a task on a picture raises."""
    task = _FACES.format(source=source).removeprefix("await ")
    return pyface.run(f"{setup}\nawait outcome({task})")


BAD_SOURCES = {
    "canvas of 0x0": ("'empty'", "EmptyImageError", "0x0 pixels", "at least 1x1"),
    "img without src": (
        "'no-source'",
        "MediaNotReadyError",
        "without a source|no-source",
        "set its src",
    ),
    "broken image": ("'broken'", "MediaNotReadyError", "broken.jpg", "check its address"),
    "image that is not there": ("'missing'", "MediaNotReadyError", "none.jpg", "check its address"),
    "video that cannot be played": ("'unplayable'", "MediaNotReadyError", "broken.jpg", "played"),
    "wrong id": ("'nobody'", "ElementNotFoundError", "'nobody'", "spelt"),
    "wrong selector": ("'#nobody'", "ElementNotFoundError", "'#nobody'", "spelt"),
    "not a selector": ("'#'", "ElementNotFoundError", "'#'", "expected the id"),
    "empty id": ("''", "ElementNotFoundError", "''", "spelt"),
    "element of another kind": ("'text'", "InputError", "HTMLParagraphElement", "expected an img"),
    "canvas with foreign pixels": ("'tainted'", "TaintedCanvasError", "another origin", "CORS"),
    "image of another origin": ("'foreign'", "TaintedCanvasError", "another origin", "CORS"),
    "Blob that is no image": (
        "js.Blob.new()",
        "MediaNotReadyError",
        "the Blob (no type, 0 bytes)",
        "expected JPEG",
    ),
    "null": ("js.document.body.firstChild.parentNode.nextSibling", "InputError", "null", "img"),
    "None": ("None", "InputError", "None", "expected an img"),
    "number": ("7", "InputError", "int", "expected an img"),
    "list": ("['good']", "InputError", "list", "expected an img"),
    "JavaScript object": ("js.Object.new()", "InputError", "Object", "expected an img"),
    "array of floats": ("np.full((9, 9, 3), 200.0)", "InputError", "float64", "array / 255"),
    "array of int64": ("np.zeros((9, 9), np.int64)", "InputError", "int64", "astype('uint8')"),
    "array with 2 channels": ("np.zeros((9, 9, 2), np.uint8)", "InputError", "(9, 9, 2)", "uint8"),
    "array without pixels": ("np.zeros((0, 9, 3), np.uint8)", "EmptyImageError", "9x0", "1x1"),
}


@pytest.mark.parametrize("case", BAD_SOURCES)
def test_picture(pyface: PyfacePage, case: str) -> None:
    source, error, got, remedy = BAD_SOURCES[case]
    raised = failure(pyface, source)
    assert raised.get("error") == error, raised
    assert "PyfaceError" in raised["kinds"]
    assert any(part in raised["text"] for part in got.split("|")), raised["text"]
    assert remedy in raised["text"]


@pytest.mark.parametrize("source", ["'tainted'", "'foreign'"])
def test_the_first_use_of_a_net_after_foreign_pixels(pyface: PyfacePage, source: str) -> None:
    """Its filters are integers, which must not be multiplied with an alpha as pictures are."""
    grid = pyface.run("await faceapi.nets.tiny_face_detector.forward('good')")
    raised = failure(
        pyface,
        source,
        """
net = faceapi.nets.tiny_face_detector
tensors = net.tensors
net.dispose()
net.set_tensors(tensors)
""",
    )
    assert raised["error"] == "TaintedCanvasError"
    assert pyface.run("await faceapi.nets.tiny_face_detector.forward('good')") == grid


@pytest.mark.parametrize("source", ["'tainted'", "'foreign'"])
def test_foreign_pixels_on_the_reference_backend(pyface: PyfacePage, source: str) -> None:
    raised = pyface.run(
        f"""
        from pyface_web.pictures.source import resolve
        async def read():
            return (await resolve({source})).array()
        await outcome(read())
        """
    )
    assert raised["error"] == "TaintedCanvasError"


def test_video_without_a_source(pyface: PyfacePage) -> None:
    """It may be about to get one, so it is waited for, and then its error says what was missing."""
    try:
        raised = failure(pyface, "'idle'", "faceapi.set_waits(media=0.2)")
    finally:
        pyface.run("faceapi.set_waits(faceapi.Waits()) and None")
    assert raised["error"] == "MediaNotReadyError"
    assert (
        "the video 'idle' showed no frame within 0.2 s; set its src or srcObject" in raised["text"]
    )


@pytest.mark.parametrize("backend", [BACKEND], indirect=True, scope="module")
def test_picture_beyond_the_texture_limit(pyface: PyfacePage) -> None:
    """It is looked at in a smaller size, said so, and boxes are in its own pixels."""
    limit = pyface.js(_TEXTURE_LIMIT)
    long_side, height = limit + limit // 10, limit // 28
    tile = ["images/sample3.jpg", 1040, 110, 400, 400, limit // 2, 0, height, height]
    pyface.add_canvas("long", long_side, height, [tile])
    pyface.add_canvas("short", limit, height, [tile])
    long, short = pyface.run(
        """
        import warnings
        options = faceapi.TinyFaceDetectorOptions(input_size=1600, score_threshold=0.3)
        results = []
        for source in ("long", "short"):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                faces = await faceapi.detect_all_faces(source, options)
            results.append([faces, [f"{type(w.message).__name__}: {w.message}" for w in said]])
        faceapi.dispose()  # of the textures for this size
        results
        """
    )
    (warning,) = long[1]
    assert warning.startswith("PictureShrunkWarning")
    smaller = f"{limit}x{round(height * limit / long_side)}"
    assert f"{long_side}x{height}" in warning and smaller in warning
    assert short[1] == []
    (face,), (other,) = long[0], short[0]
    assert face["image_size"] == {"width": long_side, "height": height}
    assert face["box"] == pytest.approx(other["box"], abs=30 * limit / 8192)  # 5 px for the net
    prepare(pyface)


BAD_OPTIONS = {
    "wrong class": ("{'score_threshold': 0.5}", "dict"),
    "options of a drawing": ("faceapi.DrawBoxOptions()", "DrawBoxOptions"),
    "class instead of object": (
        "faceapi.TinyFaceDetectorOptions",
        "got the class TinyFaceDetectorOptions itself",
    ),
    "threshold of 0": ("faceapi.TinyFaceDetectorOptions(score_threshold=0)", "score_threshold"),
    "threshold of 1": ("faceapi.TinyFaceDetectorOptions(score_threshold=1)", "score_threshold"),
    "size of 100": ("faceapi.TinyFaceDetectorOptions(input_size=100)", "multiple of 32"),
    "text": ("faceapi.SsdMobilenetv1Options(min_confidence='high')", "min_confidence"),
    "no results": ("faceapi.SsdMobilenetv1Options(max_results=0)", "max_results"),
}


@pytest.mark.parametrize("case", BAD_OPTIONS)
def test_options(pyface: PyfacePage, case: str) -> None:
    """Wrong options are refused where they are given, before anything is awaited."""
    options, got = BAD_OPTIONS[case]
    raised = pyface.run(
        f"""
        try:
            faceapi.detect_all_faces("good", {options})
            answer = None
        except Exception as error:
            answer = error
        answer
        """
    )
    assert raised["error"] == "OptionsError"
    assert got in raised["text"]


def test_net_that_is_not_loaded(pyface: PyfacePage) -> None:
    """Every net says how to load it; what needs it fails, what does not goes on."""
    found = pyface.run(
        """
        net = faceapi.nets.face_landmark68_net
        tensors = net.tensors
        net.dispose()
        task = faceapi.detect_all_faces("good", faceapi.TinyFaceDetectorOptions())
        raised = await outcome(task.with_face_landmarks().with_face_descriptors())
        faces = len(await task)
        net.set_tensors(tensors)
        [raised, faces, len(await task.with_face_landmarks())]
        """
    )
    raised, detections, landmarks = found
    assert raised["error"] == "NotLoadedError"
    assert "load_face_landmark_model('/models')" in raised["text"]
    assert detections == landmarks == 3


@pytest.mark.parametrize("method", ["detect_face_landmarks", "compute_face_descriptor"])
def test_bad_picture_in_a_list(pyface: PyfacePage, method: str) -> None:
    raised = pyface.run(f"await outcome(faceapi.{method}(['good', 'empty', 'good']))")
    assert raised["error"] == "EmptyImageError"


def test_region_outside_the_picture(pyface: PyfacePage) -> None:
    raised = pyface.run(
        "await outcome(faceapi.extract_faces('good', [faceapi.Box(500, 0, 10, 10)]))"
    )
    assert raised["error"] == "EmptyImageError"


def test_unknown_backend(pyface: PyfacePage) -> None:
    raised = pyface.run("await outcome(faceapi.set_backend('cuda'))")
    assert raised["error"] == "OptionsError" and "webgl, wasm, reference" in raised["text"]
