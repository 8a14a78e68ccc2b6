"""MTCNN: three small nets that find faces of any size, each on what the one before it kept.

Zhang et al., Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks
(arXiv 1604.02878), with the weights of https://github.com/kpzhang93/MTCNN_face_detection_alignment
as published with face-api.js (weights: mtcnn_model). The nets see pictures transposed: rows of a
map run along the picture's x.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture, InputSize, Pyramid, Rgb
from pyface_web.models.blocks import dense

CELL = 12  # pixels of its input that one cell of PNet's map looks at
_MEAN: Rgb = (127.5, 127.5, 127.5)
_SCALE = 0.0078125


class _PNetArchitecture(Architecture):
    def graph(self, size: InputSize) -> Mapping[str, Node]:
        """As of any for a side; for a Pyramid "scores_i" and "regions_i" of every level."""
        if not isinstance(size, Pyramid):
            return super().graph(size)
        width, height = size.picture
        image = nn.image((1, width, height, 3))  # transposed
        outputs: dict[str, Node] = {}
        for i, (level_width, level_height) in enumerate(size.levels):
            level = nn.resize_bilinear(image, level_width, level_height)
            outputs |= {f"{name}_{i}": node for name, node in _pnet(level).items()}
        return outputs


def pnet(image: Node) -> dict[str, Node]:
    """(W, H, 3) -> "scores_0" (w, h, 2) logits of no face, face, and "regions_0" (w, h, 4).

    w and h are about half of W and H: a cell looks at 12x12 pixels, the next one two pixels on.
    """
    level = nn.resize_bilinear(image, *image.shape[1:3])
    return {f"{name}_0": node for name, node in _pnet(level).items()}


def _pnet(level: Node) -> dict[str, Node]:
    x = _conv(level, "pnet/conv1", 10, alpha="pnet/prelu1_alpha")
    x = nn.max_pool(x, 2, stride=2, padding="same")
    x = _conv(x, "pnet/conv2", 16, alpha="pnet/prelu2_alpha")
    x = _conv(x, "pnet/conv3", 32, alpha="pnet/prelu3_alpha")
    return {
        "scores": _conv(x, "pnet/conv4_1", 2, kernel=1),
        "regions": _conv(x, "pnet/conv4_2", 4, kernel=1),
    }


def rnet(image: Node) -> dict[str, Node]:
    """(24, 24, 3) -> "scores" (1, 1, 2) logits, "regions" (1, 1, 4)."""
    x = _conv(image, "rnet/conv1", 28, alpha="rnet/prelu1_alpha")  # (22, 22, 28)
    x = nn.max_pool(x, 3, stride=2, padding="same")  # (11, 11, 28)
    x = _conv(x, "rnet/conv2", 48, alpha="rnet/prelu2_alpha")  # (9, 9, 48)
    x = nn.max_pool(x, 3, stride=2)  # (4, 4, 48)
    x = _conv(x, "rnet/conv3", 64, kernel=2, alpha="rnet/prelu3_alpha")  # (3, 3, 64)
    x = _dense(x, "rnet/fc1", 128, alpha="rnet/prelu4_alpha")
    return {"scores": _dense(x, "rnet/fc2_1", 2), "regions": _dense(x, "rnet/fc2_2", 4)}


def onet(image: Node) -> dict[str, Node]:
    """(48, 48, 3) -> "scores" (1, 1, 2) logits, "regions" (1, 1, 4), "points" (1, 1, 10).

    points: x of the five, then y, in fractions of the box.
    """
    x = _conv(image, "onet/conv1", 32, alpha="onet/prelu1_alpha")  # (46, 46, 32)
    x = nn.max_pool(x, 3, stride=2, padding="same")  # (23, 23, 32)
    x = _conv(x, "onet/conv2", 64, alpha="onet/prelu2_alpha")  # (21, 21, 64)
    x = nn.max_pool(x, 3, stride=2)  # (10, 10, 64)
    x = _conv(x, "onet/conv3", 64, alpha="onet/prelu3_alpha")  # (8, 8, 64)
    x = nn.max_pool(x, 2, stride=2, padding="same")  # (4, 4, 64)
    x = _conv(x, "onet/conv4", 128, kernel=2, alpha="onet/prelu4_alpha")  # (3, 3, 128)
    x = _dense(x, "onet/fc1", 256, alpha="onet/prelu5_alpha")
    return {
        "scores": _dense(x, "onet/fc2_1", 2),
        "regions": _dense(x, "onet/fc2_2", 4),
        "points": _dense(x, "onet/fc2_3", 10),
    }


def _conv(x: Node, name: str, channels: int, kernel: int = 3, alpha: str | None = None) -> Node:
    x = nn.conv2d(x, f"{name}/weights", channels, kernel, padding="valid")
    x = nn.bias(x, f"{name}/bias")
    return nn.prelu(x, alpha) if alpha else x


def _dense(x: Node, name: str, units: int, alpha: str | None = None) -> Node:
    x = dense(x, name, units)
    return nn.prelu(x, alpha) if alpha else x


PNET = _PNetArchitecture(
    name="mtcnn/pnet",
    model_name="mtcnn_model",
    build=pnet,
    size=CELL,
    mean=_MEAN,
    scale=_SCALE,
    fit="stretch",
    transposed=True,
    loader="load_mtcnn_model",
)
RNET = Architecture(
    name="mtcnn/rnet",
    model_name="mtcnn_model",
    build=rnet,
    size=24,
    mean=_MEAN,
    scale=_SCALE,
    fit="stretch",
    transposed=True,
)
ONET = Architecture(
    name="mtcnn/onet",
    model_name="mtcnn_model",
    build=onet,
    size=48,
    mean=_MEAN,
    scale=_SCALE,
    fit="stretch",
    transposed=True,
)


def mtcnn(image: Node) -> dict[str, Node]:
    """All three nets side by side, for what they declare; `image` is PNet's."""
    inputs = {PNET: image, RNET: nn.image((1, 24, 24, 3)), ONET: nn.image((1, 48, 48, 3))}
    return {
        f"{part.name}/{key}": node
        for part, x in inputs.items()
        for key, node in part.build(x).items()
    }


MTCNN = Architecture(
    name="mtcnn",
    model_name="mtcnn_model",
    words="the MTCNN detector",
    build=mtcnn,
    size=CELL,
    mean=_MEAN,
    scale=_SCALE,
    fit="stretch",
    transposed=True,
    parts=(PNET, RNET, ONET),
    loader="load_mtcnn_model",
)
