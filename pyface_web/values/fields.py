"""Fields of value classes: each is what its annotation says, or the value is not made.

`@checked_fields()` for a frozen dataclass, below `@dataclass`; `@checked_tuple` for a NamedTuple.
Numbers are finite unless a class says otherwise. An annotation beyond plain values and classes of
its module (or these and None) is left to the class.
"""

from __future__ import annotations

import functools
import inspect
import math
import sys
from collections.abc import Callable
from enum import EnumMeta
from typing import Any, Generic, Self, TypeVar, overload

from pyface_web.errors import InputError
from pyface_web.values.given import checked_text, instance, truth
from pyface_web.values.numeric import as_number, finite, shown, whole

_Class = TypeVar("_Class", bound=type)
_Value = TypeVar("_Value")
Check = Callable[[Any, str], Any]
"""A value and its name in messages -> the value to keep; raises an error of this package."""


def distance(value: object, what: str) -> float:
    """value as a float that may be infinite, as the distance to nobody is; else InputError."""
    number = math.inf if isinstance(value, float) and value == math.inf else as_number(value)
    if number is None:
        raise InputError(f"{what}: expected a number, got {shown(value)}")
    return number


def count(value: object, what: str) -> int:
    """value as an int of at least 0; InputError for anything else."""
    return whole(value, what, 0)


_PLAIN: dict[str, Check] = {
    "float": finite,
    "int": lambda value, what: whole(value, what, -sys.maxsize),
    "str": checked_text,
    "bool": truth,
}


def checked_fields(**own: Check) -> Callable[[_Class], _Class]:
    """Decorator of a dataclass that checks what it is made of. own: checks of single fields."""

    def decorate(kind: _Class) -> _Class:
        checks: list[tuple[str, str, Check]] = []
        before: Callable[[Any], None] | None = getattr(kind, "__post_init__", None)

        def __post_init__(self: Any) -> None:  # noqa: N807  (the dataclass calls it)
            if not checks:  # late, since annotations name what comes later in the module
                checks.extend(_checks(kind, own))
            for name, what, check in checks:
                object.__setattr__(self, name, check(getattr(self, name), what))
            if before is not None:
                before(self)

        kind.__post_init__ = __post_init__  # type: ignore[attr-defined]
        return kind

    return decorate


def checked_tuple(kind: _Class) -> _Class:
    """The same for a NamedTuple."""
    made, checks = kind.__new__, list[tuple[str, str, Check]]()

    @functools.wraps(made)
    def __new__(cls: Any, /, *given: Any, **named: Any) -> Any:  # noqa: N807
        values = made(cls, *given, **named)
        if not checks:
            checks.extend(_checks(kind, {}))
        checked = [
            check(value, what) for value, (_, what, check) in zip(values, checks, strict=True)
        ]
        return tuple.__new__(cls, checked)

    kind.__new__ = staticmethod(__new__)  # type: ignore[method-assign]
    return kind


def _checks(kind: type, own: dict[str, Check]) -> list[tuple[str, str, Check]]:
    """Name of each annotated field, what messages call it, and how it is checked."""
    found = []
    for base in reversed(kind.__mro__):
        space = vars(sys.modules[base.__module__])
        for name, annotation in inspect.get_annotations(base).items():
            text = str(getattr(annotation, "__forward_arg__", annotation))  # as NamedTuple keeps it
            check = own.get(name) or _check_of(text, space)
            if not text.startswith("ClassVar"):
                found.append((name, f"{kind.__name__}.{name}", check))
    return found


def _check_of(annotation: str, space: dict[str, Any]) -> Check:
    kind, _, optional = annotation.partition(" | ")
    if optional not in ("", "None"):
        return _as_it_is
    named = space.get(kind)
    if kind in _PLAIN:
        check = _PLAIN[kind]
    elif isinstance(named, EnumMeta):
        check = functools.partial(_member, named)
    elif isinstance(named, type):
        check = functools.partial(_instance, named)
    else:
        return _as_it_is
    return functools.partial(_unless_none, check) if optional else check


def _as_it_is(value: Any, what: str) -> Any:
    return value


def _instance(kind: type, value: Any, what: str) -> Any:
    return instance(value, kind, what)


def _member(kind: EnumMeta, value: Any, what: str) -> Any:
    return kind(value)


def _unless_none(check: Check, value: Any, what: str) -> Any:
    return None if value is None else check(value, what)


class Checked(Generic[_Value]):
    """A field of a class that is not frozen: `box = Checked(Box.of)`.

    Whatever is assigned is checked and kept as what the check gives.
    """

    def __init__(self, check: Callable[[Any], _Value]) -> None:
        self._check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    @overload
    def __get__(self, made: None, owner: type) -> Self: ...  # pragma: no cover
    @overload
    def __get__(self, made: object, owner: type) -> _Value: ...  # pragma: no cover
    def __get__(self, made: object | None, owner: type) -> Self | _Value:
        if made is None:
            return self
        value: _Value = getattr(made, self._name)
        return value

    def __set__(self, made: object, value: Any) -> None:
        setattr(made, self._name, self._check(value))
