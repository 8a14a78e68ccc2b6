"""Evaluate a graph with the NumPy kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pyface_web.engine.reference.kernels import KERNELS
from pyface_web.errors import ShapeError
from pyface_web.graph.node import Node, Outputs, consumers, topological
from pyface_web.graph.ops import Input
from pyface_web.values.arrays import Array


def run(
    outputs: Outputs,
    image: Array,
    params: Mapping[str, Array],
    watch: Callable[[Node, Array], None] | None = None,
) -> dict[str, Array]:
    """Outputs of a graph for images (N, H, W, C) float32; any N, whatever the graph was built for.

    params: manifest path -> float32 array. watch: called with every node and its value, in order.
    """
    order = topological(outputs.values())
    users = consumers(order)
    kept = {id(node) for node in outputs.values()}
    waiting = {key: len(nodes) for key, nodes in users.items()}
    values: dict[int, Array] = {}
    for node in order:
        if isinstance(node.op, Input):
            if image.shape[1:] != node.shape[1:]:
                raise ShapeError(f"the graph takes images {node.shape[1:]}, got {image.shape}")
            value = image.astype(np.float32, copy=False)
        else:
            mine = {role: params[param.path] for role, param in node.params.items()}
            inputs = [values[id(x)] for x in node.inputs]
            with np.errstate(over="ignore", invalid="ignore"):  # as a GPU; the outputs are judged
                value = KERNELS[type(node.op)](node.op, inputs, mine).astype(np.float32, copy=False)
        values[id(node)] = value
        if watch is not None:
            watch(node, value)
        for x in node.inputs:  # free what nobody needs any more
            waiting[id(x)] -= 1
            if waiting[id(x)] == 0 and id(x) not in kept:
                values.pop(id(x), None)
    return {name: values[id(node)] for name, node in outputs.items()}
