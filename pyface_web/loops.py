"""Waiting where there are several event loops: a lock for all of them, and calls between them.

CPython may run any number of loops, one after the other or side by side in threads, and asyncio's
own locks belong to the loop in which somebody first waited for them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock

from pyface_web.host import IN_BROWSER

Loop = asyncio.AbstractEventLoop

_LOOK_SECONDS = 0.5  # between two looks at whether a loop is closed, which tells nobody


def running_loop() -> Loop | None:
    """The event loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def call_in(loop: Loop, call: Callable[..., object], *given: object) -> bool:
    """Call something in a loop, at once if it is the running one; False if that is closed."""
    if loop is running_loop():
        call(*given)
        return True
    try:
        loop.call_soon_threadsafe(call, *given)
    except RuntimeError:  # a loop that is closed never calls anything again
        return False
    return True


def look_again(look: Callable[[], bool]) -> Callable[[], object]:
    """Ask now and then whether to go on asking, until told to stop by what this gives.

    What is waited for may belong to a loop that was closed, of which nobody hears. A page has one
    loop, which is never closed: nothing is asked there.
    """
    if IN_BROWSER:
        return lambda: None
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def ask() -> None:
        nonlocal timer
        timer = loop.call_later(_LOOK_SECONDS, ask) if look() else None

    timer = loop.call_later(_LOOK_SECONDS, ask)

    def stop() -> None:
        if timer is not None:
            timer.cancel()

    return stop


class Lock:
    """A lock for coroutines of any event loops in any threads: first come, first served.

        async with lock.held():

    Whoever is cancelled while it waits goes out of the queue, and a loop that is closed neither
    keeps the lock nor its place. One that is left in the midst of everything, but not closed, can
    still go on; it is waited for.
    """

    def __init__(self) -> None:
        self._state = RLock()  # for what follows; held for a few lines, and never for a wait
        self._holder: _Place | None = None
        self._queue: deque[_Place] = deque()
        self._left: deque[_Place] = deque()  # places that are given up
        self._is_serving = False

    def held(self) -> _Place:
        """A place in the queue, which is taken by `async with`."""
        return _Place(self)

    @property
    def is_held(self) -> bool:
        """Whether somebody has it who can still let go of it."""
        holder = self._holder
        return holder is not None and not holder.is_lost

    def is_held_in(self, loop: Loop) -> bool:
        """Whether somebody in this event loop has it."""
        holder = self._holder
        return holder is not None and holder.is_of(loop)

    @contextmanager
    def if_free(self) -> Iterator[bool]:
        """Have it without waiting, where nobody has it; gives whether that is so."""
        place = _Place(self)
        with self._state:
            is_mine = not (self._is_serving or self._queue or self.is_held)
            if is_mine:
                self._holder = place
        try:
            yield is_mine
        finally:
            if is_mine:
                self._let_go(place)

    def _enter(self, place: _Place) -> None:
        self._queue.append(place)
        self._serve()

    def _let_go(self, place: _Place) -> None:
        self._left.append(place)
        self._serve()

    def _serve(self) -> None:
        """Let those go who have left, and give the lock to the next in the queue.

        Python may collect garbage at any moment, and a coroutine that it collects gives up its
        place: within this very function then, and the call that is interrupted sees to it.
        """
        is_more = True
        while is_more or self._left or (self._queue and not self.is_held):
            with self._state:
                if self._is_serving:
                    return
                self._is_serving = True
                try:
                    is_more = self._step()
                finally:
                    self._is_serving = False

    def _step(self) -> bool:
        """One step of `_serve`; whether there may be another one."""
        while self._left:
            place = self._left.popleft()
            if place is self._holder:
                self._holder = None
            elif place in self._queue:
                self._queue.remove(place)
        if self.is_held:
            return False
        self._holder = None
        if not self._queue:
            return False
        place = self._queue.popleft()
        self._holder = place
        if not place.call():
            self._holder = None
        return True


class _Place:
    """A place in the queue of a lock, and the lock itself while it is this one's turn."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._loop: Loop | None = None  # without one where it need not wait
        self._called: asyncio.Future[None] | None = None

    @property
    def is_lost(self) -> bool:
        """Whether it belongs to a loop that is closed."""
        return self._loop is not None and self._loop.is_closed()

    def is_of(self, loop: Loop) -> bool:
        """Whether it belongs to this loop."""
        return self._loop is loop

    def call(self) -> bool:
        """Tell whoever waits that the lock is theirs; False where nobody does any more."""
        assert self._loop is not None and self._called is not None
        return not self._called.cancelled() and call_in(self._loop, self._wake)

    def _wake(self) -> None:
        # One that was cancelled meanwhile lets go of the lock by itself.
        if self._called is not None and not self._called.done():
            self._called.set_result(None)

    async def __aenter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._called = self._loop.create_future()
        self._lock._enter(self)
        if self._called.done():
            return
        stop = look_again(self._look)
        try:
            await self._called
        except BaseException:
            self._lock._let_go(self)
            raise
        finally:
            stop()

    def _look(self) -> bool:
        self._lock._serve()
        return True

    async def __aexit__(self, *error: object) -> None:
        self._lock._let_go(self)
