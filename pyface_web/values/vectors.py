"""Vectors in the forms in which they come back from where people keep them.

JSON knows no typed arrays: what a page wrote with `JSON.stringify(descriptor)` is `{"0": 0.1}`,
what it put into a form field is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from numbers import Number, Real
from typing import Any

import numpy as np

from pyface_web.host import is_missing, python_value
from pyface_web.values.given import part, parts, plain_text
from pyface_web.values.likely import no_face
from pyface_web.values.numeric import shown, unquoted

VECTOR_DEPTH = 4
"""Texts, results and lists within each other, in which a descriptor is looked for."""
_LONGEST = 1_000_000  # characters of a text that is looked into
_LISTED = re.compile(r"[-+.\deE\s]+(,[-+.\deE\s]+)+", re.ASCII)  # as String(Float32Array) is


def parsed_text(given: str) -> Any:
    """What JSON makes of a text, or the numbers between its commas; None where it is neither."""
    given = plain_text(given)
    if len(given) > _LONGEST:
        return None
    try:
        if _LISTED.fullmatch(given):
            return [float(number) for number in given.split(",")]
        found = json.loads(given)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list | dict) else None


def numbers_in(value: object) -> list[Any] | None:
    """The numbers of a list of nothing else, also where texts hold them, as in forms and tables;
    None for any other value."""
    if type(value) not in (list, tuple) or not value:
        return None
    found = [unquoted(item) for item in value]  # type: ignore[attr-defined]
    return found if all(isinstance(item, Real) for item in found) else None


def vector_of(value: object, depth: int = VECTOR_DEPTH) -> Any:
    """The vector that is plainly meant: of a result, of a list that holds just one, of a text or of
    texts, or of {"0": 0.1, "1": ...}. Anything else as it is.
    """
    value = python_value(value)
    if isinstance(value, memoryview):  # of a typed array
        return np.asarray(value)
    if depth == 0:
        return value
    if isinstance(value, str):
        found = parsed_text(value)
        return value if found is None else vector_of(found, depth - 1)
    if type(value) in (list, tuple):
        numbers = numbers_in(value)
        if numbers is not None:
            return numbers
        holds_one = len(value) == 1 and not isinstance(value[0], Number)  # type: ignore[arg-type, index]
        return vector_of(value[0], depth - 1) if holds_one else value  # type: ignore[index]
    if isinstance(value, np.ndarray):
        return value[0] if value.ndim == 2 and len(value) == 1 else value
    descriptor = part(value, "descriptor")
    if descriptor is not None:
        return vector_of(descriptor, depth - 1)
    counted = _counted(value) if isinstance(value, Mapping) else None
    return value if counted is None else counted


def _counted(value: Mapping[Any, Any]) -> list[Any] | None:
    """The values of a mapping whose keys are 0, 1, 2 ..., as numbers or texts."""
    try:
        keys = [str(number) for number in range(len(value))]
        found = {str(key): item for key, item in value.items()}
        return [found[key] for key in keys] if keys and found.keys() == set(keys) else None
    except Exception:  # whatever a class of the caller's raises
        return None


def remedy_for(value: object) -> str:
    """What to pass in place of what is no descriptor."""
    if is_missing(value):
        return no_face()
    if parts(value, ("labeledDescriptors",)):
        return "FaceMatcher.from_json(data) reads that"
    if parts(value, ("label", "descriptors")):
        return (
            "LabeledFaceDescriptors.from_json(data) reads that, and its `descriptors` are what is "
            "wanted"
        )
    if part(value, "detection") is not None or part(value, "score") is not None:
        return (
            "it has no descriptor: add .with_face_landmarks().with_face_descriptors() to its task"
        )
    if isinstance(value, list | tuple) and value and not isinstance(value[0], Number | str):
        return "pass one at a time: [matcher.find_best_match(face.descriptor) for face in results]"
    return among_numbers(value) or "pass the `descriptor` of one result"


def among_numbers(value: object) -> str:
    """What is in a list of numbers, and is none: the end of a message; "" where there is no such
    thing."""
    # Classes of the caller's that are lists, too, may raise when they are read.
    items: Any = value if type(value) in (list, tuple) else ()
    for index, item in enumerate(items):
        if not isinstance(unquoted(item), Real) or isinstance(item, bool):
            hint = ", as JSON writes NaN; was it computed from an empty crop?"
            return f"item {index} is {shown(item)}{hint if is_missing(item) else ''}"
    return ""
