"""What kernels read besides tensors, against the ops of the reference."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from pyface_web.engine.reference.run import run
from pyface_web.engine.wasm.constants import Bias, Depthwise, Fold, Panels, Scale, Slopes
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node, parameters
from pyface_web.graph.ops import LEAKY_SLOPE
from pyface_web.weights.shards import Tensor

CHANNELS = 5
OPS = {
    "bias": lambda x, i: nn.bias(x, f"{i}offset"),
    "affine": lambda x, i: nn.affine(x, f"{i}scale", f"{i}offset"),
    "batch_norm": lambda x, i: nn.batch_norm(
        x, *(f"{i}{role}" for role in ("gamma", "beta", "mean", "variance"))
    ),
    "folded_norm": lambda x, i: nn.folded_norm(x, f"{i}sub", f"{i}truediv", f"{i}bias"),
}


def made(outputs: dict[str, Node]) -> dict[str, Tensor]:
    """Numbers for all parameters of a graph, those above zero."""
    random = np.random.default_rng(3)
    return {
        path: Tensor(path, random.uniform(0.2, 1.5, dims).astype(np.float32))
        for path, dims in parameters(outputs).items()
    }


@pytest.mark.parametrize("names", [*permutations(OPS, 1), *permutations(OPS, 3)], ids="-".join)
def test_ops_behind_a_convolution_are_one_factor_and_one_offset(names) -> None:
    x = nn.image((1, 3, 3, CHANNELS))
    y = nn.conv2d(x, "filters", CHANNELS, kernel=1)
    for i, name in enumerate(names):
        y = OPS[name](y, i)
    node = fuse({"y": y})["y"]
    tensors = made({"y": y})
    image = np.random.default_rng(4).normal(size=x.shape).astype(np.float32)
    eye = np.eye(CHANNELS, dtype=np.float32).reshape(1, 1, CHANNELS, CHANNELS)
    arrays = {path: tensor.array() for path, tensor in tensors.items()} | {"filters": eye}
    scale, offset = Fold.of(node).factors(tensors, CHANNELS)
    want = run({"y": y}, image, arrays)["y"]
    np.testing.assert_allclose(image * scale + offset, want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", OPS)
def test_an_op_by_itself(name) -> None:
    x = nn.image((1, 3, 3, CHANNELS))
    outputs = {"y": OPS[name](x, 0)}
    tensors = made(outputs)
    image = np.random.default_rng(4).normal(size=x.shape).astype(np.float32)
    fold = Fold.of(outputs["y"])
    scale, offset = Scale(fold, CHANNELS).values(tensors), Bias(fold, CHANNELS).values(tensors)
    assert len(scale) == len(offset) == 8 and not scale[5:].any() and not offset[5:].any()
    want = run(outputs, image, {path: tensor.array() for path, tensor in tensors.items()})["y"]
    np.testing.assert_allclose(image * scale[:5] + offset[:5], want, rtol=0, atol=1e-5)


def test_nothing_behind_a_convolution() -> None:
    node = nn.conv2d(nn.image((1, 3, 3, 4)), "filters", 9, kernel=3)
    scale, offset = Fold.of(node).factors({}, 9)
    assert scale.tolist() == [1.0] * 9 and offset.tolist() == [0.0] * 9


@pytest.mark.parametrize(("size", "channels"), [(3, 4), (3, 5), (1, 3), (5, 12)])
def test_depthwise_filters_lie_in_groups_of_four_channels(size, channels) -> None:
    y = nn.affine(nn.depthwise(nn.image((1, 9, 9, channels)), "filters", size), "scale", "offset")
    node, tensors = fuse({"y": y})["y"], made({"y": y})
    constant = Depthwise("filters", size, channels, Fold.of(node))
    values = constant.values(tensors)
    assert len(values) == constant.floats and values.dtype == np.float32
    filters, scale = tensors["filters"].array(), tensors["scale"].array()
    groups = values.reshape(-1, size * size, 4)
    for c in range(len(groups) * 4):
        for tap in range(size * size):
            inside = c < channels
            want = filters[tap // size, tap % size, c, 0] * scale[c] if inside else 0
            assert groups[c // 4, tap, c % 4] == pytest.approx(want, rel=1e-6)


def test_slopes() -> None:
    given = Tensor("alpha", np.arange(5, dtype=np.float32))
    assert Slopes("alpha", 5).values({"alpha": given}).tolist() == [0, 1, 2, 3, 4, 0, 0, 0]
    np.testing.assert_allclose(Slopes(None, 3).values({})[:3], LEAKY_SLOPE)


def test_panels_are_of_eight_outputs() -> None:
    panels = Panels("filters", taps=9, inputs=3, outputs=12, pixel=4, fold=Fold(()))
    assert panels.floats == 16 * 9 * 4
    assert panels.factors({}).tolist() == [1.0] * 12 + [0.0] * 4


def test_equal_constants_are_one() -> None:
    """Plans of several sizes of a net share what they read."""
    node = nn.conv2d(nn.image((1, 3, 3, 4)), "filters", 9, kernel=3)
    other = nn.conv2d(nn.image((1, 5, 7, 4)), "filters", 9, kernel=3)
    assert Bias(Fold.of(node), 9) == Bias(Fold.of(other), 9)
    assert hash(Slopes("a", 3)) == hash(Slopes("a", 3)) and Slopes("a", 3) != Slopes("b", 3)
