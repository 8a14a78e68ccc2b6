"""{op: what writes it as ONNX}, and a whole graph; the ops mean what `engine.reference` says.

Everything per channel that follows a layer is folded into its weights, in 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.engine.onnx.writer import (
    IMAGE,
    LEVEL,
    TO_CHANNELS_LAST,
    Value,
    Writer,
    integers,
)
from pyface_web.graph import ops
from pyface_web.graph.node import Outputs, topological
from pyface_web.graph.ops import LEAKY_SLOPE, Op
from pyface_web.values.arrays import Array

Params = Mapping[str, Array]


def write_outputs(to: Writer, outputs: Outputs, arrays: Params) -> list[Value]:
    """Write a graph, fused or not; the values of its outputs, each by the name it has there.

    arrays: path of a parameter -> float32, any shape. Maps that come out are (batch, height, width,
    channels) again, what a dense layer gives (batch, channels).
    """
    values: dict[int, Value] = {}
    for node in topological(outputs.values()):
        to.label = node.label or type(node.op).__name__
        params = {role: arrays[param.path] for role, param in node.params.items()}
        inputs = [values[id(x)] for x in node.inputs]
        made = CONVERTERS[type(node.op)](to, node.op, inputs, params)
        values[id(node)] = replace(made, shape=node.shape)
    return [_out(to, name, values[id(node)]) for name, node in outputs.items()]


def _out(to: Writer, name: str, x: Value) -> Value:
    x = to.entered(x)
    if x.is_flat:
        to.op("Identity", [x.name], name)
    else:
        to.op("Transpose", [x.name], name, perm=TO_CHANNELS_LAST)
    return replace(x, name=name)


# --- one function an op: (writer, op, its inputs, its parameters by role) -> what it gives


def image(to: Writer, op: ops.Input, inputs: Sequence[Value], params: Params) -> Value:
    return Value(IMAGE, (1, 0, 0, 3), is_raw=True)


def resize_bilinear(
    to: Writer, op: ops.ResizeBilinear, inputs: Sequence[Value], params: Params
) -> Value:
    (x,) = inputs
    if x.is_raw:  # pixels are shrunk before anything else is done with all of them
        first = to.op("Shape", [x.name], start=0, end=1)
        sizes = [first, LEVEL, to.constant("colors", integers([3]))]
    else:
        x = to.map_of(x)
        first = to.op("Shape", [x.name], start=0, end=2)
        sizes = [first, to.constant("size", integers([op.height, op.width]))]
    size = to.op("Concat", sizes, axis=0)
    asymmetric = {"mode": "linear", "coordinate_transformation_mode": "asymmetric"}
    return to.entered(replace(x, name=to.op("Resize", [x.name, "", "", size], **asymmetric)))


def conv2d(
    to: Writer,
    op: ops.Conv2d,
    inputs: Sequence[Value],
    params: Params,
    after: _Affine | None = None,
) -> Value:
    filters = params["filters"].transpose(3, 2, 0, 1)
    return _conv(to, op, inputs[0], filters, after, groups=1)


def depthwise_conv2d(
    to: Writer,
    op: ops.DepthwiseConv2d,
    inputs: Sequence[Value],
    params: Params,
    after: _Affine | None = None,
) -> Value:
    filters = params["filters"].transpose(2, 3, 0, 1)
    return _conv(to, op, inputs[0], filters, after, groups=len(filters))


def dense(
    to: Writer, op: ops.Dense, inputs: Sequence[Value], params: Params, after: _Affine | None = None
) -> Value:
    x = to.entered(inputs[0])
    _, height, width, channels = x.shape
    name = x.name
    weights = params["weights"]
    if not x.is_flat:
        name = to.op("Flatten", [name], axis=1)
        # rows of the weights are in the order row, column, channel
        weights = weights.reshape(height, width, channels, -1).transpose(2, 0, 1, 3)
    folded, offset = _folded(weights.reshape(height * width * channels, -1), after, axis=1)
    constants = [to.constant("weights", folded)]
    if offset is not None:
        constants.append(to.constant("bias", offset))
    return Value(to.op("Gemm", [name, *constants]), x.shape, is_flat=True)


@dataclass(frozen=True)
class _Affine:
    """x * scale + offset, one of each for a channel, in 64 bits."""

    scale: npt.NDArray[np.float64]
    offset: npt.NDArray[np.float64]

    def then(self, other: _Affine) -> _Affine:
        """This, and then the other."""
        return _Affine(self.scale * other.scale, self.offset * other.scale + other.offset)


def _affine_of(op: Op, params: Params) -> _Affine:
    """What an op does with each channel."""
    wide = {role: values.astype(np.float64) for role, values in params.items()}
    if isinstance(op, ops.BatchNorm):
        scale = wide["gamma"] / np.sqrt(wide["variance"] + op.epsilon)
        return _Affine(scale, wide["beta"] - wide["mean"] * scale)
    if isinstance(op, ops.FoldedNorm):
        return _Affine(wide["truediv"], wide["bias"] - wide["sub"] * wide["truediv"])
    some = next(iter(wide.values()))
    return _Affine(wide.get("scale", np.ones_like(some)), wide.get("offset", np.zeros_like(some)))


def _folded(
    weights: npt.NDArray[Any], after: _Affine | None, axis: int
) -> tuple[Array, Array | None]:
    """Weights and bias of a layer with what follows it. axis: of the weights, that of outputs."""
    if after is None:
        return np.ascontiguousarray(weights), None
    along = [1] * weights.ndim
    along[axis] = -1
    scaled = weights.astype(np.float64) * after.scale.reshape(along)
    return scaled.astype(np.float32), after.offset.astype(np.float32)


def _conv(
    to: Writer,
    op: ops.Conv2d | ops.DepthwiseConv2d,
    x: Value,
    filters: Array,
    after: _Affine | None,
    groups: int,
) -> Value:
    x = to.map_of(x)
    folded, offset = _folded(filters, after, axis=0)
    constants = [to.constant("filters", folded)]
    if offset is not None:
        constants.append(to.constant("bias", offset))
    windows = to.windows(x, op.kernel, op.stride, op.padding)
    return replace(x, name=to.op("Conv", [x.name, *constants], group=groups, **windows))


def per_channel(to: Writer, op: Op, inputs: Sequence[Value], params: Params) -> Value:
    x = to.entered(inputs[0])
    affine = _affine_of(op, params)
    name = to.op("Mul", [x.name, to.per_channel("scale", affine.scale, x)])
    return replace(x, name=to.op("Add", [name, to.per_channel("offset", affine.offset, x)]))


def activation(to: Writer, op: ops.Activation, inputs: Sequence[Value], params: Params) -> Value:
    return _activated(to, op.kind, inputs[0])


def _activated(to: Writer, kind: ops.ActivationKind, x: Value) -> Value:
    x = to.entered(x)
    if kind == "none":
        return x
    return replace(x, name=to.once((kind, x.name), lambda: _activate(to, kind, x.name)))


def _activate(to: Writer, kind: ops.ActivationKind, name: str) -> str:
    if kind == "relu":
        return to.op("Relu", [name])
    if kind == "leaky":
        return to.op("LeakyRelu", [name], alpha=LEAKY_SLOPE)
    bounds = {"low": 0, "high": 6}
    limits = [to.constant(role, np.full((), at, np.float32)) for role, at in bounds.items()]
    return to.op("Clip", [name, *limits])


def prelu(to: Writer, op: ops.PRelu | ops.Fused, inputs: Sequence[Value], params: Params) -> Value:
    x = to.entered(inputs[0])
    return replace(x, name=to.op("PRelu", [x.name, to.per_channel("alpha", params["alpha"], x)]))


def add(to: Writer, op: ops.Add, inputs: Sequence[Value], params: Params) -> Value:
    x, y = (to.entered(value) for value in inputs)
    if x.is_flat != y.is_flat:
        x, y = to.map_of(x), to.map_of(y)
    return replace(x, name=to.op("Add", [x.name, y.name]))


def max_pool(to: Writer, op: ops.MaxPool, inputs: Sequence[Value], params: Params) -> Value:
    x = to.map_of(inputs[0])
    windows = to.windows(x, op.size, op.stride, op.padding)
    return replace(x, name=to.op("MaxPool", [x.name], **windows))


def avg_pool(to: Writer, op: ops.AvgPool, inputs: Sequence[Value], params: Params) -> Value:
    x = to.map_of(inputs[0])
    windows = to.windows(x, op.size, op.stride, "valid")
    return replace(x, name=to.op("AveragePool", [x.name], **windows))


def global_mean(to: Writer, op: ops.GlobalMean, inputs: Sequence[Value], params: Params) -> Value:
    x = to.map_of(inputs[0])
    return replace(x, name=to.op("GlobalAveragePool", [x.name]))


def pad(to: Writer, op: ops.Pad, inputs: Sequence[Value], params: Params) -> Value:
    x = to.map_of(inputs[0])
    if not (op.bottom or op.right or op.channels):
        return x
    pads = integers([0, 0, 0, 0, 0, op.channels, op.bottom, op.right])
    return replace(x, name=to.op("Pad", [x.name, to.constant("pads", pads)]))


def fused(to: Writer, op: ops.Fused, inputs: Sequence[Value], params: Params) -> Value:
    x = _activated(to, op.pre, inputs[0])
    after: _Affine | None = None
    for i, step in enumerate(op.epilogue):
        mine = {k.split(".", 1)[1]: v for k, v in params.items() if k.startswith(f"{i}.")}
        affine = _affine_of(step, mine)
        after = affine if after is None else after.then(affine)
    y = _LAYERS[type(op.kernel)](to, op.kernel, [x], params, after)
    y = replace(y, shape=op.kernel.out_shape(x.shape))
    if op.pad != ops.Pad():
        y = replace(pad(to, op.pad, [y], {}), shape=op.pad.out_shape(y.shape))
    if op.skip == "add":
        y = add(to, ops.Add(), [y, inputs[1]], {})
    elif op.skip == "pool":
        pooled = avg_pool(to, ops.AvgPool(2, 2), [inputs[1]], {})
        missing = ops.Pad(channels=y.shape[3] - inputs[1].shape[3])
        y = add(to, ops.Add(), [y, pad(to, missing, [pooled], {})], {})
    y = prelu(to, op, [y], params) if op.activation == "prelu" else _activated(to, op.activation, y)
    return max_pool(to, op.top, [y], {}) if op.top else y


Converter = Callable[[Writer, Any, Sequence[Value], Params], Value]
_LAYERS: dict[type[Op], Callable[..., Value]] = {
    ops.Conv2d: conv2d,
    ops.DepthwiseConv2d: depthwise_conv2d,
    ops.Dense: dense,
}
CONVERTERS: dict[type[Op], Converter] = {
    ops.Input: image,
    ops.Conv2d: conv2d,
    ops.DepthwiseConv2d: depthwise_conv2d,
    ops.Dense: dense,
    ops.Affine: per_channel,
    ops.BatchNorm: per_channel,
    ops.FoldedNorm: per_channel,
    ops.Activation: activation,
    ops.PRelu: prelu,
    ops.ResizeBilinear: resize_bilinear,
    ops.Add: add,
    ops.MaxPool: max_pool,
    ops.AvgPool: avg_pool,
    ops.GlobalMean: global_mean,
    ops.Pad: pad,
    ops.Fused: fused,
}
