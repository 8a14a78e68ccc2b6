"""How sharp a picture is, by a number that does not change with its contrast."""

from __future__ import annotations

import numpy as np

from pyface_web.people.upright import Grey

_FLAT = 1e-6  # variance of a picture of one colour, with what rounding makes of it


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian over the variance of the brightness; 0 if flat.

    grey: (H, W) of a face at a size that is always the same, NaN where there is no picture. The
    variance of the Laplacian is the usual measure of focus (Pech-Pacheco et al., "Diatom
    autofocusing in brightfield microscopy", 2000); by itself it grows with contrast, and it falls
    with size. White noise has 20.
    """
    seen = grey[np.isfinite(grey)]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    edges = 4 * grey[1:-1, 1:-1] - around
    edges = edges[np.isfinite(edges)]
    if not edges.size or (contrast := seen.var()) < _FLAT:
        return 0.0
    return float(edges.var() / contrast)
