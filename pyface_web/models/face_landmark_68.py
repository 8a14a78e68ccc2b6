"""68-point landmark nets of face-api.js, default and tiny: densely connected separable convs.

https://github.com/justadudewhohacks/face-api.js (weights: face_landmark_68[_tiny]_model)
"""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import MEAN_RGB, Architecture
from pyface_web.models.blocks import dense, dense_block, dense_features


def face_landmark_68(image: Node) -> dict[str, Node]:
    """(112, 112, 3) -> {"points": (1, 1, 136)}: x0, y0, x1, y1 ... in 0..1 of the padded square."""
    return _classifier(dense_features(image))


def face_landmark_68_tiny(image: Node) -> dict[str, Node]:
    """As `face_landmark_68`, with three blocks of three convolutions."""
    x = dense_block(image, "dense0", 32, convs=3, first=True)  # (56, 56, 32)
    x = dense_block(x, "dense1", 64, convs=3)  # (28, 28, 64)
    x = dense_block(x, "dense2", 128, convs=3)  # (14, 14, 128)
    return _classifier(x)


def _classifier(x: Node) -> dict[str, Node]:
    return {"points": dense(nn.global_mean(x), "fc", 136)}


FACE_LANDMARK_68 = Architecture(
    name="face_landmark68_net",
    model_name="face_landmark_68_model",
    words="the landmark model",
    build=face_landmark_68,
    size=112,
    mean=MEAN_RGB,
    scale=1 / 255,
    fit="letterbox_centred",
    loader="load_face_landmark_model",
)
FACE_LANDMARK_68_TINY = Architecture(
    name="face_landmark68_tiny_net",
    model_name="face_landmark_68_tiny_model",
    words="the small landmark model",
    build=face_landmark_68_tiny,
    size=112,
    mean=MEAN_RGB,
    scale=1 / 255,
    fit="letterbox_centred",
    loader="load_face_landmark_tiny_model",
)
