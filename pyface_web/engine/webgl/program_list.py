"""What JavaScript needs to compile and warm a net's programs before Python is up.

The build calls `program_list` in the same Python as the page's and writes what it gives beside the
wheel; the page opens the GPU, compiles, and draws one pixel with each program while Python starts.
Everything here comes from the plan that the backend would make, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pyface_web.engine.self_test import FILTERS, graph
from pyface_web.engine.webgl.draws import Draw, Plan, Source, units
from pyface_web.engine.webgl.kernels import fit_otherwise
from pyface_web.engine.webgl.plan import plan
from pyface_web.graph.fuse import fuse
from pyface_web.models.architecture import Architecture


def program_list(
    architecture: Architecture | None, quantised: Collection[str], targets: int
) -> list[dict[str, Any]]:
    """Programs of a net at its own input size in the order of its draws; None: the self-test's.

    Last comes, of nets for one face, what cuts faces that are turned upright.

    quantised: paths of the tensors that the net's weight file holds as uint8. targets: render
    targets of the device that the programs are for, 4 or 8.
    """
    if architecture is None:
        plans = [plan("listed", graph(), {FILTERS}, targets)]
    else:
        plans = [
            plan("listed", fuse(part.graph(part.size)), quantised, targets, Source.of(part))
            for part in architecture.parts or (architecture,)
        ]
    found: dict[str, dict[str, Any]] = {}
    for made in plans:
        for draw in made.draws:
            if draw.program.key not in found:
                found[draw.program.key] = _entry(draw, made)
    if architecture is not None and architecture.fit == "letterbox_centred":
        upright = fit_otherwise(plans[0].draws[0], "similar")
        found[upright.program.key] = _entry(upright, plans[0])
    return list(found.values())


def _entry(draw: Draw, made: Plan) -> dict[str, Any]:
    """A program as `compile` takes it, and a draw as small as can be to warm it with.

    inputs: [unit, kind of texture, layers] each; output: layers, 0 for a plain texture.
    """
    kinds = {spec.name: "int" for spec in made.filters}
    kinds |= {"channels": "float", "source": "picture"}
    unit_of = units(draw)
    inputs = [
        [unit_of[sampler], kinds.get(name, "tensor"), _layers(made, name)]
        for sampler, name in draw.inputs
    ]
    return {
        "key": draw.program.key,
        "source": draw.program.glsl(),
        "samplers": unit_of,
        "inputs": inputs,
        "output": _layers(made, draw.output),
        "block": draw.block,
    }


def _layers(made: Plan, name: str) -> int:
    return made.tensors[name].layers if name in made.tensors else 0
