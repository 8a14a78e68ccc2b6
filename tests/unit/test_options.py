"""Options are checked when they are made, and say what is wrong."""

from __future__ import annotations

import dataclasses
import math
import re
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


def test_defaults() -> None:
    assert SsdMobilenetv1Options() == SsdMobilenetv1Options(0.5, 100)
    assert TinyFaceDetectorOptions() == TinyFaceDetectorOptions(416, 0.5)
    assert TinyYolov2Options() == TinyYolov2Options(416, 0.5)


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, math.nan, "0.5", True, None, [0.5]])
@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (SsdMobilenetv1Options, "min_confidence"),
        (TinyFaceDetectorOptions, "score_threshold"),
        (TinyYolov2Options, "score_threshold"),
    ],
)
def test_a_threshold_lies_between_0_and_1(cls: Any, name: str, value: object) -> None:
    with pytest.raises(OptionsError, match=f"{cls.__name__}.{name}: expected a number above 0"):
        cls(**{name: value})


@pytest.mark.parametrize("value", [0, -32, 100, 416.5, math.inf, math.nan, "416", True, None])
@pytest.mark.parametrize("cls", [TinyFaceDetectorOptions, TinyYolov2Options])
def test_input_size_is_a_multiple_of_32(cls: Any, value: Any) -> None:
    message = f"{cls.__name__}.input_size: expected a positive multiple of 32, got"
    with pytest.raises(OptionsError, match=message):
        cls(value)


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


@pytest.mark.parametrize("value", [0, -1, 2.5, math.inf, None])
def test_max_results_is_a_count(value: Any) -> None:
    with pytest.raises(OptionsError, match="max_results: expected a positive whole number"):
        SsdMobilenetv1Options(0.5, value)


def test_numbers_of_javascript_are_taken() -> None:
    options = TinyFaceDetectorOptions.from_js({"inputSize": 320.0, "scoreThreshold": 0.25})
    assert options == TinyFaceDetectorOptions(320, 0.25)
    assert type(options.input_size) is int


def test_from_js_takes_both_spellings_and_skips_what_is_left_out() -> None:
    assert SsdMobilenetv1Options.from_js({"max_results": 3, "minConfidence": None}) == (
        SsdMobilenetv1Options(max_results=3)
    )


def test_from_js_names_an_unknown_option() -> None:
    with pytest.raises(OptionsError, match="no option 'score_threshold'; expected min_confidence"):
        SsdMobilenetv1Options.from_js({"scoreThreshold": 0.5})
    with pytest.raises(OptionsError, match="expected SsdMobilenetv1Options or a mapping"):
        SsdMobilenetv1Options.from_js(3)  # type: ignore[arg-type]


def test_options_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SsdMobilenetv1Options().max_results = 3  # type: ignore[misc]


def test_mtcnn_options() -> None:
    assert MtcnnOptions().score_thresholds == (0.6, 0.7, 0.7)
    options = MtcnnOptions.from_js({"minFaceSize": 40, "scoreThresholds": [0.5, 0.6, 0]})
    assert options == MtcnnOptions(40, score_thresholds=(0.5, 0.6, 0))
    assert MtcnnOptions(scale_steps=[1, 0.5]).scale_steps == (1.0, 0.5)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("min_face_size", 0, "expected a positive number of pixels, got 0; leave it out for 20"),
        ("min_face_size", "40", "expected a positive number of pixels, got '40'"),
        ("min_face_size", math.inf, "expected a positive number"),
        ("scale_factor", 1, "scale_factor: expected a number above 0 and below 1, got 1"),
        ("scale_factor", 0, "above 0 and below 1"),
        ("max_num_scales", 0, "max_num_scales: expected a positive whole number, got 0"),
        ("score_thresholds", [0.6, 0.7], r"expected three numbers in 0\.\.1, one for each net"),
        ("score_thresholds", 0.6, "expected three numbers"),
        ("score_thresholds", [0.6, 0.7, 1.5], "expected three numbers"),
        ("score_thresholds", [0.6, None, 0.5], "expected three numbers"),
        ("scale_steps", [0.5, 0], r"expected positive numbers, such as \[0\.3, 0\.2\]"),
        ("scale_steps", 0.5, "expected positive numbers"),
    ],
)
def test_mtcnn_options_say_their_range(name: str, value: Any, message: str) -> None:
    with pytest.raises(OptionsError, match=f"MtcnnOptions.{name}: ") as caught:
        MtcnnOptions(**{name: value})
    assert re.search(message, str(caught.value))
