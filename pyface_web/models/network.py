"""What the rest of the package needs to know of a net besides its graph."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.graph import nn
from pyface_web.graph.node import Node, parameters
from pyface_web.graph.ops import Dims

Rgb = tuple[float, float, float]
MEAN_RGB: Rgb = (122.782, 117.001, 104.298)


@dataclass(frozen=True, eq=False)
class Network:
    """A net: its graph, how pictures enter it, and what its weight file holds.

    build: image node (1, size, size, 3) -> named outputs. A pixel v in 0..255 enters the graph as
    (v - mean) * scale, RGB; padding is black before that. `constants` are tensors of the weight
    file that the decoder needs, `unused` those nobody needs. parts: nets that run one by one with
    the tensors of this one, whose own graph then only declares them.

    turned: its pictures have their axes exchanged and are BGR. outputs_per_pack: so many outputs
    are brought back by one draw.

    raw_layouts: for weights given as one flat array, the tensors that are stored there in another
    axis order (see `weights.shards.from_array`); raw_tail: prefix of those that come last there.
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
    raw_layouts: Mapping[str, str] = field(default_factory=dict)
    raw_tail: str = "\0"
    turned: bool = False
    outputs_per_pack: int = 12
    parts: tuple[Network, ...] = ()

    def entering(self, pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(N, height, width, 3) pixels in 0..255, RGB, as the graph takes them."""
        image = (pixels - np.asarray(self.mean, np.float32)) * np.float32(self.scale)
        return image.transpose(0, 2, 1, 3)[..., ::-1] if self.turned else image

    def graph(self, size: Hashable) -> Mapping[str, Node]:
        """Named outputs for square inputs of `size` pixels, batch 1."""
        if not isinstance(size, int):
            raise ShapeError(f"{self.name}: expected the side of a square input, got {size!r}")
        return self.build(nn.image((1, size, size, 3)))

    def tensors(self, outputs: Mapping[str, Node]) -> dict[str, Dims]:
        """Path -> shape of every tensor that the weight file must hold."""
        return parameters(outputs) | dict(self.constants) | dict(self.unused)

    def raw_order(self) -> dict[str, Dims]:
        """Path -> shape in the order of face-api.js's flat weight arrays: the graph's own."""
        outputs = self.graph(self.size)
        ordered = sorted(parameters(outputs).items(), key=lambda p: p[0].startswith(self.raw_tail))
        return dict(ordered) | dict(self.constants)
