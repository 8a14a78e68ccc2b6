"""How a descriptor was cut out of its picture: only descriptors that were cut alike compare well.

"box" is the square of face-api.js, which never turns; "upright" is the chip of dlib, turned by the
landmarks. A `FaceResult` says which, and so does its array, for as long as it lives: that is known
of the very array and of views of it. Of a copy, or of numbers from anywhere, nothing is known, and
they may be compared with any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Number
from typing import Any, Literal, TypeAlias, get_args
from weakref import ref

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, MixedDescriptorsError, PyfaceError
from pyface_web.host import is_missing
from pyface_web.values.given import part, parts, plain_text
from pyface_web.values.numeric import shown
from pyface_web.values.vectors import VECTOR_DEPTH, parsed_text

Align: TypeAlias = Literal["box", "upright"]
"""How a descriptor was cut."""

ALIGNS: tuple[Align, ...] = get_args(Align)

Aligns: TypeAlias = Literal["box", "upright", "mixed"]
"""How several descriptors were cut, as far as it is known."""

DEFAULT_ALIGN: Align = "upright"
DEFAULT_REFINE = True
"""Whether landmarks are found once more, where they turned a face upright."""

_known: dict[int, tuple[ref[npt.NDArray[np.float32]], Align]] = {}  # by the id of a living array


def checked_align(value: object, what: str, error: type[PyfaceError] = InputError) -> Align:
    """value as an Align; an error of the class for anything else."""
    align = _align(value)
    if align is None:
        known = " or ".join(map(repr, ALIGNS))
        raise error(f"{what}: expected {known}, got {shown(value)}")
    return align


def checked_aligns(value: object, what: str) -> Aligns:
    """The same of several descriptors, which may be mixed."""
    is_mixed = isinstance(value, str) and plain_text(value) == "mixed"
    return "mixed" if is_mixed else checked_align(value, what)


def _align(value: object) -> Align | None:
    text = plain_text(value) if isinstance(value, str) else None
    return next((align for align in ALIGNS if align == text), None)


def aligns_in(data: Mapping[str, Any], what: str) -> Aligns | None:
    """How descriptors were cut that were written down, with the key align or, by older versions and
    face-api.js, without it; InputError for anything else.
    """
    found = parts(data, ("align",))
    if found is None:
        return "box"
    return None if is_missing(found[0]) else checked_aligns(found[0], f"{what}: align")


def note_align(array: npt.NDArray[np.float32], align: Aligns | None) -> None:
    """Remember how the descriptors in an array, which nobody may change, were cut."""
    if align is None or align == "mixed":
        return
    owner = _owner(array)  # which is what views of a view know
    noted = owner if owner.size == array.size else array
    key = id(noted)
    _known[key] = (ref(noted, lambda _: _known.pop(key, None)), align)


def align_of_array(array: npt.NDArray[Any]) -> Align | None:
    """How the descriptors in an array that was noted, or in a view of one, were cut; else None."""
    for one in (array, _owner(array)):
        noted = _known.get(id(one))
        if noted is not None and noted[0]() is one:
            return noted[1]
    return None


def _owner(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array that has the numbers of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def together(aligns: Iterable[Aligns | None]) -> Aligns | None:
    """How descriptors were cut, each of which or several in one way; None if nothing is known."""
    found = {align for align in aligns if align is not None}
    return "mixed" if len(found) > 1 else next(iter(found), None)


def align_of(value: object, depth: int = VECTOR_DEPTH) -> Aligns | None:
    """How one or more descriptors were cut, in whatever form they are taken as such.

    A result that went through JSON and does not say is of an older version: "box".
    """
    if isinstance(value, np.ndarray):
        return align_of_array(value)
    if depth == 0 or value is None:
        return None
    if isinstance(value, str):
        return align_of(parsed_text(value), depth - 1)
    if type(value) in (list, tuple):
        items: list[Any] = value  # type: ignore[assignment]
        is_vector = bool(items) and isinstance(items[0], Number)
        return None if is_vector else together(align_of(item, depth - 1) for item in items)
    # The array of a result comes first: who puts another one in may leave the rest as it was.
    known = align_of(part(value, "descriptor"), depth - 1)
    if known is not None:
        return known
    for name in ("descriptor_align", "descriptorAlign"):
        said: tuple[Any, ...] | None = parts(value, (name,))
        if said is not None:
            return _align(said[0])
    was_result = isinstance(value, Mapping) and parts(value, ("detection", "descriptor"))
    return "box" if was_result else None


def check_alike(what: str, got: Aligns | None, known: Aligns | None) -> None:
    """MixedDescriptorsError where descriptors were cut in another way than those known, or where
    some were cut in one way and some in the other. what: the name of those got.
    """
    if together((got, known)) != "mixed":
        return
    right = next((align for align in (known, got) if align in ALIGNS), None)
    if "mixed" in (got, known):
        said = "expected descriptors that were all cut alike, got some of each align"
    else:
        said = f"expected align={known!r}, as those that are there were cut, got align={got!r}"
    cut = f"Cut these with .with_face_descriptors(align={right!r}), or enrol" if right else "Enrol"
    raise MixedDescriptorsError(
        f"{what}: {said}; a distance between the two says little. {cut} everybody again from their "
        "pictures, with .with_face_descriptors(align='upright'); with allow_mixed=True the two are "
        "compared all the same"
    )
