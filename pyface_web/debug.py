"""Where the time goes: each draw of a net, timed by itself on the device."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from pyface_web.net import WeightedNet
from pyface_web.webgl.backend import WebGLBackend


@dataclass(frozen=True)
class DrawTime:
    """One draw: what it is, milliseconds, and multiply-adds per nanosecond (GMAC/s)."""

    label: str
    program: str
    shape: tuple[int, ...]
    milliseconds: float
    gmacs: float

    def __str__(self) -> str:
        size = "x".join(map(str, self.shape[1:]))
        return f"{self.milliseconds:8.2f} ms {self.gmacs:6.1f} GMAC/s  {size:14} {self.label}"


async def profile(
    backend: WebGLBackend, net: WeightedNet, size: int | None = None, repeats: int = 20
) -> list[DrawTime]:
    """Time every draw of a net for one item: `repeats` runs, then one read that waits for them.

    The fastest of three such rounds counts. Values are those of whatever lies in the textures.
    """
    compiled = await backend.prepare(net, size or net.network.size)
    backend.reserve(compiled, 1)
    nothing = np.zeros(256, np.float32)
    times = []
    for draw in compiled.draws:
        id = backend.record_alone(compiled, draw)
        best = float("inf")
        for _ in range(3):
            start = perf_counter()
            for _ in range(repeats):
                backend.bridge.run(id, 1, nothing, nothing[:4])
            await backend.bridge.read(f"{compiled.id}/packed", 1, 1)
            best = min(best, (perf_counter() - start) / repeats)
        backend.bridge.release([id])
        times.append(
            DrawTime(draw.label, draw.program.key, draw.shape, best * 1e3, draw.macs / best / 1e9)
        )
    return times
