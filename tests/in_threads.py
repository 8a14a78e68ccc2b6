"""The same coroutine in several threads at once, each with an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Barrier, Thread
from typing import Any


def in_threads(count: int, work: Callable[[int], Coroutine[Any, Any, Any]]) -> list[Any]:
    """What work(i) gives, each in an event loop and a thread of its own; they begin together.

    The first exception of one is raised, after all have ended.
    """
    found: list[Any] = [None] * count
    begin = Barrier(count)

    def run(i: int) -> None:
        begin.wait()
        try:
            found[i] = asyncio.run(work(i))
        except BaseException as error:
            found[i] = error

    threads = [Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found
