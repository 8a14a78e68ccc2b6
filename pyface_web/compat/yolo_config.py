"""Configuration of Tiny YOLOv2: what face-api.js asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyface_web.errors import InputError, OptionsError
from pyface_web.values.geometry import Point
from pyface_web.values.given import items_of, part
from pyface_web.values.numeric import is_valid_number, is_valid_probability, shown


def validate_config(config: Mapping[str, Any]) -> None:
    """OptionsError unless config describes a Tiny YOLOv2 net, by the names of face-api.js.

    withSeparableConvs: True or False. iouThreshold: 0..1. classes: names, at least one.
    anchors: points or {x, y}, at least one. meanRgb: three numbers, or left out.
    The names may be in snake_case as well.
    """
    if not isinstance(config, Mapping):
        raise OptionsError(f"a config: expected a mapping, got {shown(config)}")

    def check(name: str, python_name: str, is_right: Any, expected: str) -> None:
        value = part(config, name)
        value = part(config, python_name) if value is None else value
        if not is_right(value):
            raise OptionsError(f"config.{name}: expected {expected}, got {shown(value)}")

    def is_list(value: Any, is_right: Any, count: int | None = None) -> bool:
        return (
            isinstance(value, list | tuple)
            and len(items := items_of(value, "config")) > 0
            and count in (None, len(items))
            and all(is_right(item) for item in items)
        )

    check("withSeparableConvs", "with_separable_convs", _is_bool, "True or False")
    check("iouThreshold", "iou_threshold", is_valid_probability, "a number from 0 to 1")
    check("classes", "classes", lambda v: is_list(v, _is_text), "a list of names, at least one")
    check("anchors", "anchors", lambda v: is_list(v, _is_point), "a list of {x, y}, at least one")
    check(
        "meanRgb",
        "mean_rgb",
        lambda v: v is None or is_list(v, is_valid_number, 3),
        "three numbers, or to be left out",
    )


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_point(value: object) -> bool:
    try:
        Point.of(value)
    except InputError:
        return False
    return True
