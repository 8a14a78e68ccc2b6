"""The arrays that nets and geometry pass on: one name for each type of number, and descriptors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import PyfaceError, ShapeError
from pyface_web.host import kind_of
from pyface_web.values.numeric import shown

Array: TypeAlias = npt.NDArray[np.float32]
"""What nets take and give, and what a texture holds."""

Floats: TypeAlias = npt.NDArray[np.float64]
"""What decoders, tracking and geometry compute with."""

DESCRIPTOR_LENGTH = 128
"""Numbers of a face descriptor."""

DISTANCE_THRESHOLD = 0.6
"""Two descriptors that are nearer than this are taken for one person, unless told otherwise."""


def array_of(
    value: object,
    what: str,
    expected: str = "numbers",
    kinds: str = "fiu",
    error: type[PyfaceError] = ShapeError,
) -> Any:
    """value as an array of numbers, of its own dtype; an error of the class for anything else.

    expected: words of the error. kinds: of dtypes, as NumPy has letters for them. An object of
    another class may do anything when NumPy reads it; that is this error, too.
    """
    try:
        array = np.asarray(value)
    except Exception as why:
        raise error(
            f"{what}: expected {expected}, got {shown(value)}, which is no array ({kind_of(why)})"
        ) from None
    if array.dtype.kind not in kinds:
        raise error(
            f"{what}: expected {expected}, got shape {array.shape} of {array.dtype}, "
            f"a {kind_of(value)}"
        )
    return array


def floats_of(value: object, what: str, expected: str = "numbers") -> Floats:
    """The same as finite numbers in double precision."""
    array = array_of(value, what, expected)
    with np.errstate(over="ignore"):  # of longer ones
        found: Floats = array.astype(np.float64)
    if not np.isfinite(found).all():
        raise ShapeError(f"{what}: expected {expected}, finite ones, got NaN or infinity")
    return found
