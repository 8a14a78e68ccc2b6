"""A face as either side reports it, and how far two of them are apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Face:
    """box: x, y, width, height in pixels of the picture; (68, 2) points; (128,) descriptor.

    (7,) expressions; age in years; male: its probability.
    """

    score: float
    box: Array
    landmarks: Array | None = None
    tiny: Array | None = None
    aligned: Array | None = None
    descriptor: Array | None = None
    expressions: Array | None = None
    age: Array | None = None
    male: Array | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Face:
        """From the JSON of a page."""
        return cls(**{k: v if k == "score" else np.array(v) for k, v in values.items()})


def iou(a: Array, b: Array) -> float:
    """Intersection over union of two boxes."""
    width, height = np.minimum(a[:2] + a[2:], b[:2] + b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(width, 0) * max(height, 0)
    return float(shared / (a[2] * a[3] + b[2] * b[3] - shared))


def matched(ours: list[Face], oracle: list[Face]) -> tuple[list[tuple[Face, Face]], list[Face]]:
    """Pairs (ours, oracle's) of the same face, and those that only one side has."""
    left, pairs, lonely = list(ours), [], []
    for face in oracle:
        best = max(left, key=lambda other: iou(other.box, face.box), default=None)
        if best is None or iou(best.box, face.box) < 0.5:
            lonely.append(face)
        else:
            left.remove(best)
            pairs.append((best, face))
    return pairs, lonely + left


def moved_to_crop(points: Array, box: Array) -> Array:
    """The oracle's points, moved to where the crop began.

    The crop begins at the floored box, inside the picture; the original adds the origin of the
    box as it is, so its points are off by up to a pixel, and by more where a box leaves the
    picture. Ours are right, which is one of the decided differences.
    """
    return points - box[:2] + np.maximum(np.floor(box[:2]), 0)


def landmark_distance(ours: Array, oracle: Array, box: Array) -> float:
    """Mean distance of the points, in pixels of the 112 pixel crop that the net saw.

    box: the oracle's detection, whose crop that was.
    """
    off = ours - moved_to_crop(oracle, box)
    return float(np.linalg.norm(off, axis=1).mean() * 112 / max(box[2:]))
