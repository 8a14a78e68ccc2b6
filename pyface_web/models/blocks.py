"""Building blocks that several nets share."""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.graph.ops import Padding


def conv(
    x: Node, name: str, channels: int, kernel: int, stride: int = 1, padding: Padding = "same"
) -> Node:
    """Convolution and bias."""
    x = nn.conv2d(x, f"{name}/filters", channels, kernel, stride, padding)
    return nn.bias(x, f"{name}/bias")


def dense(x: Node, name: str, units: int) -> Node:
    """Fully connected layer and bias."""
    return nn.bias(nn.dense(x, f"{name}/weights", units), f"{name}/bias")


def separable(x: Node, name: str, channels: int, stride: int = 1) -> Node:
    """Depthwise 3x3, pointwise 1x1, bias; nothing in between, no activation. SAME."""
    x = nn.depthwise(x, f"{name}/depthwise_filter", kernel=3, stride=stride)
    x = nn.conv2d(x, f"{name}/pointwise_filter", channels, kernel=1)
    return nn.bias(x, f"{name}/bias")


def dense_block(x: Node, name: str, channels: int, convs: int, first: bool = False) -> Node:
    """`convs` convolutions, the first with stride 2, whose results are summed up.

    Source: face-api.js, "DenseBlock3" and "DenseBlock4": convolution i sees the rectified sum of
    all earlier results; the summands themselves are not rectified. The running sum is added in
    order here, (a0 + a1) + a2, which differs from the original's a0 + (a1 + a2) by rounding only.
    """
    if first:
        a0 = conv(x, f"{name}/conv0", channels, kernel=3, stride=2)
    else:
        a0 = separable(x, f"{name}/conv0", channels, stride=2)
    total = nn.activation(a0, "relu")
    for i in range(1, convs):
        # a0 is rectified already, so the first rectification changes nothing
        rectified = total if i == 1 else nn.activation(total, "relu")
        total = nn.add(separable(rectified, f"{name}/conv{i}", channels), total)
    return nn.activation(total, "relu")


def dense_features(image: Node) -> Node:
    """(112, 112, 3) -> (7, 7, 256): the body that the landmark and the expression net share."""
    x = dense_block(image, "dense0", 32, convs=4, first=True)  # (56, 56, 32)
    x = dense_block(x, "dense1", 64, convs=4)  # (28, 28, 64)
    x = dense_block(x, "dense2", 128, convs=4)  # (14, 14, 128)
    return dense_block(x, "dense3", 256, convs=4)  # (7, 7, 256)
