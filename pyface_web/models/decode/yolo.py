"""Boxes and scores of the tiny face detector and of Tiny YOLOv2 from their raw output grid.

Paper: Redmon, Farhadi, YOLO9000 (2017). Anchors, thresholds and the correction for the padded
input are those of face-api.js.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.models.decode.boxes import check_boxes, non_max_suppression, sigmoid
from pyface_web.values.arrays import Floats

CELL_SIZE = 32
IOU_THRESHOLD = 0.4
FAINT = 0.9
"""A score up to which a face may as well lie on its side, or stand on its head: of 135 turned
pictures one had a face above it (measured for the tiny face detector), of 45 upright ones 16."""
SEEN = 40
"""Side of a face, in pixels of the input, from which nine in ten are found (measured for the tiny
face detector)."""

TINY_FACE_ANCHORS: Floats = np.array(
    [
        (1.603231, 2.094468),
        (6.041143, 7.080126),
        (2.882459, 3.518061),
        (4.266906, 5.178857),
        (9.041765, 10.66308),
    ]
)
"""(5, 2): width and height of the anchors in grid cells; Tiny YOLOv2 with separable convolutions
has the same."""
TINY_FACE_ANCHORS.setflags(write=False)

TINY_YOLOV2_ANCHORS: Floats = np.array(
    [
        (0.738768, 0.874946),
        (2.42204, 2.65704),
        (4.30971, 7.04493),
        (10.246, 4.59428),
        (12.6868, 11.8741),
    ]
)
"""(5, 2): those of Tiny YOLOv2 with ordinary convolutions."""
TINY_YOLOV2_ANCHORS.setflags(write=False)


def decode_tiny_yolo(
    raw: npt.ArrayLike,
    input_size: int,
    reshaped: tuple[float, float],
    score_threshold: float,
    anchors: npt.ArrayLike = TINY_FACE_ANCHORS,
    class_logit: bool = False,
) -> tuple[Floats, Floats]:
    """The faces in the raw output of one picture, best first.

    raw: (n, n, 25) with n = input_size / 32; the last axis holds, for each of 5 anchors, the
    logits of x, y, width, height and score. reshaped: width and height, in whole pixels, of the
    picture within the square input. score_threshold: a face's score must be above it.
    anchors: (5, 2) in grid cells. class_logit: raw is (n, n, 30), with a logit of the class "face"
    behind each score. It decides nothing: the softmax over a single class is 1.

    Returns boxes (N, 4) as x, y, width, height in fractions of the picture, not clipped, and
    scores (N,) in 0..1.
    """
    grid = np.asarray(raw, dtype=np.float64)
    sizes = np.asarray(anchors, dtype=np.float64)
    n = input_size // CELL_SIZE
    values = 6 if class_logit else 5
    expected = (n, n, values * len(sizes))
    if grid.shape != expected or n * CELL_SIZE != input_size:
        raise ShapeError(
            f"decode_tiny_yolo: expected raw {expected} for input size {input_size}, "
            f"got {grid.shape}"
        )
    grid = grid.reshape(n, n, len(sizes), values)
    scores = sigmoid(grid[..., 4])
    row, col, anchor = np.nonzero(scores > score_threshold)  # in the order row, column, anchor
    t = grid[row, col, anchor]  # (N, 5 or 6)

    # The grid covers the padded square; stretch it so that the picture alone spans 0..1.
    longest = max(reshaped)
    scale_x, scale_y = longest / reshaped[0] / n, longest / reshaped[1] / n
    x = (col + sigmoid(t[:, 0])) * scale_x
    y = (row + sigmoid(t[:, 1])) * scale_y
    with np.errstate(over="ignore"):
        width = np.exp(t[:, 2]) * sizes[anchor, 0] * scale_x
        height = np.exp(t[:, 3]) * sizes[anchor, 1] * scale_y
    boxes = np.stack([x - width / 2, y - height / 2, width, height], axis=1)
    check_boxes(boxes)
    found = scores[row, col, anchor]

    # On square pixels, both axes times the input size, as in the original. The overlap ratio
    # does not depend on it, but keeps the same roundings.
    kept = non_max_suppression(boxes * input_size, found, IOU_THRESHOLD)
    return boxes[kept], found[kept]
