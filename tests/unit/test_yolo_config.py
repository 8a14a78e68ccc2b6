"""`validate_config` accepts what face-api.js accepts, and names what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from pyface_web import Point, validate_config
from pyface_web.errors import OptionsError

GOOD: dict[str, Any] = {
    "withSeparableConvs": True,
    "iouThreshold": 0.4,
    "classes": ["face"],
    "anchors": [{"x": 1.6, "y": 2.1}, Point(6, 7)],
    "meanRgb": [117.001, 114.697, 97.404],
}


@pytest.mark.parametrize(
    "config",
    [
        GOOD,
        {**GOOD, "meanRgb": None},
        {
            "with_separable_convs": False,
            "iou_threshold": 0,
            "classes": ("face",),
            "anchors": [(1, 2)],
        },
    ],
    ids=["all", "without a mean", "snake_case"],
)
def test_accepted(config: dict[str, Any]) -> None:
    validate_config(config)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"withSeparableConvs": 1}, "withSeparableConvs: expected True or False, got 1"),
        ({"iouThreshold": 1.5}, "iouThreshold: expected a number from 0 to 1, got 1.5"),
        ({"iouThreshold": None}, "iouThreshold: .* got None"),
        ({"classes": []}, "classes: expected a list of names, at least one, got"),
        ({"classes": [1]}, "classes"),
        ({"anchors": "x"}, "anchors: expected a list of {x, y}, at least one, got 'x'"),
        ({"anchors": [{"x": 1}]}, "anchors"),
        ({"meanRgb": [1, 2]}, "meanRgb: expected three numbers"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionsError, match=message):
        validate_config({**GOOD, **change})


def test_what_is_no_config() -> None:
    with pytest.raises(OptionsError, match="expected a mapping, got None"):
        validate_config(None)  # type: ignore[arg-type]
