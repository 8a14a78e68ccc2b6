"""Every code sample of face-api.js's README of 0.15, translated to Python, does what it says.

One test for each heading. Where the README promises what its own code did not do (`getPositions`,
`computeDescriptor`, `faceDescriptor`, results drawn directly) it works here. The nets are the
smaller ones where a sample is not about one of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pages import PyfacePage
from tools.assets import ROOT, path_of

# myImg, myVideo and myCanvas show the same three faces, in the pixels that the file has: how a
# canvas makes a picture smaller is a matter of the machine.
_PAGE = """async () => {
  document.body.innerHTML = `<img id="myImg"><video id="myVideo" muted></video>
    <canvas id="overlay"></canvas>
    <input id="myFileUpload" type="file" accept=".jpg, .jpeg, .png">`;
  const photo = Object.assign(new Image(), { src: "made/three.png" });
  await photo.decode();
  const size = { width: 400, height: 300 };
  const canvas = Object.assign(document.createElement("canvas"), { id: "myCanvas", ...size });
  document.body.append(canvas);
  const context = canvas.getContext("2d");
  const draw = () => context.drawImage(photo, 0, 0);
  draw();
  myImg.src = canvas.toDataURL();
  await myImg.decode();
  myVideo.srcObject = canvas.captureStream();
  draw();  // a stream begins with the next change
  await myVideo.play();
}"""

# What the samples take for granted; `tiny` where they leave the detector open.
_GIVEN = """
from pyface_web import *

input = js.document.getElementById("myImg")
tiny = TinyFaceDetectorOptions()

def painted(canvas):
    data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    return int(np.asarray(data.to_py())[3::4].astype(bool).sum())

"""

Sample = Callable[[str], Any]


@pytest.fixture(scope="module")
def page(free_page: PyfacePage, made: Path) -> PyfacePage:
    (made / "example.json").write_text('{"name": "example"}')
    with Image.open(ROOT / "dist" / "images" / "sample3.jpg") as photo:
        three = photo.resize((400, 300), Image.Resampling.BOX, (120, 0, 1920, 1350))
    three.save(made / "three.png")
    free_page.js(_PAGE)
    free_page.run(
        """
        for load in (
            faceapi.load_ssd_mobilenetv1_model,
            faceapi.load_tiny_face_detector_model,
            faceapi.load_mtcnn_model,
            faceapi.load_face_landmark_model,
            faceapi.load_face_landmark_tiny_model,
            faceapi.load_face_recognition_model,
        ):
            await load("/models")
        """
    )
    return free_page


@pytest.fixture
def sample(page: PyfacePage) -> Sample:
    return lambda code: page.run(_GIVEN + code)


# --- Loading the models (the fixture above loads them as the README does)


def test_loading_the_models(sample: Sample) -> None:
    assert sample(
        """
net = faceapi.TinyFaceDetector()
await net.load("/models")

copy = faceapi.TinyFaceDetector()
copy.extract_weights(net.serialize_params())
[net.is_loaded, copy.is_loaded, len(await copy.locate_faces(input))]
"""
    ) == [True, True, 3]


def test_loading_the_models_from_an_array(sample: Sample) -> None:
    """What `fetch_net_weights` fetches, and the bytes that any other way of fetching gives."""
    assert sample(
        """
from pyodide.ffi import to_js
values = to_js(faceapi.nets.face_landmark68_tiny_net.serialize_params())
address = js.URL.createObjectURL(js.Blob.new([values]))

net = faceapi.FaceLandmark68TinyNet()
await net.load(await faceapi.fetch_net_weights(address))

res = await js.fetch(address)
weights = (await res.arrayBuffer()).to_bytes()
other = faceapi.FaceLandmark68TinyNet()
await other.load(weights)
marks = [await n.detect_landmarks(input) for n in (net, other)]
marks[0] == marks[1]
"""
    )


# --- High level API


@pytest.mark.parametrize("kind", ["img", "video", "canvas", "id"])
def test_input(sample: Sample, kind: str) -> None:
    element = {
        "img": "js.document.getElementById('myImg')",
        "video": "js.document.getElementById('myVideo')",
        "canvas": "js.document.getElementById('myCanvas')",
        "id": "'myImg'",
    }[kind]
    assert sample(f"len(await faceapi.detect_all_faces({element}, tiny))") == 3


def test_detecting_faces(sample: Sample) -> None:
    """With the default detector, which is SSD MobileNetV1."""
    assert sample(
        """
detections = await faceapi.detect_all_faces(input)
detection = await faceapi.detect_single_face(input)
[
    [type(face).__name__ for face in detections],
    detection.score == max(face.score for face in detections) > 0.8,
]
"""
    ) == [["FaceDetection"] * 2, True]


def test_detecting_faces_with_other_detectors(sample: Sample) -> None:
    assert sample(
        """
detections1 = await faceapi.detect_all_faces(input, SsdMobilenetv1Options())
detections2 = await faceapi.detect_all_faces(input, TinyFaceDetectorOptions())
detections3 = await faceapi.detect_all_faces(input, MtcnnOptions())
def is_in(face, box):
    x, y = face.box.x + face.box.width / 2, face.box.bottom - 5
    return box.left < x < box.right and box.top < y < box.bottom

found = detections1 + detections3
[len(found), [any(is_in(face, other.box) for other in detections2) for face in found]]
"""
    ) == [4, [True] * 4]


def test_detecting_68_face_landmark_points(sample: Sample) -> None:
    assert sample(
        """
detections_with_landmarks = await faceapi.detect_all_faces(input, tiny).with_face_landmarks()
detection_with_landmarks = await faceapi.detect_single_face(input, tiny).with_face_landmarks()
use_tiny_model = True
with_tiny = await faceapi.detect_all_faces(input, tiny).with_face_landmarks(use_tiny_model)
[
    [isinstance(face, faceapi.FaceDetectionWithLandmarks) for face in detections_with_landmarks],
    detection_with_landmarks == detections_with_landmarks[0],
    [len(face.landmarks.positions) for face in with_tiny],
]
"""
    ) == [[True] * 3, True, [68] * 3]


def test_computing_face_descriptors(sample: Sample) -> None:
    assert sample(
        """
full_face_descriptions = await (
    faceapi.detect_all_faces(input, tiny).with_face_landmarks().with_face_descriptors()
)
full_face_description = await (
    faceapi.detect_single_face(input, tiny).with_face_landmarks().with_face_descriptor()
)
[
    [isinstance(face, faceapi.FullFaceDescription) for face in full_face_descriptions],
    euclidean_distance(full_face_description.descriptor, full_face_descriptions[0].descriptor)
    < 1e-4,
]
"""
    ) == [[True] * 3, True]


_REFERENCE = """
full_face_descriptions = await (
    faceapi.detect_all_faces(input, tiny).with_face_landmarks().with_face_descriptors()
)
"""


def test_face_recognition_by_matching_descriptors(sample: Sample) -> None:
    assert sample(
        _REFERENCE
        + """
# labels are given automatically
face_matcher = faceapi.FaceMatcher(full_face_descriptions)

single_full_face_description = await (
    faceapi.detect_single_face("myCanvas", tiny).with_face_landmarks().with_face_descriptor()
)
found = []
if single_full_face_description:
    best_match = face_matcher.find_best_match(single_full_face_description.descriptor)
    found.append(best_match.to_string())

for fd in full_face_descriptions:
    best_match = face_matcher.find_best_match(fd.descriptor)
    found.append(str(best_match))
found
"""
    ) == ["person 1 (0)", "person 1 (0)", "person 2 (0)", "person 3 (0)"]


def test_labeled_reference_descriptors(sample: Sample) -> None:
    assert sample(
        _REFERENCE
        + """
descriptor_obama1, descriptor_trump, descriptor_obama2 = (
    face.descriptor for face in full_face_descriptions
)
labeled_descriptors = [
    faceapi.LabeledFaceDescriptors("obama", [descriptor_obama1, descriptor_obama2]),
    faceapi.LabeledFaceDescriptors("trump", [descriptor_trump]),
]
face_matcher = faceapi.FaceMatcher(labeled_descriptors)
[
    [len(person.descriptors) for person in face_matcher.labeled_descriptors],
    face_matcher.find_best_match(descriptor_trump).to_string(),
    face_matcher.match_descriptor(descriptor_obama1).label,
]
"""
    ) == [[2, 1], "trump (0)", "obama"]


# --- Displaying detection results


def test_displaying_the_detected_faces(sample: Sample) -> None:
    assert sample(
        """
detections = await faceapi.detect_all_faces(input, tiny)

# the picture is displayed in half its size
input.width, input.height = 200, 150
detections_for_size = [det.for_size(input.width, input.height) for det in detections]
canvas = js.document.getElementById("overlay")
canvas.width, canvas.height = input.width, input.height
faceapi.draw_detection(canvas, detections_for_size, {"withScore": True})
input.removeAttribute("width"), input.removeAttribute("height")
with_score = painted(canvas)

canvas.width = 200  # which clears it
faceapi.draw_detection("overlay", detections_for_size, with_score=False)
[
    [type(face).__name__ for face in detections_for_size],
    abs(detections_for_size[0].box.x * 2 - detections[0].box.x) < 1e-9,
    with_score > painted(canvas) > 300,
]
"""
    ) == [["FaceDetection"] * 3, True, True]


def test_displaying_face_landmarks(sample: Sample) -> None:
    """Results are drawn directly; the code of 0.15 wants their landmarks."""
    assert sample(
        """
detections_with_landmarks = await faceapi.detect_all_faces(input, tiny).with_face_landmarks()
detections_with_landmarks_for_size = [
    det.for_size(input.width, input.height) for det in detections_with_landmarks
]
canvas = js.document.getElementById("overlay")
canvas.width, canvas.height = input.width, input.height
faceapi.draw_landmarks(canvas, detections_with_landmarks, {"drawLines": True})
lines = painted(canvas)

canvas.width = input.width
faceapi.draw_landmarks(canvas, detections_with_landmarks_for_size)
[lines > 2000, painted(canvas) > 600]
"""
    ) == [True, True]


def test_displaying_boxes_with_text(sample: Sample) -> None:
    assert sample(
        """
x, y, width, height, text = 60, 70, 80, 90, "any text"
boxes_with_text = [
    faceapi.BoxWithText(faceapi.Rect(x, y, width, height), text),
    faceapi.BoxWithText(faceapi.Rect(0, 0, 50, 50), "some text"),
]
canvas = js.document.getElementById("overlay")
canvas.width = 200
faceapi.draw_detection(canvas, boxes_with_text)
with_text = painted(canvas)
canvas.width = 200
faceapi.draw_detection(canvas, [faceapi.Box(box) for box in boxes_with_text])
with_text > painted(canvas) > 400
"""
    )


# --- Face detection options


def test_options(sample: Sample) -> None:
    assert sample(
        """
options = [
    SsdMobilenetv1Options(min_confidence=0.8),
    TinyFaceDetectorOptions(input_size=320),
    MtcnnOptions(min_face_size=100, scale_factor=0.8),
]
[
    [options[0].min_confidence, options[0].max_results],
    [options[1].input_size, options[1].score_threshold],
    [options[2].min_face_size, options[2].scale_factor, options[2].max_num_scales,
     list(options[2].score_thresholds), options[2].scale_steps],
    [len(await faceapi.detect_all_faces(input, option)) > 0 for option in options],
]
"""
    ) == [[0.8, 100], [320, 0.5], [100, 0.8, 10, [0.6, 0.7, 0.7], None], [True] * 3]


# --- Utility classes


def test_interfaces(sample: Sample) -> None:
    """IBox, IFaceDetection, IFaceLandmarks, IFaceDetectionWithLandmarks, IFullFaceDescription."""
    assert sample(
        """
face = await faceapi.detect_single_face(input, tiny).with_face_landmarks().with_face_descriptor()
box, landmarks = face.detection.box, face.face_landmarks
[
    all(value > 0 for value in (box.x, box.y, box.width, box.height)),
    0.5 < face.detection.score < 1,
    [list(landmarks.positions.shape), landmarks.shift.x == np.floor(box.x)],
    [face.detection is face.face_detection, landmarks is face.landmarks],
    [face.face_descriptor.dtype.name, len(face.face_descriptor)],
]
"""
    ) == [True, True, [[68, 2], True], [True, True], ["float32", 128]]


# --- Other useful utility


def test_using_the_low_level_api(sample: Sample) -> None:
    assert sample(
        """
detections1 = await faceapi.ssd_mobilenetv1(input, {"minConfidence": 0.4})
detections2 = await faceapi.tiny_face_detector(input, tiny)
detections3 = await faceapi.mtcnn(input, {"minFaceSize": 60})
(face_image,) = await faceapi.extract_faces(input, detections2[:1])
landmarks1 = await faceapi.detect_face_landmarks(face_image)
landmarks2 = await faceapi.detect_face_landmarks_tiny(face_image)
(aligned_face_image,) = await faceapi.extract_faces(
    face_image, [landmarks1.align(None, {"useDlibAlignment": True})]
)
descriptor = await faceapi.compute_descriptor(aligned_face_image)
[
    [len(found) for found in (detections1, detections2, detections3)],
    [type(found).__name__ for found in (landmarks1, landmarks2)],
    [landmarks1 == await faceapi.detect_landmarks(face_image), list(descriptor.shape)],
    "tiny_face_detector" in repr(faceapi.nets),
]
"""
    ) == [[2, 3, 3], ["FaceLandmarks68"] * 2, [True, [128]], True]


def test_extracting_a_canvas_for_an_image_region(sample: Sample) -> None:
    assert sample(
        """
regions_to_extract = [faceapi.Rect(0, 0, 100, 100)]
canvases = await faceapi.extract_faces(input, regions_to_extract)
[[canvas.constructor.name, canvas.width, canvas.height] for canvas in canvases]
"""
    ) == [["HTMLCanvasElement", 100, 100]]


def test_euclidean_distance(sample: Sample) -> None:
    assert sample("faceapi.euclidean_distance([0, 0], [0, 10])") == 10


def test_retrieving_the_face_landmark_points_and_contours(sample: Sample) -> None:
    assert sample(
        """
landmarks = await faceapi.detect_face_landmarks_tiny(input)
landmark_positions = landmarks.get_positions()

jaw_outline = landmarks.get_jaw_outline()
nose = landmarks.get_nose()
mouth = landmarks.get_mouth()
left_eye = landmarks.get_left_eye()
right_eye = landmarks.get_right_eye()
left_eye_bbrow = landmarks.get_left_eye_brow()
right_eye_brow = landmarks.get_right_eye_brow()
contours = [jaw_outline, left_eye_bbrow, right_eye_brow, nose, left_eye, right_eye, mouth]
[
    [len(contour) for contour in contours],
    bool((np.concatenate(contours) == landmark_positions).all()),
]
"""
    ) == [[17, 5, 5, 9, 6, 6, 20], True]


def test_fetching_and_displaying_images(sample: Sample) -> None:
    assert sample(
        """
image = await faceapi.fetch_image("/images/sample2.jpg")
is_image = image.constructor.name == "HTMLImageElement"

my_img = js.Image.new()
my_img.src = image.src
await my_img.decode()
[is_image, my_img.naturalWidth == image.naturalWidth > 0]
"""
    ) == [True, True]


def test_fetching_json(sample: Sample) -> None:
    assert sample('await faceapi.fetch_json("/made/example.json")') == {"name": "example"}


def test_creating_an_image_picker(page: PyfacePage, sample: Sample) -> None:
    sample(
        """
from pyodide.ffi import create_proxy

async def upload_image(event):
    img_file = js.document.getElementById("myFileUpload").files.item(0)
    # an img element from a Blob
    img = await faceapi.buffer_to_image(img_file)
    js.document.getElementById("myImg").src = img.src

js.document.getElementById("myFileUpload").onchange = create_proxy(upload_image)
None
"""
    )
    before = page.js("myImg.src")
    try:
        page.page.set_input_files("#myFileUpload", path_of("images/sample1.jpg"))
        page.page.wait_for_function("(before) => myImg.src !== before", arg=before)
        width, height = page.js("""async () => {
          await myImg.decode();
          return [myImg.naturalWidth, myImg.naturalHeight];
        }""")
        assert page.js("myImg.src").startswith("data:image/jpeg") and width > height > 1000
    finally:
        page.js("async (src) => { myImg.src = src; await myImg.decode(); }", before)


def test_creating_a_canvas_element_from_an_image_or_video(sample: Sample) -> None:
    assert sample(
        """
canvas1 = await faceapi.create_canvas_from_media(js.document.getElementById("myImg"))
canvas2 = await faceapi.create_canvas_from_media(js.document.getElementById("myVideo"))
[[canvas.width, canvas.height, painted(canvas)] for canvas in (canvas1, canvas2)]
"""
    ) == [[400, 300, 120000], [400, 300, 120000]]


# --- The guide to recognition, word for word


def guide(heading: str) -> str:
    """The Python sample under a heading."""
    text = (ROOT / "docs" / "guides" / "recognition.md").read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    assert code, f"recognition.md has no Python sample under {heading!r}"
    return code


_FACE = """
input.id = "photo"
face, other, third = await (
    faceapi.detect_all_faces(input, tiny).with_face_landmarks().with_face_descriptors()
)
query = face.descriptor
"""


@pytest.fixture
def photo(page: PyfacePage, sample: Sample) -> Iterator[Sample]:
    yield lambda code: sample(_FACE + code)
    page.js("document.getElementById('photo').id = 'myImg'")


def test_choosing_a_threshold(photo: Sample) -> None:
    made = """
ada, grace = [
    one.descriptor + np.random.default_rng(i).normal(0, 0.01, (4, 128)).astype(np.float32)
    for i, one in enumerate((face, third))
]
"""
    code = guide("Choosing a threshold")
    assert photo(
        f"""{made}{code}
[found.same, found.different, found.missed, len(found.warnings), int(counts_same.sum())]
"""
    ) == [12, 16, 0, 2, 12]
