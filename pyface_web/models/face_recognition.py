"""Face recognition net: the ResNet-34-like descriptor net of dlib, as published with face-api.js.

http://dlib.net/dnn_face_recognition_ex.cpp.html (weights: face_recognition_model)
"""

from __future__ import annotations

from collections.abc import Iterable

from pyface_web.graph import nn
from pyface_web.graph.node import Node, parameters
from pyface_web.graph.ops import Padding
from pyface_web.models.architecture import MEAN_RGB, Architecture


def face_recognition(image: Node) -> dict[str, Node]:
    """(150, 150, 3) -> {"descriptor": (1, 1, 128)}, not normalised; same person below 0.6."""
    x = _conv(image, "conv32_down", 32, kernel=7, stride=2, padding="valid", relu=True)
    x = nn.max_pool(x, 3, stride=2)  # (72, 72, 32) -> (35, 35, 32)
    for i in (1, 2, 3):
        x = _residual(x, f"conv32_{i}")
    x = _residual_down(x, "conv64_down", 64)  # (17, 17, 64)
    for i in (1, 2, 3):
        x = _residual(x, f"conv64_{i}")
    x = _residual_down(x, "conv128_down", 128)  # (8, 8, 128)
    for i in (1, 2):
        x = _residual(x, f"conv128_{i}")
    x = _residual_down(x, "conv256_down", 256)  # (4, 4, 256)
    for i in (1, 2):
        x = _residual(x, f"conv256_{i}")
    x = _residual_down(x, "conv256_down_out", 256)  # (2, 2, 256)
    return {"descriptor": nn.dense(nn.global_mean(x), "fc", 128)}  # (1, 1, 128)


def _conv(
    x: Node,
    name: str,
    channels: int,
    kernel: int = 3,
    stride: int = 1,
    padding: Padding = "same",
    relu: bool = False,
) -> Node:
    x = nn.conv2d(x, f"{name}/conv/filters", channels, kernel, stride, padding)
    x = nn.bias(x, f"{name}/conv/bias")
    x = nn.affine(x, f"{name}/scale/weights", f"{name}/scale/biases")
    return nn.activation(x, "relu" if relu else "none")


def _residual(x: Node, name: str) -> Node:
    channels = x.shape[3]
    y = _conv(_conv(x, f"{name}/conv1", channels, relu=True), f"{name}/conv2", channels)
    return nn.activation(nn.add(y, x), "relu")


def _residual_down(x: Node, name: str, channels: int) -> Node:
    # The strided convolution is VALID, so its map can be one smaller than the pooled one: it
    # then gets a zero row and column at the bottom and right. Missing channels of the pooled
    # map are zero too.
    y = _conv(x, f"{name}/conv1", channels, stride=2, padding="valid", relu=True)
    y = _conv(y, f"{name}/conv2", channels)
    pooled = nn.avg_pool(x, 2, stride=2)
    y = nn.pad(y, bottom=pooled.shape[1] - y.shape[1], right=pooled.shape[2] - y.shape[2])
    pooled = nn.pad(pooled, channels=channels - x.shape[3])
    return nn.activation(nn.add(y, pooled), "relu")


def _paths() -> Iterable[str]:
    return parameters(face_recognition(nn.image((1, 150, 150, 3))))


FACE_RECOGNITION = Architecture(
    name="face_recognition_net",
    model_name="face_recognition_model",
    words="the recognition model",
    build=face_recognition,
    size=150,
    mean=MEAN_RGB,
    scale=1 / 256,
    fit="letterbox_centred",
    # dlib's own order; the weight manifest has TensorFlow's
    raw_layouts={"fc": "oi"} | {path: "oihw" for path in _paths() if path.endswith("/filters")},
    loader="load_face_recognition_model",
)
