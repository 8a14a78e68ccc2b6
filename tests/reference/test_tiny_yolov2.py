"""Tiny YOLOv2: its tensors and layers as the original has them, and its weights from both forms."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from math import prod
from pathlib import Path

import numpy as np
import pytest

from pyface_web.engine.reference.run import run
from pyface_web.errors import ShardError
from pyface_web.graph import nn, ops
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import topological
from pyface_web.models.architecture import Architecture
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from pyface_web.weights.load import load_tensors
from tests.reference.made import MADE, flat_array, made, write_model
from tests.reference.nets import name_of

CHANNELS = (3, 16, 32, 64, 128, 256, 512, 1024, 1024)
FLOATS = {TINY_YOLOV2_SEPARABLE.name: 1794500, TINY_YOLOV2.name: 15767454}
every_net = pytest.mark.parametrize("architecture", MADE, ids=name_of)


def built(architecture: Architecture, size: int) -> dict[str, nn.Node]:
    return dict(architecture.build(nn.image((1, size, size, 3))))


def test_tensors_of_the_separable_net() -> None:
    want: dict[str, tuple[int, ...]] = {}
    for i, (before, after) in enumerate(pairwise(CHANNELS)):
        want[f"conv{i}/depthwise_filter"] = (3, 3, before, 1)
        want[f"conv{i}/pointwise_filter"] = (1, 1, before, after)
        want[f"conv{i}/bias"] = (after,)
    want |= {"conv8/filters": (1, 1, 1024, 25), "conv8/bias": (25,)}
    assert list(TINY_YOLOV2_SEPARABLE.raw_order().items()) == list(want.items())


def test_tensors_of_the_regular_net() -> None:
    want: dict[str, tuple[int, ...]] = {}
    for i, (before, after) in enumerate(pairwise(CHANNELS)):
        want[f"conv{i}/conv/filters"] = (3, 3, before, after)
        want |= {f"conv{i}/{name}": (after,) for name in ("conv/bias", "bn/sub", "bn/truediv")}
    want |= {"conv8/filters": (1, 1, 1024, 30), "conv8/bias": (30,)}
    assert list(TINY_YOLOV2.raw_order().items()) == list(want.items())


@every_net
def test_the_number_of_weights_is_the_original_s(architecture: Architecture) -> None:
    assert sum(map(prod, architecture.raw_order().values())) == FLOATS[architecture.name]


@pytest.mark.parametrize("size", [32, 224, 608])
@every_net
def test_the_grid_has_a_cell_for_32_pixels(architecture: Architecture, size: int) -> None:
    outputs = built(architecture, size)
    values = 30 if architecture is TINY_YOLOV2 else 25
    assert outputs["grid"].shape == (1, size // 32, size // 32, values)


@every_net
def test_a_draw_for_every_layer(architecture: Architecture) -> None:
    """Norm, activation and the pools with stride 2 are inside the convolutions."""
    kinds = [type(node.op) for node in topological(fuse(built(architecture, 416)).values())]
    assert kinds.count(ops.MaxPool) == 1  # the one with stride 1
    assert kinds.count(ops.Fused) == (9 if architecture is TINY_YOLOV2 else 17)
    assert len(kinds) == kinds.count(ops.Fused) + 2


@every_net
def test_unfused_is_fused(architecture: Architecture) -> None:
    picture = np.random.default_rng(6).uniform(-0.5, 0.5, (2, 64, 64, 3)).astype(np.float32)
    outputs, arrays = built(architecture, 64), made(architecture).arrays
    want, got = (run(graph, picture, arrays)["grid"] for graph in (outputs, fuse(outputs)))
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-6 * np.abs(want).max())
    assert 0.5 < np.abs(want).max() < 10, "the made weights are of no use"


@every_net
def test_a_flat_array_in_the_original_s_order(architecture: Architecture) -> None:
    flat = flat_array(architecture)
    tensors = asyncio.run(load_tensors(architecture, flat))
    want = made(architecture).arrays
    assert set(tensors) == set(want)
    for name, array in want.items():
        np.testing.assert_array_equal(tensors[name].values, array, err_msg=name)


@every_net
def test_a_flat_array_of_the_other_net_is_refused(architecture: Architecture) -> None:
    (other,) = set(MADE) - {architecture}
    flat = np.zeros(FLOATS[other.name], np.float32)
    message = f"the net has {FLOATS[architecture.name]} values, the array has {len(flat)}"
    with pytest.raises(ShardError, match=message):
        asyncio.run(load_tensors(architecture, flat))


@pytest.mark.parametrize("as_folder", [True, False], ids=["folder", "manifest"])
def test_a_manifest_with_bytes_in_two_shards(tmp_path: Path, as_folder: bool) -> None:
    """The cut goes through a tensor."""
    manifest = write_model(TINY_YOLOV2_SEPARABLE, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    uri = str(tmp_path if as_folder else manifest)
    tensors = asyncio.run(load_tensors(TINY_YOLOV2_SEPARABLE, uri))
    for name, tensor in made(TINY_YOLOV2_SEPARABLE).tensors.items():
        np.testing.assert_array_equal(tensors[name].array(), tensor.array(), err_msg=name)
        assert tensors[name].quantised == (name != "conv8/bias"), name


def test_a_manifest_with_floats(tmp_path: Path) -> None:
    manifest = write_model(TINY_YOLOV2, tmp_path, shard_bytes=4 << 20)
    tensors = asyncio.run(load_tensors(TINY_YOLOV2, str(manifest)))
    for name, tensor in made(TINY_YOLOV2).tensors.items():
        np.testing.assert_array_equal(tensors[name].values, tensor.values, err_msg=name)
