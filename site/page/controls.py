"""Controls of the page: their values, and what happens when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from js import document
from pyodide.ffi import create_proxy

from .status import done, show_error

Handler = Callable[[Any], Coroutine[Any, Any, object] | None]


def element(id: str) -> Any:
    """The element with this id."""
    found = document.getElementById(id)
    if found is None:
        raise LookupError(f"the page has no element with the id {id!r}")
    return found


def value(id: str) -> str:
    """What a text field, a select or the chosen radio button of a group of this name holds."""
    found = document.getElementById(id) or document.querySelector(f"[name='{id}']:checked")
    return str(found.value)


def number(id: str) -> float:
    """What a slider, a number field or a select of numbers holds."""
    return float(element(id).value)


def checked(id: str) -> bool:
    """Whether a box is ticked."""
    return bool(element(id).checked)


def text_of(tag: str, text: str, css: str = "") -> Any:
    """A new element that holds a text."""
    made = document.createElement(tag)
    made.textContent = text
    made.className = css
    return made


def made(tag: str, css: str = "", *inside: Any) -> Any:
    """A new element with others in it."""
    element = document.createElement(tag)
    element.className = css
    element.append(*inside)
    return element


_running: set[asyncio.Future[None]] = set()  # a task that nobody holds may be collected


def on(target: Any, name: str, handler: Handler, *, newest: bool = False) -> None:
    """Call handler for the events of an element (or its id), as long as the page lives.

    handler may be async; what it raises is said on the page. newest: an event ends the work that
    the one before it began.
    """
    target = element(target) if isinstance(target, str) else target
    latest: list[asyncio.Future[None]] = []

    def start(event: Any) -> None:
        if name == "submit":
            event.preventDefault()
        if newest and latest:
            latest.pop().cancel()
        try:
            work = handler(event)
        except Exception as error:
            show_error(error)
            return
        if work is not None:
            latest[:] = [launch(work)]

    target.addEventListener(name, create_proxy(start))


def launch(work: Awaitable[object]) -> asyncio.Future[None]:
    """Do work in the background; what goes wrong is said on the page, and the next action works."""
    task = asyncio.ensure_future(_guarded(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _guarded(work: Awaitable[object]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception as error:
        show_error(error)
        done("Stopped")
