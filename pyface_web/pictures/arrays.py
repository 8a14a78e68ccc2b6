"""Arrays as pictures: which shapes they may have, and what their numbers mean.

The type says how far the numbers go: to 255, to 65535, to 1 where they are real, True is white.
What cannot be so (reals above 1, 16 bits that all end at 255) is refused, not guessed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import InputError

_EXPECTED = (
    "(height, width), or (height, width, 1, 3 or 4), of uint8, uint16, bool or of real numbers 0..1"
)


def pixels_of_array(array: NDArray[Any]) -> NDArray[np.uint8]:
    """(H, W, 3 or 4) uint8 of an array: RGB or RGBA, grey three times.

    Raises InputError for other shapes and types, and for numbers that are none of its type's.
    """
    array = np.asarray(array)  # not masked, no matrix
    if array.ndim == 4 and len(array) == 1:  # a batch of one, as face-api.js's tensors have it
        array = array[0]
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise _refused(array, _other_shape(array))
    values = _in_eight_bits(array)
    return np.repeat(values, 3, 2) if values.shape[2] == 1 else values


def _in_eight_bits(array: NDArray[Any]) -> NDArray[np.uint8]:
    kind = array.dtype
    if kind == np.uint8:
        return array
    if kind == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if kind == np.uint16:
        return _of_sixteen_bits(array)
    if kind.kind == "f":
        return _of_reals(array)
    raise _refused(array, _other_type(array))


def _of_sixteen_bits(array: NDArray[np.uint16]) -> NDArray[np.uint8]:
    largest = int(array.max(initial=0))
    if 1 < largest <= 255:  # all but black as 16 bits, so probably 8 bits in another type
        raise _refused(
            array,
            f"its values go up to {largest} of 65535; array.astype('uint8') if they are 0..255",
        )
    return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _of_reals(array: NDArray[Any]) -> NDArray[np.uint8]:
    least, largest = (float(end(initial=0)) for end in (array.min, array.max))
    if not (np.isfinite(least) and np.isfinite(largest)):
        raise _refused(array, "it has NaN or infinity in it; np.nan_to_num(array) makes them 0")
    if least < 0:
        raise _refused(
            array,
            f"its values go from {least:g} to {largest:g}; (array + 1) / 2 if they are -1..1, "
            "np.clip(array, 0, 1) if they only swing over",
        )
    if largest > 1:
        raise _refused(
            array,
            f"its values go up to {largest:g}; "
            + (
                "np.clip(array, 0, 1) if they only swing over"
                if largest < 2
                else "array / 255 if they are 0..255"
                if largest <= 255
                else f"divide it by the value of white, array / {largest:g}"
            ),
        )
    return (array.astype(np.float32) * 255 + 0.5).astype(np.uint8)


def _refused(array: NDArray[Any], remedy: str) -> InputError:
    more = f"; {remedy}" if remedy else ""
    return InputError(
        f"an array as a picture: expected {_EXPECTED}, got {array.shape} of {array.dtype}{more}"
    )


def _other_shape(array: NDArray[Any]) -> str:
    if array.ndim == 4:
        return "pass the pictures of a batch one by one: batch[0]"
    if array.ndim == 3 and array.shape[0] in (1, 3, 4):
        return "the channels come first, so turn it: array.transpose(1, 2, 0)"
    return ""


def _other_type(array: NDArray[Any]) -> str:
    if array.dtype.kind not in "iu" or not array.size:
        return ""
    least, largest = int(array.min()), int(array.max())
    if least >= 0 and largest <= 255:
        return "array.astype('uint8') is what is wanted"
    return f"its values go from {least} to {largest}: scale them to 0..255, then .astype('uint8')"
