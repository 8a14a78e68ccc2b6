"""Tiny YOLOv2 from weights to faces, computed by NumPy, with made weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.models.decode.yolo import TINY_YOLOV2_ANCHORS, decode_tiny_yolo
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from tests.reference.made import flat_array, made, write_model
from tests.waiting import wait
from tools.assets import path_of

SMALL = faceapi.TinyYolov2Options(160)


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """320x225, so that it is letterboxed."""
    return Image.open(path_of("images/sample3.jpg")).convert("RGB").resize((320, 225))


@pytest.fixture(scope="module")
def regular() -> faceapi.TinyYolov2:
    return faceapi.create_tiny_yolov2(flat_array(TINY_YOLOV2), False)


@pytest.fixture(scope="module", autouse=True)
def separable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The global net, loaded from a folder."""
    folder: Path = tmp_path_factory.mktemp("models")
    write_model(TINY_YOLOV2_SEPARABLE, folder)
    wait(faceapi.load_tiny_yolov2_model(str(folder)))
    yield
    faceapi.nets.tiny_yolov2.dispose()
    faceapi.dispose()


def test_which_convolutions_a_net_has(regular: faceapi.TinyYolov2) -> None:
    assert faceapi.nets.tiny_yolov2.with_separable_convs
    assert not regular.with_separable_convs
    assert faceapi.TinyYolov2().get_default_model_name() == "tiny_yolov2_separable_conv_model"
    assert faceapi.TinyYolov2(False).get_default_model_name() == "tiny_yolov2_model"
    assert faceapi.nets.tiny_yolov2.anchors == faceapi.nets.tiny_face_detector.anchors
    assert regular.anchors[4] == faceapi.Point(12.6868, 11.8741)


def test_all_ways_to_faces_of_the_global_net(photo: Image.Image) -> None:
    faces = wait(faceapi.detect_all_faces(photo, SMALL))
    assert len(faces) >= 3
    assert [face.score for face in faces] == sorted((f.score for f in faces), reverse=True)
    assert all(0.5 < face.score < 1 and face.image_width == 320 for face in faces)
    assert wait(faceapi.tiny_yolov2(photo, SMALL)) == faces
    assert wait(faceapi.nets.tiny_yolov2.locate_faces(photo, {"inputSize": 160})) == faces
    assert wait(faceapi.detect_single_face(photo, SMALL)) == faces[0]
    (fewer,) = {
        len(wait(find))
        for options in [faceapi.TinyYolov2Options(160, faces[1].score)]
        for find in (faceapi.tiny_yolov2(photo, options), faceapi.detect_all_faces(photo, options))
    }
    assert fewer == 1


def test_detections_have_a_class(photo: Image.Image, regular: faceapi.TinyYolov2) -> None:
    for net in (faceapi.nets.tiny_yolov2, regular):
        faces, objects = wait(net.locate_faces(photo, SMALL)), wait(net.detect(photo, SMALL))
        assert len(faces) == len(objects) >= 2
        for face, found in zip(faces, objects, strict=True):
            assert type(found) is faceapi.ObjectDetection
            assert (found.class_name, found.class_score) == ("face", face.score)
            assert (found.score, found.box) == (face.score, face.box)


def test_the_grid_is_what_is_decoded(photo: Image.Image, regular: faceapi.TinyYolov2) -> None:
    grid = wait(regular.forward(photo, 160))
    assert grid.shape == (1, 5, 5, 30)
    boxes, scores = decode_tiny_yolo(grid[0], 160, (160, 113), 0.5, TINY_YOLOV2_ANCHORS, True)
    found = wait(regular.locate_faces(photo, SMALL))
    assert [face.score for face in found] == scores.tolist()
    got = [(f.relative_box.x, f.relative_box.y, f.relative_box.width) for f in found]
    np.testing.assert_allclose(got, boxes[:, :3])


def test_a_list_of_pictures_gives_a_batch_of_grids(photo: Image.Image) -> None:
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    net = faceapi.nets.tiny_yolov2
    both = wait(net.forward([photo, turned], 96))
    assert both.shape == (2, 3, 3, 25)
    for one, picture in zip(both, (photo, turned), strict=True):
        np.testing.assert_allclose(wait(net.forward(picture, 96))[0], one, rtol=0, atol=1e-5)


def test_weights_come_out_as_they_went_in(regular: faceapi.TinyYolov2) -> None:
    assert np.array_equal(regular.serialize_params(), flat_array(TINY_YOLOV2))
    want = made(TINY_YOLOV2).arrays["conv3/bn/sub"]
    assert np.array_equal(regular.get_param_from_path("conv3/bn/sub"), want)


def test_without_weights() -> None:
    message = "tiny_yolov2 has no weights; load it first: await faceapi.load_tiny_yolov2_model"
    with pytest.raises(errors.NotLoadedError, match=message):
        wait(faceapi.TinyYolov2().locate_faces(np.zeros((9, 9, 3), np.uint8)))
    with pytest.raises(errors.NotLoadedError, match="tiny_yolov2_regular has no weights"):
        wait(faceapi.TinyYolov2(False).forward(np.zeros((9, 9, 3), np.uint8)))


def test_wrong_weights_and_options(photo: Image.Image) -> None:
    flat = np.zeros(1794500, np.float32)
    with pytest.raises(errors.WeightsError, match="the net has 15767454 values"):
        faceapi.create_tiny_yolov2(flat, False)
    with pytest.raises(errors.WeightsError, match="expected an address, a flat float32 array"):
        faceapi.create_tiny_yolov2([1.0, 2.0])  # type: ignore[arg-type]
    with pytest.raises(errors.OptionsError, match="with_separable_convs: expected True or False"):
        faceapi.TinyYolov2(flat)  # type: ignore[arg-type]
    with pytest.raises(errors.OptionsError, match="expected TinyYolov2Options or a mapping"):
        wait(faceapi.tiny_yolov2(photo, faceapi.SsdMobilenetv1Options()))  # type: ignore[arg-type]
    with pytest.raises(errors.OptionsError, match="input_size: expected a positive multiple"):
        wait(faceapi.nets.tiny_yolov2.forward(photo, 100))
