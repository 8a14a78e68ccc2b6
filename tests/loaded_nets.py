"""The nets of the package itself with weights, for tests in which CPython computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest import MonkeyPatch

import pyface_web as faceapi
from pyface_web.models.architecture import Architecture
from pyface_web.pipeline.nets import NeuralNetwork
from pyface_web.weights.published import VARIABLE
from tests.reference.nets import FILES, manifest_path
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


@contextmanager
def published() -> Iterator[None]:
    """Nets find the weights that were fetched for the tests, without an address; afterwards nothing
    is left of what was loaded and computed."""
    (folder,) = {manifest_path(architecture).parent for architecture in FILES}
    try:
        with MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, str(folder))
            yield
    finally:
        faceapi.dispose()
        for net in faceapi.nets.values():
            net.dispose()
