"""What a device takes for each draw of a net, and the values that each op gives there."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.engine.square import fit_of, square_of
from pyface_web.engine.webgl.device import Device
from pyface_web.engine.webgl.draws import MAX_OUTPUTS
from pyface_web.graph.node import topological
from pyface_web.graph.ops import Input
from pyface_web.values.geometry import Box
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


async def value_ranges(
    device: Device, net: Model, picture: NDArray[np.uint8], size: int | None = None
) -> list[ValueRange]:
    """The range of every op's values for a whole picture (H, W, 3 or 4), in order.

    The net runs several times, each time with some of its ops as outputs.
    """
    found = []
    for part in net.parts:
        found += await _ranges_of_part(device, part, picture, size or part.architecture.size)
    return found


async def _ranges_of_part(
    device: Device, net: Model, picture: NDArray[np.uint8], size: int
) -> list[ValueRange]:
    net = net.as_it_is()  # it runs several times, with the same weights
    height, width = picture.shape[:2]
    fit = fit_of(net.architecture, width, height, size)
    square = square_of(picture, Box(0, 0, width, height), fit)
    image = net.architecture.entering(square[None])
    order = topological(net.graph(size).values())
    nodes = [node for node in order if not isinstance(node.op, Input)]
    found = [ValueRange.of("input", image)]
    for first in range(0, len(nodes), MAX_OUTPUTS):
        group = {str(i): node for i, node in enumerate(nodes[first : first + MAX_OUTPUTS])}
        values = await device.evaluate(group, image, net.tensors, must_be_finite=False)
        for key, node in group.items():
            found.append(ValueRange.of(node.label or type(node.op).__name__, values[key]))
    return found
