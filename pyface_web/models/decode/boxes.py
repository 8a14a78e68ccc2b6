"""Overlap of boxes: how much two have in common, and suppression by it.

Boxes are arrays (N, 4) as x, y, width, height; everything is computed in double precision.
Source: face-api.js (its generic variant; SSD has its own rules, see `ssd.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.values.arrays import Floats
from pyface_web.values.geometry import Box, BoxLike
from pyface_web.values.numeric import finite, shown


def sigmoid(x: npt.ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), in double precision; 0 where exp overflows."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64))))


def iou(box1: BoxLike, box2: BoxLike, is_iou: bool = True) -> float:
    """Overlap of two boxes, 0..1: intersection over union, or over the smaller area.

    NaN if the divisor is 0 (two empty boxes, or with is_iou=False one).
    """
    rows = _rows([box1, box2])
    return float(overlaps(rows[0], rows[1:], is_iou)[0])


def overlaps(box: Floats, others: Floats, is_iou: bool = True) -> Floats:
    """Overlap of one box (4,) with each of others (N, 4): (N,), NaN where the divisor is 0."""
    x, y, width, height = box
    other_x, other_y, other_width, other_height = others.T
    right = np.minimum(x + width, other_x + other_width)
    bottom = np.minimum(y + height, other_y + other_height)
    intersection = np.maximum(0.0, right - np.maximum(x, other_x)) * np.maximum(
        0.0, bottom - np.maximum(y, other_y)
    )
    area, other_area = width * height, other_width * other_height
    divisor = area + other_area - intersection if is_iou else np.minimum(area, other_area)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(intersection / divisor)


def _rows(boxes: npt.ArrayLike | Sequence[BoxLike]) -> Floats:
    """(N, 4) of an array like that, or of a list of boxes."""
    if not isinstance(boxes, np.ndarray):
        boxes = [
            (box.x, box.y, box.width, box.height)
            for box in map(Box.of, cast(Sequence[BoxLike], boxes))
        ]
    return np.asarray(boxes, dtype=np.float64)


def non_max_suppression(
    boxes: npt.ArrayLike | Sequence[BoxLike],
    scores: npt.ArrayLike,
    iou_threshold: float,
    is_iou: bool = True,
) -> list[int]:
    """Indices of the boxes to keep, by descending score.

    boxes: a list of boxes, or (N, 4) as x, y, width, height.
    scores: (N,). Of equal scores the higher index comes first.
    iou_threshold: a box goes if its overlap with a kept one is above this or is NaN.
    is_iou: overlap as intersection over union; otherwise over the smaller area.
    Raises ShapeError for other shapes and scores that are not finite.
    """
    if not isinstance(boxes, np.ndarray | list | tuple):
        raise ShapeError(
            "non_max_suppression: expected a list of boxes and a score for each, "
            f"got {shown(boxes)}"
        )
    rows, values = _rows(boxes), np.asarray(scores)
    if rows.size == 0:
        rows, values = rows.reshape(0, 4), values.astype(np.float64)
    right = rows.ndim == 2 and rows.shape[1] == 4 and values.shape == rows.shape[:1]
    if not right or values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        raise ShapeError(
            "non_max_suppression: expected a list of boxes and a score for each, "
            f"got {rows.shape} and {values.shape} of {values.dtype}"
        )
    iou_threshold = finite(iou_threshold, "non_max_suppression: iou_threshold")
    # Best first; reversing a stable ascending sort puts the higher index first on ties.
    remaining = np.argsort(values, kind="stable")[::-1]
    kept: list[int] = []
    while remaining.size:
        best, rest = remaining[0], remaining[1:]
        kept.append(int(best))
        remaining = rest[overlaps(rows[best], rows[rest], is_iou) <= iou_threshold]
    return kept
