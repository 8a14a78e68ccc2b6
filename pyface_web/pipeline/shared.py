"""Work that several wait for: done once, and ended when nobody waits for it any longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import RLock
from typing import Any, Generic, TypeVar

from pyface_web.loops import call_in, look_again, running_loop

T = TypeVar("T")
Begin = Callable[[], Coroutine[Any, Any, T]]


class SharedWork(Generic[T]):
    """A coroutine that runs once for all who join it, in whatever event loops and threads.

    Each gets a future of their own: to cancel it ends their wait and nobody else's, and the last
    one's the work, too. What was ended so begins anew when somebody joins again, and so does what
    ended with its event loop, for those who wait in others.
    """

    def __init__(self) -> None:
        self._state = RLock()  # for what follows; held for a few lines
        self._task: asyncio.Task[T] | None = None
        self._waiting: dict[asyncio.Future[T], Begin[T]] = {}

    @property
    def has_begun(self) -> bool:
        """Whether it runs, or has ended by itself."""
        return self._task is not None

    def join(self, begin: Begin[T]) -> asyncio.Future[T]:
        """A future of the value or the exception. begin: makes the coroutine, for the first."""
        mine: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._attach(mine, begin)
        return mine

    def _attach(self, mine: asyncio.Future[T], begin: Begin[T]) -> None:
        """Have a future of the running loop answered; begin where that is not done."""
        if mine.done():
            return
        with self._state:
            if self._task is None or _is_lost(self._task):
                self._task = asyncio.ensure_future(begin())
                self._task.add_done_callback(self._ended)
            task = self._task
            if not task.done():
                self._waiting[mine] = begin
                mine.add_done_callback(self._left)
        if task.done():
            _pass_on(task, mine)
        elif task.get_loop() is not mine.get_loop():
            self._watch(mine)

    def _watch(self, mine: asyncio.Future[T]) -> None:
        """Begin anew where the other loop that the work runs in is closed."""

        def look() -> bool:
            with self._state:
                if not (self._task and _is_lost(self._task)):
                    return True
                begin = self._waiting.pop(mine, None)
            if begin is not None:
                self._attach(mine, begin)
            return False

        stop = look_again(look)
        mine.add_done_callback(lambda _: stop())

    def _left(self, mine: asyncio.Future[T]) -> None:
        with self._state:
            self._waiting.pop(mine, None)
            task = self._task
            if task is None or task.done() or self._waiting:
                return
            self._task = None
        call_in(task.get_loop(), task.cancel)

    def _ended(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            task.exception()  # for those who wait, so the event loop need not report it
        with self._state:
            if task is not self._task:
                return
            if task.cancelled():
                self._task = None
            waiting, self._waiting = self._waiting, {}
        for mine, begin in waiting.items():
            loop = mine.get_loop()
            if task.cancelled() and loop is not running_loop():  # with its loop, which ends
                call_in(loop, self._attach, mine, begin)
            else:
                call_in(loop, _pass_on, task, mine)


def _is_lost(task: asyncio.Task[T]) -> bool:
    """Whether a task can never end, for its event loop is closed."""
    return not task.done() and task.get_loop().is_closed()


def _pass_on(task: asyncio.Task[T], mine: asyncio.Future[T]) -> None:
    if mine.done():
        return
    if task.cancelled():
        mine.cancel()
    elif error := task.exception():
        mine.set_exception(error)
    else:
        mine.set_result(task.result())
