"""The reader of pickled arrays: gives the bytes NumPy gives, and calls nothing it does not know."""

from __future__ import annotations

import os
import pickle
import struct

import numpy as np
import pytest

from pyface_files.errors import UnsafePickleError
from pyface_files.npy import arrays_end_to_end


def npy(payload: bytes) -> bytes:
    """A version 1 .npy file around a pickle."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + payload


def old_style(value: object) -> bytes:
    """A pickle with NumPy's old module names, as the published file has."""
    return pickle.dumps(value, protocol=2).replace(b"numpy._core.", b"numpy.core.")


def boxed(value: object) -> np.ndarray:
    box = np.empty((), dtype=object)
    box[()] = value
    return box


def test_arrays_come_end_to_end_in_the_order_asked_for():
    net = {
        "b": [np.arange(6, dtype="<f4").reshape(2, 3), np.float32([7.5, -1])],
        "a": [np.float32([9])],
    }
    data = arrays_end_to_end(npy(old_style(boxed(net))), ["a", "b"])
    assert np.frombuffer(data, "<f4").tolist() == [9, 0, 1, 2, 3, 4, 5, 7.5, -1]


class Malicious:
    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(lambda mark: Malicious(os.system, f"touch {mark}"), id="os.system"),
        pytest.param(lambda mark: Malicious(eval, f"open({str(mark)!r}, 'w')"), id="eval"),
        pytest.param(lambda mark: Malicious(open, str(mark), "w"), id="open"),
        pytest.param(lambda mark: {"net": [Malicious(os.mkdir, str(mark))]}, id="inside the dict"),
    ],
)
def test_pickle_that_calls_something_is_refused(tmp_path, payload):
    mark = tmp_path / "harm"
    with pytest.raises(UnsafePickleError, match="asks for"):
        arrays_end_to_end(npy(pickle.dumps(payload(mark), protocol=2)), ["net"])
    assert not mark.exists()


def test_attribute_chains_are_refused():
    # Protocol 4 lets a name be a path ("ndarray.tofile"); only whole names are known.
    payload = b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93."
    with pytest.raises(UnsafePickleError, match=r"numpy\.ndarray\.tofile"):
        arrays_end_to_end(npy(payload), ["net"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param({"net": [np.float64([1])]}, "not little-endian float32", id="float64"),
        pytest.param({"net": [np.array([1], ">f4")]}, "not little-endian", id="big endian"),
        pytest.param(
            {"net": [np.asfortranarray(np.ones((2, 3), "<f4"))]}, "do not fit", id="Fortran order"
        ),
        pytest.param({"net": "text"}, "no list of arrays under 'net'", id="no list"),
        pytest.param({"other": []}, "no list of arrays under 'net'", id="no key"),
    ],
)
def test_content_that_is_no_list_of_float32_arrays_is_refused(value, message):
    with pytest.raises(UnsafePickleError, match=message):
        arrays_end_to_end(npy(old_style(boxed(value))), ["net"])


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", npy(b""), npy(b"\x80\x02."), npy(old_style(boxed({}))[:-9])],
    ids=["empty", "zip", "no pickle", "empty stack", "cut short"],
)
def test_damaged_file_is_one_kind_of_error(data):
    with pytest.raises(UnsafePickleError):
        arrays_end_to_end(data, ["net"])
