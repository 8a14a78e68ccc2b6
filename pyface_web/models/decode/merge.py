"""One list of faces from several looks at one picture: as a whole, in tiles, and turned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pyface_web.models.decode.boxes import overlaps
from pyface_web.values.arrays import Floats

SAME_FACE = 0.3
"""Boxes of two looks with more in common (intersection over union) show one face."""
WITHIN = 0.6
"""And so do a box and a larger one that has more than this of it."""
_CUT_OFF = 0.5  # of a box at an edge, in another: it is what the edge left of that face


def merge(boxes: Floats, scores: Floats, is_cut: NDArray[np.bool_]) -> list[int]:
    """Indices of the boxes to keep, best first: each face once, and whole where any look has it so.

    boxes: (N, 4) x, y, width, height in pixels of the picture. scores: (N,). is_cut: (N,) whether a
    box touches an edge of its tile that is none of the picture, so that the tile may hold a part of
    the face only. Such a box stays where nothing else was found of the face.

    The best box of a face is taken as it is: the mean of all, weighted by their scores, was
    measured to lie no better, and leaves more faces twice.
    """
    best_first = np.argsort(-scores, kind="stable")
    kept = _each_once(boxes, best_first[~is_cut[best_first]])
    for i in best_first[is_cut[best_first]]:
        common = overlaps(boxes[i], boxes[kept], is_iou=False)
        if not (common > _CUT_OFF).any():
            kept.append(int(i))
    return sorted(kept, key=lambda i: -scores[i])


def best_of(boxes: Floats, ranks: Floats, looks: NDArray[np.intp]) -> list[int]:
    """Indices of the boxes to keep, best first: each face by that look which ranks it highest.

    boxes: (N, 4) x, y, width, height in pixels of the picture. ranks: (N,), the higher the better.
    looks: (N,) which look found each box. Boxes of one look are never one face: it told them apart.
    """
    return _each_once(boxes, np.argsort(-ranks, kind="stable"), looks)


def _each_once(
    boxes: Floats, remaining: NDArray[np.intp], looks: NDArray[np.intp] | None = None
) -> list[int]:
    """Those that show no face of one before them; with looks, of another look."""
    kept: list[int] = []
    while remaining.size:
        best, rest = remaining[0], remaining[1:]
        kept.append(int(best))
        is_other = (overlaps(boxes[best], boxes[rest]) <= SAME_FACE) & (
            overlaps(boxes[best], boxes[rest], is_iou=False) <= WITHIN
        )
        if looks is not None:
            is_other |= looks[rest] == looks[best]
        remaining = rest[is_other]
    return kept


def logits(scores: Floats) -> Floats:
    """(N,) log odds of scores in 0..1: 0 for a half, twice as much for 0.99 as for 0.9."""
    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def certainty(scores: Floats) -> tuple[float, float]:
    """How much was found in a look, to compare it with others; scores: (N,) of its faces.

    The sum of the logits of those above a half, so that four good faces and a fair one outweigh
    what shines by chance; then the best score.
    """
    return float(logits(scores[scores > 0.5]).sum()), float(scores.max(initial=0))
