"""Options as Python alone has them.

Defaults and ranges, which JavaScript has as well, are in tests/cases/options.json.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pyface_web.errors import OptionsError
from pyface_web.values.options import (
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
    TinyYolov2SizeType,
)


@pytest.mark.parametrize(
    ("cls", "name", "expected"),
    [
        (SsdMobilenetv1Options, "min_confidence", "a number above 0"),
        (SsdMobilenetv1Options, "max_results", "a positive whole number"),
        (TinyFaceDetectorOptions, "score_threshold", "a number above 0"),
        (TinyFaceDetectorOptions, "input_size", "a positive multiple of 32 up to 4096"),
        (TinyYolov2Options, "input_size", "a positive multiple of 32 up to 4096"),
        (MtcnnOptions, "min_face_size", "a positive number of pixels"),
    ],
)
def test_none_by_its_own_name_is_no_value(cls: Any, name: str, expected: str) -> None:
    with pytest.raises(OptionsError, match=f"{cls.__name__}.{name}: expected {expected}"):
        cls(**{name: None})


def test_sizes_of_tiny_yolov2() -> None:
    assert {size.name: size.value for size in TinyYolov2SizeType} == {
        "XS": 224,
        "SM": 320,
        "MD": 416,
        "LG": 608,
    }
    options = TinyYolov2Options(TinyYolov2SizeType.XS)
    assert options.input_size == 224
    assert type(options.input_size) is int


def test_options_of_two_detectors_are_never_equal() -> None:
    """The class decides which detector runs. As in face-api.js one is derived from the other."""
    assert TinyYolov2Options() != TinyFaceDetectorOptions()
    assert isinstance(TinyFaceDetectorOptions(), TinyYolov2Options)


def test_numbers_of_javascript_are_taken() -> None:
    options = TinyFaceDetectorOptions.from_js({"inputSize": 320.0, "scoreThreshold": 0.25})
    assert options == TinyFaceDetectorOptions(320, 0.25)
    assert type(options.input_size) is int


def test_from_js_takes_both_spellings_and_skips_what_is_left_out() -> None:
    assert SsdMobilenetv1Options.from_js({"max_results": 3, "minConfidence": None}) == (
        SsdMobilenetv1Options(max_results=3)
    )


def test_options_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SsdMobilenetv1Options().max_results = 3  # type: ignore[misc]


def test_mtcnn_options() -> None:
    assert MtcnnOptions().score_thresholds == (0.6, 0.7, 0.7)
    options = MtcnnOptions.from_js({"minFaceSize": 40, "scoreThresholds": [0.5, 0.6, 0]})
    assert options == MtcnnOptions(40, score_thresholds=(0.5, 0.6, 0))
    assert MtcnnOptions(scale_steps=[1, 0.5]).scale_steps == (1.0, 0.5)
