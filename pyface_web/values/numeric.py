"""Numbers as JavaScript and face-api.js treat them: checked, rounded, cut off and printed."""

from __future__ import annotations

import math
from typing import SupportsFloat

from pyface_web.errors import InputError


def round_half_up(value: float) -> int:
    """The integer nearest to value, halves upwards, as JavaScript's Math.round (-2.5 -> -2)."""
    # Not floor(value + 0.5) alone: that sum rounds up to 1.0 for the double just below 0.5.
    low = math.floor(value)
    return low + (value - low >= 0.5)


def truncate(value: float, decimals: int = 2) -> float:
    """Cut value off after some decimals (0.876 -> 0.87), as face-api.js does in every label."""
    factor = 10.0**decimals
    return math.floor(value * factor) / factor if math.isfinite(value) else value


def number_text(value: float) -> str:
    """The shortest text of a number, integers without a point, as JavaScript prints it."""
    return repr(float(value)).removesuffix(".0")


def is_valid_number(num: object) -> bool:
    """Whether num is a finite number (True, False and numbers as text are not)."""
    if isinstance(num, bool | str | bytes) or not isinstance(num, SupportsFloat):
        return False
    try:
        return math.isfinite(float(num))
    except (TypeError, ValueError, OverflowError):  # an array, or an int beyond all floats
        return False


def is_valid_probability(num: object) -> bool:
    """Whether num is a number from 0 to 1."""
    return is_valid_number(num) and 0 <= num <= 1  # type: ignore[operator]


def shown(value: object) -> str:
    """What a message says of a value that is not what was expected: its repr, or its class name.

    Only None, single numbers and short texts are shown, so that no message holds a descriptor.
    """
    brief = value is None or isinstance(value, bool | int | float)
    if brief or (isinstance(value, str) and len(value) <= 100):
        return repr(value)
    return type(value).__name__


def finite(value: object, what: str) -> float:
    """value as a float; InputError if it is not a finite number."""
    if not is_valid_number(value):
        raise InputError(f"{what}: expected a finite number, got {shown(value)}")
    return float(value)  # type: ignore[arg-type]
