"""Every op as frozen data with its shape rule and the parameters it declares.

Shapes are (batch, height, width, channels). Filters are (height, width, in, out), depthwise
filters (height, width, channels, 1); convolution is correlation, as in TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from pyface_web.errors import ShapeError

Shape = tuple[int, int, int, int]
Dims = tuple[int, ...]
Padding = Literal["same", "valid"]
ActivationKind = Literal["none", "relu", "relu6", "leaky"]

# face-api.js writes max(x - m, 0) + m with m = 0.10000000149011612 x, which is this slope.
LEAKY_SLOPE = 0.10000000149011612


def window(size: int, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Output length and cells padded before the first one, for one axis.

    TensorFlow's SAME puts the odd cell at the bottom and right; symmetric padding would shift a
    stride-2 3x3 layer on an even input by one pixel.
    """
    if padding == "valid":
        return (size - kernel) // stride + 1, 0
    out = -(-size // stride)
    return out, max((out - 1) * stride + kernel - size, 0) // 2


class Op:
    """Base of all ops. `out_shape` and `param_shapes` take the shapes of the op's inputs."""

    def out_shape(self, *inputs: Shape) -> Shape:
        """Shape of the result; raises ShapeError where the inputs do not fit."""
        return inputs[0]

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        """Role -> shape of each parameter of the op."""
        return {}


def _window_shape(op: Op, x: Shape, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    height, width = (
        window(x[1], kernel, stride, padding)[0],
        window(x[2], kernel, stride, padding)[0],
    )
    if height < 1 or width < 1:
        raise ShapeError(f"{op}: input {x} is smaller than the {kernel}x{kernel} window")
    return height, width


@dataclass(frozen=True)
class Input(Op):
    """The picture that enters a graph, already letterboxed and normalised."""

    def out_shape(self, *inputs: Shape) -> Shape:
        raise ShapeError("Input has no inputs; make it with nn.image(shape)")


@dataclass(frozen=True)
class Conv2d(Op):
    """2D convolution without bias."""

    channels: int
    kernel: int
    stride: int = 1
    padding: Padding = "same"

    def out_shape(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        height, width = _window_shape(self, x, self.kernel, self.stride, self.padding)
        return (x[0], height, width, self.channels)

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return {"filters": (self.kernel, self.kernel, inputs[0][3], self.channels)}


@dataclass(frozen=True)
class DepthwiseConv2d(Op):
    """One filter per channel, no bias."""

    kernel: int
    stride: int = 1
    padding: Padding = "same"

    def out_shape(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        height, width = _window_shape(self, x, self.kernel, self.stride, self.padding)
        return (x[0], height, width, x[3])

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return {"filters": (self.kernel, self.kernel, inputs[0][3], 1)}


@dataclass(frozen=True)
class Dense(Op):
    """Fully connected layer without bias, on a square map.

    The map counts as one row of numbers, in the order row, column, channel.
    """

    units: int

    def out_shape(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        if x[1] != x[2]:
            raise ShapeError(f"{self}: expected an input of (batch, side, side, channels), got {x}")
        return (x[0], 1, 1, self.units)

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return {"weights": (prod(inputs[0][1:]), self.units)}


@dataclass(frozen=True)
class Affine(Op):
    """Per-channel y = x * scale + offset, with either part optional. A bias is an offset."""

    scale: bool = False
    offset: bool = True

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        channels: Dims = (inputs[0][3],)
        return ({"scale": channels} if self.scale else {}) | (
            {"offset": channels} if self.offset else {}
        )


@dataclass(frozen=True)
class BatchNorm(Op):
    """Frozen batch norm: (x - mean) * gamma / sqrt(variance + epsilon) + beta."""

    epsilon: float = 0.0010000000474974513  # float32 of 1e-3, as face-api.js has it

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return dict.fromkeys(("gamma", "beta", "mean", "variance"), (inputs[0][3],))


@dataclass(frozen=True)
class FoldedNorm(Op):
    """Batch norm whose factor was computed before: (x - sub) * truediv + bias.

    Its parameters are declared in the order in which flat weight arrays hold them.
    """

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return dict.fromkeys(("bias", "sub", "truediv"), (inputs[0][3],))


@dataclass(frozen=True)
class Activation(Op):
    """relu: max(x, 0); relu6: min(max(x, 0), 6); leaky: slope 0.1 below zero."""

    kind: ActivationKind


@dataclass(frozen=True)
class PRelu(Op):
    """max(x, 0) + alpha * min(x, 0), with one alpha per channel."""

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        return {"alpha": (inputs[0][3],)}


@dataclass(frozen=True)
class ResizeBilinear(Op):
    """Bilinear interpolation to another size, corners not aligned, as TensorFlow.js does it.

    Cell i of n is read at i * m / n of the m input cells, without a shift by half a cell.
    """

    height: int
    width: int

    def out_shape(self, *inputs: Shape) -> Shape:
        if self.height < 1 or self.width < 1:
            raise ShapeError(f"{self}: expected a size of at least 1x1")
        return (inputs[0][0], self.height, self.width, inputs[0][3])


@dataclass(frozen=True)
class Add(Op):
    """Sum of two tensors of the same shape."""

    def out_shape(self, *inputs: Shape) -> Shape:
        if inputs[0] != inputs[1]:
            raise ShapeError(f"Add: expected two equal shapes, got {inputs[0]} and {inputs[1]}")
        return inputs[0]


@dataclass(frozen=True)
class MaxPool(Op):
    """Maximum over a window; padding cells never win."""

    size: int
    stride: int
    padding: Padding = "valid"

    def out_shape(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        height, width = _window_shape(self, x, self.size, self.stride, self.padding)
        return (x[0], height, width, x[3])


@dataclass(frozen=True)
class AvgPool(Op):
    """Mean over a window; only windows that lie inside count (VALID)."""

    size: int
    stride: int

    def out_shape(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        height, width = _window_shape(self, x, self.size, self.stride, "valid")
        return (x[0], height, width, x[3])


@dataclass(frozen=True)
class GlobalMean(Op):
    """Mean over both spatial axes."""

    def out_shape(self, *inputs: Shape) -> Shape:
        return (inputs[0][0], 1, 1, inputs[0][3])


@dataclass(frozen=True)
class Pad(Op):
    """Zeros appended at the bottom, the right, and as extra channels."""

    bottom: int = 0
    right: int = 0
    channels: int = 0

    def out_shape(self, *inputs: Shape) -> Shape:
        n, height, width, channels = inputs[0]
        return (n, height + self.bottom, width + self.right, channels + self.channels)


@dataclass(frozen=True)
class Fused(Op):
    """A convolution with everything that follows it in one kernel; made by `fuse`, never by hand.

    In order: `pre` activation on the input, the kernel, the epilogue ops, `pad` zeros, the skip
    input added ("add": as it is; "pool": its 2x2 mean, channels beyond its own left alone), the
    activation ("prelu" with the parameter "alpha"), and the 2x2 max pool with stride 2 `top`.
    Parameters keep their roles, those of epilogue op i prefixed with "i.".
    """

    kernel: Conv2d | DepthwiseConv2d | Dense
    epilogue: tuple[Affine | BatchNorm | FoldedNorm, ...] = ()
    pad: Pad = Pad()
    skip: Literal["none", "add", "pool"] = "none"
    activation: ActivationKind | Literal["prelu"] = "none"
    pre: ActivationKind = "none"
    top: MaxPool | None = None

    def out_shape(self, *inputs: Shape) -> Shape:
        shape = self.pad.out_shape(self.kernel.out_shape(inputs[0]))
        return self.top.out_shape(shape) if self.top else shape

    def param_shapes(self, *inputs: Shape) -> dict[str, Dims]:
        shapes = self.kernel.param_shapes(inputs[0])
        out = self.kernel.out_shape(inputs[0])
        for i, op in enumerate(self.epilogue):
            shapes |= {f"{i}.{role}": dims for role, dims in op.param_shapes(out).items()}
        return shapes | (PRelu().param_shapes(out) if self.activation == "prelu" else {})


ALL: frozenset[type[Op]] = frozenset(
    {
        Input, Conv2d, DepthwiseConv2d, Dense, Affine, BatchNorm, FoldedNorm, Activation, PRelu,
        ResizeBilinear, Add, MaxPool, AvgPool, GlobalMean, Pad, Fused,
    }
)  # fmt: skip
