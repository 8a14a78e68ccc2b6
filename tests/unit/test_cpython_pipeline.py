"""The whole pipeline without a browser, on arrays and Pillow images; each backend computes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.models.architecture import Architecture
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2_SEPARABLE
from tests.loaded_nets import loaded
from tests.reference.made import MADE, write_model
from tests.reference.nets import manifest_path
from tests.waiting import wait
from tools.assets import path_of

TINY = faceapi.TinyFaceDetectorOptions()


@pytest.fixture(scope="module")
def all_loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    made = write_model(TINY_YOLOV2_SEPARABLE, tmp_path_factory.mktemp("made"))

    def manifest(architecture: Architecture) -> Path:
        return made if architecture in MADE else manifest_path(architecture)

    with loaded(*faceapi.nets.values(), manifest=manifest):
        yield


@pytest.fixture(scope="module", params=["onnx", "reference"])
def backend(request: pytest.FixtureRequest, all_loaded: None) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _computes(backend: str) -> None:
    """Each test begins with the backend, whatever the one before it did."""
    if wait(faceapi.get_backend()) != backend:
        wait(faceapi.set_backend(backend))


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Three women, 640x450."""
    return Image.open(path_of("images/sample3.jpg")).convert("RGB").resize((640, 450))


@pytest.fixture(scope="module")
def faces(photo: Image.Image, backend: str) -> list[faceapi.FaceResult]:
    wait(faceapi.set_backend(backend))
    task = faceapi.detect_all_faces(np.asarray(photo), TINY)
    return wait(task.with_face_landmarks().with_face_descriptors())


def test_three_faces_with_all_that_belongs_to_them(faces: list[faceapi.FaceResult]) -> None:
    assert len(faces) == 3
    assert [face.detection.score for face in faces] == sorted(
        (face.detection.score for face in faces), reverse=True
    )
    for face in faces:
        box = face.detection.box
        assert face.landmarks.positions.shape == (68, 2)
        center = face.landmarks.positions.mean(axis=0)
        assert box.left < center[0] < box.right and box.top < center[1] < box.bottom
        assert face.descriptor is not None and face.descriptor.dtype == np.float32
        assert 1.0 < np.linalg.norm(face.descriptor) < 2.0


def test_eyes_lie_above_the_mouth_and_left_of_each_other(faces: list[faceapi.FaceResult]) -> None:
    for face in faces:
        left = np.asarray(face.landmarks.left_eye).mean(axis=0)
        right = np.asarray(face.landmarks.right_eye).mean(axis=0)
        mouth = np.asarray(face.landmarks.mouth).mean(axis=0)
        assert left[0] < right[0] and max(left[1], right[1]) < mouth[1]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "file"])
def test_pillow_images_and_arrays_give_the_same(
    photo: Image.Image, faces: list[faceapi.FaceResult], mode: str, tmp_path: Path
) -> None:
    picture: Image.Image = photo
    if mode == "file":
        photo.save(tmp_path / "photo.png")
        picture = Image.open(tmp_path / "photo.png")
    else:
        picture = photo.convert(mode)
    found = wait(faceapi.detect_all_faces(picture, TINY))
    assert found == [face.detection for face in faces]


def test_ssd_and_the_tiny_landmarks_agree_roughly(
    photo: Image.Image, faces: list[faceapi.FaceResult]
) -> None:
    found = wait(faceapi.detect_all_faces(photo).with_face_landmarks(True))
    assert len(found) == 3
    centers = [face.landmarks.positions.mean(axis=0) for face in faces]
    for face in found:
        center = face.landmarks.positions.mean(axis=0)
        assert min(np.linalg.norm(center - other) for other in centers) < 15


def test_results_go_through_json(faces: list[faceapi.FaceResult]) -> None:
    text = json.dumps([face.to_dict() for face in faces])
    back = [faceapi.FaceResult.from_dict(data) for data in json.loads(text)]
    for face, other in zip(faces, back, strict=True):
        assert other.detection == face.detection
        assert np.array_equal(other.landmarks.positions, face.landmarks.positions)
        assert face.descriptor is not None and other.descriptor is not None
        assert np.array_equal(other.descriptor, face.descriptor)


def test_extracted_faces_are_the_pixels_of_the_boxes(
    photo: Image.Image, faces: list[faceapi.FaceResult]
) -> None:
    pixels = np.asarray(photo.convert("RGBA"))
    crops = wait(faceapi.extract_faces(photo, [face.detection for face in faces]))
    for face, crop in zip(faces, crops, strict=True):
        box = face.detection.box.floor()
        x, y, width, height = (int(v) for v in (box.x, box.y, box.width, box.height))
        assert np.array_equal(crop, pixels[y : y + height, x : x + width])


def test_regions_are_clipped_and_checked(photo: Image.Image) -> None:
    (corner,) = wait(faceapi.extract_faces(photo, [faceapi.Box(-10, -20, 30, 50)]))
    assert corner.shape == (30, 20, 4)
    with pytest.raises(errors.EmptyImageError):
        wait(faceapi.extract_faces(photo, [faceapi.Box(640, 0, 10, 10)]))
    with pytest.raises(errors.InputError, match="expected a list"):
        wait(faceapi.extract_faces(photo, faceapi.Box(0, 0, 10, 10)))  # type: ignore[arg-type]


def test_per_face_calls_equal_the_chain(photo: Image.Image) -> None:
    """A chain that turns nothing cuts the same pixels that extract_faces gives."""
    task = faceapi.detect_all_faces(photo, TINY).with_face_landmarks(refine=False)
    faces = wait(task.with_face_descriptors(align="box"))
    crops = wait(faceapi.extract_faces(photo, [face.detection for face in faces]))
    points = wait(faceapi.detect_face_landmarks(crops))
    for face, found in zip(faces, points, strict=True):
        expected = face.unshifted_landmarks.positions
        assert np.abs(found.positions - expected).max() < 1e-3
    squares = [face.descriptor_rect for face in faces]
    aligned = wait(faceapi.extract_faces(photo, [square for square in squares if square]))
    descriptors = wait(faceapi.compute_face_descriptor(aligned))
    for face, descriptor in zip(faces, descriptors, strict=True):
        assert np.abs(face.descriptor - descriptor).max() < 1e-5


def test_a_list_gives_a_list_and_one_picture_one_value(photo: Image.Image) -> None:
    assert isinstance(wait(faceapi.detect_face_landmarks(photo)), faceapi.FaceLandmarks68)
    assert len(wait(faceapi.detect_face_landmarks_tiny([photo]))) == 1
    assert wait(faceapi.compute_face_descriptor([])) == []
    assert wait(faceapi.compute_face_descriptor(photo)).shape == (128,)


def test_detectors_by_name(photo: Image.Image, faces: list[faceapi.FaceResult]) -> None:
    assert wait(faceapi.tiny_face_detector(photo)) == [face.detection for face in faces]
    (best,) = wait(faceapi.ssd_mobilenetv1(photo, faceapi.SsdMobilenetv1Options(max_results=1)))
    assert best.score > 0.9


def test_single_face_is_the_best(photo: Image.Image, faces: list[faceapi.FaceResult]) -> None:
    task = faceapi.detect_single_face(photo, TINY)
    assert wait(task.with_face_landmarks().with_face_descriptor()).detection == faces[0].detection


@pytest.mark.parametrize("options", [TINY, faceapi.SsdMobilenetv1Options()], ids=["tiny", "ssd"])
def test_no_face(options: Any) -> None:
    black = np.zeros((90, 120, 3), np.uint8)
    many = faceapi.detect_all_faces(black, options)
    one = faceapi.detect_single_face(black, options)
    assert wait(many.with_face_landmarks().with_face_descriptors()) == []
    assert wait(one.with_face_landmarks().with_face_descriptor()) is None
    assert wait(faceapi.detect_all_faces(black, options)) == []
    assert wait(faceapi.detect_single_face(black, options)) is None


def test_a_person_is_recognised_in_a_mirrored_picture(
    photo: Image.Image, faces: list[faceapi.FaceResult]
) -> None:
    people = [
        faceapi.LabeledFaceDescriptors(f"person {i}", [face.descriptor])
        for i, face in enumerate(faces)
        if face.descriptor is not None
    ]
    matcher = faceapi.FaceMatcher(people)
    mirrored = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    task = faceapi.detect_all_faces(mirrored, TINY)
    for found in wait(task.with_face_landmarks().with_face_descriptors()):
        x = 640 - found.detection.box.x - found.detection.box.width / 2
        nearest = min(
            range(3),
            key=lambda i: abs(faces[i].detection.box.x + faces[i].detection.box.width / 2 - x),
        )
        assert matcher.find_best_match(found.descriptor).label == f"person {nearest}"


def test_the_backend_says_what_it_is() -> None:
    faceapi.dispose()  # another file of tests may have chosen one
    assert wait(faceapi.get_backend()) == "onnx"
    assert "no browser" in wait(faceapi.describe_backend())
    with pytest.raises(errors.BackendError, match="needs a browser"):
        wait(faceapi.set_backend("webgl"))
    assert faceapi.memory()["textures"] == 0


@pytest.mark.parametrize(
    ("name", "precision", "message"),
    [
        ("webgl", 8, "precision 8: expected 32 or 16"),
        ("webgl", "16", "precision '16': expected 32 or 16"),
        ("onnx", 32, "precision 32: the onnx backend computes in 32 bits"),
        ("reference", 16, "precision 16: the reference backend computes in 32 bits"),
    ],
)
def test_a_precision_that_does_not_exist(name: str, precision: Any, message: str) -> None:
    with pytest.raises(errors.OptionsError, match=message):
        wait(faceapi.set_backend(name, precision))


def test_a_text_is_a_path_where_there_is_no_page() -> None:
    with pytest.raises(errors.InputError, match="'photo' as a picture: expected a file, got File"):
        wait(faceapi.detect_all_faces("photo"))


def test_expressions_and_ages(photo: Image.Image, faces: list[faceapi.FaceResult]) -> None:
    """Three women, two of whom laugh."""
    task = faceapi.detect_all_faces(photo, TINY).with_face_landmarks()
    found = wait(task.with_face_expressions().with_age_and_gender().with_face_descriptors())
    assert len(found) == len(faces)
    assert sorted(face.expressions.happy > 0.99 for face in found) == [False, True, True]
    for face, other in zip(found, faces, strict=True):
        assert sum(face.expressions.values()) == pytest.approx(1)
        assert face.gender is faceapi.Gender.FEMALE and 0.5 < face.gender_probability <= 1
        assert 15 < face.age < 45
        assert np.array_equal(face.descriptor, other.descriptor)
        assert faceapi.FaceResult.from_dict(json.loads(json.dumps(face.to_dict()))) == face

    boxes = task.with_face_expressions(align="box").with_age_and_gender(align="box")
    found = wait(boxes)
    crops = wait(faceapi.extract_faces(photo, [face.aligned_rect for face in found]))
    for face, expressions in zip(
        found, wait(faceapi.recognize_face_expressions(crops)), strict=True
    ):
        assert expressions == pytest.approx(dict(face.expressions), abs=1e-5)
    for face, guess in zip(found, wait(faceapi.predict_age_and_gender(crops)), strict=True):
        assert guess.age == pytest.approx(face.age, abs=1e-3) and guess.gender == face.gender


def test_single_face_with_expressions_without_landmarks(photo: Image.Image) -> None:
    task = faceapi.detect_single_face(photo, TINY).with_face_expressions()
    face = wait(task.with_age_and_gender())
    assert face.landmarks is None and face.expressions.happy > 0.5 and face.age > 0
    nobody = np.zeros((50, 60, 3), np.uint8)
    assert wait(faceapi.detect_single_face(nobody, TINY).with_age_and_gender()) is None
    assert wait(faceapi.detect_all_faces(nobody, TINY).with_face_expressions()) == []


def test_nets_of_ones_own_serialise_and_compute(photo: Image.Image) -> None:
    """Each net's flat array makes a net that computes the same, beside the global one."""
    for name, net in faceapi.nets.items():
        if name in ("ssd_mobilenetv1", "mtcnn"):
            continue  # slow, and nothing of its own; has tests of its own
        mine = type(net)()
        mine.extract_weights(net.serialize_params())
        assert mine.key != net.key
        for got, want in zip(_first(mine, photo), _first(net, photo), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
        with pytest.raises(errors.MissingTensorError, match="there is no tensor 'nothing'"):
            net.get_param_from_path("nothing")
        for path, array in mine.get_param_list():
            assert np.array_equal(array, net.get_param_from_path(path))


def _first(net: faceapi.NeuralNetwork, photo: Image.Image) -> tuple[Any, ...]:
    found = wait(net.forward(photo))
    return found if isinstance(found, tuple) else (found,)
