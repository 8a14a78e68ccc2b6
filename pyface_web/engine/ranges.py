"""The values that every op of a net gives on a device."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.debug import ValueRange
from pyface_web.engine.square import fit_of, square_of
from pyface_web.graph.node import Node, topological
from pyface_web.graph.ops import Input
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import Box
from pyface_web.weights.model import Model

Evaluate = Callable[[Mapping[str, Node], Array, Mapping[str, Any]], Awaitable[dict[str, Array]]]


async def value_ranges(
    evaluate: Evaluate,
    net: Model,
    picture: NDArray[np.uint8],
    size: int | None,
    at_once: int,
) -> list[ValueRange]:
    """The range of every op's values for a whole picture (H, W, 3 or 4), in order.

    The net runs several times, each time with `at_once` of its ops as outputs. evaluate: outputs of
    a graph for an image and tensors, be they finite or not.
    """
    found = []
    for part in net.parts:
        found += await _of_part(
            evaluate, part.as_it_is(), picture, size or part.architecture.size, at_once
        )
    return found


async def _of_part(
    evaluate: Evaluate, net: Model, picture: NDArray[np.uint8], size: int, at_once: int
) -> list[ValueRange]:
    height, width = picture.shape[:2]
    fit = fit_of(net.architecture, width, height, size)
    square = square_of(picture, Box(0, 0, width, height), fit)
    image = net.architecture.entering(square[None])
    order = topological(net.graph(size).values())
    nodes = [node for node in order if not isinstance(node.op, Input)]
    found = [ValueRange.of("input", image)]
    for first in range(0, len(nodes), at_once):
        group = {str(i): node for i, node in enumerate(nodes[first : first + at_once])}
        values = await evaluate(group, image, net.tensors)
        for key, node in group.items():
            found.append(ValueRange.of(node.label or type(node.op).__name__, values[key]))
    return found
