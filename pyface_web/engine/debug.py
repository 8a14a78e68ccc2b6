"""Seeing what the engine does: the ladder of DEBUG, the cost of every draw, ranges of values.

    1  what is loaded, and which backend runs
    2  a line per draw with its time (per op, where NumPy computes; per net in onnxruntime)
    3  the plan of every net that is loaded
    4  the GLSL of its programs
    5  the range of every op's values, and how many of them are not finite

In CPython the environment variable DEBUG says how much is written to stderr; a page takes
`?debug=` and shows the same in a panel (site/page/debug.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from pyface_web.graph.node import Node
from pyface_web.values.arrays import Array


def level() -> int:
    """What the environment variable DEBUG asks for; 0 where it is no number."""
    text = os.environ.get("DEBUG", "")
    return int(text) if text.isdecimal() else 0


def say(needed: int, text: str) -> None:
    """Write a line from this level on."""
    if level() >= needed:
        print(f"pyface_web: {text}", file=sys.stderr)


def watcher() -> Callable[[Node, Array], None] | None:
    """What the reference calls with every node and its value: says its time, from level 2 on."""
    if level() < 2:
        return None
    since = perf_counter()

    def watch(node: Node, value: Array) -> None:
        nonlocal since
        label = node.label or type(node.op).__name__
        say(2, f"{(perf_counter() - since) * 1e3:8.2f} ms  {_size(value.shape):14} {label}")
        if level() >= 5:
            say(5, str(ValueRange.of(label, value)))
        since = perf_counter()

    return watch


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape[1:]))


@dataclass(frozen=True)
class DrawTime:
    """One draw: what it is, milliseconds, and multiply-adds per nanosecond (GMAC/s)."""

    label: str
    program: str
    shape: tuple[int, ...]
    milliseconds: float
    gmacs: float
    plan: str = ""  # the draw as its plan prints it
    glsl: str = ""

    def __str__(self) -> str:
        size = _size(self.shape)
        return f"{self.milliseconds:8.2f} ms {self.gmacs:6.1f} GMAC/s  {size:14} {self.label}"


@dataclass(frozen=True)
class ValueRange:
    """Smallest and largest finite value of an op's result, and how many are not finite."""

    label: str
    shape: tuple[int, ...]
    low: float
    high: float
    not_finite: int

    @classmethod
    def of(cls, label: str, values: Array) -> ValueRange:
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
        return cls(label, values.shape, float(low), float(high), values.size - finite.size)

    def __str__(self) -> str:
        bad = f", {self.not_finite} values are not finite" if self.not_finite else ""
        return f"{self.label} {self.shape[1:]}: {self.low:.4g} to {self.high:.4g}{bad}"
