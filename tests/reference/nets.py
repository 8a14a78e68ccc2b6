"""The nets with their weights, read or made once for all tests."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path

from pyface_web import nets
from pyface_web.models.architecture import Architecture
from pyface_web.weights.load import load_tensors
from pyface_web.weights.model import Model
from tests.reference.made import MADE, made
from tools.assets import path_of

FILES = tuple(
    net.architecture for net in nets.values() if net.architecture not in MADE
)  # published ones
NETWORKS = tuple(
    architecture for architecture in FILES if not architecture.parts
)  # those that run as they are
PARTS = tuple(
    part for architecture in FILES for part in architecture.parts
)  # those that share a file
ALL = (*NETWORKS, *PARTS, *MADE)


def name_of(architecture: Architecture) -> str:
    """For test ids."""
    return architecture.name


def manifest_path(architecture: Architecture) -> Path:
    """The net's manifest, with its shards beside it."""
    return _manifest_path(architecture.model_name)


@cache
def weighted(architecture: Architecture) -> Model:
    """The net with its published (else made) weights; not to be changed by a test."""
    if architecture in MADE:
        return made(architecture)
    net = Model(architecture)
    if architecture in PARTS:
        whole = next(whole for whole in FILES if architecture in whole.parts)
        net.set_tensors(weighted(whole).tensors)
        return net
    net.set_tensors(asyncio.run(load_tensors(architecture, str(manifest_path(architecture)))))
    return net


@cache
def _manifest_path(model_name: str) -> Path:
    path = path_of(f"models/{model_name}-weights_manifest.json")
    for group in json.loads(path.read_text()):
        for shard in group["paths"]:
            path_of(f"models/{shard}")
    return path
