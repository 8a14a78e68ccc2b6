"""Plans of the published nets, and a backend on a device that computes nothing."""

from __future__ import annotations

import asyncio
from functools import cache

import numpy as np

from pyface_web.engine.square import fit_of
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.draws import Plan
from pyface_web.engine.webgl.plan import plan
from pyface_web.models.architecture import Architecture
from pyface_web.pictures.similarity import Similarity
from pyface_web.pictures.source import Picture
from tests.plan.recorder import RecordingBridge
from tests.reference.nets import weighted

PICTURE = Picture(np.zeros((480, 640, 4), np.uint8), 640, 480)


@cache
def plan_of(architecture: Architecture, targets: int = 8) -> Plan:
    """The net's plan at its own input size."""
    net = weighted(architecture)
    quantised = {name for name, tensor in net.tensors.items() if tensor.quantised}
    return plan(net.name, net.graph(net.architecture.size), quantised, targets)


def recording_backend(targets: int = 8, texture_size: int = 8192) -> WebGLBackend:
    """A backend that holds a picture of 640x480; `bridge.device` remembers what was asked for."""
    backend = WebGLBackend(RecordingBridge(targets, texture_size))
    backend.set_picture(PICTURE)
    return backend


def run(backend: WebGLBackend, architecture: Architecture, items: int = 1) -> dict[str, np.ndarray]:
    """One run of a net for some regions of the picture."""
    regions = np.tile(np.float32([0, 0, 10, 10]), (items, 1))
    fits = [fit_of(architecture, 10, 10, architecture.size)] * items
    return asyncio.run(backend.run(weighted(architecture), architecture.size, regions, fits))


def run_upright(backend: WebGLBackend, architecture: Architecture) -> dict[str, np.ndarray]:
    """One run of a net for a face that is cut upright."""
    size, whole = architecture.size, np.float32([[0, 0, 640, 480]])
    fit = Similarity(size, (90, 80), (0.6, 0.8), (640, 480))
    return asyncio.run(backend.run(weighted(architecture), size, whole, [fit]))
