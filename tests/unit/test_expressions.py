"""Expressions, genders and ages as values."""

from __future__ import annotations

import json
from copy import copy
from pickle import dumps, loads

import pytest

from pyface_web import errors
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import FACE_EXPRESSION_LABELS, FaceExpressions, Gender
from pyface_web.values.results import FaceResult

VALUES = [0.1, 0.5, 0.05, 0.1, 0.15, 0.05, 0.05]


def test_attributes_and_mapping_agree():
    found = FaceExpressions(VALUES)
    assert (found.neutral, found.happy, found.surprised) == (0.1, 0.5, 0.05)
    assert list(found) == list(FACE_EXPRESSION_LABELS) and list(found.values()) == VALUES
    assert found["fearful"] == found.fearful == 0.15
    assert json.loads(json.dumps(dict(found))) == found == FaceExpressions.of(dict(found))
    assert repr(found) == "FaceExpressions(happy=0.5, ...)"


def test_as_sorted_array_is_stable():
    pairs = FaceExpressions(VALUES).as_sorted_array()
    assert pairs[0] == ("happy", 0.5) and pairs[0].expression == "happy"
    assert [pair.expression for pair in pairs] == [
        "happy", "fearful", "neutral", "angry", "sad", "disgusted", "surprised",
    ]  # fmt: skip
    assert pairs[1].probability == 0.15


def test_it_cannot_be_changed_and_can_be_copied():
    found = FaceExpressions(VALUES)
    with pytest.raises(AttributeError, match="immutable"):
        found.happy = 1.0
    assert copy(found) == found == loads(dumps(found))
    assert hash(found) == hash(FaceExpressions(VALUES))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (VALUES[:6], "expected 7 probabilities, neutral"),
        ("happy", "expected 7 probabilities"),
        (None, "expected 7 probabilities"),
        ([*VALUES[:6], 1.5], "surprised: expected a number from 0 to 1, got"),
        ([*VALUES[:6], float("nan")], "surprised: expected a number from 0 to 1, got"),
    ],
    ids=["six", "text", "None", "above 1", "NaN"],
)
def test_what_is_not_seven_probabilities_is_refused(values, message):
    with pytest.raises(errors.ShapeError, match=message):
        FaceExpressions(values)


def test_a_mapping_that_lacks_an_expression_is_refused():
    with pytest.raises(errors.InputError, match=r"sad, angry, .* missing"):
        FaceExpressions.of({"neutral": 0.5, "happy": 0.5})


def test_results_take_plain_values():
    """As JSON gives them back."""
    detection = FaceDetection(0.9, (0, 0, 1, 1), (10, 10))
    face = FaceResult(detection, expressions=dict(FaceExpressions(VALUES)), gender="male")
    assert face.expressions == FaceExpressions(VALUES) and face.gender is Gender.MALE
    assert FaceResult.from_dict(json.loads(json.dumps(face.to_dict()))) == face
    with pytest.raises(errors.InputError, match="expected 'female' or 'male', got 'other'"):
        FaceResult(detection, gender="other")
