"""Seeing what the engine does: the ladder of DEBUG, the cost of every draw, ranges of values.

    1  what is loaded, and which backend runs
    2  a line per draw with its time (per op, where NumPy computes)
    3  the plan of every net that is loaded
    4  the GLSL of its programs
    5  the range of every op's values, and how many of them are not finite

In CPython the environment variable DEBUG says how much is written to stderr; a page takes
`?debug=` and shows the same in a panel (site/debug.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.square import square_of
from pyface_web.graph.node import Node, topological
from pyface_web.graph.ops import Input
from pyface_web.pictures.letterbox import letterbox
from pyface_web.values.geometry import Box
from pyface_web.weights.net import WeightedNet

if TYPE_CHECKING:  # late, so that importing the package does not import the backend
    from pyface_web.engine.webgl.backend import WebGLBackend

Array = NDArray[np.float32]


def level() -> int:
    """What the environment variable DEBUG asks for; 0 where it is no number."""
    text = os.environ.get("DEBUG", "")
    return int(text) if text.isdecimal() else 0


def say(needed: int, text: str) -> None:
    """Write a line from this level on."""
    if level() >= needed:
        print(f"pyface_web: {text}", file=sys.stderr)


def say_loaded(net: WeightedNet) -> None:
    """What was loaded for a net, and how it will be drawn on a device with eight targets."""
    tensors = net.tensors.values()
    stored = sum(tensor.values.nbytes for tensor in tensors)
    say(1, f"{net.name}: {len(tensors)} tensors, {stored} bytes")
    if level() < 3:
        return
    from pyface_web.engine.webgl.plan import plan

    quantised = {name for name, tensor in net.tensors.items() if tensor.quantised}
    for part in net.parts:
        made = plan(part.name, part.graph(part.network.size), quantised, 8)
        for draw in made.draws:
            say(3, str(draw))
        for program in made.programs.values():
            say(4, f"{program.key}\n{program.glsl()}")


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


async def profile(
    backend: WebGLBackend, net: WeightedNet, size: int | None = None, repeats: int = 20
) -> list[DrawTime]:
    """Time every draw of a net for one item: `repeats` runs, then one read that waits for them.

    The fastest of three such rounds counts. Values are those of whatever lies in the textures.
    """
    times = []
    for part in net.parts:
        times += await _profile_part(backend, part, size or part.network.size, repeats)
    return times


async def _profile_part(
    backend: WebGLBackend, net: WeightedNet, size: int, repeats: int
) -> list[DrawTime]:
    compiled = await backend.prepare(net, size)
    backend.reserve_all(compiled, 1)
    nothing = np.zeros(256, np.float32)
    times = []
    for draw in compiled.plan.draws:
        id = backend.record_alone(compiled, draw)
        best = float("inf")
        for _ in range(3):
            start = perf_counter()
            for _ in range(repeats):
                backend.bridge.run(id, 1, nothing, nothing[:4])
            await backend.bridge.read(compiled.packed, 1, 1)
            best = min(best, (perf_counter() - start) / repeats)
        backend.bridge.release([id])
        times.append(
            DrawTime(
                draw.label,
                draw.program.key,
                draw.shape,
                best * 1e3,
                draw.macs / best / 1e9,
                str(draw),
                draw.program.glsl(),
            )
        )
    return times


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


async def value_ranges(
    backend: WebGLBackend, net: WeightedNet, picture: NDArray[np.uint8], size: int | None = None
) -> list[ValueRange]:
    """The range of every op's values for a whole picture (H, W, 3 or 4), in order.

    The net runs several times, each time with some of its ops as outputs.
    """
    found = []
    for part in net.parts:
        found += await _ranges_of_part(backend, part, picture, size or part.network.size)
    return found


async def _ranges_of_part(
    backend: WebGLBackend, net: WeightedNet, picture: NDArray[np.uint8], size: int
) -> list[ValueRange]:
    from pyface_web.engine.webgl.draws import MAX_OUTPUTS

    height, width = picture.shape[:2]
    fit = letterbox(width, height, size, net.network.centred)
    square = square_of(net.network, picture, Box(0, 0, width, height), fit)
    image = net.network.entering(square[None])
    order = topological(net.graph(size).values())
    nodes = [node for node in order if not isinstance(node.op, Input)]
    found = [ValueRange.of("input", image)]
    for first in range(0, len(nodes), MAX_OUTPUTS):
        group = {str(i): node for i, node in enumerate(nodes[first : first + MAX_OUTPUTS])}
        values = await backend.evaluate(group, image, net.tensors, must_be_finite=False)
        for key, node in group.items():
            found.append(ValueRange.of(node.label or type(node.op).__name__, values[key]))
    return found
