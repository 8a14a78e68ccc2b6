"""Runs in the page: the cases on the GPU and on the reference, compared there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyface_web.engine.reference.run import run as run_reference
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import Capabilities, JsBridge
from pyface_web.engine.webgl.constants import stored
from pyface_web.graph.node import Outputs, topological
from pyface_web.graph.ops import Conv2d, Dense, Fused
from pyface_web.values.arrays import Array
from pyface_web.weights.shards import Tensor
from tests.page.differences import difference
from tests.page.op_cases import CASES, Case


class Limited:
    """A device with at most `targets` render targets."""

    def __init__(self, bridge: JsBridge, targets: int) -> None:
        self._bridge, self._targets = bridge, targets

    def open(self) -> Capabilities:
        found = self._bridge.open()
        return replace(found, targets=self._targets or found.targets)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bridge, name)


def arrays_of(outputs: Outputs, tensors: Mapping[str, Tensor]) -> dict[str, Array]:
    """What the device computes with: filters of conv2d that are no bytes in 16 bits."""
    arrays = {name: tensor.array() for name, tensor in tensors.items()}
    for node in topological(outputs.values()):
        kernel = node.op.kernel if isinstance(node.op, Fused) else node.op
        if isinstance(kernel, (Conv2d, Dense)):
            param = node.params.get("filters") or node.params["weights"]
            arrays[param.path] = stored(tensors[param.path]).array().reshape(param.shape)
    return arrays


async def compare(
    names: Sequence[str], targets: int, precision: int, limits: Sequence[float]
) -> dict[str, Any]:
    """Name -> what differs, and what the device is.

    targets: render targets, 0 for what the device has. precision: 0 likewise. limits: (exact,
    otherwise) as largest deviations in parts of the largest value.
    """
    backend = WebGLBackend(Limited(await JsBridge.load(), targets), precision or None)
    found = {}
    try:
        for name in names:
            try:
                found[name] = await _compared(backend, CASES[name], limits)
            except Exception as error:
                found[name] = {"problem": f"{type(error).__name__}: {error}"}
        return {"found": found, "description": backend.description, "stats": backend.stats()}
    finally:
        backend.close()


async def _compared(backend: WebGLBackend, case: Case, limits: Sequence[float]) -> dict[str, Any]:
    outputs, image, tensors = case.outputs(), case.image(), case.tensors()
    want = run_reference(outputs, image, arrays_of(outputs, tensors))["y"]
    got = (await backend.evaluate(outputs, image, tensors))["y"]
    return difference(got, want, limits[0 if case.moves else 1])
