"""Every op as a loop over single numbers: slow, literal, and easy to compare with its definition.

Arrays are (batch, height, width, channels); everything is summed up in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def axis(n: int, kernel: int, stride: int, padding: str) -> tuple[int, int]:
    """Output length and the padding before, as TensorFlow defines SAME and VALID."""
    if padding == "valid":
        return math.floor((n - kernel) / stride) + 1, 0
    out = math.ceil(n / stride)
    return out, max((out - 1) * stride + kernel - n, 0) // 2


def taps(n: int, at: int, kernel: int, stride: int, before: int) -> Iterator[tuple[int, int]]:
    """(index in the kernel, index in the input) of the cells of a window that lie in the input."""
    for k in range(kernel):
        i = at * stride + k - before
        if 0 <= i < n:
            yield k, i


def conv2d(x: Array, filters: Array, stride: int, padding: str) -> NDArray[np.float64]:
    n, height, width, channels = x.shape
    kernel, outputs = filters.shape[0], filters.shape[3]
    rows, top = axis(height, kernel, stride, padding)
    columns, left = axis(width, kernel, stride, padding)
    y = np.zeros((n, rows, columns, outputs))
    for b, i, j, o in np.ndindex(y.shape):
        for ky, yy in taps(height, i, kernel, stride, top):
            for kx, xx in taps(width, j, kernel, stride, left):
                for c in range(channels):
                    y[b, i, j, o] += float(x[b, yy, xx, c]) * float(filters[ky, kx, c, o])
    return y


def depthwise(x: Array, filters: Array, stride: int, padding: str) -> NDArray[np.float64]:
    n, height, width, channels = x.shape
    kernel = filters.shape[0]
    rows, top = axis(height, kernel, stride, padding)
    columns, left = axis(width, kernel, stride, padding)
    y = np.zeros((n, rows, columns, channels))
    for b, i, j, c in np.ndindex(y.shape):
        for ky, yy in taps(height, i, kernel, stride, top):
            for kx, xx in taps(width, j, kernel, stride, left):
                y[b, i, j, c] += float(x[b, yy, xx, c]) * float(filters[ky, kx, c, 0])
    return y


def pool(x: Array, size: int, stride: int, padding: str, kind: str) -> NDArray[np.float64]:
    """kind "max": the largest cell of the window. "mean": their mean."""
    n, height, width, channels = x.shape
    rows, top = axis(height, size, stride, padding)
    columns, left = axis(width, size, stride, padding)
    y = np.zeros((n, rows, columns, channels))
    for b, i, j, c in np.ndindex(y.shape):
        cells = [
            float(x[b, yy, xx, c])
            for _, yy in taps(height, i, size, stride, top)
            for _, xx in taps(width, j, size, stride, left)
        ]
        y[b, i, j, c] = max(cells) if kind == "max" else sum(cells) / len(cells)
    return y


def dense(x: Array, weights: Array) -> NDArray[np.float64]:
    y = np.zeros((len(x), 1, 1, weights.shape[1]))
    for b, o in np.ndindex(len(x), weights.shape[1]):
        for c in range(weights.shape[0]):
            y[b, 0, 0, o] += float(x[b, 0, 0, c]) * float(weights[c, o])
    return y


def global_mean(x: Array) -> NDArray[np.float64]:
    n, height, width, channels = x.shape
    y = np.zeros((n, 1, 1, channels))
    for b, i, j, c in np.ndindex(x.shape):
        y[b, 0, 0, c] += float(x[b, i, j, c]) / (height * width)
    return y


def batch_norm(
    x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float
) -> NDArray[np.float64]:
    y = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        c = at[3]
        root = math.sqrt(float(variance[c]) + epsilon)
        y[at] = (float(x[at]) - float(mean[c])) / root * float(gamma[c]) + float(beta[c])
    return y


def folded_norm(x: Array, sub: Array, truediv: Array, bias: Array) -> NDArray[np.float64]:
    y = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        c = at[3]
        y[at] = (float(x[at]) - float(sub[c])) * float(truediv[c]) + float(bias[c])
    return y


def affine(x: Array, scale: Array | None, offset: Array | None) -> NDArray[np.float64]:
    y = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        factor = 1.0 if scale is None else float(scale[at[3]])
        y[at] = float(x[at]) * factor + (0.0 if offset is None else float(offset[at[3]]))
    return y


def activation(x: Array, kind: str) -> NDArray[np.float64]:
    """leaky as face-api.js writes it, with m = 0.10000000149011612 x."""
    y = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        v = float(x[at])
        m = 0.10000000149011612 * v
        y[at] = {
            "none": v,
            "relu": max(v, 0),
            "relu6": min(max(v, 0), 6),
            "leaky": max(v - m, 0) + m,
        }[kind]
    return y


def add(x: Array, y: Array) -> NDArray[np.float64]:
    total = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        total[at] = float(x[at]) + float(y[at])
    return total


def pad(x: Array, bottom: int, right: int, channels: int) -> NDArray[np.float64]:
    n, height, width, depth = x.shape
    y = np.zeros((n, height + bottom, width + right, depth + channels))
    for at in np.ndindex(x.shape):
        y[at] = x[at]
    return y


def prelu(x: Array, alpha: Array) -> NDArray[np.float64]:
    y = x.astype(np.float64)
    for place in np.ndindex(y.shape):
        if y[place] < 0:
            y[place] *= float(alpha[place[3]])
    return y


def resize_bilinear(x: Array, rows: int, columns: int) -> NDArray[np.float64]:
    n, height, width, channels = x.shape
    y = np.zeros((n, rows, columns, channels))
    for b, i, j, c in np.ndindex(y.shape):
        v, u = i * height / rows, j * width / columns
        top, left = math.floor(v), math.floor(u)
        bottom, right = min(math.ceil(v), height - 1), min(math.ceil(u), width - 1)
        a, d = (
            x[b, row, left, c] * (left + 1 - u) + x[b, row, right, c] * (u - left)
            for row in (top, bottom)
        )
        y[b, i, j, c] = a * (top + 1 - v) + d * (v - top)
    return y
