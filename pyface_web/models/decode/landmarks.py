"""Landmark points from the raw output of the 68-point nets. Source: face-api.js."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError

INPUT_SIZE = 112


def decode_landmarks(raw: npt.ArrayLike, crop_sizes: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Points relative to each face's crop, from points relative to the padded square input.

    raw: (N, 136) as x0, y0, x1, y1, ... in fractions of the 112x112 input, in which the crop is
    centred. crop_sizes: (N, 2) as width, height of the crops in pixels; positive.
    Returns (N, 68, 2) float32; slightly outside 0..1 at times, not clipped.
    """
    points = np.asarray(raw, dtype=np.float64)
    sizes = np.asarray(crop_sizes, dtype=np.float64).reshape(-1, 2)
    if points.shape != (len(sizes), 136):
        raise ShapeError(
            f"decode_landmarks: expected raw ({len(sizes)}, 136) for {len(sizes)} crops, "
            f"got {points.shape}"
        )
    if not (sizes > 0).all():
        raise ShapeError("decode_landmarks: expected crops of at least one pixel, got an empty one")
    # Real-valued, unlike the rounded size that the detectors use.
    fitted = sizes * (INPUT_SIZE / sizes.max(axis=1, keepdims=True))  # (N, 2) as W, H
    padding = (fitted.max(axis=1, keepdims=True) - fitted) / 2
    points = points.reshape(-1, 68, 2) * INPUT_SIZE
    return np.asarray((points - padding[:, None]) / fitted[:, None], dtype=np.float32)
