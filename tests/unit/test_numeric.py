"""What a number is, wherever one is taken."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import PyfaceError
from pyface_web.values.numeric import as_number, as_whole, finite, shown
from tests.waiting import wait

HALVES = [
    0.5,
    np.float16(0.5),
    np.float32(0.5),
    np.float64(0.5),
    np.longdouble(0.5),
    np.array(0.5, np.float32),
    Decimal("0.5"),
    Fraction(1, 2),
]


class Size(IntEnum):
    TWO = 2


class Index:
    """A whole number of a class that knows no fractions."""

    def __index__(self) -> int:
        return 2

    def __repr__(self) -> str:
        return "Index()"  # two processes must call the test alike


TWOS = [2, 2.0, np.int8(2), np.uint64(2), np.float32(2), np.array(2), Decimal(2), Size.TWO, Index()]

NO_NUMBERS = [
    True,
    np.True_,
    np.array(True),
    "0.5",
    b"0.5",
    bytearray(b"0.5"),
    np.str_("0.5"),
    np.array("0.5"),
    math.nan,
    math.inf,
    -math.inf,
    np.float32(math.nan),
    np.array(math.inf),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    10**400,
    None,
    [0.5],
    np.array([0.5]),
    np.array([[0.5]]),
    0.5 + 0j,
    np.complex64(0.5),
    np.timedelta64(1, "s"),
    np.datetime64("2020-01-01"),
    object(),
]

# What takes 0.5 and says something of its own if it is not a number.
PLACES: dict[str, Callable[[Any], object]] = {
    "finite": lambda value: finite(value, "value"),
    "Point": lambda value: faceapi.Point(value, 0),
    "Dimensions": lambda value: faceapi.Dimensions(value, 1),
    "Box": lambda value: faceapi.Box(0, 0, value, 1),
    "Box.rescale": lambda value: faceapi.Box(0, 0, 1, 1).rescale(value),
    "FaceDetection": lambda value: faceapi.FaceDetection(value, faceapi.Box(0, 0, 1, 1), (9, 9)),
    "a threshold": lambda value: faceapi.TinyFaceDetectorOptions(score_threshold=value),
    "scale_factor": lambda value: faceapi.MtcnnOptions(scale_factor=value),
    "min_face_size": lambda value: faceapi.MtcnnOptions(min_face_size=value),
    "score_thresholds": lambda value: faceapi.MtcnnOptions(score_thresholds=(0.5, value, 0.5)),
    "scale_steps": lambda value: faceapi.MtcnnOptions(scale_steps=[value]),
    "keep_score": lambda value: faceapi.TrackOptions(keep_score=value),
    "keep_seconds": lambda value: faceapi.TrackOptions(keep_seconds=value),
    "QualityLimits": lambda value: faceapi.QualityLimits(min_score=value),
    "FaceMatcher": lambda value: faceapi.FaceMatcher(None, value),
    "error_rates": lambda value: faceapi.error_rates([0.2], [0.7], value),
    "expires_after": lambda value: faceapi.IdentityStore(expires_after=value),
    "is_dimensions": lambda value: _agreed(faceapi.is_dimensions({"width": value, "height": 1})),
    "is_rect": lambda value: _agreed(
        faceapi.Box.is_rect({"x": value, "y": 0, "width": 1, "height": 1})
    ),
    "is_valid_number": lambda value: _agreed(faceapi.is_valid_number(value)),
    "is_valid_probability": lambda value: _agreed(faceapi.utils.is_valid_probability(value)),
}
NONE_IS_A_VALUE = ("scale_steps", "expires_after")

COUNTS: dict[str, Callable[[Any], object]] = {
    "max_results": lambda value: faceapi.SsdMobilenetv1Options(max_results=value),
    "max_num_scales": lambda value: faceapi.MtcnnOptions(max_num_scales=value),
    "top_k": lambda value: faceapi.FaceMatcher().top_k(np.zeros(128), value),
    "bins": lambda value: faceapi.distance_histograms([0.2], [0.7], value),
    "range": lambda value: faceapi.utils.range(value, 0, 1),
}


def _agreed(answer: bool) -> None:
    if not answer:
        raise PyfaceError("no")


@pytest.mark.parametrize("value", HALVES, ids=repr)
@pytest.mark.parametrize("place", PLACES)
def test_numbers_are_taken(place: str, value: Any) -> None:
    PLACES[place](value)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: shown(value)[:20])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.filterwarnings("error")
def test_what_is_no_number_is_refused(place: str, value: Any) -> None:
    if value is None and place in NONE_IS_A_VALUE:
        return
    with pytest.raises(PyfaceError):
        PLACES[place](value)


@pytest.mark.parametrize("value", TWOS, ids=repr)
@pytest.mark.parametrize("place", COUNTS)
def test_whole_numbers_are_taken(place: str, value: Any) -> None:
    """Of whatever type: JavaScript has only one."""
    COUNTS[place](value)


@pytest.mark.parametrize("value", [*NO_NUMBERS, *HALVES], ids=lambda value: shown(value)[:20])
@pytest.mark.parametrize("place", COUNTS)
@pytest.mark.filterwarnings("error")
def test_what_is_no_whole_number_is_refused(place: str, value: Any) -> None:
    with pytest.raises(PyfaceError):
        COUNTS[place](value)


def test_what_a_number_becomes() -> None:
    assert [type(as_number(value)) for value in HALVES] == [float] * len(HALVES)
    assert {as_number(value) for value in HALVES} == {0.5}
    assert [type(as_whole(value)) for value in TWOS] == [int] * len(TWOS)
    assert {as_whole(value) for value in TWOS} == {2}
    assert as_number(-0.25) == -0.25 and as_whole(-3.0) == -3
    assert as_whole(10**400) is None


def test_a_message_shows_single_values_only() -> None:
    assert shown(math.nan) == "nan" and shown(None) == "None" and shown("x") == "'x'"
    assert "0.5" in shown(np.float32(0.5)) and "0.5" in shown(Decimal("0.5"))
    assert shown([0.1] * 128) == "list" and shown("x" * 101) == "str"


@pytest.mark.parametrize(
    ("call", "remedy"),
    [
        (lambda: faceapi.TinyFaceDetectorOptions("416"), "write int('416')"),
        (lambda: faceapi.SsdMobilenetv1Options("0.6"), "write float('0.6')"),
        (lambda: faceapi.Dimensions(" 640 ", 480), "write int(' 640 ')"),
        (lambda: faceapi.FaceMatcher([], "0.5"), "write float('0.5')"),
        (lambda: faceapi.image_to_square(np.zeros((4, 4, 3), np.uint8), "16"), "write int('16')"),
        (lambda: faceapi.TrackOptions(keep_seconds="2"), "write int('2')"),
        (lambda: faceapi.TinyFaceDetectorOptions("417"), "got '417'"),
        (lambda: faceapi.Point("nan", 0), "got 'nan'"),
        (lambda: faceapi.Point("3 px", 0), "got '3 px'"),
    ],
)
def test_a_number_as_text_is_refused_with_what_to_write(
    call: Callable[[], Any], remedy: str
) -> None:
    with pytest.raises(PyfaceError) as raised:
        wait(made) if inspect.isawaitable(made := call()) else made
    assert str(raised.value).endswith(remedy)
