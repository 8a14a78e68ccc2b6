"""What a device takes for each draw of a net."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from pyface_web.engine.debug import DrawTime
from pyface_web.engine.webgl.device import Device
from pyface_web.weights.model import Model


async def profile(
    device: Device, net: Model, size: int | None = None, repeats: int = 20
) -> list[DrawTime]:
    """Time every draw of a net for one item: `repeats` runs, then one read that waits for them.

    The fastest of three such rounds counts. Values are those of whatever lies in the textures.
    """
    times = []
    for part in net.parts:
        times += await _profile_part(device, part, size or part.architecture.size, repeats)
    return times


async def _profile_part(device: Device, net: Model, size: int, repeats: int) -> list[DrawTime]:
    net = net.as_it_is()
    compiled = await device.prepare(net, size)
    device.reserve_all(compiled, 1)
    nothing = np.zeros(256, np.float32)
    times = []
    for draw in compiled.plan.draws:
        id = device.record_alone(compiled, draw)
        best = float("inf")
        for _ in range(3):
            start = perf_counter()
            for _ in range(repeats):
                device.bridge.run(id, 1, nothing, nothing[:4], device.picture)
            await device.bridge.read(compiled.packed, 1, 1)
            best = min(best, (perf_counter() - start) / repeats)
        device.bridge.release([id])
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
