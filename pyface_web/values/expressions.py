"""Expressions, age and gender: what two nets say of a face.

Source of names and order: face-api.js 0.22.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, ShapeError

FACE_EXPRESSION_LABELS = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
"""The expressions, in the order of the net's outputs."""


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
        try:
            values = np.asarray(probabilities, dtype=np.float64)
        except (TypeError, ValueError):
            values = np.empty(0)
        if values.shape != (len(FACE_EXPRESSION_LABELS),):
            raise ShapeError(
                f"FaceExpressions: expected {len(FACE_EXPRESSION_LABELS)} probabilities, "
                f"{', '.join(FACE_EXPRESSION_LABELS)}, got {probabilities!r}"
            )
        if not ((values >= 0) & (values <= 1)).all():
            raise ShapeError(
                f"FaceExpressions: expected probabilities in 0..1, got {values.tolist()}"
            )
        vars(self).update(zip(FACE_EXPRESSION_LABELS, values.tolist(), strict=True))

    @classmethod
    def of(cls, values: Mapping[str, float]) -> FaceExpressions:
        """From a mapping expression -> probability; InputError where one is missing."""
        if isinstance(values, FaceExpressions):
            return values
        missing = [label for label in FACE_EXPRESSION_LABELS if label not in values]
        if missing:
            raise InputError(f"FaceExpressions: {', '.join(missing)} missing in {dict(values)}")
        return cls([values[label] for label in FACE_EXPRESSION_LABELS])

    def as_sorted_array(self) -> list[ExpressionProbability]:
        """(expression, probability) of all seven, the most probable first."""
        pairs = [ExpressionProbability(*item) for item in self.items()]
        return sorted(pairs, key=lambda pair: -pair.probability)

    def __getitem__(self, label: str) -> float:
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


class Gender(StrEnum):
    """What the age and gender net tells apart."""

    FEMALE = "female"
    MALE = "male"


class AgeAndGender(NamedTuple):
    """age: years, not rounded. gender_probability: 0.5..1, of the gender given."""

    age: float
    gender: Gender
    gender_probability: float
