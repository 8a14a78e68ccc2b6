"""What the rest of the package needs to know of a net besides its graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyface_web.graph.node import Node, parameters
from pyface_web.graph.ops import Dims

Rgb = tuple[float, float, float]
MEAN_RGB: Rgb = (122.782, 117.001, 104.298)


@dataclass(frozen=True)
class Network:
    """A net: its graph, how pictures enter it, and what its weight file holds.

    build: image node (1, size, size, 3) -> named outputs. A pixel v in 0..255 enters the graph as
    (v - mean) * scale, RGB; padding is black before that. `constants` are tensors of the weight
    file that the decoder needs, `unused` those nobody needs.
    """

    name: str
    model_name: str
    build: Callable[[Node], Mapping[str, Node]]
    size: int
    mean: Rgb
    scale: float
    centred: bool
    constants: Mapping[str, Dims] = field(default_factory=dict)
    unused: Mapping[str, Dims] = field(default_factory=dict)

    def tensors(self, outputs: Mapping[str, Node]) -> dict[str, Dims]:
        """Path -> shape of every tensor that the weight file must hold."""
        return parameters(outputs) | dict(self.constants) | dict(self.unused)
