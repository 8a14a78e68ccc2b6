"""How a descriptor was cut out of its picture: only descriptors that were cut alike compare well.

"box" is the square of face-api.js, which never turns; "upright" is the chip of dlib, turned by the
landmarks. A `FaceResult` says which, and so does its array, for as long as it lives: that is known
of the very array and of views of it. Of a copy, or of numbers from anywhere, nothing is known.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args
from weakref import ref

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, PyfaceError
from pyface_web.values.numeric import shown

Align: TypeAlias = Literal["box", "upright"]
"""How a descriptor was cut."""

ALIGNS: tuple[Align, ...] = get_args(Align)

_known: dict[int, tuple[ref[npt.NDArray[np.float32]], Align]] = {}  # by the id of a living array


def checked_align(value: object, what: str, error: type[PyfaceError] = InputError) -> Align:
    """value as an Align; an error of the class for anything else."""
    for align in ALIGNS:
        if isinstance(value, str) and value == align:
            return align
    known = " or ".join(map(repr, ALIGNS))
    raise error(f"{what}: expected {known}, got {shown(value)}")


def note_align(array: npt.NDArray[np.float32], align: Align | None) -> None:
    """Remember how the descriptors in an array, which nobody may change, were cut."""
    if align is not None:
        key = id(array)
        _known[key] = (ref(array, lambda _: _known.pop(key, None)), align)


def align_of_array(value: object) -> Align | None:
    """How the descriptors in an array that was noted, or in a view of one, were cut; else None."""
    while isinstance(value, np.ndarray):
        noted = _known.get(id(value))
        if noted is not None and noted[0]() is value:
            return noted[1]
        value = value.base
    return None
