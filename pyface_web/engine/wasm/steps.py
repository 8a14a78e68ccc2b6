"""A step of a plan, and the words in which the kernels read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.wasm.constants import Constant
from pyface_web.engine.wasm.layout import NOWHERE, Layout
from pyface_web.graph.ops import Shape

# As in kernels.c and step.h.
KINDS = (
    "convolution", "depthwise", "max_pool", "avg_pool", "mean", "resize", "pointwise",
    "winograd_2", "winograd_4",
)  # fmt: skip
SKIPS = ("none", "add", "pool")
_CLAMP, _PRELU = 0, 1
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Window:
    """A window that slides over a map: side, stride, and the cells beyond the upper left border."""

    size: int
    stride: int
    pad_y: int
    pad_x: int


NO_WINDOW = Window(0, 0, 0, 0)


@dataclass(frozen=True)
class Range:
    """Between which numbers a result is clamped."""

    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class DepthwiseStage:
    """A depthwise convolution; x is at least `before`."""

    window: Window
    filters: Constant
    bias: Constant
    before: float
    range: Range


@dataclass(frozen=True)
class Step:
    """One kernel over all rows of y. height, width: of the result before `pool`.

    rows: of y, of one item; those of squares where it is computed by them (winograd.py). macs:
    multiply-adds of one of them, by windows. strip: rows, or squares, that are computed at once
    where something lies between x and y. reads: numbers of the tensors that x and skip are; writes:
    that of y.
    """

    kind: str
    x: Layout
    y: Layout
    label: str
    shape: Shape
    window: Window = NO_WINDOW
    height: int = 0
    width: int = 0
    skip: Layout = NOWHERE
    skips: str = "none"
    filters: Constant | None = None
    bias: Constant | None = None
    slopes: Constant | None = None
    range: Range = Range()
    pool: bool = False
    strip: int = 1
    depthwise: DepthwiseStage | None = None
    factor: float = 0.0
    rows: int = 0
    macs: int = 0
    reads: tuple[int, ...] = ()
    writes: int = 0

    def __str__(self) -> str:
        stages = [self.kind] + ["max_pool"] * self.pool
        if self.depthwise is not None and self.filters is not None:
            stages.insert(0, "depthwise")
        of = f" {self.window.size}x{self.window.size}/{self.window.stride}"
        size = of if self.window.size else ""
        skip = f" + {self.skips} skip" if self.skips != "none" else ""
        return f"{self.label}: {' > '.join(stages)}{size}{skip} -> {self.shape[1:]}"

    @property
    def work(self) -> int:
        """What a row costs, in multiply-adds or what takes as long."""
        return self.macs or self.y.row * max(self.window.size, 1) ** 2

    @property
    def constants(self) -> list[Constant]:
        """All that it reads besides tensors."""
        found = [self.filters, self.bias, self.slopes]
        if self.depthwise is not None:
            found += [self.depthwise.filters, self.depthwise.bias]
        return [constant for constant in found if constant is not None]

    def words(self, address: Callable[[Constant], int]) -> NDArray[np.int32]:
        """`Step` of step.h. address: of a constant, in bytes."""

        def at(constant: Constant | None) -> int:
            return 0 if constant is None else address(constant)

        d = self.depthwise
        stage = d.window if d else NO_WINDOW
        return np.array(
            [
                KINDS.index(self.kind), *self.x.words, *self.y.words, *self.skip.words,
                SKIPS.index(self.skips), *_words(self.window), self.height, self.width,
                at(self.filters), at(self.bias),
                _CLAMP if self.slopes is None else _PRELU, at(self.slopes),
                _bits(self.range.low), _bits(self.range.high),
                int(self.pool), self.strip,
                *_words(stage), at(d.filters) if d else 0, at(d.bias) if d else 0,
                _bits(d.before if d else 0), _bits(d.range.low if d else 0),
                _bits(d.range.high if d else 0), _bits(self.factor),
            ],
            np.int64,
        ).astype(np.uint32).view(np.int32)  # fmt: skip


def _words(window: Window) -> tuple[int, int, int, int]:
    return window.size, window.stride, window.pad_y, window.pad_x


def _bits(value: float) -> int:
    return int(np.float32(value).view(np.int32))
