"""Face landmarks as arrays, and their alignment on any numbers.

What JavaScript has as well is in tests/cases/landmarks.json.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import InputError, ShapeError
from pyface_web.values.geometry import Box, Point
from pyface_web.values.landmarks import AlignOptions, FaceLandmarks, FaceLandmarks5, FaceLandmarks68


def points68(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (68, 2)).astype(np.float32)


def test_positions_are_relative_times_size_plus_shift() -> None:
    landmarks = FaceLandmarks68(points68(), (120, 80), Point(10, 20))
    assert landmarks.positions.shape == (68, 2)
    assert landmarks.positions.dtype == np.float32
    np.testing.assert_allclose(landmarks.positions, points68() * (120, 80) + (10, 20), rtol=1e-6)
    assert (landmarks.image_width, landmarks.image_height) == (120, 80)
    np.testing.assert_array_equal(landmarks.get_positions(), landmarks.positions)


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("jaw_outline", 0, 17),
        ("left_eye_brow", 17, 5),
        ("right_eye_brow", 22, 5),
        ("nose", 27, 9),
        ("left_eye", 36, 6),
        ("right_eye", 42, 6),
        ("mouth", 48, 20),
    ],
)
def test_contours(name: str, first: int, count: int) -> None:
    landmarks = FaceLandmarks68(points68(), (120, 80))
    contour = getattr(landmarks, name)
    np.testing.assert_array_equal(contour, landmarks.positions[first : first + count])
    assert contour.shape == (count, 2)
    np.testing.assert_array_equal(getattr(landmarks, f"get_{name}")(), contour)


def literal_dlib_box(points: np.ndarray, width: float, height: float) -> Box:
    """The formula of dlib's alignment as face-api.js has it, one point at a time."""

    def centre(chosen: np.ndarray) -> tuple[float, float]:
        return sum(p[0] for p in chosen) / len(chosen), sum(p[1] for p in chosen) / len(chosen)

    left, right, mouth = centre(points[36:42]), centre(points[42:48]), centre(points[48:68])
    distance = (math.dist(mouth, left) + math.dist(mouth, right)) / 2
    size = math.floor(distance / 0.45)
    cx, cy = centre(np.array([left, right, mouth]))
    x = math.floor(max(0, cx - 0.5 * size))
    y = math.floor(max(0, cy - 0.43 * size))
    return Box(x, y, min(size, width + x), min(size, height + y))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(20, 900), st.floats(20, 900), st.floats(-60, 2000))
def test_dlib_alignment_is_the_formula(seed: int, width: float, height: float, x: float) -> None:
    landmarks = FaceLandmarks68(points68(seed), (width, height), Point(x, 17.25))
    points = points68(seed).astype(np.float64) * (width, height) + (x, 17.25)
    assert landmarks.align(use_dlib_alignment=True) == literal_dlib_box(points, width, height)


@pytest.mark.parametrize(
    "points",
    [np.zeros((67, 2)), np.zeros((68, 3)), np.zeros(136), [[0, 0], [1]]],
    ids=["67 points", "three columns", "flat", "ragged"],
)
def test_wrong_shape_of_points(points: object) -> None:
    with pytest.raises(ShapeError, match="FaceLandmarks68: expected points"):
        FaceLandmarks68(points, (1, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_points_must_be_finite(value: float) -> None:
    with pytest.raises(ShapeError, match="finite"):
        FaceLandmarks68(np.full((68, 2), value), (1, 1))


def test_points_cannot_be_changed() -> None:
    given_points = points68()
    landmarks = FaceLandmarks68(given_points, (1, 1))
    given_points[0] = 7
    assert landmarks.relative_positions[0, 0] != 7
    for array in (landmarks.positions, landmarks.relative_positions, landmarks.mouth):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("cls", [FaceLandmarks68, FaceLandmarks5, FaceLandmarks])
def test_dictionary_round_trip(cls: type[FaceLandmarks]) -> None:
    points = points68()[: cls.point_count or 7]
    landmarks = cls(points, (33, 44.5), Point(1.5, 2))
    again = FaceLandmarks.from_dict(landmarks.to_dict())
    assert again == landmarks and type(again) is cls
    assert hash(again) == hash(landmarks)
    assert cls.from_dict(landmarks.to_dict()) == landmarks


def test_from_dict_says_what_is_wrong() -> None:
    data = FaceLandmarks68(points68(), (1, 1)).to_dict()
    with pytest.raises(InputError, match="expected schema 1, got 2"):
        FaceLandmarks.from_dict({**data, "schema": 2})
    with pytest.raises(InputError, match="'relative_positions' is missing"):
        FaceLandmarks.from_dict({k: v for k, v in data.items() if k != "relative_positions"})
    with pytest.raises(InputError, match="got 'FaceLandmarks68'"):
        FaceLandmarks5.from_dict(data)
    with pytest.raises(InputError, match="expected a mapping, got list"):
        FaceLandmarks.from_dict([])  # type: ignore[arg-type]


def test_repr_fits_a_line() -> None:
    text = repr(FaceLandmarks68(points68(), (120, 80), Point(10.5, 20)))
    assert text == "FaceLandmarks68(68 points, image_size=120x80, shift=(10.5, 20))"


def test_points_may_be_points() -> None:
    pairs = [(0.1, 0.2), (0.3, 0.4)]
    points = [Point(x, y) for x, y in pairs]
    assert FaceLandmarks(points, (10, 10)) == FaceLandmarks(pairs, (10, 10))
    assert FaceLandmarks([points[0], pairs[1]], (10, 10)) == FaceLandmarks(pairs, (10, 10))
    shifted = FaceLandmarks(pairs, (10, 10), (5, 6))
    assert shifted == FaceLandmarks(pairs, (10, 10)).shift_by_point({"x": 5, "y": 6})


def test_align_takes_options_as_face_api_js_does() -> None:
    marks = FaceLandmarks68(np.random.default_rng(0).uniform(0, 1, (68, 2)), (100, 80), (20, 30))
    assert marks.align() == marks.align(None, {}) == marks.align_min_bbox(0.2)
    assert marks.align(None, AlignOptions(True)) == marks.align_dlib()
    assert marks.align((1, 2, 3, 4), {"use_dlib_alignment": True}) == (
        marks.shift_by(1, 2).align_dlib()
    )
    assert marks.align(None, {"useDlibAlignment": True}, use_dlib_alignment=False) == marks.align()
