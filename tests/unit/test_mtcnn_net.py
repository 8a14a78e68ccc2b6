"""MTCNN as users call it, in CPython."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.graph.node import topological
from pyface_web.models.mtcnn import MTCNN
from tests.plan.plans import recording_backend
from tests.reference.nets import manifest_path
from tests.waiting import wait
from tools.assets import path_of

OPTIONS = faceapi.MtcnnOptions(min_face_size=60)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    wait(faceapi.load_mtcnn_model(str(manifest_path(MTCNN).parent)))
    yield
    faceapi.nets.mtcnn.dispose()
    faceapi.dispose()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Three women, 640x427."""
    return Image.open(path_of("images/sample3.jpg")).convert("RGB").resize((640, 427))


@pytest.fixture(scope="module")
def faces(photo: Image.Image) -> list[faceapi.FaceResult]:
    found: list[faceapi.FaceResult] = wait(faceapi.mtcnn(photo, OPTIONS))
    return found


def test_faces_have_five_points_in_their_boxes(faces: list[faceapi.FaceResult]) -> None:
    assert 2 <= len(faces) <= 3
    scores = [face.detection.score for face in faces]
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0.7
    for face in faces:
        assert isinstance(face.landmarks, faceapi.FaceLandmarks5)
        box, points = face.detection.box, face.landmarks.positions
        assert ((points > (box.x, box.y)) & (points < (box.right, box.bottom))).all()
        left_eye, right_eye, nose, left_mouth, right_mouth = points
        assert left_eye[0] < nose[0] < right_eye[0] and left_mouth[0] < right_mouth[0]
        assert left_eye[1] < nose[1] < left_mouth[1]
        assert faceapi.FaceResult.from_dict(face.to_dict()) == face


def test_every_way_to_call_it_finds_the_same(
    photo: Image.Image, faces: list[faceapi.FaceResult]
) -> None:
    detections = [face.detection for face in faces]
    assert wait(faceapi.detect_all_faces(np.asarray(photo), OPTIONS)) == detections
    assert wait(faceapi.detect_single_face(photo, OPTIONS)) == detections[0]
    assert wait(faceapi.nets.mtcnn.locate_faces(photo, {"minFaceSize": 60})) == detections
    mine = faceapi.create_mtcnn(faceapi.nets.mtcnn.serialize_params())
    assert wait(mine.forward(photo, OPTIONS)) == faces
    assert len({part.key for net in (mine, faceapi.nets.mtcnn) for part in net.parts}) == 6


def test_stats(photo: Image.Image, faces: list[faceapi.FaceResult]) -> None:
    found, stats = wait(faceapi.nets.mtcnn.forward_with_stats(photo, OPTIONS))
    assert found == faces
    assert len(stats["scales"]) == len(stats["pyramid"]) == len(stats["stage1"])
    assert stats["pyramid"][0] == {"width": 128, "height": 85}
    boxes = sum(level["num_boxes"] for level in stats["stage1"])
    assert boxes >= stats["stage2_num_input_boxes"] >= stats["stage3_num_input_boxes"] >= 2


@pytest.mark.parametrize("shape", [(1, 1, 3), (12, 12, 3), (13, 40, 4), (60, 80, 3)])
def test_nothing_is_found_in_nothing(shape: tuple[int, int, int]) -> None:
    picture = np.full(shape, 128, np.uint8)
    assert wait(faceapi.mtcnn(picture, faceapi.MtcnnOptions(score_thresholds=(1, 1, 1)))) == []
    assert wait(faceapi.mtcnn(picture)) == []


def test_a_net_without_weights_says_what_to_do(photo: Image.Image) -> None:
    with pytest.raises(errors.NotLoadedError, match="load_mtcnn_model"):
        wait(faceapi.Mtcnn().forward(photo))
    with pytest.raises(errors.OptionsError, match="expected MtcnnOptions or a mapping"):
        wait(faceapi.mtcnn(photo, faceapi.TinyFaceDetectorOptions()))  # type: ignore[arg-type]


def test_every_one_of_its_nets_is_profiled_and_looked_at() -> None:
    backend = recording_backend()
    net, picture = faceapi.nets.mtcnn, np.zeros((40, 30, 3), np.uint8)
    times = wait(backend.profile(net, repeats=1))
    assert [time.label for time in times].count("pack") == 3
    ranges = wait(backend.value_ranges(net, picture))
    assert [r.shape for r in ranges if r.label == "input"] == [
        (1, side, side, 3) for side in (12, 24, 48)
    ]
    ops = [len(topological(part.graph(part.architecture.size).values())) for part in net.parts]
    assert len(ranges) == sum(ops)
