"""What the rest of the package needs to know of a net besides its graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.graph import nn
from pyface_web.graph.node import Node, parameters
from pyface_web.graph.ops import Dims
from pyface_web.values.numeric import shown

Rgb = tuple[float, float, float]
MEAN_RGB: Rgb = (122.782, 117.001, 104.298)
Fitting = Literal["letterbox", "letterbox_centred", "stretch"]
"""How a picture fills a square: with its proportions, upper left or in the middle, or without."""


@dataclass(frozen=True)
class Pyramid:
    """A picture, and the sizes in which a net without dense layers looks at all of it.

    picture, and each of levels: (width, height) in pixels.
    """

    picture: tuple[int, int]
    levels: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        sizes = (self.picture, *self.levels)
        return "-".join(f"{width}x{height}" for width, height in sizes)


InputSize = int | Pyramid
"""What the graph of a net is made for: the side of square inputs, or the levels of a picture."""

_MOST_SIDE = 2**16  # no texture is larger


@dataclass(frozen=True, eq=False)
class Architecture:
    """A net: its graph, how pictures enter it, and what its weight file holds.

    build: image node (1, size, size, 3) -> named outputs. A pixel v in 0..255 enters the graph as
    (v - mean) * scale, RGB; padding is black before that. `constants` are tensors of the weight
    file that the decoder needs, `unused` those nobody needs. parts: nets that run one by one with
    the tensors of this one, whose own graph then only declares them.

    fit: how crops of a picture are fitted into the square. transposed: pixels enter with their axes
    exchanged, as BGR.

    name: of its attribute in `nets`. model_name: what the names of its weight files begin with.
    words: what it is, for people, with an article. loader: the function of the API that loads it,
    where it has one. option: its name in `models` of loadPyface, by default model_name without
    "_model".

    raw_layouts: for weights given as one flat array, the tensors that are stored there in another
    axis order (see `weights.shards.from_array`); raw_tail: prefix of those that come last there.
    """

    name: str
    model_name: str
    build: Callable[[Node], Mapping[str, Node]]
    size: int
    mean: Rgb
    scale: float
    fit: Fitting
    constants: Mapping[str, Dims] = field(default_factory=dict)
    unused: Mapping[str, Dims] = field(default_factory=dict)
    raw_layouts: Mapping[str, str] = field(default_factory=dict)
    raw_tail: str = "\0"
    transposed: bool = False
    parts: tuple[Architecture, ...] = ()
    words: str = ""
    loader: str = ""
    option: str = ""

    @property
    def model_option(self) -> str:
        """Its name in the option `models` of loadPyface."""
        return self.option or self.model_name.removesuffix("_model")

    def entering(self, pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(N, height, width, 3) pixels in 0..255, RGB, as the graph takes them."""
        image = (pixels - np.asarray(self.mean, np.float32)) * np.float32(self.scale)
        return image.transpose(0, 2, 1, 3)[..., ::-1] if self.transposed else image

    def graph(self, size: InputSize) -> Mapping[str, Node]:
        """Named outputs for square inputs of `size` pixels, batch 1; ShapeError for a Pyramid."""
        if not isinstance(size, int) or not 0 < size <= _MOST_SIDE:
            raise ShapeError(f"{self.name}: expected the side of a square input, got {shown(size)}")
        return self.build(nn.image((1, size, size, 3)))

    def tensors(self, outputs: Mapping[str, Node]) -> dict[str, Dims]:
        """Path -> shape of every tensor that the weight file must hold."""
        return parameters(outputs) | dict(self.constants) | dict(self.unused)

    def raw_order(self) -> dict[str, Dims]:
        """Path -> shape in the order of face-api.js's flat weight arrays: the graph's own."""
        outputs = self.graph(self.size)
        ordered = sorted(parameters(outputs).items(), key=lambda p: p[0].startswith(self.raw_tail))
        return dict(ordered) | dict(self.constants)
