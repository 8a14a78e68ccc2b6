"""What Python has for the names of JavaScript: its hints, its parameters, its docstrings."""

from __future__ import annotations

import inspect
from typing import Any

import pyface_web
from pyface_web import draw
from pyface_web.compat import utils
from pyface_web.draw.overlay import Overlay
from pyface_web.pipeline import crowd, tasks
from pyface_web.wording import camel

from .javascript import Parameter

# Parameters that JavaScript has not.
_ONLY_HERE = ("self", "cls", "on_progress")


def names() -> dict[str, Any]:
    """Name in JavaScript -> what it is here, of everything public."""
    found: dict[str, Any] = {"Overlay": Overlay}
    for module in (tasks, utils, draw, crowd, pyface_web):
        for name, value in vars(module).items():
            if not name.startswith("_"):
                found[camel(name)] = value
    return found


def member(owner: Any, name: str) -> Any:
    """A member of a class by its name in JavaScript, as it was defined; None if it has none."""
    if not inspect.isclass(owner):
        return None
    found = next((key for key in dir(owner) if name in (key, camel(key))), "__")
    return None if found.startswith("__") else inspect.getattr_static(owner, found)


def property_hint(owner: Any, name: str) -> str | None:
    """The hint of a property or a field of a class."""
    found = member(owner, name)
    function = getattr(found, "fget", None) or getattr(found, "func", None)
    if function is not None:
        return hints(function).get("return")
    for base in inspect.getmro(owner) if inspect.isclass(owner) else ():
        for key, hint in vars(base).get("__annotations__", {}).items():
            if camel(key) == name:
                return str(getattr(hint, "__forward_arg__", hint))
    return None


def hints(function: Any) -> dict[str, str]:
    """The hints of a function, as they are written."""
    return {name: str(hint) for name, hint in getattr(function, "__annotations__", {}).items()}


def fields(owner: Any) -> list[str]:
    """What the docstring of a class may describe: its fields, and what its constructor takes."""
    if not inspect.isclass(owner):
        return []
    own = [name for base in inspect.getmro(owner) for name in vars(base).get("__annotations__", {})]
    return [*map(camel, own), *(parameter.name for parameter in parameters(owner.__init__))]


def parameters(function: Any) -> list[Parameter]:
    """Those that JavaScript may have as well, by its names."""
    function = getattr(function, "__func__", function)
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    empty = inspect.Parameter.empty
    return [
        Parameter(camel(p.name), p.default is not empty) for p in found if p.name not in _ONLY_HERE
    ]


def docstring(value: Any) -> str:
    """That of a class is its own, and no example of a call."""
    if inspect.isclass(value):
        own = vars(value).get("__doc__") or ""
        return "" if own.startswith(f"{value.__name__}(") else own
    function = getattr(value, "fget", None) or getattr(value, "__func__", value)
    return inspect.getdoc(function) or "" if callable(function) else ""
