"""The plan of a net in words, for DEBUG."""

from __future__ import annotations

from collections.abc import Iterator

from pyface_web.engine.webgl.plan import plan
from pyface_web.weights.model import Model

TARGETS = 8  # of the device that the plan is for


def listing(net: Model) -> Iterator[tuple[int, str]]:
    """Level of DEBUG and line: the draws of a loaded net, then the GLSL of its programs."""
    quantised = {name for name, tensor in net.tensors.items() if tensor.quantised}
    for part in net.parts:
        made = plan(part.name, part.graph(part.architecture.size), quantised, TARGETS)
        for draw in made.draws:
            yield 3, str(draw)
        for program in made.programs.values():
            yield 4, f"{program.key}\n{program.glsl()}"
