"""Net + weights + backend -> arrays: which backend runs, one picture at a time, and recovery."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np

from pyface_web.engine import debug, registry
from pyface_web.engine.backend import Backend, check_backend
from pyface_web.engine.square import fit_of
from pyface_web.errors import ContextLostError, OptionsError
from pyface_web.models.architecture import Pyramid
from pyface_web.pictures.letterbox import Fit
from pyface_web.pictures.source import Picture, resolve
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import Box
from pyface_web.weights.model import Model

PRECISIONS = (32, 16)


class PictureShrunkWarning(UserWarning):
    """A picture was larger than the GPU's texture limit and is looked at in a smaller size."""


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
        self, net: Model, crops: Sequence[Box], size: int | None = None
    ) -> tuple[dict[str, Array], list[Fit]]:
        """Outputs of a net for regions of the picture, and where each lay in the net's input.

        crops: whole pixels of the picture. size: side of the input, the net's own by default.
        """
        side, fits = _fits(net, crops, size)

        async def run(backend: Backend) -> dict[str, Array]:
            return await backend.run(net, side, np.stack([self.scaled(b) for b in crops]), fits)

        return await self._session.retrying(run, self.upload), fits

    async def infer_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net for all levels of the picture."""
        return await self._session.retrying(
            lambda backend: backend.run_pyramid(net, pyramid), self.upload
        )

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
        self, net: Model, crops: Sequence[Box], size: int | None = None
    ) -> tuple[dict[str, Array], list[Fit]]:
        """As `View.infer`, for one region of each picture, all in one batch."""
        side, fits = _fits(net, crops, size)

        async def run(backend: Backend) -> dict[str, Array]:
            def upload(i: int) -> Array:
                self._views[i].upload(backend)
                return self._views[i].scaled(crops[i])

            return await backend.run_each(net, side, fits, upload)

        return await self._session.retrying(run), fits


def _fits(net: Model, crops: Sequence[Box], size: int | None) -> tuple[int, list[Fit]]:
    """The side of the net's input, and where each crop lies in it."""
    side = size or net.architecture.size
    return side, [fit_of(net.architecture, crop.width, crop.height, side) for crop in crops]


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
            self._backend, self.reason = await registry.choose()
            debug.say(1, f"{self._backend.description}: {self.reason}")
        return self._backend

    async def set_backend(self, chosen: str | Backend, precision: int | None = None) -> None:
        """Switch to a backend of the registry, by name, or to one of your own."""
        if precision is not None and precision not in PRECISIONS:
            raise OptionsError(f"precision {precision!r}: expected 32 or 16 bits, or None")
        if not isinstance(chosen, str):
            check_backend(chosen)
            if precision is not None:
                raise OptionsError(f"precision {precision}: a backend of your own has its own")
        async with self._owned():
            made = await registry.make(chosen, precision) if isinstance(chosen, str) else chosen
            if self._backend is not None and self._backend is not made:
                self._backend.close()
            self._backend, self.reason = made, "chosen by set_backend"
            debug.say(1, f"{made.description}: {self.reason}")

    @asynccontextmanager
    async def _owned(self) -> AsyncIterator[None]:
        if self._lock is None:  # made late: in CPython a lock belongs to the running event loop
            self._lock = asyncio.Lock()
        async with self._lock:
            self._forget_abandoned()
            yield

    async def retrying(
        self,
        run: Callable[[Backend], Awaitable[dict[str, Array]]],
        before_retry: Callable[[Backend], None] = lambda backend: None,
    ) -> dict[str, Array]:
        """Run, and after a lost device once more on a new one."""
        backend = await self.backend()
        try:
            return await run(backend)
        except ContextLostError:
            backend.rebuild()
            before_retry(backend)
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
