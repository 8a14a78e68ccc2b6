"""Which convolutions are computed by Winograd's F(2x2, 3x3) and F(4x4, 3x3), and in what memory.

kernels/winograd.h makes y in squares of 2x2 or 4x4 pixels, many at once. Filters are transformed
for each block of squares, from the panels that the implicit product reads, so they take no memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyface_web.engine.wasm.layout import LANES, PANEL, filled_up
from pyface_web.engine.wasm.steps import Step

# As in kernels/product.h and kernels/winograd.h.
_ROWS = 4
_SHIFT = 16
_WORDS = 5  # of a square

# How many times as fast as the implicit product squares of 2x2 / of 4x4 pixels were for one item,
# in Chromium with relaxed SIMD, by channels (of x and of y) and side of the map:
#
#        3     4         5         6         7         8         9         17        35
#   8   .67   .85       .65       .82       .79      1.00                 .90       .92
#   16  .82  .94/ .50  .74/ .65  .94/ .84 1.00/1.14 1.07/1.36  .94/ .83  .94/1.07 1.00/1.29
#   32  .86 1.07/ .54  .84/ .73 1.07/ .88 1.15/1.25 1.18/1.30 1.09/ .86 1.17/1.24 1.39/1.91
#   64  .91 1.07/ .54  .89/ .81 1.00/1.00 1.23/1.23 1.27/1.27 1.09/ .92 1.41/1.66 1.62/2.27
#   128 1.1 1.37/ .67 1.00/ .90 1.29/1.13 1.42/1.56 1.75/1.88 1.41/1.25 1.60/1.89
#   256 1.1 1.40/ .68 1.11/ .97 1.43/1.30 1.50/1.71 1.83/2.11 1.47/1.32 2.39/3.00
#
# With six items they gain more. What decides is how many squares there are, in whole tiles, and the
# transform of filters, which takes as long as three more: `_cost`. It finds the faster one of each
# of these columns, and none of 3 and 5.
_LEAST_CHANNELS = 16
_LEAST_SAVING = 1.25
_FILTERS = 3


@dataclass(frozen=True)
class Squares:
    """side: in pixels of y. at_once: squares of a block.

    Milliseconds with 32, 48, 64 and 96 squares of 2x2 at once: recognition of six faces 42.3, 41.6,
    41.6, 41.5; Tiny YOLOv2, which has up to 1024 channels, 178, 174, 147, 145. With 32 and 64 of
    4x4: recognition 34.0, 33.8.
    """

    side: int
    at_once: int

    @property
    def cells(self) -> int:
        """Multiplications, for a channel of x and one of y."""
        return (self.side + 2) ** 2


KINDS = {"winograd_2": Squares(2, 64), "winograd_4": Squares(4, 32)}
"""Kind of a step -> its squares."""


def quickest(step: Step) -> Step:
    """A step as it is, or by squares where that is faster; its rows are then those of squares."""
    found = [kind for kind, squares in KINDS.items() if _pays(step, squares)]
    if not found:
        return step
    kind = min(found, key=lambda kind: _cost(step, KINDS[kind]))
    rows, _ = _counts(step, KINDS[kind])
    macs = step.macs * step.rows // rows
    return replace(step, kind=kind, strip=KINDS[kind].at_once, rows=rows, macs=macs)


def scratch_floats(step: Step) -> int:
    """What a step by squares needs beside its tensors: `Cells` of winograd.h."""
    pixel = step.x.pixel
    x, filters, sums = step.strip * pixel, pixel * PANEL, step.strip * PANEL
    return KINDS[step.kind].cells * (x + filters + sums + 3 * _SHIFT) + step.strip * _WORDS


def _pays(step: Step, squares: Squares) -> bool:
    is_3x3 = (step.kind, step.window.size, step.window.stride) == ("convolution", 3, 1)
    if not is_3x3 or step.x.pixel % LANES or (step.pool and squares.side != 2):
        return False
    saving = step.window.size**2 * step.height * step.width / _cost(step, squares)
    return min(step.x.channels, step.y.channels) >= _LEAST_CHANNELS and saving >= _LEAST_SAVING


def _cost(step: Step, squares: Squares) -> int:
    """Multiplications for an item, for a channel of x and one of y, and what takes as long."""
    rows, across = _counts(step, squares)
    return squares.cells * (filled_up(rows * across, _ROWS) + _FILTERS)


def _counts(step: Step, squares: Squares) -> tuple[int, int]:
    """Rows and columns of squares; where a pool follows, each becomes one pixel."""
    side = 1 if step.pool else squares.side
    return filled_up(step.y.height, side) // side, filled_up(step.y.width, side) // side
