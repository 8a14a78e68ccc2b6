"""The decoder of the tiny face detector and Tiny YOLOv2 against a literal loop of its formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pyface_web.errors import ShapeError
from pyface_web.models.decode.boxes import iou
from pyface_web.models.decode.yolo import TINY_FACE_ANCHORS, TINY_YOLOV2_ANCHORS, decode_tiny_yolo
from pyface_web.values.geometry import Box


def literal_sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def literal_decode(
    raw: np.ndarray,
    size: int,
    reshaped: tuple[int, int],
    threshold: float,
    anchors: np.ndarray = TINY_FACE_ANCHORS,
) -> tuple[list[Box], list[float]]:
    n = size // 32
    values = raw.shape[2] // 5
    stretch_x, stretch_y = max(reshaped) / reshaped[0], max(reshaped) / reshaped[1]
    boxes: list[Box] = []
    scores: list[float] = []
    for row in range(n):
        for col in range(n):
            for anchor in range(5):
                first = anchor * values
                tx, ty, tw, th, to = raw[row, col, first : first + 5].tolist()
                score = literal_sigmoid(to)
                if score <= threshold:
                    continue
                x = (col + literal_sigmoid(tx)) / n * stretch_x
                y = (row + literal_sigmoid(ty)) / n * stretch_y
                width = math.exp(tw) * anchors[anchor][0] / n * stretch_x
                height = math.exp(th) * anchors[anchor][1] / n * stretch_y
                boxes.append(Box(x - width / 2, y - height / 2, width, height))
                scores.append(score)
    remaining = sorted(range(len(boxes)), key=lambda i: scores[i])
    kept = []
    while remaining:
        best = remaining.pop()
        kept.append(best)
        remaining = [i for i in remaining if iou(boxes[best], boxes[i]) <= 0.4]
    return [boxes[i] for i in kept], [scores[i] for i in kept]


def check_same(got: Any, want: Any) -> None:
    """Boxes (as Box or rows) and scores of two decoders."""
    rows = [(b.x, b.y, b.width, b.height) if isinstance(b, Box) else b for b in want[0]]
    np.testing.assert_allclose(got[0], np.reshape(rows, (-1, 4)), atol=1e-12)
    np.testing.assert_allclose(got[1], want[1], atol=1e-12)


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
    got = decode_tiny_yolo(raw, size, reshaped, threshold)
    check_same(got, literal_decode(raw, size, reshaped, threshold))


@pytest.mark.parametrize("reshaped", [(224, 224), (224, 150)], ids=["square", "landscape"])
def test_with_a_class_logit_behind_each_score(reshaped: tuple[int, int]) -> None:
    """It is skipped: as the only class it has the probability 1."""
    raw = np.random.default_rng(1).normal(0, 1, (7, 7, 30)).astype(np.float32)
    got = decode_tiny_yolo(raw, 224, reshaped, 0.5, TINY_YOLOV2_ANCHORS, class_logit=True)
    check_same(got, literal_decode(raw, 224, reshaped, 0.5, TINY_YOLOV2_ANCHORS))
    assert len(got[0]) > 5
    raw[..., 5::6] *= -9
    check_same(decode_tiny_yolo(raw, 224, reshaped, 0.5, TINY_YOLOV2_ANCHORS, True), got)


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


@pytest.mark.parametrize(("channels", "class_logit"), [(25, True), (30, False)])
def test_a_grid_of_the_other_net_is_refused(channels: int, class_logit: bool) -> None:
    expected = 55 - channels
    with pytest.raises(ShapeError, match=rf"expected raw \(5, 5, {expected}\) for input size 160"):
        decode_tiny_yolo(np.zeros((5, 5, channels)), 160, (160, 160), 0.5, class_logit=class_logit)
