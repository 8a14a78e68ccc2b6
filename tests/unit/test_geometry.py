"""Boxes, points and sizes: rules on any numbers, and what Python alone takes and promises.

What JavaScript has as well is in tests/cases/geometry.json.
"""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import InputError
from pyface_web.values.geometry import (
    BoundingBox,
    Box,
    Dimensions,
    Point,
    Rect,
    get_center_point,
    min_bbox,
)
from pyface_web.values.labeled_boxes import LabeledBox, PredictedBox
from pyface_web.values.numeric import round_half_up

numbers = st.floats(-2000, 2000, allow_nan=False)
sizes = st.floats(0, 2000)
boxes = st.builds(Box, numbers, numbers, sizes, sizes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, 0), (-1.5, -1), (-2.5, -2), (0.49999999999999994, 0)],
)
def test_round_half_up_is_javascripts(value: float, expected: int) -> None:
    assert round_half_up(value) == expected


@pytest.mark.parametrize("box", [Box(-30, 0, 20, 20), Box(120, 0, 20, 20), Box(0, 150, 9, 9)])
def test_clip_of_a_box_outside_is_empty(box: Box) -> None:
    assert box.clip_at_image_borders(100, 100).is_empty


@settings(deadline=None)
@given(boxes, st.integers(1, 3000), st.integers(1, 3000))
def test_clipped_box_is_whole_pixels_inside_both(box: Box, width: int, height: int) -> None:
    clipped = box.clip_at_image_borders(width, height)
    if clipped.is_empty:
        return
    assert clipped == clipped.floor()
    assert clipped.left >= 0 and clipped.top >= 0
    assert clipped.right <= width and clipped.bottom <= height
    # One pixel for the floor of the corner.
    assert clipped.left > box.left - 1 and clipped.right <= box.right + 1e-9


@settings(deadline=None)
@given(boxes)
def test_to_square_keeps_centre_and_longer_side(box: Box) -> None:
    square = box.to_square()
    assert square.width == pytest.approx(max(box.width, box.height), abs=1e-9)
    assert square.height == pytest.approx(square.width, abs=1e-9)
    assert square.x + square.width / 2 == pytest.approx(box.x + box.width / 2, abs=1e-9)
    assert square.y + square.height / 2 == pytest.approx(box.y + box.height / 2, abs=1e-9)


@settings(deadline=None)
@given(boxes, numbers, numbers)
def test_shift_moves_without_resizing(box: Box, dx: float, dy: float) -> None:
    moved = box.shift(dx, dy)
    assert (moved.x, moved.y) == (box.x + dx, box.y + dy)
    assert (moved.width, moved.height) == (box.width, box.height)


@settings(deadline=None)
@given(boxes)
def test_round_and_floor_treat_each_number_alone(box: Box) -> None:
    for changed, change in ((box.floor(), math.floor), (box.round(), round_half_up)):
        for name in ("x", "y", "width", "height"):
            assert getattr(changed, name) == change(getattr(box, name))


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (np.float32(2), Box(2, 4, 6, 8)),
        ((10, 100), Box(10, 200, 30, 400)),
    ],
    ids=["numpy number", "pair"],
)
def test_rescale(scale: object, expected: Box) -> None:
    assert Box(1, 2, 3, 4).rescale(scale) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        Box(1, 2, 3, 4),
        (1, 2, 3, 4),
        [1, 2, 3, 4],
        SimpleNamespace(x=1, y=2, width=3, height=4),
        SimpleNamespace(left=1, top=2, right=4, bottom=6),
    ],
    ids=["box", "tuple", "list", "object", "object with edges"],
)
def test_box_of_anything_box_like(value: object) -> None:
    assert Box.of(value) == Box(1, 2, 3, 4)


@pytest.mark.parametrize("value", [None, "box", (1, 2, 3)])
def test_box_of_anything_else_raises(value: object) -> None:
    with pytest.raises(InputError, match="expected x, y, width, height or left, top"):
        Box.of(value)


def test_negative_sizes_only_where_allowed() -> None:
    assert Box(0, 0, -1, 1).width == -1
    with pytest.raises(InputError, match="Box: expected a width and height of at least 0"):
        Box(0, 0, -1, 1, allow_negative_dimensions=False)


def test_rect_and_bounding_box_equal_the_box_they_are() -> None:
    assert Rect(1, 2, 3, 4) == Box(1, 2, 3, 4) == BoundingBox(1, 2, 4, 6)
    assert len({Rect(1, 2, 3, 4), Box(1, 2, 3, 4), BoundingBox(1, 2, 4, 6)}) == 1


def test_labelled_boxes_differ_by_their_label() -> None:
    assert LabeledBox((1, 2, 3, 4), 1) != LabeledBox((1, 2, 3, 4), 2)
    assert PredictedBox((1, 2, 3, 4), 1, 0.5, 0.25) != PredictedBox((1, 2, 3, 4), 1, 0.5, 0.5)


def test_boxes_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Box(1, 2, 3, 4).x = 5  # type: ignore[misc]


def test_calibrate_moves_corners_then_squares_and_rounds() -> None:
    # left 10 + 0.1*20, top 10, right 30 + 0.2*20, bottom 50 -> (12, 10, 22, 40), squared.
    assert Box(10, 10, 20, 40).calibrate((0.1, 0, 0.2, 0)) == Box(3, 10, 40, 40)


def test_dimensions_of_an_object_and_of_a_pair() -> None:
    assert Dimensions.of(SimpleNamespace(width=4, height=5)) == Dimensions(4, 5)
    assert Dimensions.of((4, 5)) == Dimensions.of([4, 5]) == Dimensions(4, 5)
    with pytest.raises(InputError, match=r"a size: expected \(width, height\), got 3 numbers"):
        Dimensions.of((1, 2, 3))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [(1, 2), [1, 2], SimpleNamespace(x=1, y=2), np.array([1, 2])],
    ids=["tuple", "list", "object", "array"],
)
def test_point_of_anything_point_like(value: object) -> None:
    assert Point.of(value) == Point(1, 2)
    assert Point(3, 4).sub(value) == Point(2, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, "ab", (1,), (1, 2, 3)])
def test_point_of_anything_else_raises(value: object) -> None:
    with pytest.raises(InputError, match="a point: expected x and y, or two numbers, got"):
        Point.of(value)


def test_points_unpack() -> None:
    x, y = Point(1, 2)
    assert (x, y) == (1, 2)


def test_a_box_from_four_numbers_and_from_a_box() -> None:
    assert Box(x=1, y=2, width=3, height=4) == Box((1, 2, 3, 4)) == Box(Rect(1, 2, 3, 4))


def test_a_rect_may_be_any_object() -> None:
    good, bad = SimpleNamespace(x=1, y=2, width=3, height=4), SimpleNamespace(x=1, y=2, width=3)
    assert Box.is_rect(good) and not Box.is_rect(bad) and not Box.is_rect((1, 2, 3, 4))
    Box.assert_is_valid_box(good, "me")
    with pytest.raises(InputError, match="me: expected a box with x, y, width, height, got"):
        Box.assert_is_valid_box(bad, "me")


point_lists = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20)


@settings(deadline=None)
@given(point_lists)
def test_min_bbox_touches_the_outermost_points(points: list[tuple[float, float]]) -> None:
    box = min_bbox(points)
    xs, ys = zip(*points, strict=True)
    assert (box.left, box.top) == (min(xs), min(ys))
    assert box.right == pytest.approx(max(xs), abs=1e-9)
    assert box.bottom == pytest.approx(max(ys), abs=1e-9)


@settings(deadline=None)
@given(point_lists, numbers, numbers)
def test_the_centre_moves_along(points: list[tuple[float, float]], dx: float, dy: float) -> None:
    centre = get_center_point(points)
    moved = get_center_point([Point(x + dx, y + dy) for x, y in points])
    assert (moved.x, moved.y) == pytest.approx((centre.x + dx, centre.y + dy), abs=1e-6)


@settings(deadline=None)
@given(boxes, st.floats(0.1, 10), st.floats(0.1, 10))
def test_rescaling_back_gives_the_box(box: Box, sx: float, sy: float) -> None:
    back = box.rescale((sx, sy)).rescale((1 / sx, 1 / sy))
    for name in ("x", "y", "width", "height"):
        assert getattr(back, name) == pytest.approx(getattr(box, name), abs=1e-6)


@settings(deadline=None)
@given(boxes)
def test_calibrated_by_nothing_is_the_rounded_square(box: Box) -> None:
    calibrated = box.calibrate((0, 0, 0, 0))
    edges = Box.from_corners(box.left, box.top, box.right, box.bottom)
    assert calibrated == edges.to_square().round()
