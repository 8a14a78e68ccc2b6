"""What MTCNN does between its nets, against the same in plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyface_web.models.decode import mtcnn
from pyface_web.models.decode.mtcnn import Level
from pyface_web.values.geometry import Box


def test_levels_of_a_picture():
    """Of 640x480 with faces from 40 pixels on: worked out by hand."""
    found = mtcnn.levels(640, 480, 40, 0.5, 10)
    assert found == [
        Level(0.3, 192, 144),
        Level(0.15, 96, 72),
        Level(0.075, 48, 36),
        Level(0.0375, 24, 18),
    ]  # 0.01875 would be 12x9
    assert mtcnn.levels(640, 480, 40, 0.5, 2) == found[:2]
    assert mtcnn.levels(640, 480, 40, 0.5, 10, [1, 0.01, 0.1]) == [
        Level(1, 640, 480),
        Level(0.1, 64, 48),
    ]


@pytest.mark.parametrize(("width", "height"), [(12, 12), (20, 400), (1, 1)])
def test_a_picture_smaller_than_the_smallest_face_has_no_level(width, height):
    assert mtcnn.levels(width, height, 20, 0.709, 10) == []


def test_probabilities_are_the_softmax():
    logits = np.array([[0.0, 0.0], [1.0, 3.0], [900.0, -900.0]])
    want = [0.5, math.exp(3) / (math.exp(1) + math.exp(3)), 0.0]
    np.testing.assert_allclose(mtcnn.probabilities(logits), want, atol=1e-12)


def test_first_boxes():
    """Two levels, three cells above the threshold, of which two overlap."""
    logits = np.full((3, 4, 2), (4.0, 0.0))
    regions = np.zeros((3, 4, 4))
    logits[1, 2], logits[1, 1], logits[2, 0] = (0, 3), (0, 2), (0, 0.5)
    regions[1, 2] = (0.1, -0.1, 0.2, 0.3)
    other = np.full((2, 2, 2), (5.0, 0.0))
    other[0, 1] = (0, 1)
    boxes, counts = mtcnn.first_boxes(
        [
            (Level(0.5, 14, 16), logits, regions),
            (Level(0.25, 12, 12), other, np.zeros((2, 2, 4))),
        ],
        0.6,
    )
    # cell (1, 2) at 0.5: (3, 5, 14, 16) / 0.5; cell (1, 1) overlaps by 0.66, so it goes
    assert counts == [2, 1]
    first = Box.from_corners(6, 10, 28, 32).calibrate((0.1, -0.1, 0.2, 0.3))
    assert boxes[0].tolist() == [first.left, first.top, first.right, first.bottom]
    # the best of each level, then by score: (0, 1) at 0.25, then (2, 0) at 0.5
    assert boxes[1].tolist() == [4, 12, 48, 56]
    assert boxes[2].tolist() == [10, 2, 32, 24]


def test_a_cell_at_the_threshold_counts():
    logits = np.zeros((1, 1, 2))
    args = Level(1, 12, 12), logits, np.zeros((1, 1, 4))
    assert len(mtcnn.first_boxes([args], 0.5)[0]) == 1
    assert mtcnn.first_boxes([args], 0.5 + 1e-9)[0].shape == (0, 4)
    assert mtcnn.first_boxes([], 0.5) == (pytest.approx(np.empty((0, 4))), [])


def test_calibrate_is_that_of_boxes():
    random = np.random.default_rng(5)
    corners = random.integers(-20, 200, (300, 2))
    boxes = np.concatenate([corners, corners + random.integers(5, 90, (300, 2))], axis=1)
    # Fractions that binary numbers hold exactly, so that squaring has no last bit to round.
    regions = random.integers(-64, 64, (300, 4)) / 256
    for got, box, region in zip(
        mtcnn.calibrate(boxes.astype(float), regions), boxes.tolist(), regions, strict=True
    ):
        want = Box.from_corners(*box).calibrate(tuple(region))
        assert got.tolist() == [want.left, want.top, want.right, want.bottom]


def test_patches_are_cut_off_at_the_borders():
    boxes = np.array(
        [
            (10.0, 20, 30, 40),  # one pixel before its corner to the other
            (-5, -7, 10, 12),
            (90, 70, 120, 100),
            (101, 20, 130, 50),  # outside 100x80
            (100, 80, 130, 110),  # only the last pixel
            (-30, 10, 0, 40),  # outside
        ]
    )
    cut, inside = mtcnn.patches(boxes, 100, 80)
    assert inside.tolist() == [0, 1, 2, 4]
    assert cut.tolist() == [[9, 19, 21, 21], [0, 0, 10, 12], [89, 69, 11, 11], [99, 79, 1, 1]]


def test_refine_boxes_suppresses_before_it_calibrates():
    boxes = np.array([(0.0, 0, 20, 20), (1, 1, 21, 21), (50, 50, 70, 70)])
    logits = np.array([(0, 2.0), (0, 3.0), (0, -1.0)])
    regions = np.array([(0.0, 0, 0, 0), (0.1, 0.1, 0.1, 0.1), (0, 0, 0, 0)])
    kept = mtcnn.refine_boxes(boxes, logits, regions, 0.7)
    assert kept.tolist() == [[3, 3, 23, 23]]
    assert mtcnn.refine_boxes(boxes, logits, regions, 0.99).shape == (0, 4)


def test_every_face_has_its_own_points():
    """In face-api.js the second face would get the points of the patch that was rejected."""
    boxes = np.array([(0.0, 0, 19, 19), (100, 100, 119, 119)])
    logits = np.array([(3.0, 0), (0, 3.0)])
    points = np.array([np.full(10, 0.9), np.arange(10) / 20])
    found, scores, places = mtcnn.final_faces(boxes, logits, np.zeros((2, 4)), points, 0.7)
    assert found.tolist() == [[100, 100, 119, 119]]
    assert scores.tolist() == pytest.approx([1 / (1 + math.exp(-3))])
    want = [(100 + x, 100 + y) for x, y in zip(range(5), range(5, 10), strict=True)]
    np.testing.assert_allclose(places, [want])
