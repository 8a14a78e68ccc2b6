"""Expressions as a mapping, and results that have them, as Python alone does.

What JavaScript has as well is in tests/cases/expressions.json.
"""

from __future__ import annotations

import json
from copy import copy
from pickle import dumps, loads

import pytest

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


def test_it_cannot_be_changed_and_can_be_copied():
    found = FaceExpressions(VALUES)
    with pytest.raises(AttributeError, match="immutable"):
        found.happy = 1.0
    assert copy(found) == found == loads(dumps(found))
    assert hash(found) == hash(FaceExpressions(VALUES))


def test_results_take_plain_values():
    """As JSON gives them back."""
    detection = FaceDetection(0.9, (0, 0, 1, 1), (10, 10))
    face = FaceResult(detection, expressions=dict(FaceExpressions(VALUES)), gender="male")
    assert face.expressions == FaceExpressions(VALUES) and face.gender is Gender.MALE
    assert FaceResult.from_dict(json.loads(json.dumps(face.to_dict()))) == face
    assert face.expressions.as_sorted_array()[0] == ("happy", 0.5)
