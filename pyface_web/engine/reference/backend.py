"""The reference kernels as a backend: no GPU, no browser; slow, and always right."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event

from pyface_web.engine import debug
from pyface_web.engine.backend import CpuBackend
from pyface_web.engine.reference.run import run
from pyface_web.engine.threads import in_thread
from pyface_web.errors import BackendError, OptionsError
from pyface_web.graph.node import Node
from pyface_web.values.arrays import Array


class ReferenceBackend(CpuBackend):
    """Runs nets with NumPy."""

    name = "reference"
    label = "NumPy, slow"
    description = "NumPy reference (no GPU)"

    async def compute(
        self, graph: Mapping[str, Node], image: Array, arrays: Mapping[str, Array]
    ) -> dict[str, Array]:
        """Outputs of a graph; see `CpuBackend.compute`."""
        watch, stopped = debug.watcher(), Event()

        def watched(node: Node, value: Array) -> None:
            if stopped.is_set():
                raise BackendError("nobody waits for this any more")
            if watch is not None:
                watch(node, value)

        return await in_thread(lambda: run(graph, image, arrays, watched), stopped.set)


async def probe(precision: int | None = None) -> ReferenceBackend:
    """The backend; OptionsError for a precision, since it computes in 32 bits only."""
    if precision is not None:
        raise OptionsError(
            f"precision {precision}: the reference backend computes in 32 bits; leave it out"
        )
    return ReferenceBackend()
