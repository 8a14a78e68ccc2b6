"""Enumerations whose members are asked for by value, by people who may ask for anything."""

from __future__ import annotations

from enum import EnumMeta
from typing import Any

from pyface_web.errors import InputError
from pyface_web.values.numeric import shown


class Choice(EnumMeta):
    """Class of an enumeration that raises an InputError for a value that is none of its own."""

    def __call__(cls, value: Any, *given: Any, **named: Any) -> Any:
        """The member with a value."""
        if given or named or not cls.__members__:  # a new enumeration is being made
            return super().__call__(value, *given, **named)
        try:
            return super().__call__(value)
        except Exception:  # also whatever a class of the caller's raises when it is compared
            members: list[Any] = list(cls.__members__.values())
            known = " or ".join(repr(member.value) for member in members)
            raise InputError(f"{cls.__name__}: expected {known}, got {shown(value)}") from None
