"""What callers hand over, read with care: parts of objects, lists, texts.

An object of another class may do anything when it is read. Here that becomes an InputError, so that
whoever calls a function gets one kind of error for all that is wrong with what was passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import islice
from typing import Any, TypeVar

from pyface_web.errors import InputError, PyfaceError
from pyface_web.host import kind_of
from pyface_web.values.numeric import as_number, number_text, shown

_T = TypeVar("_T")

MOST_ITEMS = 1_000_000
"""Items that are taken from what does not say how many it has, such as a generator."""
DEEPEST = 16
"""Lists within lists that functions on "one or a list, or lists of them" look into."""


def part(value: object, name: str) -> Any:
    """value[name] of a mapping, else value.name; None if it has no such part, or will not say."""
    try:
        return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    except Exception:
        return None


def parts(value: object, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    """All parts of these names, None unless a mapping or an object has them all."""
    try:
        if isinstance(value, Mapping):
            return tuple(value[name] for name in names) if _has_all(value, names) else None
        return tuple(getattr(value, name) for name in names)
    except Exception:
        return None


def _has_all(value: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(name in value for name in names)


def items_of(value: object, what: str, expected: str = "a list") -> list[Any]:
    """The items of a list, an array or anything else to iterate over; else InputError.

    Texts and mappings are none. What has no length may go on for ever: see MOST_ITEMS.
    """
    if type(value) is list:
        return value
    try:
        if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
            most = len(value) if isinstance(value, Sized) else MOST_ITEMS
            found = list(islice(value, most + 1))
            if len(found) <= most:
                return found
            raise InputError(f"{what}: expected {expected}, got more than {most} items")
    except PyfaceError:
        raise
    except Exception as error:
        raise InputError(
            f"{what}: expected {expected}, got {shown(value)}, which cannot be read "
            f"({kind_of(error)})"
        ) from error
    raise InputError(f"{what}: expected {expected}, got {shown(value)}")


def flat(value: object, what: str, depth: int = DEEPEST) -> Iterator[Any]:
    """One item, or those of lists and tuples of them, which may be nested."""
    if not isinstance(value, list | tuple):
        yield value
        return
    if depth == 0:
        raise InputError(
            f"{what}: expected at most {DEEPEST} lists within each other, got more; does one hold "
            "itself?"
        )
    for item in items_of(value, what):
        yield from flat(item, what, depth - 1)


def text_of(value: object, what: str) -> str:
    """value as it is written: a text, a number, or an object whose class says how; else InputError.

    None, lists and functions have no text of their own, only one for programmers.
    """
    if isinstance(value, str):
        return plain_text(value)
    number = as_number(value)
    if number is not None:
        return number_text(number)
    try:
        if type(value).__str__ is not object.__str__ and not isinstance(value, bytes | type):
            return str(value)
    except Exception:
        pass
    raise InputError(f"{what}: expected text, got {shown(value)}")


def truth(value: object, what: str) -> bool:
    """Whether value counts as true; InputError for what has no truth, such as an array."""
    if isinstance(value, bool):
        return value
    try:
        if value is not NotImplemented:
            return bool(value)
    except Exception:
        pass
    raise InputError(f"{what}: expected True or False, got {shown(value)}")


def checked_text(value: object, what: str) -> str:
    """value, which must be a text; else InputError."""
    if not isinstance(value, str):
        raise InputError(f"{what}: expected text, got {shown(value)}")
    return plain_text(value)


def plain_text(value: str) -> str:
    """A text as Python's own, whatever class derived from it was passed."""
    return value if type(value) is str else str.__str__(value)


def instance(value: object, kind: type[_T], what: str, remedy: str = "") -> _T:
    """value, which must be of this class; else InputError."""
    if isinstance(value, kind):
        return value
    more = f"; {remedy}" if remedy else ""
    raise InputError(f"{what}: expected {_named(kind)}, got {shown(value)}{more}")


def _named(kind: type) -> str:
    name = kind.__name__
    return name if name.endswith("s") else f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
