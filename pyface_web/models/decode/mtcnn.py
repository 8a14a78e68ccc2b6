"""What MTCNN does between its nets: levels of the pyramid, boxes, patches, points.

Source: face-api.js 0.22.2. Boxes are (N, 4) arrays as left, top, right, bottom in pixels of the
picture; everything is computed in double precision, in the original's order, since a box that is
rounded to another pixel gives the next net another patch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pyface_web.models.decode.boxes import non_max_suppression, sigmoid
from pyface_web.values.arrays import Floats

CELL = 12  # pixels of a level that one cell of the first net looks at
STRIDE = 2


@dataclass(frozen=True)
class Level:
    """One size in which the first net looks at the picture."""

    scale: float
    width: int
    height: int


def levels(
    width: int,
    height: int,
    min_face_size: float,
    scale_factor: float,
    max_num_scales: float,
    scale_steps: Sequence[float] | None = None,
) -> list[Level]:
    """The pyramid of a picture, largest level first; may be empty for a small picture.

    width, height: of the picture in pixels. scale_steps: scales, instead of those that follow from
    min_face_size and scale_factor.
    """
    if scale_steps is None:
        scale = CELL / min_face_size
        side = min(height, width) * scale
        scales, exponent = [], 0
        while side >= CELL:
            scales.append(scale * scale_factor**exponent)
            side *= scale_factor
            exponent += 1
    else:
        scales = list(scale_steps)
    found = [Level(s, int(np.floor(width * s)), int(np.floor(height * s))) for s in scales]
    # A level of exactly 12 pixels would be large enough; the original drops it, and so do we.
    kept = [level for level in found if min(level.width, level.height) > CELL]
    return kept[: int(max_num_scales)]


def probabilities(logits: npt.ArrayLike) -> Floats:
    """(..., 2) logits of no face and face -> (...) probability of a face."""
    pair = np.asarray(logits, dtype=np.float64)
    return sigmoid(pair[..., 1] - pair[..., 0])


def first_boxes(
    maps: Sequence[tuple[Level, npt.ArrayLike, npt.ArrayLike]], threshold: float
) -> tuple[Floats, list[int]]:
    """Boxes from the maps of the first net, calibrated; and how many each level gave.

    maps: level, logits (w, h, 2) and regions (w, h, 4) with the first axis along the picture's x.
    A cell counts from this probability on. Suppression is per level (0.5), then among all (0.7).
    """
    boxes, scores, regions, counts = [], [], [], []
    for level, logits, moves in maps:
        probability = probabilities(logits)
        x, y = np.nonzero(probability >= threshold)
        cells = np.stack([x, y, x, y], axis=1) * STRIDE + np.array([1, 1, CELL, CELL])
        cells = _round(cells / level.scale)
        found = probability[x, y]
        kept = _suppress(cells, found, 0.5)
        boxes.append(cells[kept])
        scores.append(found[kept])
        regions.append(np.asarray(moves, dtype=np.float64)[x, y][kept])
        counts.append(len(kept))
    if not sum(counts):
        return np.empty((0, 4)), counts
    every, region = np.concatenate(boxes), np.concatenate(regions)
    kept = _suppress(every, np.concatenate(scores), 0.7)
    return calibrate(every[kept], region[kept]), counts


def refine_boxes(
    boxes: Floats, logits: npt.ArrayLike, regions: npt.ArrayLike, threshold: float
) -> Floats:
    """Boxes that the second net keeps: above the threshold, suppressed (0.7), calibrated."""
    probability = probabilities(logits)
    above = np.nonzero(probability > threshold)[0]
    kept = above[_suppress(boxes[above], probability[above], 0.7)]
    return calibrate(boxes[kept], np.asarray(regions, dtype=np.float64)[kept])


def final_faces(
    boxes: Floats,
    logits: npt.ArrayLike,
    regions: npt.ArrayLike,
    points: npt.ArrayLike,
    threshold: float,
) -> tuple[Floats, Floats, Floats]:
    """Boxes (N, 4), scores (N,) and points (N, 5, 2) in pixels of the faces, best first.

    points: (M, 10), x then y of the five, in fractions of the box. The original takes the points of
    another patch where an earlier one was rejected; here each face has its own.
    """
    probability = probabilities(logits)
    above = np.nonzero(probability > threshold)[0]
    calibrated = calibrate(boxes[above], np.asarray(regions, dtype=np.float64)[above])
    kept = _suppress(calibrated, probability[above], 0.7, is_iou=False)
    found = calibrated[kept]
    fractions = np.asarray(points, dtype=np.float64).reshape(-1, 2, 5)[above[kept]]
    sizes = found[:, 2:] - found[:, :2] + 1
    places = found[:, :2, None] + fractions * sizes[:, :, None]  # (N, 2, 5)
    return found, probability[above][kept], places.transpose(0, 2, 1)


def calibrate(boxes: Floats, regions: Floats) -> Floats:
    """Corners moved by regions (fractions of width and height), squared, rounded to pixels.

    Kept from the original: where adding the difference of the sides to the shorter one comes out a
    last bit too long, the other side is then lengthened by the whole difference as well.
    """
    sizes = boxes[:, 2:] - boxes[:, :2]
    moved = boxes + regions * np.concatenate([sizes, sizes], axis=1)
    x, y = moved[:, 0].copy(), moved[:, 1].copy()
    width, height = moved[:, 2] - x, moved[:, 3] - y
    difference = np.abs(width - height)
    wider = width < height
    x = np.where(wider, x - difference / 2, x)
    width = np.where(wider, width + difference, width)
    higher = height < width
    y = np.where(higher, y - difference / 2, y)
    height = np.where(higher, height + difference, height)
    x, y, width, height = (_round(values) for values in (x, y, width, height))
    return np.stack([x, y, x + width, y + height], axis=1)


def patches(boxes: Floats, width: int, height: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    """The pixels that a net sees of each box, (N, 4) as x, y, width, height; and whose they are.

    Boxes are cut off at the picture's borders, not padded; those wholly outside are left out (the
    original throws).
    """
    left, top, right, bottom = boxes.T
    x, y = np.maximum(left, 1) - 1, np.maximum(top, 1) - 1
    cut = np.stack([x, y, np.minimum(right, width) - x, np.minimum(bottom, height) - y], axis=1)
    (inside,) = np.nonzero((cut[:, 2] >= 1) & (cut[:, 3] >= 1))
    return cut[inside], inside


def _suppress(boxes: Floats, scores: Floats, threshold: float, is_iou: bool = True) -> list[int]:
    sides = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    return non_max_suppression(sides, scores, threshold, is_iou)


def _round(values: Floats) -> Floats:
    """To the nearest integer, halves upwards, as JavaScript's Math.round."""
    low = np.floor(values)
    return np.asarray(low + (values - low >= 0.5))
