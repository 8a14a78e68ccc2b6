"""A clock that goes on while the page is in the background: clock.js, as Python sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyface_web.engine.javascript import import_packaged


class Clock:
    """Calls `tick` every so many seconds, until it is closed."""

    def __init__(self, create: Any, seconds: float, tick: Callable[[], object]) -> None:
        """create: what `find_clock` gave."""
        from pyodide.ffi import create_proxy

        self._proxy = create_proxy(lambda *_: tick())
        self._js = create(seconds * 1000, self._proxy)

    def close(self) -> None:
        """Stop the clock. May not be repeated."""
        self._js.close()
        self._proxy.destroy()


async def find_clock() -> Any:
    """`createClock` of clock.js: of the module that pyface.js knows, else of the copy in the
    package; None where the page's policy allows neither."""
    try:
        import pyface_clock

        return pyface_clock.createClock
    except ImportError:
        pass
    try:
        return (await import_packaged(__package__, "clock.js")).createClock
    except Exception:  # of JavaScript: the page allows no module that is made of text
        return None
