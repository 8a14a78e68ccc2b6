"""Boxes, points and sizes against the worked examples and rules of face-api.js."""

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
from pyface_web.values.numeric import number_text, round_half_up, truncate

numbers = st.floats(-2000, 2000, allow_nan=False)
sizes = st.floats(0, 2000)
boxes = st.builds(Box, numbers, numbers, sizes, sizes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, 0), (-1.5, -1), (-2.5, -2), (0.49999999999999994, 0)],
)
def test_round_half_up_is_javascripts(value: float, expected: int) -> None:
    assert round_half_up(value) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4567, "0.45"),
        (0.5, "0.5"),
        (0.0, "0"),
        (0.876, "0.87"),
        (1.0, "1"),
        (12345.678, "12345.67"),
    ],
)
def test_label_numbers_are_cut_off_after_two_decimals(value: float, text: str) -> None:
    assert number_text(truncate(value)) == text


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(-5, -5, 20, 20), Box(0, 0, 15, 15)),
        (Box(90, 90, 30, 30), Box(90, 90, 10, 10)),
        (Box(10.7, 10.7, 5.6, 5.6), Box(10, 10, 5, 5)),
    ],
    ids=["upper left", "lower right", "fractions"],
)
def test_clip_at_image_borders_examples(box: Box, expected: Box) -> None:
    assert box.clip_at_image_borders(100, 100) == expected


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


def test_pad_grows_half_on_each_side() -> None:
    assert Box(10, 20, 30, 40).pad(4, 8) == Box(8, 16, 34, 48)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (2, Box(2, 4, 6, 8)),
        (np.float32(2), Box(2, 4, 6, 8)),
        ((10, 100), Box(10, 200, 30, 400)),
        ({"width": 10, "height": 100}, Box(10, 200, 30, 400)),
        (Dimensions(10, 100), Box(10, 200, 30, 400)),
    ],
    ids=["number", "numpy number", "pair", "mapping", "Dimensions"],
)
def test_rescale(scale: object, expected: Box) -> None:
    assert Box(1, 2, 3, 4).rescale(scale) == expected  # type: ignore[arg-type]


def test_edges_corners_and_area() -> None:
    box = Box(1, 2, 3, 4)
    assert (box.left, box.top, box.right, box.bottom, box.area) == (1, 2, 4, 6, 12)
    assert (box.top_left, box.top_right) == (Point(1, 2), Point(4, 2))
    assert (box.bottom_left, box.bottom_right) == (Point(1, 6), Point(4, 6))


@pytest.mark.parametrize(
    "value",
    [
        Box(1, 2, 3, 4),
        (1, 2, 3, 4),
        {"x": 1, "y": 2, "width": 3, "height": 4},
        {"left": 1, "top": 2, "right": 4, "bottom": 6},
        SimpleNamespace(x=1, y=2, width=3, height=4),
        SimpleNamespace(left=1, top=2, right=4, bottom=6),
        {"x": 1, "y": 2, "width": 3, "height": 4, "left": 9, "top": 9, "right": 9, "bottom": 9},
    ],
    ids=["box", "tuple", "sizes", "edges", "object", "object with edges", "sizes win"],
)
def test_box_of_anything_box_like(value: object) -> None:
    assert Box.of(value) == Box(1, 2, 3, 4)


@pytest.mark.parametrize("value", [None, "box", (1, 2, 3), {"x": 1, "y": 2}])
def test_box_of_anything_else_raises(value: object) -> None:
    with pytest.raises(InputError, match="expected x, y, width, height or left, top"):
        Box.of(value)


@pytest.mark.parametrize("bad", [math.nan, math.inf, None, "1", True])
def test_numbers_of_a_box_must_be_finite(bad: object) -> None:
    with pytest.raises(InputError, match=r"Box\.width: expected a finite number, got"):
        Box(0, 0, bad, 1)  # type: ignore[arg-type]


def test_negative_sizes_only_where_allowed() -> None:
    assert Box(0, 0, -1, 1).width == -1
    assert Rect(0, 0, -1, 1, True).width == -1
    with pytest.raises(InputError, match="Box: expected a width and height of at least 0"):
        Box(0, 0, -1, 1, allow_negative_dimensions=False)
    with pytest.raises(InputError, match="got -1 x 1"):
        Rect(0, 0, -1, 1)
    with pytest.raises(InputError, match="BoundingBox"):
        BoundingBox(5, 0, 1, 1)


def test_rect_and_bounding_box_equal_the_box_they_are() -> None:
    assert Rect(1, 2, 3, 4) == Box(1, 2, 3, 4) == BoundingBox(1, 2, 4, 6)
    assert len({Rect(1, 2, 3, 4), Box(1, 2, 3, 4), BoundingBox(1, 2, 4, 6)}) == 1
    assert type(Rect(1, 2, 3, 4).round()) is Box


def test_labelled_boxes_differ_by_their_label() -> None:
    assert LabeledBox((1, 2, 3, 4), 1) != LabeledBox((1, 2, 3, 4), 2)
    predicted = PredictedBox(Box(1, 2, 3, 4), 1, 0.5, 0.25)
    assert (predicted.label, predicted.score, predicted.class_score) == (1, 0.5, 0.25)
    assert predicted.right == 4


def test_boxes_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Box(1, 2, 3, 4).x = 5  # type: ignore[misc]


def test_calibrate_moves_corners_then_squares_and_rounds() -> None:
    # left 10 + 0.1*20, top 10, right 30 + 0.2*20, bottom 50 -> (12, 10, 22, 40), squared.
    assert Box(10, 10, 20, 40).calibrate((0.1, 0, 0.2, 0)) == Box(3, 10, 40, 40)


def test_pad_at_borders_counts_from_one() -> None:
    padded = Box(-3, 5, 20, 200).pad_at_borders(100, 80)
    assert padded == (5, 100, 1, 17, 21, 201)


def test_point_arithmetic() -> None:
    p, q = Point(3, -4), Point(2, 4)
    assert p.add(q) == Point(5, 0)
    assert p.sub(q) == Point(1, -8)
    assert p.mul(q) == Point(6, -16)
    assert p.div(q) == Point(1.5, -1)
    assert p.abs() == Point(3, 4)
    assert p.magnitude() == 5
    assert Point(1.9, -1.1).floor() == Point(1, -2)
    with pytest.raises(InputError, match="component is 0"):
        p.div(Point(1, 0))


def test_dimensions() -> None:
    assert Dimensions(4, 5).reverse() == Dimensions(0.25, 0.2)
    assert Dimensions.of(SimpleNamespace(width=4, height=5)) == Dimensions(4, 5)
    assert Dimensions(0, 0).width == 0
    with pytest.raises(InputError, match="side of 0"):
        Dimensions(0, 1).reverse()
    with pytest.raises(InputError, match=r"Dimensions\.width: expected at least 0, got -1"):
        Dimensions(-1, 1)
    with pytest.raises(InputError, match="expected something with width and height, got 3"):
        Dimensions.of(3)  # type: ignore[arg-type]


# ---- as in face-api.js: points of any kind, boxes from boxes, checks


@pytest.mark.parametrize(
    "value",
    [Point(1, 2), (1, 2), [1, 2], {"x": 1, "y": 2}, SimpleNamespace(x=1, y=2), np.array([1, 2])],
    ids=["point", "tuple", "list", "mapping", "object", "array"],
)
def test_point_of_anything_point_like(value: object) -> None:
    assert Point.of(value) == Point(1, 2)
    assert Point(3, 4).sub(value) == Point(2, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, "ab", (1,), (1, 2, 3), {"x": 1}, 3])
def test_point_of_anything_else_raises(value: object) -> None:
    with pytest.raises(InputError, match="a point: expected x and y, or two numbers, got"):
        Point.of(value)


def test_points_unpack() -> None:
    x, y = Point(1, 2)
    assert (x, y) == (1, 2)


def test_a_box_from_a_box() -> None:
    assert Box({"x": 1, "y": 2, "width": 3, "height": 4}) == Box(1, 2, 3, 4)
    assert Box({"left": 1, "top": 2, "right": 4, "bottom": 6}, False) == Box(1, 2, 3, 4)
    assert Box(x=1, y=2, width=3, height=4) == Box((1, 2, 3, 4)) == Box(Rect(1, 2, 3, 4))
    assert Box({"x": 0, "y": 0, "width": -1, "height": 1}).width == -1
    with pytest.raises(InputError, match="Box: expected a width and height of at least 0"):
        Box({"x": 0, "y": 0, "width": -1, "height": 1}, False)
    with pytest.raises(InputError, match="a box: expected x, y, width, height"):
        Box({"x": 0})


def test_is_rect_and_its_assertion() -> None:
    good, bad = SimpleNamespace(x=1, y=2, width=3, height=4), SimpleNamespace(x=1, y=2, width=3)
    assert Box.is_rect(good) and Box.is_rect(Box(1, 2, 3, 4)) and Box.is_rect(vars(good))
    assert not Box.is_rect(bad) and not Box.is_rect(None) and not Box.is_rect((1, 2, 3, 4))
    Box.assert_is_valid_box(good, "me")
    Box.assert_is_valid_box(Box(1, 2, -3, 4), "me", True)
    with pytest.raises(InputError, match="me: expected a box with x, y, width, height, got"):
        Box.assert_is_valid_box(bad, "me")
    with pytest.raises(InputError, match="me: expected a width and height of at least 0"):
        Box.assert_is_valid_box(Box(1, 2, -3, 4), "me")


def test_assertions_of_labelled_boxes() -> None:
    LabeledBox.assert_is_valid_labeled_box(LabeledBox((1, 2, 3, 4), 1), "me")
    PredictedBox.assert_is_valid_predicted_box(PredictedBox((1, 2, 3, 4), 1, 0.5, 1), "me")
    with pytest.raises(InputError, match="me: expected a box whose label is a number, got None"):
        LabeledBox.assert_is_valid_labeled_box(Box(1, 2, 3, 4), "me")
    with pytest.raises(InputError, match="me: expected score and class_score from 0 to 1"):
        PredictedBox.assert_is_valid_predicted_box(PredictedBox((1, 2, 3, 4), 1, 1.5, 1), "me")


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


def test_no_points() -> None:
    for call in (min_bbox, get_center_point):
        with pytest.raises(InputError, match="expected at least one point, got none"):
            call([])
        with pytest.raises(InputError, match="expected a list of points, got None"):
            call(None)  # type: ignore[arg-type]


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
