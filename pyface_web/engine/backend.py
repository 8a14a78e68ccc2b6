"""What runs nets: the protocol of a backend, and what one that computes on the CPU adds to it.

`registry` lists those that are there; `set_backend` takes one of your own as well.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.square import Cut, square_of
from pyface_web.engine.threads import in_thread
from pyface_web.errors import BackendError, OptionsError
from pyface_web.graph.node import Node
from pyface_web.host import kind_of
from pyface_web.models.architecture import InputSize, Pyramid
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.letterbox import opaque
from pyface_web.pictures.source import Picture
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import Box
from pyface_web.values.given import part
from pyface_web.weights.model import Model


class Backend(Protocol):
    """What runs nets on one picture after the other. One call at a time; the session sees to that,
    whatever event loops and threads of CPython they come from.

    A method may raise ContextLostError, where the device with all that was on it is gone: the
    session then calls `rebuild`, hands over the picture again, and repeats the call once. Anything
    else that goes wrong is a BackendError, and leaves the backend as it was.

    `close` may come while a run waits; what that gives or raises afterwards counts for nothing.

    A backend keeps what it derives from a net under `net.key`, and makes it anew where
    `net.version` is another. Optional abilities are methods that are there or not: `profile`,
    `value_ranges` and `capabilities`, with the arguments of the functions of the API. `label`, a
    text, is what a badge shows, by default the name.

    name: for `get_backend`.
    """

    name: str

    @property
    def description(self) -> str:
        """What it is and what it runs on, in a line."""
        ...

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Take over a picture in place of the last one; returns the size that it has here.

        That is less than its own where the device has a limit; crops are in pixels of it.
        """
        ...

    async def run(
        self, net: Model, size: int, crops: Array, fits: Sequence[Fit]
    ) -> dict[str, Array]:
        """Outputs of a net, (N, height, width, channels) each, for N >= 1 regions of the picture.

        size: side of the net's square input. crops: (N, 4) x, y, width, height in pixels of what
        `set_picture` returned. fits: where each crop lies in its square.
        """
        ...

    async def run_each(
        self, net: Model, size: int, fits: Sequence[Fit], upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """As `run`, for one region of each of N pictures.

        upload(i): calls `set_picture` with picture i and returns its crop (4,). It is called for
        0..N-1 in this order, once each; nothing but the picture changes by it, nets and what is
        computed stay.
        """
        ...

    async def run_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net, (1, height, width, channels) each, for all levels of the picture.

        pyramid.picture is the size that `set_picture` returned.
        """
        ...

    def forget(self, net: str) -> None:
        """Free what is kept of the net with this key; there may be nothing."""
        ...

    def rebuild(self) -> None:
        """Start over on a new device after a loss; nets come back when they run.

        BackendError where there is no other device; it is called again for the next call.
        """
        ...

    def close(self) -> None:
        """Free everything. Nothing is called afterwards."""
        ...

    def stats(self) -> dict[str, int]:
        """Exact counts and bytes of what is held, for `memory`."""
        ...


_REQUIRED = [name for name in vars(Backend) if not name.startswith("_")]


def check_backend(given: object) -> Backend:
    """What was given as a backend; OptionsError that names what it lacks."""
    missing = [name for name in _REQUIRED if part(given, name) is None]
    missing += [name for name in Backend.__annotations__ if not isinstance(part(given, name), str)]
    if missing:
        raise OptionsError(
            f"a backend of the type {kind_of(given)} lacks {', '.join(missing)}; "
            "see pyface_web.Backend"
        )
    return given  # type: ignore[return-value]


def ability(backend: Backend, name: str) -> Any:
    """An optional method of a backend; BackendError where it has none of this name."""
    found = getattr(backend, name, None)
    if found is None:
        raise BackendError(f"{backend.description}: this backend has no {name}")
    return found


def label_of(backend: Backend) -> str:
    """Two or three words for a badge."""
    return str(getattr(backend, "label", backend.name))


def no_picture(backend: Backend) -> BackendError:
    """What to raise where a net is to look at a picture that is not there."""
    return BackendError(f"{backend.description}: there is no picture; call set_picture first")


class ArrayBackend(Backend):
    """A backend that sees arrays: NumPy cuts squares out of pictures, `outputs` does the rest.

    In CPython what takes long runs in a thread, so that the event loop goes on.
    """

    def __init__(self) -> None:
        self._image: NDArray[np.uint8] | None = None
        self._runs = 0

    @abstractmethod
    async def outputs(
        self, net: Model, size: InputSize, pixels: Callable[[], Array], count: int
    ) -> dict[str, Array]:
        """The outputs of a net, (N, height, width, channels) each, for N = count items at once.

        pixels: gives (N, height, width, 3) of 0..255, RGB, and takes long. The same for the same
        call, whatever becomes of the backend meanwhile.
        """

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Take over the pixels of a picture; returns its size."""
        self._image = picture.as_stored()
        return picture.width, picture.height

    async def run(
        self, net: Model, size: int, crops: Array, fits: Sequence[Fit]
    ) -> dict[str, Array]:
        """As `Backend.run`."""
        return await self.run_each(net, size, fits, lambda i: crops[i])

    async def run_each(
        self, net: Model, size: int, fits: Sequence[Fit], upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """As `Backend.run_each`."""
        cuts = []
        for i, fit in enumerate(fits):
            crop = Box(*upload(i).tolist())
            cuts.append((self._pixels, crop, fit))
        self._runs += 1
        return await self.outputs(net, size, lambda: self.squares(cuts), len(cuts))

    def squares(self, cuts: Sequence[Cut]) -> Array:
        """(N, size, size, 3) integers 0..255, of crops in their squares; in any thread."""
        return np.stack([square_of(*cut) for cut in cuts])

    async def run_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """As `Backend.run_pyramid`."""
        image = self._pixels
        self._runs += 1
        return await self.outputs(net, pyramid, lambda: opaque(image)[None], 1)

    @property
    def _pixels(self) -> NDArray[np.uint8]:
        if self._image is None:
            raise no_picture(self)
        return self._image

    def forget(self, net: str) -> None:
        """Nothing is kept per net."""

    def rebuild(self) -> None:
        """There is no device to lose."""

    def close(self) -> None:
        """Forget the picture."""
        self._image = None

    def stats(self) -> dict[str, int]:
        """Counts, as of a backend with a device; a CPU has no textures."""
        return {"textures": 0, "texture_bytes": 0, "buffers": 0, "programs": 0, "runs": self._runs}


class CpuBackend(ArrayBackend):
    """A backend that computes on the CPU: squares are cut by NumPy, `compute` does the rest."""

    description: str

    @abstractmethod
    async def compute(
        self, graph: Mapping[str, Node], image: Array, arrays: Mapping[str, Array]
    ) -> dict[str, Array]:
        """The outputs of a graph, (N, height, width, channels) each, for N items at once.

        graph: output -> node, fused; the same object for the same net and size. image: (N, height,
        width, 3), what enters the graph. arrays: path of a parameter -> float32, any shape.

        It runs in the event loop: what takes long belongs into `await asyncio.to_thread(...)`.
        """

    async def outputs(
        self, net: Model, size: InputSize, pixels: Callable[[], Array], count: int
    ) -> dict[str, Array]:
        """As `ArrayBackend.outputs`."""
        image, arrays = await in_thread(lambda: (net.architecture.entering(pixels()), net.arrays))
        return await self.compute(net.graph(size), image, arrays)
