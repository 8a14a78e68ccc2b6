"""The reference kernels as a backend: no GPU, no browser; slow, and always right."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine import debug
from pyface_web.engine.reference.run import run
from pyface_web.engine.square import square_of
from pyface_web.pictures.letterbox import Letterbox, opaque
from pyface_web.pictures.source import Picture
from pyface_web.values.geometry import Box
from pyface_web.weights.net import WeightedNet

Array = NDArray[np.float32]


class ReferenceBackend:
    """Runs nets with NumPy; same methods as `WebGLBackend`."""

    name = "reference"
    description = "NumPy reference (no GPU)"

    def __init__(self) -> None:
        self._image: NDArray[np.uint8] | None = None
        self._runs = 0

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Take over the pixels of a picture; returns its size."""
        self._image = picture.array()
        return picture.width, picture.height

    async def run(
        self, net: WeightedNet, size: Hashable, crops: Array, places: Array
    ) -> dict[str, Array]:
        """Outputs of a net for N regions of the picture; see `WebGLBackend.run`."""
        if not isinstance(size, int):
            assert self._image is not None
            return self._computed(net, size, opaque(self._image)[None])
        return await self.run_each(net, size, places, lambda i: crops[i])

    async def run_each(
        self, net: WeightedNet, size: Hashable, places: Array, upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """One region of each of N pictures; see `WebGLBackend.run_each`."""
        assert isinstance(size, int)
        squares = []
        for i, (dx, dy, width, height) in enumerate(places.tolist()):
            crop = Box(*upload(i).tolist())
            assert self._image is not None
            fit = Letterbox(dx, dy, width, height, size)
            squares.append(square_of(net.network, self._image, crop, fit))
        return self._computed(net, size, np.stack(squares))

    def _computed(self, net: WeightedNet, size: Hashable, pixels: Array) -> dict[str, Array]:
        """Outputs for (N, height, width, 3) pixels of 0..255."""
        self._runs += 1
        image = net.network.entering(pixels)
        return run(net.graph(size), image, net.arrays, debug.watcher())

    def forget(self, net: str) -> None:
        """Nothing is kept per net."""

    def rebuild(self) -> None:
        """There is no device to lose."""

    def close(self) -> None:
        """Forget the picture."""
        self._image = None

    def stats(self) -> dict[str, int]:
        """Counts, as of the WebGL backend; a CPU has no textures."""
        return {"textures": 0, "texture_bytes": 0, "buffers": 0, "programs": 0, "runs": self._runs}
