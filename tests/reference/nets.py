"""The nets with their weights, read or made once for all tests."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path

from pyface_web import nets
from pyface_web.models.network import Network
from pyface_web.weights.load import load_tensors
from pyface_web.weights.net import WeightedNet
from tests.reference.made import MADE, made
from tools.assets import path_of

FILES = tuple(net.network for net in nets.values() if net.network not in MADE)  # published ones
NETWORKS = tuple(network for network in FILES if not network.parts)  # those that run as they are
PARTS = tuple(part for network in FILES for part in network.parts)  # those that share a file
ALL = (*NETWORKS, *PARTS, *MADE)


def name_of(network: Network) -> str:
    """For test ids."""
    return network.name


def manifest_path(network: Network) -> Path:
    """The net's manifest, with its shards beside it."""
    return _manifest_path(network.model_name)


@cache
def weighted(network: Network) -> WeightedNet:
    """The net with its published (else made) weights; not to be changed by a test."""
    if network in MADE:
        return made(network)
    net = WeightedNet(network)
    if network in PARTS:
        whole = next(whole for whole in FILES if network in whole.parts)
        net.set_tensors(weighted(whole).tensors)
        return net
    net.set_tensors(asyncio.run(load_tensors(network, str(manifest_path(network)))))
    return net


@cache
def _manifest_path(model_name: str) -> Path:
    path = path_of(f"models/{model_name}-weights_manifest.json")
    for group in json.loads(path.read_text()):
        for shard in group["paths"]:
            path_of(f"models/{shard}")
    return path
