"""Detections and composite results: crops, borders, dictionaries, arrays.

What JavaScript has as well is in tests/cases/results.json.
"""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import EmptyImageError, InputError, ShapeError
from pyface_web.values import alignment
from pyface_web.values.detection import FaceDetection, ObjectDetection
from pyface_web.values.expressions import FaceExpressions
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.results import FaceResult, checked_crop_box, crop_box, resize_results

POINTS = np.random.default_rng(1).uniform(0.1, 0.9, (68, 2)).astype(np.float32)


def face(box: Box, image: tuple[float, float] = (200, 100), **more: Any) -> FaceResult:
    """A result as the pipeline makes it: detection, crop, landmarks on the crop."""
    detection = FaceDetection(0.9, box.rescale(Dimensions(*image).reverse()), image)
    crop = crop_box(detection, *image)
    landmarks = FaceLandmarks68(POINTS, (crop.width, crop.height))
    result = FaceResult.with_landmarks(detection, landmarks, crop.top_left)
    return FaceResult(**{**vars(result), **more})


def test_image_size_may_be_any_element() -> None:
    canvas = SimpleNamespace(width=400, height=200)
    assert FaceDetection(0.5, Box(0, 0, 1, 1), canvas).box == Box(0, 0, 400, 200)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (FaceDetection(0.9, Box(0.105, 0.107, 0.205, 0.309), (100, 100)), Box(10, 10, 20, 30)),
        (Box(10.5, 10.7, 20.5, 30.9), Box(10, 10, 20, 30)),
        (FaceDetection(0.9, Box(-0.205, 0, 0.5, 0.5), (100, 100)), Box(0, 0, 29, 50)),
        (Box(-20.5, 0, 50, 50), Box(0, 0, 29, 50)),
        (Box(-20.5, 0, 50.5, 50), Box(0, 0, 30, 50)),
        (FaceDetection(0.9, Box(-0.205, 0, 0.505, 0.5), (100, 100)), Box(0, 0, 29, 50)),
        (FaceDetection(0.9, Box(0.1, 0.1, 0.2, 0.2), (10, 10)), Box(10, 10, 20, 20)),
    ],
    ids=[
        "detection",
        "box",
        "detection at left border",
        "box at left border",
        "a box is floored after clipping",
        "a detection is floored before clipping",
        "detection of another size",
    ],
)
def test_crop_box(what: FaceDetection | Box, expected: Box) -> None:
    assert crop_box(what, 100, 100) == expected


def test_crop_outside_is_empty_and_the_checked_form_raises() -> None:
    outside = Box(200, 0, 10, 10)
    assert crop_box(outside, 100, 100).is_empty
    with pytest.raises(EmptyImageError, match="expected a part of the 100x100 picture"):
        checked_crop_box(outside, 100, 100)
    assert checked_crop_box(Box(1, 1, 5, 5), 100, 100) == Box(1, 1, 5, 5)


def test_landmarks_lie_where_the_crop_was_cut() -> None:
    result = face(Box(-20, 10, 50, 50))
    assert result.landmarks is not None and result.unshifted_landmarks is not None
    assert result.landmarks.shift == Point(0, 10)  # the original: (-20, 10)
    assert (result.landmarks.image_width, result.landmarks.image_height) == (30, 50)
    assert result.unshifted_landmarks.shift == Point(0, 0)
    assert result.aligned_rect is not None
    box, expected = result.aligned_rect.box, result.landmarks.align()
    assert [box.x, box.y, box.right] == pytest.approx([expected.x, expected.y, expected.right])
    assert result.aligned_rect.score == 0.9


def test_descriptor_rect_is_cut_where_the_original_cuts() -> None:
    result = face(Box(30.75, 10.5, 50.25, 50))
    assert result.unshifted_landmarks is not None
    raw = result.detection.box
    as_original = result.unshifted_landmarks.shift_by(raw.x, raw.y)
    assert result.descriptor_rect == as_original.align(use_dlib_alignment=True)


@pytest.mark.parametrize(
    "box", [Box(30.75, 10.5, 50.25, 50), Box(-20, 10, 50, 50)], ids=["inside", "at the border"]
)
def test_resizing_to_the_same_size_changes_nothing(box: Box) -> None:
    result = face(box)
    same = result.for_size(200, 100)
    assert same == result
    assert same.landmarks is not None and result.landmarks is not None
    np.testing.assert_array_equal(same.landmarks.positions, result.landmarks.positions)


@settings(deadline=None)
@given(st.floats(-40, 150), st.floats(-40, 60), st.integers(1, 4000), st.integers(1, 4000))
def test_for_size_scales_every_position_alike(x: float, y: float, w: int, h: int) -> None:
    result = face(Box(x, y, 50, 45))
    scale = np.array([w / 200, h / 100])
    resized = result.for_size(w, h)
    for one, other in ((result, resized),):
        assert one.landmarks is not None and other.landmarks is not None
        np.testing.assert_allclose(
            other.landmarks.positions, one.landmarks.positions * scale, rtol=1e-5, atol=1e-4
        )
        for name in ("detection", "aligned_rect"):
            before, after = getattr(one, name).box, getattr(other, name).box
            assert after.x == pytest.approx(before.x * scale[0], abs=1e-6)
            assert after.bottom == pytest.approx(before.bottom * scale[1], abs=1e-6)
        assert one.descriptor_rect is not None
        assert other.descriptor_rect == one.descriptor_rect.rescale((w / 200, h / 100))
    back = resized.for_size(200, 100)
    assert back.landmarks is not None and result.landmarks is not None
    np.testing.assert_allclose(back.landmarks.positions, result.landmarks.positions, atol=1e-3)


def test_aliases() -> None:
    result = face(Box(30, 10, 50, 50), descriptor=np.zeros(128, np.float32))
    assert result.face_detection is result.detection
    assert result.face_landmarks is result.landmarks
    assert result.face_descriptor is result.descriptor


def test_a_bare_detection_has_the_rest_absent() -> None:
    result = FaceResult(FaceDetection(0.5, Box(0, 0, 1, 1), (10, 10)))
    assert (result.landmarks, result.unshifted_landmarks, result.descriptor) == (None,) * 3
    assert result.for_size(20, 20).detection.box == Box(0, 0, 20, 20)
    assert result.to_dict().keys() == {"schema", "type", "detection"}


def with_descriptor(**more: Any) -> FaceResult:
    return FaceResult(FaceDetection(0.5, Box(0, 0, 1, 1), (9, 9)), **more)


@pytest.mark.parametrize("align", ["box", "upright", None])
def test_how_a_descriptor_was_cut_comes_back_from_json(align: Any) -> None:
    result = with_descriptor(descriptor=np.ones(128), descriptor_align=align)
    data = json.loads(json.dumps(result.to_dict()))
    assert data["descriptor_align"] == align
    assert FaceResult.from_dict(data).descriptor_align == align
    assert result.for_size(20, 20).descriptor_align == align


def test_a_descriptor_of_an_older_version_was_cut_by_its_box() -> None:
    data = with_descriptor(descriptor=np.ones(128), descriptor_align="upright").to_dict()
    del data["descriptor_align"]
    assert FaceResult.from_dict(data).descriptor_align == "box"
    del data["descriptor"]
    assert FaceResult.from_dict(data).descriptor_align is None


def test_the_array_of_a_descriptor_says_how_it_was_cut_as_long_as_it_lives() -> None:
    given = with_descriptor(descriptor=np.ones(128), descriptor_align="upright").descriptor
    assert given is not None
    assert with_descriptor(descriptor=given).descriptor_align == "upright"
    assert with_descriptor(descriptor=given[None][0]).descriptor_align == "upright"
    assert with_descriptor(descriptor=given, descriptor_align="box").descriptor_align == "upright"
    assert with_descriptor(descriptor=given.copy()).descriptor_align is None
    known, key = alignment._known, id(given)
    assert key in known
    del given
    assert key not in known


def test_another_descriptor_brings_its_own_cut() -> None:
    upright = with_descriptor(descriptor=np.ones(128), descriptor_align="upright")
    unknown = with_descriptor(descriptor=np.zeros(128))
    assert upright.extended(with_descriptor(age=3.0)).descriptor_align == "upright"
    assert upright.extended(unknown).descriptor_align is None
    assert replace(upright, descriptor=None).descriptor_align is None


def test_a_cut_that_there_is_not() -> None:
    with pytest.raises(InputError, match="descriptor_align: expected 'box' or 'upright', got 'up'"):
        with_descriptor(descriptor=np.ones(128), descriptor_align="up")


@pytest.mark.parametrize("bare", [True, False], ids=["detection only", "everything"])
def test_dictionary_round_trip_through_json(bare: bool) -> None:
    if bare:
        result = FaceResult(FaceDetection(0.5, Box(0.1, 0.2, 0.3, 0.4), (13, 17)))
    else:
        result = face(
            Box(30.1, 10.3, 50, 50),
            descriptor=np.random.default_rng(0).normal(size=128).astype(np.float32),
            expressions=FaceExpressions([0.0, 0.75, 0.25, 0.0, 0.0, 0.0, 0.0]),
            age=31.5,
            gender="female",
            gender_probability=0.875,
        )
    again = FaceResult.from_dict(json.loads(json.dumps(result.to_dict())))
    assert again == result
    assert hash(again) == hash(result)


def test_results_differ_by_descriptor() -> None:
    one, two = (
        FaceResult(
            FaceDetection(0.5, Box(0, 0, 1, 1), (9, 9)), descriptor=np.full(128, v, np.float32)
        )
        for v in (0, 1)
    )
    assert one != two
    assert one != FaceResult(one.detection)
    assert one == FaceResult(one.detection, descriptor=one.descriptor)


def test_detection_dictionary_round_trip() -> None:
    detection = FaceDetection(0.123456789, Box(1 / 3, 0.1, 0.2, 0.7), (333, 77))
    data = detection.to_dict()
    assert data["box"] == detection.box.to_dict()
    assert FaceDetection.from_dict(json.loads(json.dumps(data))) == detection
    assert "orientation" not in data and "orientation" not in repr(detection)
    lying = FaceDetection(0.5, Box(0, 0, 1, 1), (333, 77), orientation=90)
    assert FaceDetection.from_dict(json.loads(json.dumps(lying.to_dict()))) == lying != detection
    assert repr(lying).endswith("image=333x77, orientation=90)")
    named = ObjectDetection(0.5, 0.4, "face", Box(0, 0, 1, 1), Dimensions(4, 4))
    assert ObjectDetection.from_dict(named.to_dict()) == named


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 99}, "expected schema 1, got 99"),
        ({"type": "Cat"}, "expected type 'FaceResult', got 'Cat'"),
        ({"detection": None}, "FaceDetection.from_dict: expected a mapping, got None"),
    ],
    ids=["newer schema", "other type", "no detection"],
)
def test_from_dict_says_what_is_wrong(change: dict[str, Any], message: str) -> None:
    data = FaceResult(FaceDetection(0.5, Box(0, 0, 1, 1), (9, 9))).to_dict()
    with pytest.raises(InputError, match=message):
        FaceResult.from_dict({**data, **change})


def test_from_dict_names_a_missing_key() -> None:
    with pytest.raises(InputError, match="'detection' is missing"):
        FaceResult.from_dict({"schema": 1})


@pytest.mark.parametrize("shape", [(127,), (2, 128)])
def test_descriptor_shape_is_checked(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="expected 128 numbers, got shape"):
        FaceResult(
            FaceDetection(0.5, Box(0, 0, 1, 1), (9, 9)), descriptor=np.zeros(shape, np.float32)
        )


def test_repr_fits_a_line() -> None:
    full = face(
        Box(1000, 1000, 500.123, 500),
        (4000, 3000),
        descriptor=np.zeros(128),
        expressions=FaceExpressions([0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.9]),
        age=31.54,
        gender="female",
        gender_probability=0.9,
    )
    assert repr(full) == (
        "FaceResult(score=0.9, box=(1000.0, 1000.0, 500.1, 500.0), landmarks=68, descriptor=128, "
        "expression=surprised, age=31.5, gender=female)"
    )
    assert repr(full.detection) == (
        "FaceDetection(score=0.9, box=(1000.0, 1000.0, 500.1, 500.0), image=4000x3000)"
    )


def test_resize_results_reaches_into_lists() -> None:
    detection = FaceDetection(0.5, Box(0, 0, 0.5, 0.5), (10, 10))
    landmarks = FaceLandmarks68(POINTS, (10, 10), Point(3, 3))
    resized = resize_results(
        [detection, [FaceResult(detection)], (landmarks,), None, "x"], {"width": 20, "height": 40}
    )
    bigger = detection.for_size(20, 40)
    assert resized == [
        bigger,
        [FaceResult(bigger)],
        (landmarks.for_size(20, 40),),
        None,
        "x",
    ]
    assert detection.box == Box(0, 0, 5, 5)
