"""What kernels read besides tensors: filters, sums and slopes, as they lie in memory.

Per-channel ops that follow a convolution are folded into its filters and its bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.wasm.layout import LANES, PANEL, filled_up
from pyface_web.graph import ops
from pyface_web.graph.node import Node
from pyface_web.graph.ops import LEAKY_SLOPE, Fused
from pyface_web.values.arrays import Array
from pyface_web.weights.shards import Tensor

Tensors = Mapping[str, Tensor]
Float64s = NDArray[np.float64]


@dataclass(frozen=True)
class Fold:
    """Per-channel ops in order, each with the paths of its parameters by role."""

    steps: tuple[
        tuple[ops.Affine | ops.BatchNorm | ops.FoldedNorm, tuple[tuple[str, str], ...]], ...
    ]

    @classmethod
    def of(cls, node: Node) -> Fold:
        """Those of a node: of its epilogue, or itself."""
        if isinstance(node.op, (ops.Affine, ops.BatchNorm, ops.FoldedNorm)):
            return cls(((node.op, tuple((role, p.path) for role, p in node.params.items())),))
        epilogue = node.op.epilogue if isinstance(node.op, Fused) else ()
        return cls(
            tuple(
                (op, tuple((role, node.params[f"{i}.{role}"].path) for role in _roles(op)))
                for i, op in enumerate(epilogue)
            )
        )

    def factors(self, tensors: Tensors, channels: int) -> tuple[Float64s, Float64s]:
        """Scale and offset of each channel: all of them as one x * scale + offset."""
        scale, offset = np.ones(channels), np.zeros(channels)
        for op, paths in self.steps:
            p = {role: tensors[path].array().astype(np.float64).ravel() for role, path in paths}
            if isinstance(op, ops.Affine):
                s, o = p.get("scale", 1.0), p.get("offset", 0.0)
            elif isinstance(op, ops.BatchNorm):
                s = p["gamma"] / np.sqrt(p["variance"] + op.epsilon)
                o = p["beta"] - p["mean"] * s
            else:
                s = p["truediv"]
                o = p["bias"] - p["sub"] * s
            scale, offset = scale * s, offset * s + o
        return scale, offset


def _roles(op: ops.Op) -> list[str]:
    return list(op.param_shapes((1, 1, 1, 1)))


@dataclass(frozen=True)
class Panels:
    """Filters of a product, (taps, inputs, outputs): panels of eight outputs."""

    path: str
    taps: int
    inputs: int
    outputs: int
    pixel: int
    fold: Fold

    @property
    def floats(self) -> int:
        return filled_up(self.outputs, PANEL) * self.taps * self.pixel

    def factors(self, tensors: Tensors) -> Array:
        """What the filters of each output are multiplied with."""
        return _filled(self.fold.factors(tensors, self.outputs)[0], filled_up(self.outputs, PANEL))


class _PerChannel:
    """A number for each channel, for as many as a product computes."""

    channels: int

    @property
    def floats(self) -> int:
        return filled_up(self.channels, PANEL)


@dataclass(frozen=True)
class Bias(_PerChannel):
    """What a sum begins with."""

    fold: Fold
    channels: int

    def values(self, tensors: Tensors) -> Array:
        return _filled(self.fold.factors(tensors, self.channels)[1], self.floats)


@dataclass(frozen=True)
class Scale(_PerChannel):
    """What each channel is multiplied with."""

    fold: Fold
    channels: int

    def values(self, tensors: Tensors) -> Array:
        return _filled(self.fold.factors(tensors, self.channels)[0], self.floats)


@dataclass(frozen=True)
class Slopes(_PerChannel):
    """Slopes below zero, of a parameter or all the same."""

    path: str | None
    channels: int

    def values(self, tensors: Tensors) -> Array:
        given = (
            np.full(self.channels, LEAKY_SLOPE) if self.path is None else tensors[self.path].array()
        )
        return _filled(given.ravel(), self.floats)


@dataclass(frozen=True)
class Depthwise:
    """Filters of a depthwise convolution: [channels / 4][size * size][4]."""

    path: str
    size: int
    channels: int
    fold: Fold

    @property
    def floats(self) -> int:
        return filled_up(self.channels, LANES) * self.size**2

    def values(self, tensors: Tensors) -> Array:
        scale, _ = self.fold.factors(tensors, self.channels)
        taps = tensors[self.path].array().reshape(self.size**2, self.channels) * scale
        padded = np.zeros((self.size**2, filled_up(self.channels, LANES)), np.float32)
        padded[:, : self.channels] = taps
        return np.ascontiguousarray(
            padded.reshape(self.size**2, -1, LANES).transpose(1, 0, 2)
        ).ravel()


Constant = Panels | Bias | Scale | Slopes | Depthwise


def _filled(values: NDArray[np.floating], floats: int) -> Array:
    found = np.zeros(floats, np.float32)
    found[: values.size] = values
    return found
