"""What models are written with: one short maker per op.

Parameter paths are given whole, as they stand in the weight manifest.
"""

from __future__ import annotations

from pyface_web.graph import ops
from pyface_web.graph.node import Node, apply
from pyface_web.graph.ops import ActivationKind, Padding, Shape


def image(shape: Shape) -> Node:
    """The input of a graph, (batch, height, width, 3)."""
    return Node(ops.Input(), (), shape, label="image")


def conv2d(
    x: Node, filters: str, channels: int, kernel: int, stride: int = 1, padding: Padding = "same"
) -> Node:
    """Convolution without bias."""
    return apply(
        ops.Conv2d(channels, kernel, stride, padding), x, paths={"filters": filters}, label=filters
    )


def depthwise(
    x: Node, filters: str, kernel: int = 3, stride: int = 1, padding: Padding = "same"
) -> Node:
    """Depthwise convolution without bias."""
    op = ops.DepthwiseConv2d(kernel, stride, padding)
    return apply(op, x, paths={"filters": filters}, label=filters)


def dense(x: Node, weights: str, units: int) -> Node:
    """Fully connected layer without bias on (batch, side, side, channels)."""
    return apply(ops.Dense(units), x, paths={"weights": weights}, label=weights)


def bias(x: Node, path: str) -> Node:
    """x + bias, per channel."""
    return apply(ops.Affine(), x, paths={"offset": path}, label=path)


def affine(x: Node, scale: str, offset: str) -> Node:
    """x * scale + offset, per channel."""
    op = ops.Affine(scale=True, offset=True)
    return apply(op, x, paths={"scale": scale, "offset": offset}, label=scale)


def batch_norm(x: Node, gamma: str, beta: str, mean: str, variance: str) -> Node:
    """Frozen batch norm."""
    paths = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
    return apply(ops.BatchNorm(), x, paths=paths, label=gamma)


def folded_norm(x: Node, sub: str, truediv: str, bias: str) -> Node:
    """(x - sub) * truediv + bias, per channel: a frozen batch norm whose factor is given."""
    paths = {"sub": sub, "truediv": truediv, "bias": bias}
    return apply(ops.FoldedNorm(), x, paths=paths, label=truediv)


def activation(x: Node, kind: ActivationKind) -> Node:
    """Elementwise activation; "none" gives x itself."""
    return x if kind == "none" else apply(ops.Activation(kind), x, label=kind)


def prelu(x: Node, alpha: str) -> Node:
    """max(x, 0) + alpha * min(x, 0), per channel."""
    return apply(ops.PRelu(), x, paths={"alpha": alpha}, label=alpha)


def resize_bilinear(x: Node, height: int, width: int) -> Node:
    """Bilinear interpolation by the rule of TensorFlow.js."""
    return apply(ops.ResizeBilinear(height, width), x, label=f"resize {height}x{width}")


def add(x: Node, y: Node) -> Node:
    """Sum of two tensors of equal shape."""
    return apply(ops.Add(), x, y, label="add")


def max_pool(x: Node, size: int, stride: int, padding: Padding = "valid") -> Node:
    """Maximum over a window."""
    return apply(ops.MaxPool(size, stride, padding), x, label="max_pool")


def avg_pool(x: Node, size: int, stride: int) -> Node:
    """Mean over a window, VALID."""
    return apply(ops.AvgPool(size, stride), x, label="avg_pool")


def global_mean(x: Node) -> Node:
    """Mean over height and width -> (batch, 1, 1, channels)."""
    return apply(ops.GlobalMean(), x, label="mean")


def pad(x: Node, bottom: int = 0, right: int = 0, channels: int = 0) -> Node:
    """Zeros at the bottom, right and as channels; x itself where there is nothing to add."""
    if not (bottom or right or channels):
        return x
    return apply(ops.Pad(bottom, right, channels), x, label="pad")
