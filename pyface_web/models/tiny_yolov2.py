"""Tiny YOLOv2 as a face detector, with separable and with ordinary convolutions.

Paper: Redmon, Farhadi, YOLO9000 (arXiv 1612.08242). The nets are those of face-api.js
(weights: tiny_yolov2_separable_conv_model, tiny_yolov2_model), which no longer ships their weights.
"""

from __future__ import annotations

from collections.abc import Callable

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture
from pyface_web.models.blocks import conv, separable

ANCHORS = 5


def tiny_yolov2_separable(image: Node) -> dict[str, Node]:
    """(S, S, 3) -> {"grid": (S/32, S/32, 25)}: 5 anchors x (tx, ty, tw, th, objectness) a cell."""
    return _tiny_yolov2(image, _separable_leaky, ANCHORS * 5)


def tiny_yolov2(image: Node) -> dict[str, Node]:
    """As `tiny_yolov2_separable`, (S/32, S/32, 30): each anchor's last value is a class logit."""
    return _tiny_yolov2(image, _conv_norm_leaky, ANCHORS * 6)


def _tiny_yolov2(
    image: Node, unit: Callable[[Node, str, int], Node], outputs: int
) -> dict[str, Node]:
    """Shapes on the right are those of S = 416."""
    x = image
    for i, channels in enumerate((16, 32, 64, 128, 256, 512)):
        x = unit(x, f"conv{i}", channels)
        # The last pool has stride 1 and pads only bottom and right.
        x = nn.max_pool(x, 2, stride=2 if i < 5 else 1, padding="same")
    x = unit(x, "conv6", 1024)  # (13, 13, 512) -> (13, 13, 1024)
    x = unit(x, "conv7", 1024)
    return {"grid": conv(x, "conv8", outputs, kernel=1)}  # (13, 13, 25 or 30)


def _separable_leaky(x: Node, name: str, channels: int) -> Node:
    return nn.activation(separable(x, name, channels), "leaky")


def _conv_norm_leaky(x: Node, name: str, channels: int) -> Node:
    x = nn.conv2d(x, f"{name}/conv/filters", channels, kernel=3)
    x = nn.folded_norm(x, f"{name}/bn/sub", f"{name}/bn/truediv", f"{name}/conv/bias")
    return nn.activation(x, "leaky")


TINY_YOLOV2_SEPARABLE = Architecture(
    name="tiny_yolov2",
    model_name="tiny_yolov2_separable_conv_model",
    words="the Tiny YOLOv2 detector",
    build=tiny_yolov2_separable,
    size=416,
    mean=(117.001, 114.697, 97.404),
    scale=1 / 256,
    fit="letterbox",
    loader="load_tiny_yolov2_model",
    option="tiny_yolov2",
)
TINY_YOLOV2 = Architecture(
    name="tiny_yolov2_regular",
    model_name="tiny_yolov2_model",
    words="the Tiny YOLOv2 detector",
    build=tiny_yolov2,
    size=416,
    mean=(0.0, 0.0, 0.0),
    scale=1 / 256,
    fit="letterbox",
    loader="load_tiny_yolov2_model",
    option="tiny_yolov2",
)
