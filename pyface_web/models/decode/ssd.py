"""Boxes and scores of SSD MobileNetV1 from the raw output of its heads.

Paper: Liu et al., SSD: Single Shot MultiBox Detector (2016). The variances (10, 5), the sigmoid
on logit 1 and the order of clipping and rescaling are those of face-api.js.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.models.decode.boxes import check_boxes, sigmoid
from pyface_web.values.arrays import Floats

INPUT_SIZE = 512
SEEN = 32
"""Side of a face, in pixels of the input, from which nine in ten are found (measured)."""
FAINT = 0.99
"""A score up to which a face may as well lie on its side, or stand on its head: of 135 turned
pictures none had a face above it (measured), of 45 upright ones 15."""
TALL = 1.1
"""Height over width above which the box of a face says that it stands: where a picture's best
face was above 0.9, all of its boxes had that in 19 of 22 upright pictures, and in none of 220 that
were turned by 60 to 120 degrees (measured)."""
IOU_THRESHOLD = 0.5
_FACE_LOGIT = 1  # 0 is the background and 2 is unused; both are ignored


def decode_ssd(
    boxes: npt.ArrayLike,
    scores_logits: npt.ArrayLike,
    anchors: npt.ArrayLike,
    min_confidence: float,
    max_results: int,
    reshaped: tuple[float, float],
) -> tuple[Floats, Floats]:
    """The faces in the raw output of one picture, best first.

    boxes: (5118, 4) encodings t0..t3. scores_logits: (5118, 3). anchors: (5118, 4) as
    ymin, xmin, ymax, xmax in fractions of the square input.
    min_confidence: a face's score must be above it. max_results: at most so many faces.
    reshaped: width and height, in whole pixels, of the picture within the 512x512 input.

    Returns boxes (N, 4) as x, y, width, height in fractions of the picture, and scores (N,) in
    0..1. A box is clipped to the square input, so with padding it can pass the picture's right
    or bottom. A box that lies wholly outside the square is dropped (the original throws).
    """
    encodings = np.asarray(boxes, dtype=np.float64)
    logits = np.asarray(scores_logits, dtype=np.float64)
    corners = np.asarray(anchors, dtype=np.float64)
    count = len(encodings) if encodings.ndim else 0
    if (encodings.shape, logits.shape, corners.shape) != ((count, 4), (count, 3), (count, 4)):
        raise ShapeError(
            "decode_ssd: expected boxes (N, 4), logits (N, 3) and anchors (N, 4), "
            f"got {encodings.shape}, {logits.shape} and {corners.shape}"
        )
    scores = sigmoid(logits[:, _FACE_LOGIT])
    (candidates,) = np.nonzero(scores > min_confidence)
    # Stable: of equal scores the lower index comes first, unlike in the generic suppression.
    candidates = candidates[np.argsort(-scores[candidates], kind="stable")]
    decoded = decode_boxes(encodings[candidates], corners[candidates])
    check_boxes(decoded)
    kept = _suppress(decoded, min(max_results, count))
    top, left, bottom, right = decoded[kept].T

    top, left = np.maximum(top, 0.0), np.maximum(left, 0.0)
    bottom, right = np.minimum(bottom, 1.0), np.minimum(right, 1.0)
    scale_x, scale_y = INPUT_SIZE / reshaped[0], INPUT_SIZE / reshaped[1]
    found = np.stack(
        [left * scale_x, top * scale_y, (right - left) * scale_x, (bottom - top) * scale_y], axis=1
    )
    inside = (found[:, 2] > 0) & (found[:, 3] > 0)
    return found[inside], scores[candidates[kept]][inside]


def decode_boxes(encodings: Floats, anchors: Floats) -> Floats:
    """Encodings (N, 4) on anchors (N, 4) to boxes (N, 4); both as top, left, bottom, right."""
    size = anchors[:, 2:] - anchors[:, :2]  # (N, 2) as height, width
    centre = anchors[:, :2] + size / 2  # (N, 2) as y, x
    centre = encodings[:, :2] / 10 * size + centre
    with np.errstate(over="ignore"):
        half = np.exp(encodings[:, 2:] / 5) * size / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def _suppress(boxes: Floats, limit: int) -> list[int]:
    """Indices to keep of boxes (N, 4) that are sorted best first, at most limit of them."""
    low = np.minimum(boxes[:, :2], boxes[:, 2:])
    high = np.maximum(boxes[:, :2], boxes[:, 2:])
    areas = (high - low).prod(axis=1)
    remaining = np.arange(len(boxes))
    kept: list[int] = []
    while remaining.size and len(kept) < limit:
        best, rest = remaining[0], remaining[1:]
        kept.append(int(best))
        edges = np.minimum(high[best], high[rest]) - np.maximum(low[best], low[rest])
        intersection = np.maximum(edges, 0.0).prod(axis=1)
        # An empty box has an empty intersection, so it overlaps nothing; the 1 avoids 0 / 0.
        union = areas[best] + areas[rest] - intersection
        ratio = intersection / np.where(union > 0, union, 1.0)
        remaining = rest[ratio <= IOU_THRESHOLD]
    return kept
