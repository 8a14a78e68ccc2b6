"""Which layer of a net deviates first: a device against the reference, node by node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.pages import PyfacePage

# Nodes of the fused graph are made outputs in groups, as many as one plan can read back.
_COMPARE = """
from pyface_web.engine.square import fit_of, square_of
from pyface_web.pictures.source import resolve
from pyface_web.graph.node import topological
from pyface_web.graph.ops import Input
from pyface_web.engine.reference.run import run
from pyface_web.engine.webgl.draws import MAX_OUTPUTS

net = getattr(faceapi.nets, net_name)
size = size or net.architecture.size
seen = await resolve(picture)
fit = fit_of(net.architecture, seen.width, seen.height, size)
square = square_of(seen.array(), faceapi.Box(0, 0, seen.width, seen.height), fit)
image = net.architecture.entering(square[None])

wanted = {}
arrays = {**net.arrays, **{path: net.arrays[path] * 1.01 for path in spoilt}}
graph = net.graph(size)
run(graph, image, arrays, lambda node, value: wanted.__setitem__(id(node), value))
nodes = [node for node in topological(graph.values()) if not isinstance(node.op, Input)]
backend = await faceapi.pipeline.nets.session.backend()
layers = []
for first in range(0, len(nodes), MAX_OUTPUTS):
    group = {str(i): node for i, node in enumerate(nodes[first : first + MAX_OUTPUTS])}
    got = await backend.evaluate(group, image, net.tensors)
    for key, node in group.items():
        have, want = got[key].reshape(-1), wanted[id(node)].reshape(-1)
        off = np.abs(have - want)
        worst = np.argsort(-off)[:5]
        layers.append(dict(
            name=node.label or type(node.op).__name__, shape=list(node.shape),
            error=float(off.max() / max(np.abs(want).max(), 1e-6)),
            got=have[worst], wanted=want[worst],
        ))
layers
"""


@dataclass(frozen=True)
class Layer:
    """error: largest deviation, relative to the layer's largest value; five worst values."""

    name: str
    shape: tuple[int, ...]
    error: float
    got: list[float]
    wanted: list[float]

    def __str__(self) -> str:
        got, wanted = ([f"{v:.6g}" for v in values] for values in (self.got, self.wanted))
        return (
            f"{self.name} {self.shape}: relative error {self.error:.3g}, "
            f"got {', '.join(got)}, reference {', '.join(wanted)}"
        )


def compare_layers(
    pyface: PyfacePage,
    net: str,
    picture: str,
    size: int | None = None,
    spoilt: tuple[str, ...] = (),
) -> list[Layer]:
    """Every layer of a net for a picture of the page, in order.

    net: its name in faceapi.nets. spoilt: tensors that the reference gets 1 % too large.
    """
    found: list[dict[str, Any]] = pyface.run(
        _COMPARE, net_name=net, picture=picture, size=size, spoilt=spoilt
    )
    return [Layer(**{**values, "shape": tuple(values["shape"])}) for values in found]


def first_deviation(layers: list[Layer], tolerance: float) -> Layer | None:
    """The first layer that deviates by more than this, or None."""
    return next((layer for layer in layers if not layer.error <= tolerance), None)
