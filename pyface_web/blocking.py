"""Waiting for a coroutine in code that cannot await: in an event loop beside it, or by Pyodide."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Lock, Thread, get_ident
from typing import Any, TypeVar

from pyface_web.errors import SyncError
from pyface_web.host import IN_BROWSER
from pyface_web.loops import Loop, running_loop

T = TypeVar("T")

_LOOK_SECONDS = 0.5  # between two looks at whether this can never end


def result_of(
    work: Coroutine[Any, Any, T],
    call: str,
    is_held_in: Callable[[Loop], bool],
    instead: str | None = None,
) -> T:
    """What a coroutine gives, or raises; the caller's thread stands still until then.

    call: what was called, for messages; instead: what coroutines write in its place, by default the
    same of the package, awaited. is_held_in: whether what the coroutine needs is held by a
    call of an event loop, which is the caller's own: that would never let go of it.
    Raises SyncError where this cannot be waited for.
    """
    way = instead or f"await faceapi.{call}, with import pyface_web as faceapi"
    if IN_BROWSER:
        return _by_pyodide(work, call, way)
    return _beside.result_of(work, call, is_held_in, way)


def _by_pyodide(work: Coroutine[Any, Any, T], call: str, instead: str) -> T:
    from pyodide.ffi import can_run_sync, run_sync

    if not can_run_sync():
        work.close()
        raise SyncError(
            f"sync.{call}: this cannot wait here: expected a browser that can switch stacks "
            "(JSPI), a page that lets Python do so (loadPyface with stackSwitching: true), and "
            f"code that Pyodide runs by runPythonAsync or callPromising; {instead}"
        )
    found: T = run_sync(work)
    return found


class _Beside:
    """An event loop in a thread of its own, which all threads use; it begins when it is needed."""

    def __init__(self) -> None:
        self._starting = Lock()
        self._loop: Loop | None = None
        self._thread = 0

    def result_of(
        self,
        work: Coroutine[Any, Any, T],
        call: str,
        is_held_in: Callable[[Loop], bool],
        instead: str,
    ) -> T:
        loop = self._running()
        if get_ident() == self._thread:
            work.close()
            raise SyncError(
                f"sync.{call}: expected a call from outside, got one from within another call of "
                "pyface_web.sync, such as of on_progress, which waits for this one to return"
            )
        own = running_loop()
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            while not _is_done(future):
                if own is not None and is_held_in(own):
                    raise SyncError(
                        f"sync.{call}: an event loop runs in this thread, and a call that it has "
                        f"begun cannot end while this one waits for it; in coroutines {instead}"
                    )
            return future.result()
        finally:
            future.cancel()

    def _running(self) -> Loop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                thread = Thread(target=self._loop.run_forever, name="pyface_web.sync", daemon=True)
                thread.start()
                self._thread = thread.ident or 0
            return self._loop


def _is_done(future: Future[Any]) -> bool:
    try:
        future.exception(_LOOK_SECONDS)
    except TimeoutError:
        return future.done()
    return True


_beside = _Beside()


def _anew() -> None:
    """In a process that was forked off, where no other thread goes on."""
    global _beside
    _beside = _Beside()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_anew)
