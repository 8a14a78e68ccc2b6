"""`validate_config` takes forms of Python; the rest is in tests/cases/options.json."""

from __future__ import annotations

from typing import Any

import pytest

from pyface_web import Point, validate_config

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
