"""The nets with their weights, read or made once for all tests."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path

from pyface_web.models.age_gender import AGE_GENDER
from pyface_web.models.face_expression import FACE_EXPRESSION
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68, FACE_LANDMARK_68_TINY
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.mtcnn import MTCNN, ONET, PNET, RNET
from pyface_web.models.network import Network
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.load import load_tensors
from pyface_web.weights.net import WeightedNet
from tests.reference.made import MADE, made
from tools.assets import path_of

NETWORKS = (
    TINY_FACE_DETECTOR,
    SSD_MOBILENETV1,
    FACE_LANDMARK_68,
    FACE_LANDMARK_68_TINY,
    FACE_RECOGNITION,
    FACE_EXPRESSION,
    AGE_GENDER,
)  # those whose weights are published
FILES = (*NETWORKS, MTCNN)  # those with a weight file
PARTS = (PNET, RNET, ONET)  # those that share one
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
        net.set_tensors(weighted(MTCNN).tensors)
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
