"""How the crop of a picture becomes the square that a net sees; as NumPy cuts it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pyface_web.models.architecture import Architecture
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.letterbox import (
    Stretch,
    letterbox,
    resample,
    resample_stretched,
    stretch,
)
from pyface_web.pictures.similarity import Similarity, resample_similar
from pyface_web.values.geometry import Box

Cut = tuple[NDArray[np.uint8], Box, Fit]
"""An image (H, W, 3 or 4), a crop of it in whole pixels, and where that lies in its square."""


def fit_of(architecture: Architecture, width: float, height: float, size: int) -> Fit:
    """Where a crop of width x height pixels lies in a net's input of side `size`."""
    if architecture.fit == "stretch":
        return stretch(width, height, size)
    return letterbox(width, height, size, centred=architecture.fit == "letterbox_centred")


def square_of(image: NDArray[np.uint8], crop: Box, fit: Fit) -> NDArray[np.float32]:
    """The crop of an image (H, W, 3 or 4) in its square: (size, size, 3), integers 0..255."""
    if isinstance(fit, Stretch):
        return resample_stretched(image, crop, fit)
    if isinstance(fit, Similarity):
        return resample_similar(image, crop, fit)
    return resample(image, crop, fit)
