"""What fit.frag is told of crops and of where they lie in their squares, by kind of fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from pyface_web.engine.webgl.draws import MAX_ITEMS, ROWS
from pyface_web.engine.webgl.halves import LargeCrop
from pyface_web.errors import BackendError
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.letterbox import Letterbox, Stretch
from pyface_web.pictures.similarity import Similarity
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
class Told:
    """What a draw of fit.frag is told: so many items, the first of which is item `first` of a run.

    kind: a key of ROWS. uniforms: `items` of the shader, flat. large: what is to be halved before,
    if there is such a thing; then it is one item.
    """

    first: int
    count: int
    kind: str
    uniforms: Array
    large: LargeCrop | None


@dataclass(frozen=True)
class Items:
    """Fits of the crops of a run, all of one kind."""

    fits: Sequence[Fit]
    kind: str

    @classmethod
    def of(cls, fits: Sequence[Fit]) -> Items:
        return cls(fits, kind_of(fits))

    @property
    def kinds(self) -> list[str]:
        """Keys of ROWS that draws may need."""
        similar = [fit for fit in self.fits if isinstance(fit, Similarity)]
        # A crop may be held smaller than its extent, never larger.
        is_large = any(fit.halvings(*fit.extent) > 1 for fit in similar)
        return [self.kind, "halved"] if is_large else [self.kind]

    def told(self, crops: Array, first: int) -> Iterator[Told]:
        """What draws are told of crops (n, 4), of which the first has the fit `first`."""
        items = [
            _item(crop, self.fits[first + i], self.kind) for i, crop in enumerate(crops.tolist())
        ]
        for is_large, group in groupby(enumerate(items), lambda item: item[1][1] is not None):
            together = list(group)
            at_once = 1 if is_large else MAX_ITEMS
            for some in (together[i : i + at_once] for i in range(0, len(together), at_once)):
                kind = "halved" if is_large else self.kind
                uniforms = np.zeros((MAX_ITEMS, ROWS[kind], 4), np.float32)
                uniforms[: len(some)] = [rows for _, (rows, _) in some]
                yield Told(some[0][0], len(some), kind, uniforms.reshape(-1), some[0][1][1])


def _item(
    crop: Sequence[float], fit: Fit, kind: str
) -> tuple[list[tuple[float, ...]], LargeCrop | None]:
    """The vectors of four of one item, and what of it is to be halved before it is drawn."""
    x, y, width, height = crop
    if isinstance(fit, Stretch):
        return [(x, y, width, height), (fit.width, fit.height, fit.size, fit.size)], None
    if isinstance(fit, Letterbox):
        placed = (fit.dx, fit.dy, fit.width, fit.height)
        if kind == "letterbox":
            return [(x, y, width, height), placed], None
        # Pixels are counted from a corner that has another place: whole ones have to be.
        x, y, width, height = round(x), round(y), round(width), round(height)
        corner, right = _turn(width, height, fit.quarters)
        return [(x, y, width, height), placed, (*corner, *right)], None
    x, y, width, height = round(x), round(y), round(width), round(height)
    seen = fit.region(width, height)
    large = LargeCrop.of(seen, x, y)
    left, top = (0, 0) if large else (x + seen.corner[0], y + seen.corner[1])
    rows: list[tuple[float, ...]] = [
        (left, top, *seen.halved),
        (*seen.origin, *seen.right),
        (*seen.down, min(seen.halvings, 1), 0),
    ]
    return rows, large


def _turn(width: int, height: int, quarters: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which pixel of a crop is the first of it when it is turned clockwise, and where the next one
    at its right lies from there."""
    corners = ((0, 0), (0, height - 1), (width - 1, height - 1), (width - 1, 0))
    return corners[quarters], ((1, 0), (0, -1), (-1, 0), (0, 1))[quarters]
