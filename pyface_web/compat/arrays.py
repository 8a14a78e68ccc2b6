"""Arrays: the functions of face-api.js on tensors, and its small ones on numbers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, ShapeError
from pyface_web.models.decode import boxes
from pyface_web.values.arrays import Floats, array_of, floats_of
from pyface_web.values.given import items_of, truth
from pyface_web.values.numeric import round_half_up, shown

T = TypeVar("T")

MOST_NUMBERS = 2**28
"""Of what pads pictures: a batch of these in float32 is 1 GiB."""


def pad_to_square(img_tensor: npt.ArrayLike, is_center_image: bool = False) -> npt.NDArray[Any]:
    """Pictures with zeros added to the shorter side until both are equal.

    img_tensor: (N, H, W, C) or (H, W, C) of any number type, which the result has too.
    The zeros are at the right or the bottom, or with is_center_image on both sides; of an odd
    number of rows the larger half comes last.
    Raises ShapeError for other arrays.
    """
    array = _pictures(img_tensor, "pad_to_square")
    height, width = array.shape[-3:-1]
    side, missing = max(height, width), abs(height - width)
    if array.size and array.size // (height * width) * side * side > MOST_NUMBERS:
        raise ShapeError(
            f"pad_to_square: expected pictures whose squares have at most {MOST_NUMBERS} numbers, "
            f"got {array.shape}"
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ShapeError("pad_to_square: expected finite numbers, got NaN or infinity")
    is_centred = truth(is_center_image, "pad_to_square: is_center_image")
    after = round_half_up(missing / 2) if is_centred else missing
    amounts = [(0, 0)] * array.ndim
    amounts[-2 if height > width else -3] = (missing - after, after)
    return np.pad(array, amounts)


def normalize(x: npt.ArrayLike, mean_rgb: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Pictures minus a mean colour; nothing is divided.

    x: (N, H, W, 3) or (H, W, 3).
    mean_rgb: three numbers.
    Returns float32. Raises ShapeError for other arrays.
    """
    expected = "pictures with 3 channels and a mean of 3 numbers"
    array, mean = _pictures(x, "normalize"), floats_of(mean_rgb, "normalize: mean_rgb", expected)
    if array.shape[-1] != 3 or mean.shape != (3,):
        raise ShapeError(f"normalize: expected {expected}, got {array.shape} and {mean.shape}")
    with np.errstate(over="ignore"):
        found: npt.NDArray[np.float32] = (floats_of(array, "normalize") - mean).astype(np.float32)
    if not np.isfinite(found).all():
        raise ShapeError("normalize: expected numbers that float32 can hold, got larger ones")
    return found


def _pictures(value: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    expected = "numbers of shape (N, H, W, C) or (H, W, C)"
    array: npt.NDArray[Any] = array_of(value, what, expected, "fiub")
    if array.ndim not in (3, 4):
        raise ShapeError(f"{what}: expected {expected}, got {array.shape} of {array.dtype}")
    return array


def sigmoid(x: npt.ArrayLike) -> Any:
    """1 / (1 + exp(-x)) of a number, or of each number of an array of any shape, as float64.

    Raises InputError for what are no numbers.
    """
    return _plain(boxes.sigmoid(_numbers(x, "sigmoid: expected a number")))


def inverse_sigmoid(x: npt.ArrayLike) -> Any:
    """log(x / (1 - x)) of a number, or of each of an array of any shape; infinite for 0 and 1.

    Raises InputError outside of 0..1, where there is none.
    """
    expected = "inverse_sigmoid: expected a number from 0 to 1"
    p = _numbers(x, expected)
    if not ((p >= 0) & (p <= 1)).all():
        raise InputError(f"{expected}, got {shown(x)}")
    with np.errstate(divide="ignore"):
        return _plain(np.log(p) - np.log1p(-p))


def _numbers(x: npt.ArrayLike, expected: str) -> Floats:
    try:
        values = array_of(x, "")
    except ShapeError:
        raise InputError(f"{expected}, got {shown(x)}") from None
    with np.errstate(over="ignore"):
        found: Floats = values.astype(np.float64)
    if np.isnan(found).any():
        raise InputError(f"{expected}, got {shown(x) if found.ndim == 0 else 'NaN among them'}")
    return found


def _plain(values: npt.NDArray[np.float64]) -> float | npt.NDArray[np.float64]:
    return float(values) if values.ndim == 0 else values


def shuffle_array(input_array: Iterable[T]) -> list[T]:
    """The items in a random order, as a new list; InputError for what is no list of any kind."""
    items = list(items_of(input_array, "shuffle_array"))
    # Not random.shuffle: pages start from an image of memory, in which its state is the same.
    random.SystemRandom().shuffle(items)
    return items
