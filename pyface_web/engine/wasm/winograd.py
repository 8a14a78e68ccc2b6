"""Which convolutions are computed by Winograd's F(2x2, 3x3), and what memory that takes.

kernels/winograd.h makes y in squares of 2x2 pixels, many at once. Filters are transformed for each
block of squares, from the panels that the implicit product reads, so they take no more memory.
"""

from __future__ import annotations

from dataclasses import replace

from pyface_web.engine.wasm.layout import LANES, PANEL, filled_up
from pyface_web.engine.wasm.steps import Step

# How many times as fast as the implicit product squares were for one item, in Chromium with relaxed
# SIMD, by channels (of x and of y) and side of the map; with six items as much or more:
#
#         2    3    4    5    6    8   17   35
#   8   .38  .67  .85  .65  .82 1.00  .90  .92
#   16  .36  .82 1.09  .84 1.04 1.28 1.17 1.10
#   32  .36  .86 1.15  .93 1.15 1.44 1.24 1.48
#   64  .35  .91 1.10  .92 1.11 1.27 1.44 1.66
#   128 .40 1.10 1.33 1.06 1.37 1.75 1.62
#   256 .53 1.07 1.32 1.09 1.36 1.77 2.42
#
# Between odd sides squares reach beyond the map, and their count is filled up to whole tiles: what
# is saved of the multiplications by windows says which sides pay.
_LEAST_CHANNELS = 16
_LEAST_SAVING = 1.5  # sides of 4, and of 6 and more

# Squares of a block. Milliseconds with 32, 48, 64, 96: recognition of six faces 42.3, 41.6, 41.6,
# 41.5; Tiny YOLOv2, which has up to 1024 channels, 178, 174, 147, 145, for 2.1 MB more.
_AT_ONCE = 64

# As in kernels/product.h and kernels/winograd.h.
_ROWS = 4
_CELLS = 16
_SHIFT = 16
_WORDS = 5  # of a square


def quickest(step: Step) -> Step:
    """A step as it is, or by squares where that is faster; its rows are then those of squares."""
    if not _pays(step):
        return step
    rows, _ = _squares(step)
    macs = step.macs * step.rows // rows
    return replace(step, kind="winograd", strip=_AT_ONCE, rows=rows, macs=macs)


def scratch_floats(step: Step) -> int:
    """What a step by squares needs beside its tensors: `Cells` of winograd.h."""
    pixel = step.x.pixel
    x, filters, sums = step.strip * pixel, pixel * PANEL, step.strip * PANEL
    return _CELLS * (x + filters + sums + 3 * _SHIFT) + step.strip * _WORDS


def _pays(step: Step) -> bool:
    is_3x3 = (step.kind, step.window.size, step.window.stride) == ("convolution", 3, 1)
    if not is_3x3 or step.x.pixel % LANES:
        return False
    rows, across = _squares(step)
    multiplied = _CELLS * filled_up(rows * across, _ROWS)
    saving = step.window.size**2 * step.height * step.width / multiplied
    return min(step.x.channels, step.y.channels) >= _LEAST_CHANNELS and saving >= _LEAST_SAVING


def _squares(step: Step) -> tuple[int, int]:
    """Rows and columns of squares; where a pool follows, each becomes one pixel."""
    side = 1 if step.pool else 2
    return filled_up(step.y.height, side) // side, filled_up(step.y.width, side) // side
