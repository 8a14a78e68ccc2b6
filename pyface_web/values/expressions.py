"""Expressions, age and gender: what two nets say of a face.

Source of names and order: face-api.js 0.22.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, NoReturn, cast

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, ShapeError
from pyface_web.values.enums import Choice
from pyface_web.values.fields import checked_tuple
from pyface_web.values.given import items_of, part
from pyface_web.values.numeric import is_valid_probability, shown

FACE_EXPRESSION_LABELS = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
"""The expressions, in the order of the net's outputs."""


@checked_tuple
class ExpressionProbability(NamedTuple):
    """One expression and its probability, 0..1."""

    expression: str
    probability: float


class FaceExpressions(Mapping[str, float]):
    """How a face looks: seven probabilities that sum to 1.

    Each is an attribute (`found.happy`) and, since this is a mapping, a value
    (`found["happy"]`), in the order of FACE_EXPRESSION_LABELS. Immutable.
    """

    neutral: float
    happy: float
    sad: float
    angry: float
    fearful: float
    disgusted: float
    surprised: float

    def __init__(self, probabilities: npt.ArrayLike) -> None:
        """probabilities: seven numbers in 0..1, in the order of FACE_EXPRESSION_LABELS.

        Raises ShapeError for another count, or for numbers outside 0..1.
        """
        known = FACE_EXPRESSION_LABELS
        right = isinstance(probabilities, Sequence | np.ndarray)
        try:
            values = items_of(probabilities, "FaceExpressions") if right else []
        except InputError:
            right, values = False, []
        if len(values) != len(known):
            got = len(values) if right else shown(probabilities)
            raise ShapeError(
                f"FaceExpressions: expected {len(known)} probabilities, {', '.join(known)}, "
                f"got {got}"
            )
        for label, value in zip(known, values, strict=True):
            if not is_valid_probability(value):
                raise ShapeError(
                    f"FaceExpressions.{label}: expected a number from 0 to 1, got {shown(value)}"
                )
            vars(self)[label] = float(cast(float, value))

    @classmethod
    def of(cls, values: Mapping[str, float]) -> FaceExpressions:
        """From a mapping expression -> probability; InputError for other values."""
        if isinstance(values, FaceExpressions):
            return values
        if not isinstance(values, Mapping):
            raise InputError(
                "FaceExpressions: expected these, or a mapping to probabilities, "
                f"got {shown(values)}"
            )
        found = {label: part(values, label) for label in FACE_EXPRESSION_LABELS}
        missing = [label for label in found if found[label] is None and not _has(values, label)]
        if missing:
            raise InputError(f"FaceExpressions: {', '.join(missing)} missing")
        return cls(list(found.values()))

    def as_sorted_array(self) -> list[ExpressionProbability]:
        """(expression, probability) of all seven, the most probable first."""
        pairs = [ExpressionProbability(*item) for item in self.items()]
        return sorted(pairs, key=lambda pair: -pair.probability)

    def __getitem__(self, label: str) -> float:
        if not isinstance(label, str):
            raise KeyError(shown(label))
        value: float = vars(self)[label]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(FACE_EXPRESSION_LABELS)

    def __len__(self) -> int:
        return len(FACE_EXPRESSION_LABELS)

    def __hash__(self) -> int:
        return hash(tuple(self.values()))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"FaceExpressions are immutable; cannot set {name}")

    def __repr__(self) -> str:
        best = self.as_sorted_array()[0]
        return f"FaceExpressions({best.expression}={best.probability:.4g}, ...)"


def _has(values: Mapping[str, float], label: str) -> bool:
    try:
        return label in values
    except Exception:
        return False


class Gender(StrEnum, metaclass=Choice):
    """What the age and gender net tells apart."""

    FEMALE = "female"
    MALE = "male"


@checked_tuple
class AgeAndGender(NamedTuple):
    """age: years, not rounded. gender_probability: 0.5..1, of the gender given."""

    age: float
    gender: Gender
    gender_probability: float
