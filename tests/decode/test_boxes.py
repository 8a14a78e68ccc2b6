"""Overlap and non-maximum suppression against a literal loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import ShapeError
from pyface_web.models.decode.boxes import iou, non_max_suppression, overlaps, sigmoid
from pyface_web.values.geometry import Box

# Few distinct values, so that ties, equal boxes and empty boxes are common.
coordinates = st.integers(0, 6).map(float)
rows = st.tuples(coordinates, coordinates, coordinates, coordinates)
scored = st.lists(st.tuples(rows, st.integers(0, 4).map(lambda v: v / 4)), max_size=14)


def literal_iou(a: Box, b: Box, is_iou: bool) -> float:
    width = max(0.0, min(a.right, b.right) - max(a.left, b.left))
    height = max(0.0, min(a.bottom, b.bottom) - max(a.top, b.top))
    common = width * height
    divisor = a.area + b.area - common if is_iou else min(a.area, b.area)
    return common / divisor if divisor else math.nan


def literal_suppression(
    boxes: list[Box], scores: list[float], threshold: float, is_iou: bool
) -> list[int]:
    remaining = sorted(range(len(boxes)), key=lambda i: scores[i])  # ascending, stable
    kept = []
    while remaining:
        best = remaining.pop()
        kept.append(best)
        remaining = [
            i for i in remaining if literal_iou(boxes[best], boxes[i], is_iou) <= threshold
        ]
    return kept


@settings(deadline=None)
@given(rows, rows, st.booleans())
def test_iou_is_the_formula(a: tuple[float, ...], b: tuple[float, ...], is_iou: bool) -> None:
    first, second = Box.of(a), Box.of(b)
    got, expected = iou(first, second, is_iou), literal_iou(first, second, is_iou)
    assert got == pytest.approx(expected, nan_ok=True)
    assert iou(second, first, is_iou) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("a", "b", "is_iou", "expected"),
    [
        (Box(0, 0, 10, 10), Box(0, 0, 10, 10), True, 1.0),
        (Box(0, 0, 10, 10), Box(5, 0, 10, 10), True, 1 / 3),
        (Box(0, 0, 10, 10), Box(5, 0, 10, 10), False, 0.5),
        (Box(0, 0, 10, 10), Box(2, 2, 4, 4), False, 1.0),
        (Box(0, 0, 10, 10), Box(10, 0, 10, 10), True, 0.0),
        (Box(0, 0, 0, 0), Box(0, 0, 0, 0), True, math.nan),
        (Box(0, 0, 10, 10), Box(5, 5, 0, 0), False, math.nan),
    ],
    ids=["equal", "half", "half of the smaller", "inside", "touching", "both empty", "one empty"],
)
def test_iou_examples(a: Box, b: Box, is_iou: bool, expected: float) -> None:
    assert iou(a, b, is_iou) == pytest.approx(expected, nan_ok=True)


@settings(deadline=None)
@given(scored, st.sampled_from([0.0, 0.3, 0.4, 0.5, 1.0]), st.booleans())
def test_suppression_is_the_loop(
    items: list[tuple[tuple[float, ...], float]], threshold: float, is_iou: bool
) -> None:
    boxes = [Box.of(row) for row, _ in items]
    scores = [score for _, score in items]
    got = non_max_suppression([row for row, _ in items], scores, threshold, is_iou)
    assert got == literal_suppression(boxes, scores, threshold, is_iou)


def test_on_equal_scores_the_higher_index_comes_first() -> None:
    apart = [(0, 0, 1, 1), (5, 0, 1, 1), (10, 0, 1, 1)]
    assert non_max_suppression(apart, [0.5, 0.5, 0.9], 0.5) == [2, 1, 0]
    equal = [(0, 0, 1, 1)] * 3
    assert non_max_suppression(equal, [0.5, 0.5, 0.5], 0.5) == [2]


def test_an_overlap_of_exactly_the_threshold_stays() -> None:
    assert non_max_suppression([(0, 0, 2, 1), (0, 0, 1, 1)], [0.9, 0.8], 0.5) == [0, 1]


def test_a_nan_overlap_removes_the_box() -> None:
    assert non_max_suppression([(1, 1, 0, 0), (3, 3, 0, 0)], [0.9, 0.8], 0.5) == [0]


def test_no_boxes() -> None:
    assert non_max_suppression([], [], 0.5) == []


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"got \(2, 4\) and \(3,\)"):
        non_max_suppression(np.zeros((2, 4)), np.zeros(3), 0.5)
    with pytest.raises(ShapeError, match=r"got \(4,\)"):
        non_max_suppression(np.zeros(4), np.zeros(1), 0.5)


def test_overlaps_of_many_are_each_overlap() -> None:
    boxes = np.random.default_rng(0).uniform(0, 10, (50, 4))
    together = overlaps(boxes[0], boxes)
    np.testing.assert_allclose(together, [iou(Box(*boxes[0]), Box(*box)) for box in boxes])


def test_sigmoid_of_extremes() -> None:
    np.testing.assert_array_equal(sigmoid([-1e4, 0, 1e4]), [0, 0.5, 1])
