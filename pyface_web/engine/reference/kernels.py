"""{op: NumPy function}: textbook formulas, vectorised, never clever.

Every kernel takes the op, its input arrays (batch, height, width, channels) and its parameters
by role, all float32, and returns a float32 array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pyface_web.graph import ops
from pyface_web.graph.ops import LEAKY_SLOPE, Op, window
from pyface_web.values.arrays import Array

Params = Mapping[str, Array]


def _windows(x: Array, kernel: int, stride: int, padding: ops.Padding, fill: float) -> Array:
    """(N, H, W, C) -> (N, out H, out W, C, kernel, kernel), padded with `fill`."""
    pads = []
    for size in x.shape[1:3]:
        out, before = window(size, kernel, stride, padding)
        pads.append((before, max((out - 1) * stride + kernel - size - before, 0)))
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
    out_h, out_w = (window(size, kernel, stride, padding)[0] for size in x.shape[1:3])
    return view[:, ::stride, ::stride][:, :out_h, :out_w]


def conv2d(op: ops.Conv2d, inputs: Sequence[Array], params: Params) -> Array:
    filters = params["filters"]
    patches = _windows(inputs[0], op.kernel, op.stride, op.padding, 0)
    n, height, width = patches.shape[:3]
    # (C, kh, kw) is the order of a patch, so the filters are brought into it too
    flat = np.ascontiguousarray(patches).reshape(n * height * width, -1)
    matrix = filters.transpose(2, 0, 1, 3).reshape(-1, filters.shape[3])
    return (flat @ matrix).reshape(n, height, width, -1)


def depthwise_conv2d(op: ops.DepthwiseConv2d, inputs: Sequence[Array], params: Params) -> Array:
    patches = _windows(inputs[0], op.kernel, op.stride, op.padding, 0)
    total = np.zeros(patches.shape[:4], np.float32)
    for y in range(op.kernel):
        for x in range(op.kernel):
            total += patches[..., y, x] * params["filters"][y, x, :, 0]
    return total


def dense(op: ops.Dense, inputs: Sequence[Array], params: Params) -> Array:
    x = inputs[0]
    return x.reshape(len(x), 1, 1, -1) @ params["weights"]


def affine(op: ops.Affine, inputs: Sequence[Array], params: Params) -> Array:
    y = inputs[0]
    if op.scale:
        y = y * params["scale"]
    return y + params["offset"] if op.offset else y


def batch_norm(op: ops.BatchNorm, inputs: Sequence[Array], params: Params) -> Array:
    scale: Array = params["gamma"] / np.sqrt(params["variance"] + np.float32(op.epsilon))
    return (inputs[0] - params["mean"]) * scale + params["beta"]


def folded_norm(op: ops.FoldedNorm, inputs: Sequence[Array], params: Params) -> Array:
    return (inputs[0] - params["sub"]) * params["truediv"] + params["bias"]


def activation(op: ops.Activation, inputs: Sequence[Array], params: Params) -> Array:
    return activate(op.kind, inputs[0])


def activate(kind: ops.ActivationKind, x: Array) -> Array:
    if kind == "relu":
        return np.maximum(x, 0)
    if kind == "relu6":
        return np.clip(x, 0, 6)
    if kind == "leaky":
        return np.asarray(np.maximum(x, np.float32(LEAKY_SLOPE) * x))
    return x


def prelu(op: ops.PRelu | ops.Fused, inputs: Sequence[Array], params: Params) -> Array:
    x = inputs[0]
    return np.asarray(np.maximum(x, 0) + params["alpha"] * np.minimum(x, 0))


def resize_bilinear(op: ops.ResizeBilinear, inputs: Sequence[Array], params: Params) -> Array:
    x = inputs[0]
    low, high, part = _between(op.height, x.shape[1])
    x = x[:, low] + (x[:, high] - x[:, low]) * part[:, None, None]
    low, high, part = _between(op.width, x.shape[2])
    return np.asarray(x[:, :, low] + (x[:, :, high] - x[:, :, low]) * part[:, None])


def _between(out: int, size: int) -> tuple[Array, Array, Array]:
    """For each of `out` cells along an axis: the two input cells, and the part of the second."""
    at = np.arange(out) * np.float32(size / out)
    low = np.floor(at)
    high = np.minimum(np.ceil(at), size - 1)
    return low.astype(np.intp), high.astype(np.intp), (at - low).astype(np.float32)


def add(op: ops.Add, inputs: Sequence[Array], params: Params) -> Array:
    return inputs[0] + inputs[1]


def max_pool(op: ops.MaxPool, inputs: Sequence[Array], params: Params) -> Array:
    windows = _windows(inputs[0], op.size, op.stride, op.padding, -np.inf)
    return np.asarray(windows.max(axis=(4, 5)))


def avg_pool(op: ops.AvgPool, inputs: Sequence[Array], params: Params) -> Array:
    windows = _windows(inputs[0], op.size, op.stride, "valid", 0)
    return np.asarray(windows.mean(axis=(4, 5), dtype=np.float32))


def global_mean(op: ops.GlobalMean, inputs: Sequence[Array], params: Params) -> Array:
    return np.asarray(inputs[0].mean(axis=(1, 2), keepdims=True, dtype=np.float32))


def pad(op: ops.Pad, inputs: Sequence[Array], params: Params) -> Array:
    return np.pad(inputs[0], ((0, 0), (0, op.bottom), (0, op.right), (0, op.channels)))


def fused(op: ops.Fused, inputs: Sequence[Array], params: Params) -> Array:
    y = activate(op.pre, inputs[0])
    y = KERNELS[type(op.kernel)](op.kernel, [y], params)
    for i, step in enumerate(op.epilogue):
        mine = {k.split(".", 1)[1]: v for k, v in params.items() if k.startswith(f"{i}.")}
        y = KERNELS[type(step)](step, [y], mine)
    y = pad(op.pad, [y], {})
    if op.skip == "add":
        y = y + inputs[1]
    elif op.skip == "pool":
        pooled = avg_pool(ops.AvgPool(2, 2), [inputs[1]], {})
        y = y.copy()
        y[..., : pooled.shape[3]] += pooled
    y = activate(op.activation, y) if op.activation != "prelu" else prelu(op, [y], params)
    return max_pool(op.top, [y], {}) if op.top else y


KERNELS: dict[type[Op], Callable[[Any, Sequence[Array], Params], Array]] = {
    ops.Conv2d: conv2d,
    ops.DepthwiseConv2d: depthwise_conv2d,
    ops.Dense: dense,
    ops.Affine: affine,
    ops.BatchNorm: batch_norm,
    ops.FoldedNorm: folded_norm,
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
