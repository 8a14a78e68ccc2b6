"""How sharp a picture is, by a number that does not change with its size or contrast."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.float64]
"""(H, W) brightness, 0..1."""

# Of the longer side. It is the smallest size of a face that is accepted by default, so that larger
# ones are shrunk, all are measured alike, and none is enlarged.
SIDE = 80
_FLAT = 1e-6  # variance of a picture of one colour, with what rounding makes of it


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian over the variance of the brightness, at 80 pixels; 0 if flat.

    grey: (H, W). The variance of the Laplacian is the usual measure of focus (Pech-Pacheco et al.,
    "Diatom autofocusing in brightfield microscopy", 2000); by itself it grows with contrast and
    falls with size. White noise has 20.
    """
    small = _downscaled(grey)
    contrast = small.var()
    if contrast < _FLAT:
        return 0.0
    around = small[:-2, 1:-1] + small[2:, 1:-1] + small[1:-1, :-2] + small[1:-1, 2:]
    return float((4 * small[1:-1, 1:-1] - around).var() / contrast)


def _downscaled(grey: Grey) -> Grey:
    """In the proportions of the picture, SIDE pixels long: means of whole pixels, then bilinear.

    Bilinear alone would skip pixels, and see noise where there is texture.
    """
    step = max(1, max(grey.shape) // SIDE)
    if step > 1 and min(grey.shape) >= step:
        height, width = (length // step for length in grey.shape)
        blocks = grey[: height * step, : width * step].reshape(height, step, width, step)
        grey = blocks.mean(axis=(1, 3))
    scale = SIDE / max(grey.shape)
    for axis in (0, 1):
        length = grey.shape[axis]
        wanted = max(3, round(length * scale))
        place = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
        low = place.astype(np.intp)
        high = np.minimum(low + 1, length - 1)
        share = np.expand_dims(place - low, 1 - axis)
        grey = grey.take(low, axis) * (1 - share) + grey.take(high, axis) * share
    return grey
