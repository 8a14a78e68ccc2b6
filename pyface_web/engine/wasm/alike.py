"""Rows that are all alike: where a picture leaves the lower part of its square black, a net gives
the same there over and over.

Such a row is computed once and copied, from layer to layer for as long as no window of it reaches
the picture or the border. What comes of it is what would be computed, bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyface_web.engine.wasm import winograd
from pyface_web.engine.wasm.steps import Step, Window


@dataclass(frozen=True)
class Rows:
    """Rows of a map, from `first` up to before `end`."""

    first: int
    end: int

    @property
    def are_several(self) -> bool:
        return self.end - self.first > 1


NONE = Rows(0, 0)
_POOL = Window(2, 2, 0, 0)


def of_steps(steps: Iterable[Step], images: Iterable[int], black: Rows) -> list[Rows]:
    """For each step the rows of its result that are alike where those of the images are.

    images: their numbers among the tensors. black: rows of an image without any picture.
    """
    alike = dict.fromkeys(images, black)
    found = []
    for step in steps:
        rows = _of_step(step, [alike.get(number, NONE) for number in step.reads])
        alike[step.writes] = rows
        found.append(rows)
    return found


def _of_step(step: Step, reads: list[Rows]) -> Rows:
    rows = reads[0]
    if step.kind in ("mean", "resize"):
        return NONE
    if step.kind in winograd.KINDS and not step.pool:
        return NONE  # the rows of a square are rounded differently
    if step.depthwise is not None:
        rows = _through(rows, step.depthwise.window)
    if step.kind in ("convolution", *winograd.KINDS, "max_pool", "avg_pool"):
        rows = _through(rows, step.window)
    if step.skips != "none":
        skip = _through(reads[1], _POOL) if step.skips == "pool" else reads[1]
        rows = Rows(max(rows.first, skip.first), min(rows.end, skip.end))
    height = step.height
    if step.pool:
        rows, height = _through(rows, _POOL), step.y.height
    # The last row is always computed, and with it what lies below.
    rows = Rows(rows.first, min(rows.end, height - 1))
    return rows if rows.are_several else NONE


def _through(rows: Rows, window: Window) -> Rows:
    """The rows of a result whose windows see nothing but these rows."""
    first = -(-(rows.first + window.pad_y) // window.stride)
    end = (rows.end - window.size + window.pad_y) // window.stride + 1
    return Rows(first, end)
