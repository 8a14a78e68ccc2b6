"""Every draw or step of the loaded net with its time, as JSON; run by Pyodide beside ours.py."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from pyface_web import api
from pyface_web.engine.debug import DrawTime
from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture
from pyface_web.pipeline.nets import nets, session
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor

_SIDE, _INNER, _OUTER = 32, 480, 512


async def profile(repeats: int) -> str:
    """The draws of the net as a list of the fields of DrawTime, in order; and the bare product."""
    (net,) = (net for net in nets.values() if net.is_loaded)
    draws = await api.profile(net, repeats=repeats)
    return json.dumps(
        {
            "draws": [_facts(draw) for draw in draws],
            "product": {
                "rows": _SIDE**2, "inner": _INNER, "columns": _OUTER,
                **_facts(await _bare_product(repeats)),
            },
        }
    )  # fmt: skip


async def _bare_product(repeats: int) -> DrawTime:
    """A matrix product alone, by the kernels that compute nets: what those can reach at most."""
    net = _product()
    async with session.open(np.zeros((8, 8, 3), np.uint8)) as view:
        draws: list[DrawTime] = await view.use("profile", net, _SIDE, repeats)
    session.forget(net.key)
    return max(draws, key=lambda draw: draw.gmacs * draw.milliseconds)


def _product() -> Model:
    """A 1x1 convolution, after a small one that gives it channels."""

    def build(image: Node) -> dict[str, Node]:
        x = nn.conv2d(image, "channels", _INNER, kernel=1)
        return {"product": nn.conv2d(x, "filters", _OUTER, kernel=1)}

    net = Model(Architecture("product", "product", build, _SIDE, (0, 0, 0), 1 / 255, "stretch"))
    shapes = {"channels": (1, 1, 3, _INNER), "filters": (1, 1, _INNER, _OUTER)}
    rng = np.random.default_rng(0)
    net.set_tensors(
        {
            path: Tensor(path, rng.integers(0, 256, shape, np.uint8), 1 / 255, -0.5)
            for path, shape in shapes.items()
        }
    )
    return net


def _facts(draw: DrawTime) -> dict[str, Any]:
    facts = asdict(draw)
    del facts["plan"], facts["glsl"]
    return facts
