"""Reads the arrays of a pickled NumPy file without NumPy and without trusting the pickle.

A pickle can name any function and call it. This reader knows the four names that a dict of lists
of arrays needs, each as a stand-in of its own that only keeps bytes, and refuses every other name.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Sequence
from typing import Any, NoReturn

from .errors import UnsafePickleError

_MAGIC = b"\x93NUMPY"


class _DType:
    """Stand-in for numpy.dtype: keeps the name, and that the state says little endian."""

    def __init__(self, name: str, *_flags: object) -> None:
        self.name = name
        self.order = ""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.order = state[1]


class _Array:
    """Stand-in for numpy.ndarray: the bytes of a float32 array, or the one object of a box."""

    data: bytes = b""
    boxed: object = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, shape, dtype, fortran, data = state
        if not isinstance(dtype, _DType):
            raise UnsafePickleError("an array without an element type")
        if dtype.name == "O8" and shape == () and isinstance(data, list) and len(data) == 1:
            self.boxed = data[0]  # np.save wraps a plain object in a 0-d array of objects
            return
        if dtype.name != "f4" or dtype.order != "<":
            raise UnsafePickleError(f"an array of {dtype.name}, not little-endian float32")
        if fortran or not isinstance(data, bytes) or len(data) != 4 * math.prod(shape):
            raise UnsafePickleError(f"an array whose bytes do not fit its shape {shape}")
        self.data = data


def _reconstruct(_kind: type[_Array], _shape: tuple[int, ...], _typecode: bytes) -> _Array:
    return _Array()


def _encode(text: str, encoding: str) -> bytes:
    """Stand-in for codecs.encode, which Python 2 style pickles call to carry bytes."""
    if encoding != "latin1":
        raise UnsafePickleError(f"an encoding other than latin1: {encoding!r}")
    return text.encode("latin1")


_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _DType,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("_codecs", "encode"): _encode,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise UnsafePickleError(
                f"the pickle asks for {module}.{name}, which a file of arrays does not need"
            ) from None

    def persistent_load(self, pid: object) -> NoReturn:
        raise UnsafePickleError("the pickle refers to something outside the file")


def arrays_end_to_end(data: bytes, keys: Sequence[str]) -> bytes:
    """Bytes of the float32 arrays in a pickled dict of lists of arrays.

    data: a version 1 .npy file holding one object, a dict from key to list of arrays. keys: which
    lists, in the order wanted; within a list the stored order is kept. Little endian, C order.
    """
    if not data.startswith(_MAGIC + b"\x01"):
        raise UnsafePickleError("not a version 1 .npy file")
    start = 10 + int.from_bytes(data[8:10], "little")
    try:
        outer = _ArrayUnpickler(io.BytesIO(data[start:])).load()
    except UnsafePickleError:
        raise
    except Exception as error:  # a pickle can fail in any way; none of them is our caller's
        raise UnsafePickleError(f"the pickle cannot be read: {error!r}") from error
    content = outer.boxed if isinstance(outer, _Array) else None
    out = bytearray()
    for key in keys:
        arrays = content.get(key) if isinstance(content, dict) else None
        if not isinstance(arrays, list) or not all(isinstance(a, _Array) for a in arrays):
            raise UnsafePickleError(f"no list of arrays under {key!r}")
        for array in arrays:
            out += array.data
    return bytes(out)
