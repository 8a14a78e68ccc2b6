"""Net + weights + backend -> arrays: which backend runs, one call at a time, until the end."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from threading import Lock as ThreadLock
from typing import Any, TypeVar

import numpy as np

from pyface_web.engine import debug, registry
from pyface_web.engine.backend import Backend, ability, check_backend
from pyface_web.engine.square import fit_of
from pyface_web.errors import ContextLostError, DisposedError, OptionsError, PyfaceError
from pyface_web.host import tell_first_result
from pyface_web.loops import Lock, Loop
from pyface_web.models.architecture import Pyramid
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.source import (
    Picture,
    check_unchanged,
    is_ready,
    ready,
    ready_again,
    renewed,
    resolve,
)
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import Box
from pyface_web.values.numeric import as_whole, shown
from pyface_web.weights.model import Model, check_outputs
from pyface_web.wording import code

PRECISIONS = (32, 16)
DISPOSED = "all was disposed of while this call waited or ran; ask again, then it starts anew"
_TRIES = 3  # turns that a call gives away because its picture cannot be read at that moment
T = TypeVar("T")


class PictureShrunkWarning(UserWarning):
    """A picture was larger than the GPU's texture limit and is looked at in a smaller size."""


class Turn:
    """The backend, for one call that has it for itself; it is over when all is disposed of.

    Whoever has a turn keeps to the backend that it began with, and never starts another.

    shown: the view whose picture the backend holds.
    """

    def __init__(self, session: Session, backend: Backend, generation: int) -> None:
        self._session, self._backend, self._generation = session, backend, generation
        self._is_busy = False
        self.shown: View | None = None

    async def run(self, job: Callable[[Backend], Awaitable[T]]) -> T:
        """What a job on the backend gives; after a lost device it is repeated once on a new one.

        A job within a job is repeated with it, as a whole.
        Raises DisposedError where all was disposed of meanwhile: whatever the job gave or raised
        then is that of a closed backend. ContextLostError where the device is lost again, or there
        is no other.
        """
        self._session.check(self._generation)
        repeated, self._is_busy = not self._is_busy, True
        try:
            result = await (self._repeated(job) if repeated else job(self._backend))
        except Exception as error:
            self._session.check(self._generation, error)
            raise
        finally:
            self._is_busy = not repeated
        self._session.check(self._generation)
        tell_first_result()
        return result

    async def _repeated(self, job: Callable[[Backend], Awaitable[T]]) -> T:
        try:
            return await job(self._backend)
        except ContextLostError as lost:
            self._session.check(self._generation, lost)  # a closed device says that it is lost
            self._rebuild(lost)
        try:
            return await job(self._backend)
        except ContextLostError as lost:
            raise ContextLostError(
                f"{lost}, once more when the call was repeated; {self._way_out}"
            ) from lost

    def _rebuild(self, lost: ContextLostError) -> None:
        self.shown = None
        try:
            self._backend.rebuild()
        except PyfaceError as error:
            raise ContextLostError(
                f"{lost}, and there is no other for now ({error}); {self._way_out}"
            ) from error

    @property
    def _way_out(self) -> str:
        others = registry.others(self._backend.name)
        way = " or ".join(code(f"await faceapi.set_backend('{name}')") for name in others)
        return f"the next call tries again, and {way} goes on without it"


class View:
    """A picture that the backend holds, while its owner has the backend for itself."""

    def __init__(self, turn: Turn, picture: Picture) -> None:
        self._turn, self.picture = turn, picture
        self.width, self.height = picture.width, picture.height
        self._scale = (1.0, 1.0)

    @property
    def whole(self) -> Box:
        """The box of all its pixels."""
        return Box(0, 0, self.width, self.height)

    async def infer(
        self,
        net: Model,
        crops: Sequence[Box],
        size: int | None = None,
        fits: Sequence[Fit] | None = None,
    ) -> tuple[dict[str, Array], list[Fit]]:
        """Outputs of a net for regions of the picture, and where each lay in the net's input.

        crops: whole pixels of the picture. size: side of the input, the net's own by default.
        fits: where each crop is to lie in an input of that side, all of one kind; by default as the
        net has it.
        """
        net = net.as_it_is()
        side, placed = _placed(net, crops, size, fits)

        async def run(backend: Backend) -> dict[str, Array]:
            await self.show(backend)
            return await backend.run(net, side, np.stack([self.scaled(b) for b in crops]), placed)

        return await _checked(net, self._turn.run(run)), placed

    async def infer_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net for all levels of the picture."""
        net = net.as_it_is()

        async def run(backend: Backend) -> dict[str, Array]:
            await self.show(backend)
            return await backend.run_pyramid(net, pyramid)

        return await _checked(net, self._turn.run(run))

    async def use(self, name: str, *given: Any) -> Any:
        """What an optional ability of the backend gives; BackendError where it has none."""

        async def run(backend: Backend) -> Any:
            await self.show(backend)
            return await ability(backend, name)(*given)

        return await self._turn.run(run)

    def scaled(self, box: Box) -> Array:
        """(4,) x, y, width, height of a box in pixels of the uploaded picture."""
        return (np.array([box.x, box.y, box.width, box.height]) * (self._scale * 2)).astype(
            np.float32
        )

    async def show(self, backend: Backend) -> None:
        """Hand the picture to the backend, unless it holds it."""
        if self._turn.shown is not self:
            self.upload(backend)

    def upload(self, backend: Backend) -> None:
        """Hand the picture to the backend."""
        self._turn.shown = None
        check_unchanged(self.picture)
        width, height = backend.set_picture(self.picture)
        self._turn.shown = self
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

    def __init__(self, turn: Turn, pictures: Sequence[Picture]) -> None:
        self._turn = turn
        self._views = [View(turn, picture) for picture in pictures]

    @property
    def whole(self) -> list[Box]:
        """The box of all pixels of each."""
        return [view.whole for view in self._views]

    async def infer(
        self,
        net: Model,
        crops: Sequence[Box],
        size: int | None = None,
        fits: Sequence[Fit] | None = None,
    ) -> tuple[dict[str, Array], list[Fit]]:
        """As `View.infer`, for one region of each picture, all in one batch."""
        net = net.as_it_is()
        side, placed = _placed(net, crops, size, fits)

        async def run(backend: Backend) -> dict[str, Array]:
            def upload(i: int) -> Array:
                self._views[i].upload(backend)
                return self._views[i].scaled(crops[i])

            return await backend.run_each(net, side, placed, upload)

        return await _checked(net, self._turn.run(run)), placed


async def _checked(net: Model, run: Awaitable[dict[str, Array]]) -> dict[str, Array]:
    outputs = await run
    check_outputs(net, outputs)
    return outputs


def _placed(
    net: Model, crops: Sequence[Box], size: int | None, fits: Sequence[Fit] | None
) -> tuple[int, list[Fit]]:
    """The side of a net's input, and where each crop lies in it: as given, or as the net has it."""
    side = size or net.architecture.size
    if fits is not None:
        return side, list(fits)
    return side, [fit_of(net.architecture, crop.width, crop.height, side) for crop in crops]


class Session:
    """The one owner of a backend; one call at a time has it, of any event loop and thread.

    generation: how often all was disposed of. A call belongs to the generation in which it was
    begun, and ends with DisposedError in any later one: it neither uses the backend of another
    generation nor starts one, so that after `close` nothing is held until somebody asks anew.
    """

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._make_locks()
        self._abandoned: deque[str] = deque()  # keys of nets whose copies are to be freed
        self.generation = 0
        self.reason = "not started"

    def _make_locks(self) -> None:
        self._calls = Lock()  # held by the call that has the backend
        self._changes = Lock()  # held while a backend is started or exchanged
        self._owning = ThreadLock()  # held for a moment: while the backend and generation change

    def go_on_in_fork(self) -> None:
        """In a process that was forked off: threads that had a call, and those of the backend, are
        not there."""
        self._make_locks()
        go_on = getattr(self._backend, "go_on_in_fork", None)
        if go_on is not None:
            go_on()

    def check(self, generation: int, cause: Exception | None = None) -> None:
        """Raise DisposedError where all was disposed of since this generation."""
        if generation != self.generation:
            raise DisposedError(DISPOSED) from cause

    def is_held_in(self, loop: Loop) -> bool:
        """Whether a call of this event loop has the backend, so that nobody else gets it while the
        loop stands still."""
        return self._calls.is_held_in(loop) or self._changes.is_held_in(loop)

    async def backend(self, generation: int | None = None) -> Backend:
        """The running backend; the first call chooses it.

        generation: that of the call, by default the present one.
        """
        generation = self.generation if generation is None else generation
        async with self._changes.held():
            self.check(generation)
            backend = self._backend
            if backend is None:
                backend, reason = await registry.choose()
                self._take(backend, reason, generation)
            return backend

    async def set_backend(self, chosen: str | Backend, precision: int | None = None) -> None:
        """Switch to a backend of the registry, by name, or to one of your own."""
        if precision is not None and as_whole(precision) not in PRECISIONS:
            raise OptionsError(
                f"precision {shown(precision)}: expected 32 or 16 bits; leave it out for "
                "what suits the backend"
            )
        if not isinstance(chosen, str):
            check_backend(chosen)
            if precision is not None:
                raise OptionsError(f"precision {precision}: a backend of your own has its own")

        async def make(_generation: int) -> tuple[Backend, str]:
            made = await registry.make(chosen, precision) if isinstance(chosen, str) else chosen
            return made, f"chosen by {code('set_backend')}"

        await self.exchange(make)

    async def exchange(self, make: Callable[[int], Awaitable[tuple[Backend, str]]]) -> None:
        """Switch to the backend that `make` gives, with the reason; no call has one meanwhile.

        make: is given the generation for which it makes one.
        """
        generation = self.generation
        async with self._calls.held(), self._changes.held():
            self._forget_abandoned()
            self.check(generation)
            self._take(*await make(generation), generation)

    def _take(self, made: Backend, reason: str, generation: int) -> None:
        """Own a backend that was made for a call of this generation, in place of the last one."""
        with self._owning:
            is_wanted = generation == self.generation
            if is_wanted:
                last, self._backend, self.reason = self._backend, made, reason
        if not is_wanted:
            made.close()
            self.check(generation)
        debug.say(1, f"{made.description}: {reason}")
        if last is not None and last is not made:
            last.close()

    @asynccontextmanager
    async def _turn(self, generation: int) -> AsyncIterator[Turn]:
        async with self._calls.held():
            self._forget_abandoned()
            turn = Turn(self, await self.backend(generation), generation)
            try:
                yield turn
            finally:
                turn.shown = None  # which has the turn, so that neither would go by itself
                self._forget_abandoned()

    @asynccontextmanager
    async def _turn_for(self, pictures: Sequence[Picture], generation: int) -> AsyncIterator[Turn]:
        """A turn that begins with pictures that can be read.

        A video may have begun to seek while its call waited, as at each end of a loop: then others
        have their turns meanwhile, unless it does so again and again.
        """
        for _ in range(_TRIES):
            async with self._turn(generation) as turn:
                if all(map(is_ready, pictures)):
                    yield turn
                    return
            for picture in pictures:
                await ready_again(picture)
        async with self._turn(generation) as turn:
            for picture in pictures:
                await ready_again(picture)
            yield turn

    @asynccontextmanager
    async def open_each(
        self, sources: Sequence[object], generation: int | None = None
    ) -> AsyncIterator[Views]:
        """Wait until all pictures are ready, then hold the backend for them.

        generation: that of the call, by default the present one.
        """
        generation = self.generation if generation is None else generation
        pictures: list[Picture] = []
        try:
            for source in sources:
                pictures.append(await resolve(source))
            async with self._turn_for(pictures, generation) as turn:
                yield Views(turn, [renewed(picture) for picture in pictures])
        finally:
            for picture in pictures:
                picture.close()

    async def look(
        self,
        source: object,
        job: Callable[[View], Awaitable[T]],
        generation: int | None = None,
        *,
        is_live: bool = False,
    ) -> T:
        """What a job makes of a picture, by as many nets as it likes.

        After a lost device all of it is repeated: a video or a canvas may show something else by
        then, and what one net saw there must not be asked of another at another moment.
        generation: that of the call, by default the present one. is_live: the picture is as it is
        now or not at all: MediaNotReadyError for what would have to be waited for.
        """
        generation = self.generation if generation is None else generation
        picture = ready(source) if is_live else await resolve(source)
        waits_for = () if is_live else (picture,)
        try:
            async with self._turn_for(waits_for, generation) as turn:

                async def whole(backend: Backend) -> T:
                    for waited in waits_for:
                        await ready_again(waited)
                    view = View(turn, renewed(picture))
                    view.upload(backend)
                    return await job(view)

                return await turn.run(whole)
        finally:
            picture.close()

    @asynccontextmanager
    async def open(self, source: object, generation: int | None = None) -> AsyncIterator[View]:
        """As `look`, for pictures that stay as they are: each net's run is repeated by itself.

        generation: that of the call, by default the present one.
        """
        generation = self.generation if generation is None else generation
        picture = await resolve(source)
        try:
            async with self._turn_for([picture], generation) as turn:
                view = View(turn, renewed(picture))
                await turn.run(view.show)
                yield view
        finally:
            picture.close()

    def forget(self, net: str) -> None:
        """Free what the backend holds of the net with this key; after the call that is running."""
        self._abandoned.append(net)
        self._forget_if_free()

    def abandon(self, net: str) -> None:
        """As `forget`, but when the session is used next: for the garbage collector."""
        self._abandoned.append(net)

    def _forget_if_free(self) -> None:
        with self._calls.if_free() as is_free:
            if is_free:
                self._forget_abandoned()

    def _forget_abandoned(self) -> None:
        """For whoever has the backend."""
        backend = self._backend
        while self._abandoned:
            try:
                net = self._abandoned.popleft()
            except IndexError:  # all was disposed of meanwhile
                return
            if backend is not None:
                backend.forget(net)

    def memory(self) -> dict[str, int | str]:
        """Exact counts and bytes of what the backend holds."""
        self._forget_if_free()
        backend = self._backend
        if backend is None:
            return {"backend": "none"}
        return {"backend": backend.name, **backend.stats()}

    def close(self) -> None:
        """Free everything. Calls that were begun before end with DisposedError; later ones start a
        backend again."""
        with self._owning:
            self.generation += 1
            last, self._backend, self.reason = self._backend, None, "closed"
        self._abandoned.clear()
        if last is not None:
            last.close()
        registry.discard_prepared()
