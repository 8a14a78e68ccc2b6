"""Net + weights + backend -> arrays: which backend runs, one picture at a time, and recovery."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pyface_web import debug
from pyface_web.dom.letterbox import Letterbox, letterbox
from pyface_web.dom.source import Picture, resolve
from pyface_web.errors import BackendError, ContextLostError, OptionsError, PyfaceError
from pyface_web.geometry import Box
from pyface_web.net import WeightedNet
from pyface_web.reference_backend import ReferenceBackend
from pyface_web.weights.fetch import IN_BROWSER

Array = NDArray[np.float32]
BACKENDS = ("webgl", "reference")


class PictureShrunkWarning(UserWarning):
    """A picture was larger than the GPU's texture limit and is looked at in a smaller size."""


class Backend(Protocol):
    """What runs nets."""

    name: str

    @property
    def description(self) -> str: ...
    def set_picture(self, picture: Picture) -> tuple[int, int]: ...
    async def run(
        self, net: WeightedNet, size: int, crops: Array, places: Array
    ) -> dict[str, Array]: ...
    def forget(self, net: WeightedNet) -> None: ...
    def rebuild(self) -> None: ...
    def close(self) -> None: ...
    def stats(self) -> dict[str, int]: ...


class View:
    """A picture that the backend holds, while its owner has the backend for itself."""

    def __init__(self, session: Session, picture: Picture) -> None:
        self._session, self.picture = session, picture
        self.width, self.height = picture.width, picture.height
        self._scale = (1.0, 1.0)

    @property
    def whole(self) -> Box:
        """The box of all its pixels."""
        return Box(0, 0, self.width, self.height)

    async def infer(
        self, net: WeightedNet, crops: Sequence[Box], size: int | None = None
    ) -> tuple[dict[str, Array], list[Letterbox]]:
        """Outputs of a net for regions of the picture, and where each lay in the net's input.

        crops: whole pixels of the picture. size: side of the input, the net's own by default.
        """
        size = size or net.network.size
        fits = [letterbox(box.width, box.height, size, net.network.centred) for box in crops]
        places = np.array([(f.dx, f.dy, f.width, f.height) for f in fits], np.float32)
        boxes = np.array([(b.x, b.y, b.width, b.height) for b in crops], np.float64)
        outputs = await self._run(net, size, boxes, places)
        return outputs, fits

    async def _run(
        self, net: WeightedNet, size: int, boxes: NDArray[np.float64], places: Array
    ) -> dict[str, Array]:
        backend = await self._session.backend()
        for attempt in (1, 2):
            try:
                scaled = (boxes * (self._scale * 2)).astype(np.float32)
                return await backend.run(net, size, scaled, places)
            except ContextLostError:
                if attempt == 2:
                    raise
                backend.rebuild()
                self.upload(backend)
        raise AssertionError  # the loop returns or raises

    def upload(self, backend: Backend) -> None:
        """Hand the picture to the backend."""
        width, height = backend.set_picture(self.picture)
        self._scale = (width / self.width, height / self.height)
        if (width, height) != (self.width, self.height):
            warnings.warn(
                f"the picture is {self.width}x{self.height} pixels, more than the GPU takes; it "
                f"is looked at in {width}x{height}, boxes are in its own pixels",
                PictureShrunkWarning,
                stacklevel=2,
            )


class Session:
    """A backend and the right to use it; one picture at a time."""

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._lock: asyncio.Lock | None = None
        self.reason = "not started"

    async def backend(self) -> Backend:
        """The running backend; the first call chooses it."""
        if self._backend is None:
            self._backend, self.reason = await _choose()
            debug.say(1, f"{self._backend.description}: {self.reason}")
        return self._backend

    async def set_backend(self, name: str, precision: int | None = None) -> None:
        """Switch to "webgl" or "reference"; see `api.set_backend`."""
        if name not in BACKENDS:
            raise OptionsError(f"backend {name!r}: expected one of {', '.join(BACKENDS)}")
        if precision not in (None, 32, 16):
            raise OptionsError(f"precision {precision!r}: expected 32 or 16 bits, or None")
        if precision is not None and name != "webgl":
            raise OptionsError(f"precision {precision}: only webgl has it; {name} computes in 32")
        async with self._owned():
            if name == "webgl":
                chosen: Backend = await _webgl(precision)
            else:
                chosen = ReferenceBackend()
            if self._backend is not None:
                self._backend.close()
            self._backend, self.reason = chosen, "chosen by set_backend"
            debug.say(1, f"{chosen.description}: {self.reason}")

    @asynccontextmanager
    async def _owned(self) -> AsyncIterator[None]:
        if self._lock is None:  # made late: in CPython a lock belongs to the running event loop
            self._lock = asyncio.Lock()
        async with self._lock:
            yield

    @asynccontextmanager
    async def open(self, source: object) -> AsyncIterator[View]:
        """Wait until a picture is ready, then hold the backend with it."""
        picture = await resolve(source)
        try:
            async with self._owned():
                view = View(self, picture)
                backend = await self.backend()
                try:
                    view.upload(backend)
                except ContextLostError:
                    backend.rebuild()
                    view.upload(backend)
                yield view
        finally:
            picture.close()

    def forget(self, net: WeightedNet) -> None:
        """Free what the backend holds of a net."""
        if self._backend is not None:
            self._backend.forget(net)

    def memory(self) -> dict[str, int | str]:
        """Exact counts and bytes of what the backend holds."""
        if self._backend is None:
            return {"backend": "none"}
        return {"backend": self._backend.name, **self._backend.stats()}

    def close(self) -> None:
        """Free everything; the next call starts a backend again."""
        if self._backend is not None:
            self._backend.close()
        self._backend, self._lock, self.reason = None, None, "closed"


async def _choose() -> tuple[Backend, str]:
    if not IN_BROWSER:
        return ReferenceBackend(), "there is no browser here, so NumPy computes"
    try:
        backend = await _webgl()
        return backend, "it passed its self-test"
    except PyfaceError as error:
        reason = f"NumPy computes, slowly, because WebGL2 does not work here: {error}"
        warnings.warn(reason, RuntimeWarning, stacklevel=2)
        return ReferenceBackend(), reason


async def _webgl(precision: int | None = None) -> Backend:
    if not IN_BROWSER:
        raise BackendError("WebGL2 needs a browser; in CPython use the reference backend")
    from pyface_web.webgl.backend import WebGLBackend
    from pyface_web.webgl.bridge import JsBridge
    from pyface_web.webgl.self_test import self_test

    bridge = await JsBridge.load()
    backend = WebGLBackend(bridge, precision)
    try:
        await self_test(backend)
        return backend
    except PyfaceError:
        backend.close()
        raise
