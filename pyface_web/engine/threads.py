"""Work that takes long, beside the event loop that waits for it, where there are threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import copy_context
from typing import TypeVar

from pyface_web.host import IN_BROWSER

T = TypeVar("T")

_most = 0


def set_most_threads(count: int) -> None:
    """With how many threads a net is computed, where several processes share the machine."""
    global _most
    _most = count


def most_threads() -> int:
    """That number; 0 for as many as there are cores."""
    return _most


async def in_thread(
    work: Callable[[], T],
    stop: Callable[[], object] = lambda: None,
    threads: Executor | None = None,
) -> T:
    """What work gives. In CPython the event loop goes on meanwhile; a browser has no threads.

    stop: called when whoever waits is cancelled. The work is not waited for then, so it may run on
    for a while and must change nothing that others see. threads: which do it, by default those of
    the event loop.
    """
    if IN_BROWSER:
        return work()
    running = asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)
    try:
        return await running
    except asyncio.CancelledError:
        stop()
        raise
