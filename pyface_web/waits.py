"""How long anything of the browser is waited for, and what is said when that was not enough.

set_waits(media=60)  # a slow server
await within("media", image.decode(), MediaNotReadyError, "the image could not be read")
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pyface_web.errors import PyfaceError
from pyface_web.host import IN_BROWSER
from pyface_web.values.options import read_options
from pyface_web.values.rules import Rule, check_all, option
from pyface_web.wording import spoken

_T = TypeVar("_T")
Words = str | Callable[[], str]

_STEPS = 10  # of a wait: a page that was asleep or blocked meanwhile has waited for one
_LOOK = 0.25  # seconds between two looks at what no event tells of
# A browser's timer counts milliseconds in 31 bits, and one that is set for longer rings at once.
_SECONDS = Rule("a number of seconds above 0 and up to 86400, a day", above=0, most=86_400)


@dataclass(frozen=True)
class Waits:
    """The longest waits for what may never come, in seconds each; `set_waits` changes them.

    media: for an image or a video until it can be read, and for a file until it is decoded.
    camera: for the first picture of a camera that the visitor has allowed. That they allow it is
        waited for without a limit.
    network: for a server's answer, and then for each further part of it.
    storage: for the browser's storage (IndexedDB, the cache of files).
    device: for the GPU to compile a shader, or to finish what it was given.
    worker: in JavaScript, for a worker until its code runs.
    Raises OptionsError for anything but a number above 0 and up to 86400.
    """

    media: float = option(30.0, _SECONDS)
    camera: float = option(10.0, _SECONDS)
    network: float = option(30.0, _SECONDS)
    storage: float = option(10.0, _SECONDS)
    device: float = option(60.0, _SECONDS)
    worker: float = option(30.0, _SECONDS)

    def __post_init__(self) -> None:
        check_all(self)


_now = Waits()


def get_waits() -> Waits:
    """The limits that are in force."""
    return _now


def set_waits(given: Waits | Mapping[str, Any] | None = None, **overrides: float) -> Waits:
    """Change how long things are waited for; gives the limits that were in force before.

    given: Waits, which replaces all of them, or a mapping of those that change; single ones also
    as keyword arguments: `set_waits(media=60)`. `set_waits(Waits())` brings the defaults back.
    Raises OptionsError for other names and values; then all stay as they were.
    """
    global _now
    before = _now
    kept = {part.name: getattr(before, part.name) for part in fields(before)}
    _now = read_options(Waits, given, kept, **overrides)
    return before


async def within(
    limit: str, work: Awaitable[_T], kind: type[PyfaceError], what: Words, hint: Words = ""
) -> _T:
    """What an awaitable gives, or, where it takes longer than a limit, an error of this kind.

    limit: a field of `Waits`. what: what has not come about, "the image 'a.png' did not load".
    hint: what may be the matter. Both may be functions, which are asked when it is late. A promise
    of JavaScript goes on: end it, or what it belongs to.
    """
    future = asyncio.ensure_future(work)
    is_late = False

    def give_up() -> None:
        nonlocal is_late
        is_late = future.cancel()

    undo = _call_later(getattr(_now, limit), give_up)
    try:
        return await future
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not is_late or (task and task.cancelling()):
            raise
    finally:
        undo()
    raise kind(too_long(limit, _said(what), _said(hint)))


def _said(words: Words) -> str:
    return words if isinstance(words, str) else words()


async def until(holds: Callable[[], bool], target: Any, events: tuple[str, ...]) -> None:
    """Wait until something holds of a JavaScript object; for a limit see `within`.

    holds: called at once, after any of these events of the object or of what is in it, and every
    0.25 s, since an event may have come before, come for another reason, or never come. What it
    raises is raised. It need not hold any more when this comes back. Nothing stays registered.
    """
    import js
    from pyodide.ffi import create_proxy

    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def look(*_event: object) -> None:
        if future.done():
            return
        try:
            if holds():
                future.set_result(None)
        except Exception as error:
            future.set_exception(error)

    proxy = create_proxy(look)
    for name in events:
        target.addEventListener(name, proxy, True)
    timer = js.setInterval(proxy, _LOOK * 1000)
    try:
        look()
        await future
    finally:
        js.clearInterval(timer)
        for name in events:
            target.removeEventListener(name, proxy, True)
        proxy.destroy()


def _call_later(seconds: float, call: Callable[[], None]) -> Callable[[], object]:
    """Have something called later; what this gives undoes that and leaves nothing behind."""
    if not IN_BROWSER:
        return asyncio.get_running_loop().call_later(seconds, call).cancel
    import js
    from pyodide.ffi import create_proxy

    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == _STEPS:
            call()

    # Pyodide's event loop keeps a timer, and a proxy with it, until it rings, also when cancelled.
    proxy = create_proxy(step)
    timer = js.setInterval(proxy, seconds * 1000 / _STEPS)

    def undo() -> None:
        js.clearInterval(timer)
        proxy.destroy()

    return undo


def too_long(limit: str, what: str, hint: str = "") -> str:
    """The message of an error for what took longer than a limit; see `within`."""
    seconds = getattr(_now, limit)
    longer = f"{min(2 * seconds, _SECONDS.most):g}"
    remedy = spoken(
        f"set_waits({limit}={longer}) waits longer",
        f"setWaits({{ {limit}: {longer} }}), or the option waits of loadPyface, waits longer",
    )
    return "; ".join(part for part in (f"{what} within {seconds:g} s", hint, remedy) if part)


async def heard(
    limit: str,
    target: Any,
    names: tuple[str, ...],
    kind: type[PyfaceError],
    what: str,
    hint: str = "",
) -> str:
    """The name of the first of some events of a JavaScript object or what is in it; see `within`.

    Nothing stays registered. What the browser would say of an error on its console is the
    caller's to raise.
    """
    from pyodide.ffi import create_proxy

    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def settle(event: Any) -> None:
        event.preventDefault()
        if not future.done():
            future.set_result(str(event.type))

    proxy = create_proxy(settle)
    for name in names:
        target.addEventListener(name, proxy, True)
    try:
        return await within(limit, future, kind, what, hint)
    finally:
        for name in names:
            target.removeEventListener(name, proxy, True)
        proxy.destroy()
