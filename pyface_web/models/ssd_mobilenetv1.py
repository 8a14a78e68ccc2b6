"""SSD MobileNet v1 face detector.

https://github.com/yeephycho/tensorflow-face-detection, trained on WIDER FACE; as published with
face-api.js (weights: ssd_mobilenetv1_model). Papers: MobileNets (arXiv 1704.04861), SSD
(arXiv 1512.02325).
"""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.graph.ops import Dims
from pyface_web.models.architecture import Architecture

ANCHORS = 5118
CLASSES = 3  # background, face, and one that is not used

# (depthwise stride, channels) of Conv2d_1 ... Conv2d_13
_BODY = (
    (1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), (1, 512), (1, 512), (1, 512),
    (1, 512), (1, 512), (2, 1024), (1, 1024),
)  # fmt: skip
# (kernel, channels) of Prediction/Conv2d_0 ... Conv2d_7; the 3x3 ones have stride 2
_EXTRA = ((1, 256), (3, 512), (1, 128), (3, 256), (1, 128), (3, 256), (1, 64), (3, 128))


def ssd_mobilenetv1(image: Node) -> dict[str, Node]:
    """(512, 512, 3) -> six pairs of heads, "boxes_p" (g, g, 4 a) and "classes_p" (g, g, 3 a).

    g = 32, 16, 8, 4, 2, 1 cells a side and a = 3, 6, 6, 6, 6, 6 anchors a cell, 5118 in all.
    """
    x = _pointwise(
        image, "MobilenetV1/Conv2d_0_pointwise", 32, kernel=3, stride=2
    )  # (256, 256, 32)
    sources = []
    for i, (stride, channels) in enumerate(_BODY, start=1):
        x = _depthwise(x, f"MobilenetV1/Conv2d_{i}_depthwise", stride)
        x = _pointwise(x, f"MobilenetV1/Conv2d_{i}_pointwise", channels)
        if i in (11, 13):
            sources.append(x)  # (32, 32, 512), (16, 16, 1024)
    for j, (kernel, channels) in enumerate(_EXTRA):
        stride = 2 if kernel == 3 else 1
        x = _pointwise(x, f"Prediction/Conv2d_{j}_pointwise", channels, kernel, stride)
        if kernel == 3:
            sources.append(x)  # (8, 8, 512), (4, 4, 256), (2, 2, 256), (1, 1, 128)
    heads: dict[str, Node] = {}
    for p, source in enumerate(sources):
        anchors = 3 if p == 0 else 6
        name = f"Prediction/BoxPredictor_{p}"
        heads[f"boxes_{p}"] = _head(source, f"{name}/BoxEncodingPredictor", anchors * 4)
        heads[f"classes_{p}"] = _head(source, f"{name}/ClassPredictor", anchors * CLASSES)
    return heads


def _pointwise(x: Node, name: str, channels: int, kernel: int = 1, stride: int = 1) -> Node:
    x = nn.conv2d(x, f"{name}/weights", channels, kernel, stride)
    return nn.activation(nn.bias(x, f"{name}/convolution_bn_offset"), "relu6")


def _depthwise(x: Node, name: str, stride: int) -> Node:
    x = nn.depthwise(x, f"{name}/depthwise_weights", kernel=3, stride=stride)
    bn = f"{name}/BatchNorm"
    x = nn.batch_norm(x, f"{bn}/gamma", f"{bn}/beta", f"{bn}/moving_mean", f"{bn}/moving_variance")
    return nn.activation(x, "relu6")


def _head(x: Node, name: str, channels: int) -> Node:
    return nn.bias(nn.conv2d(x, f"{name}/weights", channels, kernel=1), f"{name}/biases")


# Constants of the TensorFlow graph that were exported along with the weights.
_UNUSED: dict[str, Dims] = {
    "Prediction/BoxPredictor_0/stack_1/2": (),
    "Prediction/BoxPredictor_0/stack/3": (),
    "Prediction/BoxPredictor_0/strided_slice/stack": (1,),
    "Prediction/BoxPredictor_0/strided_slice/stack_1": (1,),
    **{f"Prediction/BoxPredictor_{p}/stack_1/1": () for p in range(6)},
    "Postprocessor/Slice/begin": (3,),
    "Postprocessor/Slice/size": (3,),
    "Postprocessor/stack/1": (),
    "Preprocessor/mul/x": (),
    "Preprocessor/sub/y": (),
    "Preprocessor/ResizeImage/size": (2,),
    "concat_1/axis": (),
}

SSD_MOBILENETV1 = Architecture(
    name="ssd_mobilenetv1",
    model_name="ssd_mobilenetv1_model",
    words="the SSD detector",
    build=ssd_mobilenetv1,
    size=512,
    mean=(1 / 0.007843137718737125,) * 3,
    scale=0.007843137718737125,
    fit="letterbox",
    constants={"Output/extra_dim": (1, ANCHORS, 4)},
    unused=_UNUSED,
    raw_tail="Prediction/BoxPredictor_",
    loader="load_ssd_mobilenetv1_model",
)
