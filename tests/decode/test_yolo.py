"""The decoder of the tiny face detector against a literal loop of its formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyface_web.decode.boxes import iou
from pyface_web.decode.yolo import TINY_FACE_ANCHORS, decode_tiny_yolo
from pyface_web.errors import ShapeError
from pyface_web.geometry import Box


def literal_sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def literal_decode(
    raw: np.ndarray, size: int, reshaped: tuple[int, int], threshold: float
) -> tuple[list[Box], list[float]]:
    n = size // 32
    stretch_x, stretch_y = max(reshaped) / reshaped[0], max(reshaped) / reshaped[1]
    boxes: list[Box] = []
    scores: list[float] = []
    for row in range(n):
        for col in range(n):
            for anchor in range(5):
                tx, ty, tw, th, to = raw[row, col, anchor * 5 : anchor * 5 + 5].tolist()
                score = literal_sigmoid(to)
                if score <= threshold:
                    continue
                x = (col + literal_sigmoid(tx)) / n * stretch_x
                y = (row + literal_sigmoid(ty)) / n * stretch_y
                width = math.exp(tw) * TINY_FACE_ANCHORS[anchor][0] / n * stretch_x
                height = math.exp(th) * TINY_FACE_ANCHORS[anchor][1] / n * stretch_y
                boxes.append(Box(x - width / 2, y - height / 2, width, height))
                scores.append(score)
    remaining = sorted(range(len(boxes)), key=lambda i: scores[i])
    kept = []
    while remaining:
        best = remaining.pop()
        kept.append(best)
        remaining = [i for i in remaining if iou(boxes[best], boxes[i]) <= 0.4]
    return [boxes[i] for i in kept], [scores[i] for i in kept]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("size", "reshaped", "threshold"),
    [(160, (160, 160), 0.5), (416, (416, 277), 0.6), (224, (91, 224), 0.5), (32, (32, 32), 0.99)],
    ids=["160 square", "416 landscape", "224 portrait", "one cell, no face"],
)
def test_decode_is_the_formulas(
    seed: int, size: int, reshaped: tuple[int, int], threshold: float
) -> None:
    n = size // 32
    raw = np.random.default_rng(seed).normal(0, 1, (n, n, 25)).astype(np.float32)
    boxes, scores = decode_tiny_yolo(raw, size, reshaped, threshold)
    expected_boxes, expected_scores = literal_decode(raw, size, reshaped, threshold)
    rows = [(box.x, box.y, box.width, box.height) for box in expected_boxes]
    np.testing.assert_allclose(boxes, np.reshape(rows, (-1, 4)), atol=1e-12)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-12)


def test_one_face_by_hand() -> None:
    raw = np.full((5, 5, 25), -20.0, dtype=np.float32)
    raw[1, 3, 10:15] = (0, 0, 0, 0, 2)  # row 1, column 3, anchor 2
    boxes, scores = decode_tiny_yolo(raw, 160, (160, 80), 0.5)
    # Centre (3.5, 1.5) of 5 cells; the picture is half as high as the input.
    width, height = 2.882459 / 5, 3.518061 / 5 * 2
    np.testing.assert_allclose(boxes, [(0.7 - width / 2, 0.6 - height / 2, width, height)])
    np.testing.assert_allclose(scores, [literal_sigmoid(2)])


def test_a_score_of_exactly_the_threshold_is_not_a_face() -> None:
    raw = np.zeros((1, 1, 25), dtype=np.float32)
    boxes, scores = decode_tiny_yolo(raw, 32, (32, 32), 0.5)
    assert boxes.shape == (0, 4) and scores.shape == (0,)


@pytest.mark.parametrize(
    ("shape", "size"), [((5, 5, 25), 416), ((5, 5, 20), 160), ((5, 5, 25), 170), ((25, 25), 160)]
)
def test_shapes_are_checked(shape: tuple[int, ...], size: int) -> None:
    with pytest.raises(ShapeError, match="decode_tiny_yolo: expected raw"):
        decode_tiny_yolo(np.zeros(shape), size, (size, size), 0.5)
