"""Boxes that say what they hold: a class number, and how sure a net is of it."""

from __future__ import annotations

from pyface_web.errors import InputError
from pyface_web.values.geometry import Box, BoxLike
from pyface_web.values.given import part
from pyface_web.values.numeric import finite, is_valid_number, is_valid_probability, shown


class LabeledBox(Box):
    """A box with a class number."""

    label: float

    def __init__(self, box: BoxLike, label: float) -> None:
        super().__init__(box)
        object.__setattr__(self, "label", finite(label, f"{type(self).__name__}.label"))

    @staticmethod
    def assert_is_valid_labeled_box(box: object, callee: str) -> None:
        """InputError that begins with callee unless box is a box with a number as its label."""
        Box.assert_is_valid_box(box, callee)
        label = part(box, "label")
        if not is_valid_number(label):
            raise InputError(
                f"{callee}: expected a box whose label is a number, got {shown(label)}"
            )

    def _key(self) -> tuple[object, ...]:
        return (*super()._key(), self.label)


class PredictedBox(LabeledBox):
    """A box with a class number, a score and the score of the class."""

    score: float
    class_score: float

    def __init__(self, box: BoxLike, label: float, score: float, class_score: float) -> None:
        super().__init__(box, label)
        object.__setattr__(self, "score", finite(score, "PredictedBox.score"))
        object.__setattr__(self, "class_score", finite(class_score, "PredictedBox.class_score"))

    @staticmethod
    def assert_is_valid_predicted_box(box: object, callee: str) -> None:
        """InputError that begins with callee unless box is labelled and has scores in 0..1."""
        LabeledBox.assert_is_valid_labeled_box(box, callee)
        scores = [part(box, name) for name in ("score", "class_score")]
        if not all(is_valid_probability(score) for score in scores):
            raise InputError(
                f"{callee}: expected score and class_score from 0 to 1, got {shown(scores[0])} "
                f"and {shown(scores[1])}"
            )

    def _key(self) -> tuple[object, ...]:
        return (*super()._key(), self.score, self.class_score)
