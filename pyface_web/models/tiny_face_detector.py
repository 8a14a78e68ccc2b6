"""Tiny Face Detector: a Tiny YOLOv2 of separable convolutions, as published with face-api.js.

https://github.com/justadudewhohacks/face-api.js (weights: tiny_face_detector_model)
"""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture
from pyface_web.models.blocks import conv, separable

ANCHORS = 5


def tiny_face_detector(image: Node) -> dict[str, Node]:
    """(S, S, 3) -> {"grid": (S/32, S/32, 25)}: per cell 5 anchors x (tx, ty, tw, th, objectness).

    Shapes on the right are those of S = 416.
    """
    # VALID: the first layer loses a border pixel, and the weights were trained so.
    x = conv(image, "conv0", 16, kernel=3, padding="valid")  # (414, 414, 16)
    x = nn.activation(x, "leaky")
    x = nn.max_pool(x, 2, stride=2, padding="same")  # (207, 207, 16)
    for i, channels in enumerate((32, 64, 128, 256, 512), start=1):
        x = nn.activation(separable(x, f"conv{i}", channels), "leaky")
        # The last pool has stride 1 and pads only bottom and right.
        x = nn.max_pool(x, 2, stride=2 if i < 5 else 1, padding="same")
    return {"grid": conv(x, "conv8", ANCHORS * 5, kernel=1)}  # (13, 13, 25)


TINY_FACE_DETECTOR = Architecture(
    name="tiny_face_detector",
    model_name="tiny_face_detector_model",
    words="the tiny detector",
    build=tiny_face_detector,
    size=416,
    mean=(117.001, 114.697, 97.404),
    scale=1 / 256,
    fit="letterbox",
    loader="load_tiny_face_detector_model",
)
