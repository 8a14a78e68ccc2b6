"""Face expression net of face-api.js: the body of the 68-point landmark net, another classifier.

https://github.com/justadudewhohacks/face-api.js (weights: face_expression_model)
"""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import MEAN_RGB, Architecture
from pyface_web.models.blocks import dense, dense_features


def face_expression(image: Node) -> dict[str, Node]:
    """(112, 112, 3) -> {"expressions": (1, 1, 7)}: logits, order as FACE_EXPRESSION_LABELS."""
    return {"expressions": dense(nn.global_mean(dense_features(image)), "fc", 7)}


FACE_EXPRESSION = Architecture(
    name="face_expression_net",
    model_name="face_expression_model",
    words="the expression model",
    build=face_expression,
    size=112,
    mean=MEAN_RGB,
    scale=1 / 255,
    fit="letterbox_centred",
    loader="load_face_expression_model",
)
