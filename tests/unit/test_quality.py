"""What is said of a face's picture: on photographs, and on those made worse on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

import pyface_web as faceapi
from pyface_web.errors import EmptyImageError, InputError, OptionsError
from pyface_web.people.sharpness import sharpness
from pyface_web.people.upright import UprightBox
from tests.waiting import wait
from tools.assets import path_of

TINY = faceapi.TinyFaceDetectorOptions()


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    nets = (faceapi.nets.tiny_face_detector, faceapi.nets.face_landmark68_net)
    names = ("tiny_face_detector_model", "face_landmark_68_model")
    for net, name in zip(nets, names, strict=True):
        path_of(f"models/{name}-shard1")
        wait(net.load(str(path_of(f"models/{name}-weights_manifest.json").parent)))
    yield
    faceapi.dispose()
    for net in nets:
        net.dispose()


def photo(name: str) -> Image.Image:
    image = Image.open(path_of(f"images/{name}.jpg")).convert("RGB")
    return image.resize((960, image.height * 960 // image.width))


def found(image: Image.Image) -> list[faceapi.FaceResult]:
    """Faces from left to right."""
    faces = wait(faceapi.detect_all_faces(image, TINY).with_face_landmarks())
    return sorted(faces, key=lambda face: face.detection.box.x)


def names(quality: faceapi.FaceQuality) -> list[str]:
    return [problem.name for problem in quality.problems]


@pytest.fixture(scope="module")
def friends() -> tuple[Image.Image, list[faceapi.FaceResult]]:
    """Three women who look into the camera."""
    image = photo("sample3")
    return image, found(image)


def test_faces_that_look_into_the_camera(friends: Any):
    image, faces = friends
    qualities = wait(faceapi.assess_face_quality(image, faces))
    assert [quality.ok for quality in qualities] == [True] * 3
    for quality, face in zip(qualities, faces, strict=True):
        assert 90 < quality.size < 140 and quality.score == face.detection.score
        assert max(abs(quality.yaw), abs(quality.pitch), abs(quality.roll)) < 25
        assert 0.03 < quality.sharpness < 0.3 and quality.blown < 0.01
    assert qualities[0].yaw < -5 and qualities[2].yaw > 5  # towards each other's outer sides


def cut(face: faceapi.FaceResult, align: Any) -> faceapi.FaceResult:
    """The face with a descriptor that was cut so."""
    return replace(face, descriptor=np.zeros(128), descriptor_align=align)


def test_heads_that_are_turned_and_tilted():
    for name, index, problem, angle in (
        ("sample5", 1, "turned_aside", lambda quality: quality.yaw),
        ("sample1", 2, "tilted", lambda quality: quality.roll),
    ):
        image = photo(name)
        face = cut(found(image)[index], "box")
        quality = wait(faceapi.assess_face_quality(image, face))
        assert names(quality) == [problem] and 30 < angle(quality) < 50
        flipped = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        other = cut(found(flipped)[-1 - index], "box")
        mirrored = wait(faceapi.assess_face_quality(flipped, other))
        assert problem in names(mirrored) and angle(mirrored) < -30


def test_a_tilted_head_is_no_problem_where_it_is_turned_upright():
    image = photo("sample1")
    face = found(image)[2]
    for tilted in (face, cut(face, "upright"), cut(face, None)):
        assert wait(faceapi.assess_face_quality(image, tilted)).ok
    strict = faceapi.QualityLimits(max_roll=20)
    quality = wait(faceapi.assess_face_quality(image, cut(face, "upright"), strict))
    assert names(quality) == ["tilted"] and "20 or less is needed" in quality.problems[0].text


def turned(image: Image.Image, faces: Any, degrees: float) -> tuple[Image.Image, Any]:
    """A picture turned clockwise about its middle, black around it, and its faces' landmarks."""
    turned_image = image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    size = np.array(turned_image.size)
    moved = []
    for face in faces:
        middle = face.landmarks.positions - np.array(image.size) / 2
        points = (middle @ matrix.T + size / 2) / size
        detection = replace(face.detection, image_size=faceapi.Dimensions(*turned_image.size))
        landmarks = faceapi.FaceLandmarks68(points, turned_image.size)
        moved.append(faceapi.FaceResult(detection, landmarks=landmarks))
    return turned_image, moved


@pytest.mark.parametrize("degrees", [45, 90, -150])
def test_what_is_measured_does_not_change_with_the_tilt(friends: Any, degrees: float):
    """Turning softens a picture by itself, so one turned a little is what others are held to."""
    before = wait(faceapi.assess_face_quality(*turned(*friends, 5)))
    after = wait(faceapi.assess_face_quality(*turned(*friends, degrees)))
    for one, other in zip(before, after, strict=True):
        assert other.ok
        assert other.size == pytest.approx(one.size, rel=1e-3)
        assert other.sharpness == pytest.approx(one.sharpness, rel=0.12)
        assert other.brightness == pytest.approx(one.brightness, rel=0.01)
        assert (other.yaw, other.pitch) == pytest.approx((one.yaw, one.pitch), abs=0.1)
        lean = (other.roll - one.roll - degrees + 5 + 180) % 360 - 180
        assert lean == pytest.approx(0, abs=0.1)


def test_every_kind_of_picture_gives_the_same(friends: Any):
    image, faces = friends
    pixels = np.asarray(image)
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    expected = wait(faceapi.assess_face_quality(image, faces[0]))
    assert wait(faceapi.assess_face_quality(pixels, faces[0])) == expected
    assert wait(faceapi.assess_face_quality(opaque, faces[0])) == expected


def test_a_picture_of_another_size_than_the_face_was_found_in(friends: Any):
    image, faces = friends
    whole = wait(faceapi.assess_face_quality(image, faces[1]))
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    small = wait(faceapi.assess_face_quality(half, faces[1]))
    assert small.size == pytest.approx(whole.size / 2, rel=0.01)
    assert small.yaw == pytest.approx(whole.yaw, abs=0.1)
    assert names(small) == ["too_small"]
    assert str(small.problems[0]) == (
        f"The face measures {int(small.size)} pixels; 80 or more are needed. "
        "Come closer, or use a larger picture."
    )


def test_a_blurred_face(friends: Any):
    image, faces = friends
    last = wait(faceapi.assess_face_quality(image, faces[1])).sharpness
    for radius in (0.5, 1, 2, 4):
        blurred = image.filter(ImageFilter.GaussianBlur(radius))
        quality = wait(faceapi.assess_face_quality(blurred, faces[1]))
        assert quality.sharpness < 0.9 * last
        last = quality.sharpness
    assert names(quality) == ["blurred"] and "Hold still" in quality.problems[0].text


def test_light(friends: Any):
    image, faces = friends
    sharp = wait(faceapi.assess_face_quality(image, faces[1])).sharpness
    dark = wait(faceapi.assess_face_quality(ImageEnhance.Brightness(image).enhance(0.2), faces[1]))
    assert names(dark) == ["too_dark"] and dark.sharpness == pytest.approx(sharp, rel=0.3)
    bright = wait(faceapi.assess_face_quality(ImageEnhance.Brightness(image).enhance(2), faces[1]))
    assert "too_bright" in names(bright) and "% of the face is white" in bright.problems[-1].text


def test_a_face_at_the_edge(friends: Any):
    image, faces = friends
    box = faces[0].landmarks.align_min_bbox(0)
    left = int(box.x + 0.2 * box.width)
    cut = image.crop((left, 0, image.width, image.height))
    moved = replace(
        faces[0],
        detection=faceapi.FaceDetection(0.9, faceapi.Box(0, 0, 0.1, 0.1), cut),
        landmarks=faces[0].landmarks.shift_by(
            faces[0].landmarks.shift.x - left, faces[0].landmarks.shift.y
        ),
    )
    assert names(wait(faceapi.assess_face_quality(cut, moved))) == ["cut_off"]
    outside = replace(moved, landmarks=moved.landmarks.shift_by(-500, 0))
    with pytest.raises(EmptyImageError, match="lies outside of the picture"):
        wait(faceapi.assess_face_quality(cut, outside))


def test_limits(friends: Any):
    image, faces = friends
    strict = faceapi.QualityLimits(
        min_size=500, min_score=0.99, min_sharpness=9, max_yaw=0, max_pitch=0, max_roll=0,
        min_brightness=1, max_blown=0,
    )  # fmt: skip
    quality = wait(faceapi.assess_face_quality(image, faces[0], strict))
    assert names(quality)[:7] == [
        "too_small", "low_score", "blurred", "turned_aside", "turned_up_or_down", "tilted",
        "too_dark",
    ]  # fmt: skip
    assert all(len(problem.text) > 40 for problem in quality.problems) and not quality.ok
    loose = faceapi.QualityLimits(min_size=0, min_score=0, min_sharpness=0, max_yaw=180)
    assert wait(faceapi.assess_face_quality(image, faces[0], loose)).ok
    for value in (-1, float("nan"), "80"):
        with pytest.raises(OptionsError, match="QualityLimits: min_size: expected a number from 0"):
            faceapi.QualityLimits(min_size=value)  # type: ignore[arg-type]
    with pytest.raises(OptionsError, match="expected QualityLimits, got dict"):
        wait(faceapi.assess_face_quality(image, faces[0], {}))  # type: ignore[call-overload]


def test_faces_that_cannot_be_judged(friends: Any):
    image, faces = friends
    for face in (None, faces[0].detection, faceapi.FaceResult(faces[0].detection), [None]):
        with pytest.raises(InputError, match="expected a face with 68 landmarks, got"):
            wait(faceapi.assess_face_quality(image, face))
    assert wait(faceapi.assess_face_quality(image, [])) == []


# --- the measure by itself


def test_left_and_right_of_a_head_that_leans_far(friends: Any):
    strict = faceapi.QualityLimits(max_yaw=0)
    for degrees, words in (
        (0, "left of the picture;"),
        (90, "left of the picture, were it turned"),
    ):
        image, faces = turned(*friends, degrees)
        problem = wait(faceapi.assess_face_quality(image, faces[0], strict)).problems[0]
        assert problem.name == "turned_aside" and words in problem.text


def sharpness_of(grey: np.ndarray) -> float:
    """Of a whole picture, as that of a face is measured."""
    height, width = grey.shape
    return sharpness(UprightBox(width / 2, height / 2, width, height).sampled(grey))


def test_sharpness_does_not_change_with_contrast_brightness_or_size():
    grey = np.asarray(photo("sample3").convert("L").crop((250, 150, 410, 310))) / 255
    value = sharpness_of(grey)
    assert sharpness_of(0.3 * grey + 0.4) == pytest.approx(value)
    assert sharpness_of(np.kron(grey, np.ones((3, 3)))) == pytest.approx(value, rel=0.05)
    noise = np.random.default_rng(0).normal(0, 1, (80, 80))
    assert sharpness_of(noise) == pytest.approx(20, rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 5), (400, 3), (79, 81)], ids=str)
def test_sharpness_of_odd_shapes(shape: tuple[int, int]):
    assert sharpness_of(np.full(shape, 0.7)) == 0
    assert np.isfinite(sharpness_of(np.random.default_rng(0).random(shape)))


def test_an_upright_box_is_that_of_its_points_turned_back():
    points = np.random.default_rng(1).random((68, 2), np.float32)
    plain = UprightBox.around(faceapi.FaceLandmarks68(points, (200, 300)))
    (x, y), size = plain.right, (plain.width, plain.height)
    turn = np.array([[x, -y], [y, x]])
    level = (points * (200, 300) - (plain.x, plain.y)) @ turn
    np.testing.assert_allclose(np.abs(level).max(axis=0) * 2, size, rtol=1e-5)
    bounds = plain.bounds()
    assert bounds.width >= np.ptp(points[:, 0]) * 200
    assert (bounds.x + bounds.width / 2, bounds.y + bounds.height / 2) == pytest.approx(
        (plain.x, plain.y)
    )


def test_what_a_turned_box_holds():
    """A picture whose brightness is its x: a box turned by a quarter has it from top to bottom."""
    grey = np.broadcast_to(np.arange(200) + 0.5, (200, 200))
    held = UprightBox(100, 100, 80, 40, (0.0, 1.0)).sampled(grey)
    assert held.shape == (40, 80)
    np.testing.assert_allclose(held, np.broadcast_to(119.5 - np.arange(40)[:, None], (40, 80)))
    outside = UprightBox(0, 100, 80, 80).sampled(grey)
    assert np.isnan(outside[:, :40]).all() and np.isfinite(outside[:, 40:]).all()
