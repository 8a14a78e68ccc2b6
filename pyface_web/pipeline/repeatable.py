"""What asyncio takes for a coroutine, and can be awaited more than once."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T_co = TypeVar("T_co", covariant=True)
_Steps = Generator[Any, Any, T_co]


class Repeatable(Coroutine[Any, Any, T_co]):
    """An awaitable for `asyncio.run`, `create_task` and task groups, which want coroutines.

    A coroutine ends once. This may be awaited again, and by several at a time, so whoever drives it
    by `send`, `throw` and `close` has steps of their own.
    """

    def __init__(self) -> None:
        self._steps: WeakKeyDictionary[object, _Steps[T_co]] = WeakKeyDictionary()

    @abstractmethod
    def __await__(self) -> _Steps[T_co]: ...

    def send(self, value: Any) -> Any:
        """The next step, for asyncio."""
        return self._step(lambda steps: steps.send(value))

    def throw(self, typ: Any, val: object = None, tb: TracebackType | None = None) -> Any:
        """A step that begins with an exception, for asyncio."""
        error: Any = typ if val is None else val
        return self._step(lambda steps: steps.throw(error))

    def close(self) -> None:
        """End the steps that were begun, for asyncio."""
        steps = self._steps.pop(_driver(), None)
        if steps is not None:
            steps.close()

    def _step(self, go_on: Callable[[_Steps[T_co]], Any]) -> Any:
        driver = _driver()
        steps = self._steps.get(driver)
        if steps is None:
            steps = self._steps[driver] = self.__await__()
        try:
            return go_on(steps)
        except BaseException:  # StopIteration, too: these have ended
            self._steps.pop(driver, None)
            raise


class _Nobody:
    """Drives what no task of asyncio does."""


_NOBODY = _Nobody()


def _driver() -> object:
    try:
        return asyncio.current_task() or _NOBODY
    except RuntimeError:  # no event loop runs
        return _NOBODY
