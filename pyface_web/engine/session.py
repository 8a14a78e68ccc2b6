"""Net + weights + backend -> arrays: which backend runs, one picture at a time, and recovery."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine import debug
from pyface_web.engine.reference.backend import ReferenceBackend
from pyface_web.errors import BackendError, ContextLostError, OptionsError, PyfaceError
from pyface_web.host import IN_BROWSER
from pyface_web.pictures.letterbox import Letterbox, halved, letterbox
from pyface_web.pictures.source import Picture, resolve
from pyface_web.values.geometry import Box
from pyface_web.weights.net import WeightedNet

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
        self, net: WeightedNet, size: Hashable, crops: Array, places: Array
    ) -> dict[str, Array]: ...
    async def run_each(
        self, net: WeightedNet, size: Hashable, places: Array, upload: Callable[[int], Array]
    ) -> dict[str, Array]: ...
    def forget(self, net: str) -> None: ...
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
        fits, places = _fits(net, crops, size)
        return await self.run(net, size, crops, places), fits

    async def run(
        self, net: WeightedNet, size: Hashable, crops: Sequence[Box], places: Array
    ) -> dict[str, Array]:
        """Outputs of a net for regions of the picture that lie at given places of its input.

        size: side of the input, or what else the net takes. places: (N, 4) x, y, width, height.
        """

        async def run(backend: Backend) -> dict[str, Array]:
            return await backend.run(net, size, np.stack([self.scaled(b) for b in crops]), places)

        return await self._session.twice(run, self.upload)

    def scaled(self, box: Box) -> Array:
        """(4,) x, y, width, height of a box in pixels of the uploaded picture."""
        return (np.array([box.x, box.y, box.width, box.height]) * (self._scale * 2)).astype(
            np.float32
        )

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


class Views:
    """Pictures that the backend sees one after the other, while their owner has it for itself."""

    def __init__(self, session: Session, pictures: Sequence[Picture]) -> None:
        self._session = session
        self._views = [View(session, picture) for picture in pictures]

    @property
    def whole(self) -> list[Box]:
        """The box of all pixels of each."""
        return [view.whole for view in self._views]

    async def infer(
        self, net: WeightedNet, crops: Sequence[Box], size: int | None = None
    ) -> tuple[dict[str, Array], list[Letterbox]]:
        """As `View.infer`, for one region of each picture, all in one batch."""
        size = size or net.network.size
        fits, places = _fits(net, crops, size)

        async def run(backend: Backend) -> dict[str, Array]:
            def upload(i: int) -> Array:
                self._views[i].upload(backend)
                return self._views[i].scaled(crops[i])

            return await backend.run_each(net, size, places, upload)

        return await self._session.twice(run, lambda backend: None), fits


def _fits(net: WeightedNet, crops: Sequence[Box], size: int) -> tuple[list[Letterbox], Array]:
    """Where crops lie in squares, and (N, 4) of it as backends take it.

    That is x, y, width, height. A net that sees its pictures turned sees them stretched over the
    whole square; in place of x, y it has the size that comes before the last.
    """
    if net.network.turned:
        whole = Letterbox(0, 0, size, size, size)
        places = [(*halved(box.width, box.height, size), size, size) for box in crops]
        return [whole] * len(crops), np.array(places, np.float32)
    fits = [letterbox(box.width, box.height, size, net.network.centred) for box in crops]
    return fits, np.array([(f.dx, f.dy, f.width, f.height) for f in fits], np.float32)


class Session:
    """A backend and the right to use it; one picture at a time."""

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._lock: asyncio.Lock | None = None
        self._abandoned: list[str] = []  # keys of nets that nobody holds any more
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
            self._forget_abandoned()
            yield

    async def twice(
        self,
        run: Callable[[Backend], Awaitable[dict[str, Array]]],
        before_again: Callable[[Backend], None],
    ) -> dict[str, Array]:
        """Run, and after a lost context once more on a new one."""
        backend = await self.backend()
        try:
            return await run(backend)
        except ContextLostError:
            backend.rebuild()
            before_again(backend)
            return await run(backend)

    @asynccontextmanager
    async def open_each(self, sources: Sequence[object]) -> AsyncIterator[Views]:
        """Wait until all pictures are ready, then hold the backend for them."""
        pictures: list[Picture] = []
        try:
            for source in sources:
                pictures.append(await resolve(source))
            async with self._owned():
                await self.backend()
                yield Views(self, pictures)
        finally:
            for picture in pictures:
                picture.close()

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

    def forget(self, net: str) -> None:
        """Free what the backend holds of the net with this key."""
        if self._backend is not None:
            self._backend.forget(net)

    def abandon(self, net: str) -> None:
        """As `forget`, but when the session is used next: for the garbage collector."""
        self._abandoned.append(net)

    def _forget_abandoned(self) -> None:
        while self._abandoned:
            self.forget(self._abandoned.pop())

    def memory(self) -> dict[str, int | str]:
        """Exact counts and bytes of what the backend holds."""
        if self._lock is None or not self._lock.locked():
            self._forget_abandoned()
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
    from pyface_web.engine.webgl.backend import WebGLBackend
    from pyface_web.engine.webgl.bridge import JsBridge
    from pyface_web.engine.webgl.self_test import self_test

    bridge = await JsBridge.load()
    backend = WebGLBackend(bridge, precision)
    try:
        await self_test(backend)
        return backend
    except PyfaceError:
        backend.close()
        raise
