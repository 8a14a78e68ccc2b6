"""The distance below which two faces count as one person: checked where it is given."""

from __future__ import annotations

from pyface_web.errors import OptionsError
from pyface_web.values.numeric import as_number, shown, written


def checked_threshold(value: object, call: str) -> float:
    """value as a float; OptionsError if it is not a number of at least 0.

    call: who was given it, for messages.
    """
    threshold = as_number(value)
    if threshold is None or threshold < 0:
        raise OptionsError(
            f"{call}: distance_threshold: expected a number of at least 0, "
            f"got {shown(value)}{written(value)}"
        )
    return threshold
