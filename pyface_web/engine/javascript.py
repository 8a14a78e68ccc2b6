"""Calls into our JavaScript: its errors as ours, and modules that come with the package."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

_packaged: dict[tuple[str, str], Any] = {}


def translated(
    as_ours: Callable[[str, str], Exception],
) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Decorates a method, or a coroutine function, so that its JavaScript errors come as ours.

    as_ours: of the name and the message of one.
    """

    def ours(error: Exception) -> Exception:
        name = getattr(error, "name", None) or type(error).__name__
        return as_ours(name, getattr(error, "message", None) or str(error))

    def decorate(method: Callable[_P, _T]) -> Callable[_P, _T]:
        if inspect.iscoroutinefunction(method):

            @wraps(method)
            async def awaited(*args: _P.args, **kwargs: _P.kwargs) -> Any:
                try:
                    return await method(*args, **kwargs)
                except Exception as error:
                    raise ours(error) from error

            return cast(Callable[_P, _T], awaited)

        @wraps(method)
        def called(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            try:
                return method(*args, **kwargs)
            except Exception as error:
                raise ours(error) from error

        return called

    return decorate


async def import_packaged(package: str, name: str) -> Any:
    """A module of a package as one of the page, for pages that do not use pyface.js; the same one
    each time, which may know more by then.

    This needs a page without a strict content security policy; with pyface.js it does not.
    """
    if (package, name) not in _packaged:
        _packaged[package, name] = await _imported(package, name)
    return _packaged[package, name]


async def _imported(package: str, name: str) -> Any:
    from importlib import resources

    from js import URL, Blob
    from pyodide.code import run_js
    from pyodide.ffi import to_js

    text = (resources.files(package) / name).read_text("utf-8")
    options = run_js("({type: 'text/javascript'})")
    url = URL.createObjectURL(Blob.new(to_js([text]), options))
    try:
        return await run_js("(url) => import(url)")(url)
    finally:
        URL.revokeObjectURL(url)
