"""The SSD decoder against a literal loop of its formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyface_web.errors import ShapeError
from pyface_web.models.decode.ssd import decode_ssd

Row = tuple[float, float, float, float]


def literal_iou(a: Row, b: Row) -> float:
    (a_top, a_bottom), (a_left, a_right) = sorted((a[0], a[2])), sorted((a[1], a[3]))
    (b_top, b_bottom), (b_left, b_right) = sorted((b[0], b[2])), sorted((b[1], b[3]))
    a_area = (a_bottom - a_top) * (a_right - a_left)
    b_area = (b_bottom - b_top) * (b_right - b_left)
    if a_area <= 0 or b_area <= 0:
        return 0.0
    height = max(0.0, min(a_bottom, b_bottom) - max(a_top, b_top))
    width = max(0.0, min(a_right, b_right) - max(a_left, b_left))
    return height * width / (a_area + b_area - height * width)


def literal_decode(
    encodings: np.ndarray,
    logits: np.ndarray,
    anchors: np.ndarray,
    min_confidence: float,
    max_results: int,
    reshaped: tuple[int, int],
) -> tuple[list[Row], list[float]]:
    boxes: list[Row] = []
    scores: list[float] = []
    for t, logit, anchor in zip(
        encodings.tolist(), logits[:, 1].tolist(), anchors.tolist(), strict=True
    ):
        ah, aw = anchor[2] - anchor[0], anchor[3] - anchor[1]
        ay, ax = anchor[0] + ah / 2, anchor[1] + aw / 2
        cy, cx = t[0] / 10 * ah + ay, t[1] / 10 * aw + ax
        h, w = math.exp(t[2] / 5) * ah, math.exp(t[3] / 5) * aw
        boxes.append((cy - h / 2, cx - w / 2, cy + h / 2, cx + w / 2))
        scores.append(1 / (1 + math.exp(-logit)))
    order = [i for i in range(len(boxes)) if scores[i] > min_confidence]
    order.sort(key=lambda i: -scores[i])
    accepted: list[int] = []
    for i in order:
        if len(accepted) >= min(max_results, len(boxes)):
            break
        if all(literal_iou(boxes[i], boxes[j]) <= 0.5 for j in accepted):
            accepted.append(i)
    found: list[Row] = []
    for i in accepted:
        top, left, bottom, right = boxes[i]
        top, left = max(0, top) * 512 / reshaped[1], max(0, left) * 512 / reshaped[0]
        bottom, right = min(1, bottom) * 512 / reshaped[1], min(1, right) * 512 / reshaped[0]
        found.append((left, top, right - left, bottom - top))
    return found, [scores[i] for i in accepted]


def random_output(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centre, size = rng.uniform(0.1, 0.9, (count, 2)), rng.uniform(0.05, 0.5, (count, 2))
    anchors = np.concatenate([centre - size / 2, centre + size / 2], axis=1).astype(np.float32)
    encodings = rng.normal(0, 1, (count, 4)).astype(np.float32)
    logits = rng.normal(0, 2, (count, 3)).astype(np.float32)
    return encodings, logits, anchors


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("min_confidence", "max_results", "reshaped"),
    [(0.5, 100, (512, 512)), (0.1, 100, (512, 341)), (0.3, 7, (137, 512)), (0.99999, 100, (9, 9))],
    ids=["square", "landscape", "portrait, at most 7", "nothing found"],
)
def test_decode_is_the_formulas(
    seed: int, min_confidence: float, max_results: int, reshaped: tuple[int, int]
) -> None:
    output = random_output(400, seed)
    boxes, scores = decode_ssd(*output, min_confidence, max_results, reshaped)
    expected_boxes, expected_scores = literal_decode(*output, min_confidence, max_results, reshaped)
    assert boxes.shape == (len(expected_boxes), 4) and scores.shape == (len(expected_boxes),)
    np.testing.assert_allclose(boxes, np.reshape(expected_boxes, (-1, 4)), atol=1e-12)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-12)


ANCHOR = [0.25, 0.25, 0.75, 0.75]


def decode_anchors(
    anchors: list[list[float]], logits: list[float], max_results: int = 100
) -> tuple[np.ndarray, np.ndarray]:
    """Decode anchors as they are (all encodings 0) in a square picture."""
    zeros = np.zeros((len(anchors), 4))
    classes = np.array([[9.0, logit, 9.0] for logit in logits]).reshape(-1, 3)
    return decode_ssd(zeros, classes, anchors, 0.5, max_results, (512, 512))


def test_zero_encoding_is_the_anchor() -> None:
    boxes, scores = decode_anchors([ANCHOR], [1.0])
    np.testing.assert_allclose(boxes, [(0.25, 0.25, 0.5, 0.5)])
    np.testing.assert_allclose(scores, [1 / (1 + math.exp(-1))])


def test_a_score_of_exactly_the_threshold_is_not_a_face() -> None:
    boxes, scores = decode_anchors([ANCHOR], [0.0])
    assert boxes.shape == (0, 4) and scores.shape == (0,)


def test_on_equal_scores_the_lower_index_wins() -> None:
    shifted = [0.25, 0.26, 0.75, 0.76]
    boxes, _ = decode_anchors([ANCHOR, shifted], [1.0, 1.0])
    np.testing.assert_allclose(boxes, [(0.25, 0.25, 0.5, 0.5)])


def test_boxes_are_clipped_to_the_square_only() -> None:
    zeros, logits = np.zeros((1, 4)), np.array([[0, 5.0, 0]])
    boxes, _ = decode_ssd(zeros, logits, [[-0.1, 0.2, 0.9, 1.2]], 0.5, 9, (512, 256))
    np.testing.assert_allclose(boxes, [(0.2, 0.0, 0.8, 1.8)])


def test_a_box_outside_the_square_is_dropped() -> None:
    boxes, scores = decode_anchors([[1.1, 0.2, 1.4, 0.4], ANCHOR], [3.0, 1.0])
    np.testing.assert_allclose(boxes, [(0.25, 0.25, 0.5, 0.5)])
    assert len(scores) == 1


def test_empty_boxes_suppress_nothing() -> None:
    flat = [0.5, 0.25, 0.5, 0.75]
    boxes, _ = decode_anchors([flat, ANCHOR, flat], [3.0, 2.0, 1.0])
    np.testing.assert_allclose(boxes, [(0.25, 0.25, 0.5, 0.5)])


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"decode_ssd: .* got \(5, 4\), \(5, 2\) and \(5, 4\)"):
        decode_ssd(np.zeros((5, 4)), np.zeros((5, 2)), np.zeros((5, 4)), 0.5, 9, (512, 512))
