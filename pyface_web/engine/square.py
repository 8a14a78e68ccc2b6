"""The square that a net sees of a picture, as NumPy cuts it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pyface_web.models.network import Network
from pyface_web.pictures.letterbox import Letterbox, resample, stretch
from pyface_web.values.geometry import Box


def square_of(
    network: Network, image: NDArray[np.uint8], crop: Box, fit: Letterbox
) -> NDArray[np.float32]:
    """The crop of an image (H, W, 3 or 4) as a net sees it: (size, size, 3), integers 0..255."""
    return stretch(image, crop, fit.size) if network.turned else resample(image, crop, fit)
