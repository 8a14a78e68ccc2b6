"""Work that several wait for: done once, and ended when nobody waits for it any longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SharedWork(Generic[T]):
    """A coroutine that runs once for all who join it.

    Each gets a future of their own: to cancel it ends their wait and nobody else's, and the last
    one's the work, too. What was ended so begins anew when somebody joins again.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[T] | None = None
        self._waiting: set[asyncio.Future[T]] = set()

    @property
    def has_begun(self) -> bool:
        """Whether it runs, or has ended by itself."""
        return self._task is not None

    def join(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Future[T]:
        """A future of the value or the exception. begin: makes the coroutine, for the first."""
        mine: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._task is None:
            self._task = asyncio.ensure_future(begin())
            self._task.add_done_callback(self._ended)
        if self._task.done():
            _pass_on(self._task, mine)
        else:
            self._waiting.add(mine)
            mine.add_done_callback(self._left)
        return mine

    def _left(self, mine: asyncio.Future[T]) -> None:
        self._waiting.discard(mine)
        if self._task is not None and not self._task.done() and not self._waiting:
            self._task.cancel()
            self._task = None

    def _ended(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            task.exception()  # for those who wait, so the event loop need not report it
        if task is not self._task:
            return
        if task.cancelled():
            self._task = None
        for mine in self._waiting:
            _pass_on(task, mine)
        self._waiting = set()


def _pass_on(task: asyncio.Task[T], mine: asyncio.Future[T]) -> None:
    if mine.done():
        return
    if task.cancelled():
        mine.cancel()
    elif error := task.exception():
        mine.set_exception(error)
    else:
        mine.set_result(task.result())
