"""Age and gender net of face-api.js: a small Xception (arXiv 1610.02357).

https://github.com/justadudewhohacks/face-api.js (weights: age_gender_model)
"""

from __future__ import annotations

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import MEAN_RGB, Architecture
from pyface_web.models.blocks import conv, dense, separable


def age_gender(image: Node) -> dict[str, Node]:
    """(112, 112, 3) -> {"age": (1, 1, 1) in years, "gender": (1, 1, 2) logits of male, female}."""
    x = conv(image, "entry_flow/conv_in", 32, kernel=3, stride=2)  # (56, 56, 32)
    x = nn.activation(x, "relu")
    x = _reduction(x, "entry_flow/reduction_block_0", 64, rectified=True)  # (28, 28, 64)
    x = _reduction(x, "entry_flow/reduction_block_1", 128)  # (14, 14, 128)
    for i in (0, 1):
        x = _main(x, f"middle_flow/main_block_{i}")
    x = _reduction(x, "exit_flow/reduction_block", 256)  # (7, 7, 256)
    x = nn.activation(separable(x, "exit_flow/separable_conv", 512), "relu")  # (7, 7, 512)
    x = nn.global_mean(x)
    return {"age": dense(x, "fc/age", 1), "gender": dense(x, "fc/gender", 2)}


def _reduction(x: Node, name: str, channels: int, rectified: bool = False) -> Node:
    """Half the size. rectified: x has no values below 0, so the activation is left out."""
    y = x if rectified else nn.activation(x, "relu")
    y = separable(y, f"{name}/separable_conv0", channels)
    y = separable(nn.activation(y, "relu"), f"{name}/separable_conv1", channels)
    y = nn.max_pool(y, 3, stride=2, padding="same")
    # The shortcut sees x as it is, below zero too.
    return nn.add(y, conv(x, f"{name}/expansion_conv", channels, kernel=1, stride=2))


def _main(x: Node, name: str) -> Node:
    y = x
    for i in range(3):
        y = separable(nn.activation(y, "relu"), f"{name}/separable_conv{i}", x.shape[3])
    return nn.add(x, y)


AGE_GENDER = Architecture(
    name="age_gender_net",
    model_name="age_gender_model",
    words="the age and gender model",
    build=age_gender,
    size=112,
    mean=MEAN_RGB,
    scale=1 / 256,
    fit="letterbox_centred",
    loader="load_age_gender_model",
)
