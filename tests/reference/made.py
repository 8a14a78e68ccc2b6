"""Tiny YOLOv2, whose trained weights nobody publishes any more, with seeded random ones.

They are such that the values of all layers are of order 1 and a few anchors find something in a
photograph. Those of the separable net are bytes, as they were when it was published.
"""

from __future__ import annotations

import json
from functools import cache
from math import prod, sqrt
from pathlib import Path

import numpy as np

from pyface_web.models.architecture import Architecture
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor

MADE = (TINY_YOLOV2_SEPARABLE, TINY_YOLOV2)

# Reach of the filters, times the root of their inputs: of the body and of the last layer.
_GAINS = {TINY_YOLOV2_SEPARABLE.name: (2.1, 1.5), TINY_YOLOV2.name: (2.2, 2.5)}
# What an anchor gets in the last layer: moderate boxes, and few scores above a half.
_LAST_BIAS = (0.0, 0.0, -1.8, -1.8, -0.7, 0.0)


@cache
def made(architecture: Architecture) -> Model:
    """A net of MADE with its weights; not to be changed by a test."""
    net = Model(architecture)
    random = np.random.default_rng([7, MADE.index(architecture)])
    tensors = (
        _tensor(architecture, path, dims, random) for path, dims in architecture.raw_order().items()
    )
    net.set_tensors({tensor.name: tensor for tensor in tensors})
    return net


def _tensor(
    architecture: Architecture, path: str, dims: tuple[int, ...], random: np.random.Generator
) -> Tensor:
    low, high = -0.3, 0.3
    if path.endswith("truediv"):
        low, high = 0.5, 1.5
    elif len(dims) == 4:
        fan_in = prod(dims[:2]) if dims[3] == 1 else prod(dims[:3])
        high = _GAINS[architecture.name][path.startswith("conv8")] / sqrt(fan_in)
        low = -high
    if path == "conv8/bias":
        values = np.tile(np.float32(_LAST_BIAS[: dims[0] // 5]), 5)
        return Tensor(path, values)
    if architecture is TINY_YOLOV2:
        return Tensor(
            path, random.random(dims, np.float32) * np.float32(high - low) + np.float32(low)
        )
    return Tensor(path, random.integers(0, 256, dims, np.uint8), (high - low) / 255, low)


def flat_array(architecture: Architecture) -> np.ndarray:
    """The weights in face-api.js's raw order, written down here by hand."""
    arrays = made(architecture).arrays
    parts = []
    for i in range(8):
        if architecture is TINY_YOLOV2:
            kinds = ("conv/filters", "conv/bias", "bn/sub", "bn/truediv")
        else:
            kinds = ("depthwise_filter", "pointwise_filter", "bias")
        parts += [arrays[f"conv{i}/{kind}"] for kind in kinds]
    parts += [arrays["conv8/filters"], arrays["conv8/bias"]]
    return np.concatenate([part.reshape(-1) for part in parts])


def write_model(architecture: Architecture, folder: Path, shard_bytes: int = 1 << 20) -> Path:
    """Put manifest and shards of a net into a folder; the shards are cut wherever they are full."""
    entries = []
    for tensor in made(architecture).tensors.values():
        entry = {"name": tensor.name, "shape": list(tensor.values.shape), "dtype": "float32"}
        if tensor.values.dtype != np.float32:
            dtype = tensor.values.dtype.name
            entry["quantization"] = {"dtype": dtype, "scale": tensor.scale, "min": tensor.minimum}
        entries.append(entry)
    data = b"".join(tensor.values.tobytes() for tensor in made(architecture).tensors.values())
    paths = []
    for i in range(0, len(data), shard_bytes):
        paths.append(f"{architecture.model_name}-shard{i // shard_bytes + 1}")
        (folder / paths[-1]).write_bytes(data[i : i + shard_bytes])
    manifest = folder / f"{architecture.model_name}-weights_manifest.json"
    manifest.write_text(json.dumps([{"paths": paths, "weights": entries}]))
    return manifest
