"""The nets of the package itself with weights, for tests in which CPython computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyface_web as faceapi
from pyface_web.models.architecture import Architecture
from pyface_web.pipeline.nets import NeuralNetwork
from tests.reference.nets import manifest_path
from tests.waiting import wait


@contextmanager
def loaded(
    *nets: NeuralNetwork, manifest: Callable[[Architecture], Path] = manifest_path
) -> Iterator[None]:
    """These have their weights meanwhile, and afterwards nothing is left of what was computed."""

    async def load() -> None:
        for net in nets:
            await net.load(str(manifest(net.architecture)))

    try:
        wait(load())
        yield
    finally:
        faceapi.dispose()
        for net in nets:
            net.dispose()
