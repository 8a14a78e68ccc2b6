"""Small questions: about numbers, sizes and arrays, as the namespace `utils` of face-api.js has.

Its names are Python's own in part (`range`, `round`), so import the module, not its names.
"""

from __future__ import annotations

from typing import Any, SupportsFloat

import numpy as np

from pyface_web.errors import InputError
from pyface_web.values.geometry import compute_reshaped_dimensions, get_center_point
from pyface_web.values.given import part
from pyface_web.values.numeric import (
    all_finite,
    as_number,
    as_whole,
    finite,
    is_valid_number,
    is_valid_probability,
    shown,
    truncate,
)

__all__ = [
    "compute_reshaped_dimensions",
    "get_center_point",
    "is_dimensions",
    "is_even",
    "is_float",
    "is_tensor",
    "is_tensor1_d",
    "is_tensor2_d",
    "is_tensor3_d",
    "is_tensor4_d",
    "is_valid_number",
    "is_valid_probability",
    "is_valid_probablitiy",
    "range",
    "round",
]

MOST_NUMBERS = 10_000_000
"""That `range` makes."""

is_valid_probablitiy = is_valid_probability
"""`is_valid_probability`, as face-api.js spells it."""


def is_tensor(tensor: object, dim: int) -> bool:
    """Whether something is a NumPy array with this many axes."""
    return isinstance(tensor, np.ndarray) and tensor.ndim == as_whole(dim)


def is_tensor1_d(tensor: object) -> bool:
    """Whether something is a NumPy array with one axis."""
    return is_tensor(tensor, 1)


def is_tensor2_d(tensor: object) -> bool:
    """Whether something is a NumPy array with two axes."""
    return is_tensor(tensor, 2)


def is_tensor3_d(tensor: object) -> bool:
    """Whether something is a NumPy array with three axes."""
    return is_tensor(tensor, 3)


def is_tensor4_d(tensor: object) -> bool:
    """Whether something is a NumPy array with four axes."""
    return is_tensor(tensor, 4)


def is_float(num: SupportsFloat) -> bool:
    """Whether a number has a fraction: 1.5, but neither 1 nor 1.0."""
    return finite(num, "is_float") % 1 != 0


def is_even(num: SupportsFloat) -> bool:
    """Whether a number is a multiple of 2."""
    return finite(num, "is_even") % 2 == 0


def round(num: float, prec: int = 2) -> float:
    """A number cut off (downwards, not rounded) after prec decimals, as in the labels drawn."""
    number = truncate(finite(num, "round"), finite(prec, "round: prec"))
    return finite(number, "round: a number of so many decimals")


def is_dimensions(obj: Any) -> bool:
    """Whether something has a width and a height, as attributes or keys, and neither is 0."""
    return all(as_number(part(obj, name)) for name in ("width", "height"))


def range(num: int, start: float, step: float) -> list[float]:
    """num numbers: start, start + step, start + 2 step, ...; InputError for a num below 0."""
    count = as_whole(num)
    if count is None or count < 0:
        raise InputError(f"range: expected a whole number of at least 0, got {shown(num)}")
    if count > MOST_NUMBERS:
        raise InputError(f"range: expected at most {MOST_NUMBERS} numbers, got {shown(num)}")
    start, step = all_finite("range", start=start, step=step)
    finite(start + max(count - 1, 0) * step, "range: the last number")
    return [start + i * step for i in np.arange(count).tolist()]
