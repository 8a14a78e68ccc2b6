"""Numbers as JavaScript and face-api.js treat them: checked, rounded, cut off and printed."""

from __future__ import annotations

import math
from numbers import Number
from typing import SupportsFloat, SupportsIndex

import numpy as np

from pyface_web.errors import InputError
from pyface_web.host import kind_of
from pyface_web.wording import is_for_javascript, quoted

_NUMPY = (np.ndarray, np.generic)
_LONG = 100  # characters of a value that a message shows
_CONVERTIBLE = (float, int, SupportsFloat, SupportsIndex)  # protocols are slow, so they come last


def round_half_up(value: float) -> int:
    """The integer nearest to value, halves upwards, as JavaScript's Math.round (-2.5 -> -2)."""
    # Not floor(value + 0.5) alone: that sum rounds up to 1.0 for the double just below 0.5.
    low = math.floor(value)
    return low + (value - low >= 0.5)


def truncate(value: float, decimals: float = 2) -> float:
    """Cut value off after some decimals (0.876 -> 0.87), as face-api.js does in every label."""
    try:
        factor = 10.0**decimals
    except OverflowError:  # more decimals than a number has
        return value
    scaled = value * factor
    # A number that large has no such decimals, and its product may be beyond all numbers.
    return math.floor(scaled) / factor if factor and abs(scaled) < 2**53 else value


def number_text(value: float) -> str:
    """The shortest text of a number, integers without a point, as JavaScript prints it."""
    return repr(float(value)).removesuffix(".0")


def as_pixels(value: float) -> float:
    """A length as it is written: an int where it is whole, as those of pictures are."""
    return int(value) if value.is_integer() else value


def as_number(value: object) -> float | None:
    """value as a float if it is one finite number, else None: the only rule for what a number is.

    Python's are numbers (Decimal and Fraction, too) and NumPy's, also in an array without axes;
    True, False and text are not.
    """
    if type(value) is float:
        return value if math.isfinite(value) else None
    try:
        if isinstance(value, _NUMPY):
            # NumPy converts some that are none: complex ones, times, an array of one, a masked one.
            if value.ndim or value.dtype.kind not in "fiu" or hasattr(value, "mask"):
                return None
        elif isinstance(value, bool) or not isinstance(value, _CONVERTIBLE):
            return None
        number = float(value)
    except Exception:  # an int beyond all floats, and whatever a class of the caller's raises
        return None
    return number if math.isfinite(number) else None


def as_whole(value: object) -> int | None:
    """value as an int if it is a whole number (3.0 is one, as JavaScript has it), else None."""
    if type(value) is int:  # which a float would round
        return value if as_number(value) is not None else None
    number = as_number(value)
    return int(number) if number is not None and number.is_integer() else None


def is_valid_number(num: object) -> bool:
    """Whether num is a finite number (True, False and numbers as text are not)."""
    return as_number(num) is not None


def is_valid_probability(num: object) -> bool:
    """Whether num is a number from 0 to 1."""
    number = as_number(num)
    return number is not None and 0 <= number <= 1


def shown(value: object) -> str:
    """What a message says of a value that is not what was expected: its repr, or its class name.

    Only None, single numbers and texts that are short are shown, so that no message holds a
    descriptor. Never raises, whatever a class of the caller's does.
    """
    try:
        # Python refuses to write an int of thousands of digits.
        is_long = isinstance(value, str) and len(value) > _LONG
        is_long = is_long or (isinstance(value, int) and value.bit_length() > 3 * _LONG)
        if not is_long and (value is None or isinstance(value, Number | str)):
            text = _written(value)
            if len(text) <= 2 * _LONG:
                return text
    except Exception:
        pass
    return kind_of(value)


def _written(value: object) -> str:
    """None, a number or a text as the caller would write it."""
    if isinstance(value, str):
        return quoted(value)
    if not is_for_javascript():
        return repr(value)
    if value is None:
        return "undefined"
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    number = as_number(value)
    if number is not None:
        return number_text(number)
    return repr(value).replace("inf", "Infinity").replace("nan", "NaN")


def all_finite(where: str, **values: object) -> list[float]:
    """The values as floats, in their order; InputError for one that is no finite number."""
    return [finite(value, f"{where}: {name}") for name, value in values.items()]


def unquoted(value: object) -> object:
    """value, but the number where it is one as text, as the values of form fields are."""
    if not isinstance(value, str):
        return value
    text = str.__str__(value)
    for kind in (int, float) if len(text) <= _LONG else ():
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else value
    return value


def written(value: object) -> str:
    """The end of a message on text where a number is meant: how to write that; "" for others."""
    number = unquoted(value)
    if number is value:
        return ""
    kind = "Number" if is_for_javascript() else type(number).__name__
    return f"; write {kind}({shown(value)})"


def finite(value: object, what: str) -> float:
    """value as a float; InputError if it is not a finite number."""
    number = as_number(value)
    if number is None:
        raise InputError(f"{what}: expected a finite number, got {shown(value)}{written(value)}")
    return number


def whole(value: object, what: str, least: int, most: int | None = None) -> int:
    """value as an int; InputError if it is no whole number from least to most."""
    number = as_whole(value)
    if number is None or number < least or (most is not None and number > most):
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise InputError(
            f"{what}: expected a whole number {limits}, got {shown(value)}{written(value)}"
        )
    return number
