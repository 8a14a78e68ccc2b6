"""Overlap of boxes: how much two have in common, and suppression by it.

Boxes are arrays (N, 4) as x, y, width, height; everything is computed in double precision.
Source: face-api.js (its generic variant; SSD has its own rules, see `ssd.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError, WeightsError
from pyface_web.values.arrays import Floats, floats_of
from pyface_web.values.geometry import Box, BoxLike
from pyface_web.values.given import items_of, truth
from pyface_web.values.numeric import finite, shown
from pyface_web.wording import code

_LARGEST = 1e6


def sigmoid(x: npt.ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), in double precision; 0 where exp overflows."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64))))


def check_boxes(boxes: Floats) -> None:
    """Raise WeightsError where boxes (N, 4), in fractions of the picture, are beyond all reason.

    Their sides are exponentials of what a net gives, which may be infinite where that is finite.
    """
    if not (np.abs(boxes) <= _LARGEST).all():
        raise WeightsError(
            "the detector finds boxes of no usable size (infinite, or a million times the picture),"
            " so its weights are broken; load them anew, with "
            f"{code('await faceapi.load_tiny_face_detector_model(address)')} or what is its own"
        )


def iou(box1: BoxLike, box2: BoxLike, is_iou: bool = True) -> float:
    """Overlap of two boxes, 0..1: intersection over union, or over the smaller area.

    NaN if the divisor is 0 (two empty boxes, or with is_iou=False one).
    Raises InputError for what are no boxes.
    """
    rows = _rows([box1, box2], "iou")
    return float(overlaps(rows[0], rows[1:], truth(is_iou, "iou: is_iou"))[0])


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


def _rows(boxes: npt.ArrayLike | Sequence[BoxLike], what: str) -> Floats:
    """(N, 4) of an array like that, or of a list of boxes, in a unit in which areas are numbers."""
    if not isinstance(boxes, np.ndarray):
        boxes = [
            (box.x, box.y, box.width, box.height)
            for box in map(Box.of, items_of(boxes, what, "a list of boxes"))
        ]
    rows = floats_of(boxes, what, "boxes of numbers")
    # A power of two changes no quotient. Edges, widths times heights: 4 times as much, squared.
    largest = float(np.abs(rows).max(initial=0))
    if largest and not 1e-100 < largest < 1e100:
        rows = np.ldexp(rows, -math.frexp(largest)[1])
    return rows


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
    what, expected = "non_max_suppression", "a list of boxes and a score for each"
    if not isinstance(boxes, np.ndarray | list | tuple):
        raise ShapeError(f"{what}: expected {expected}, got {shown(boxes)}")
    rows, values = _rows(boxes, what), floats_of(scores, what, expected)
    if rows.size == 0:
        rows = rows.reshape(0, 4)
    if rows.ndim != 2 or rows.shape[1] != 4 or values.shape != rows.shape[:1]:
        raise ShapeError(f"{what}: expected {expected}, got {rows.shape} and {values.shape}")
    is_iou = truth(is_iou, f"{what}: is_iou")
    iou_threshold = finite(iou_threshold, "non_max_suppression: iou_threshold")
    # Best first; reversing a stable ascending sort puts the higher index first on ties.
    remaining = np.argsort(values, kind="stable")[::-1]
    kept: list[int] = []
    while remaining.size:
        best, rest = remaining[0], remaining[1:]
        kept.append(int(best))
        remaining = rest[overlaps(rows[best], rows[rest], is_iou) <= iou_threshold]
    return kept
