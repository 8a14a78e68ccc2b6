"""What fit.frag is told of crops and of where they lie in their squares, by kind of fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyface_web.engine.webgl.draws import MAX_ITEMS, ROWS
from pyface_web.errors import BackendError
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.letterbox import Letterbox, Stretch
from pyface_web.values.arrays import Array


def kind_of(fits: Sequence[Fit]) -> str:
    """The kind of fit that a run needs, a key of ROWS; BackendError for several."""
    if all(isinstance(fit, Letterbox) for fit in fits):
        is_turned = any(isinstance(fit, Letterbox) and fit.quarters for fit in fits)
        return "turned" if is_turned else "letterbox"
    kinds = {type(fit).__name__ for fit in fits}
    if len(kinds) > 1:
        raise BackendError(f"fits of one run: expected one kind, got {', '.join(sorted(kinds))}")
    return "stretch" if isinstance(fits[0], Stretch) else "similar"


@dataclass(frozen=True)
class Items:
    """Fits of the crops of a run, all of one kind."""

    fits: Sequence[Fit]
    kind: str

    @classmethod
    def of(cls, fits: Sequence[Fit]) -> Items:
        return cls(fits, kind_of(fits))

    def uniforms(self, crops: Array, first: int) -> Array:
        """`items` of fit.frag, flat, for crops (n, 4) of which the first has the fit `first`."""
        found = np.zeros((MAX_ITEMS, ROWS[self.kind], 4), np.float32)
        for i, crop in enumerate(crops):
            found[i] = _rows(crop, self.fits[first + i], self.kind)
        return found.reshape(-1)


def _rows(crop: Array, fit: Fit, kind: str) -> list[tuple[float, ...]]:
    """The vectors of four of one item."""
    if isinstance(fit, Stretch):
        return [tuple(crop), (fit.width, fit.height, fit.size, fit.size)]
    x, y, width, height = crop.tolist()
    if isinstance(fit, Letterbox):
        placed = (fit.dx, fit.dy, fit.width, fit.height)
        if kind == "letterbox":
            return [(x, y, width, height), placed]
        # Pixels are counted from a corner that has another place: whole ones have to be.
        x, y, width, height = round(x), round(y), round(width), round(height)
        corner, right = _turn(width, height, fit.quarters)
        return [(x, y, width, height), placed, (*corner, *right)]
    x, y, width, height = round(x), round(y), round(width), round(height)
    seen = fit.region(width, height)
    left, top = seen.corner
    return [
        (x + left, y + top, *seen.halved),
        (*seen.origin, *seen.right),
        (*seen.down, 2**seen.halvings, 0),
    ]


def _turn(width: int, height: int, quarters: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which pixel of a crop is the first of it when it is turned clockwise, and where the next one
    at its right lies from there."""
    corners = ((0, 0), (0, height - 1), (width - 1, height - 1), (width - 1, 0))
    return corners[quarters], ((1, 0), (0, -1), (-1, 0), (0, 1))[quarters]
