"""Bytes of shards to tensors."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from pyface_web.errors import ShardError
from pyface_web.weights.manifest import Entry, Manifest
from pyface_web.weights.shards import Tensor, decode, from_array

URL = "https://example.org/models/net-shard1"


def decoded(data: bytes, *entries: Entry) -> dict[str, Tensor]:
    return decode(Manifest(entries, ("net-shard1",)), data, URL)


def test_tensors_lie_end_to_end_without_alignment():
    data = bytes([1, 2, 3]) + struct.pack("<2f", 0.5, -7) + struct.pack("<2H", 1, 65535)
    data += struct.pack("<i", -3)
    found = decoded(
        data,
        Entry("bytes", (3,), "uint8", 0.5, -1.0),
        Entry("floats", (1, 2), "float32"),
        Entry("words", (2, 1), "uint16", 2.0, 1.0),
        Entry("scalar", (), "int32"),
    )
    assert found["bytes"].array().tolist() == [-0.5, 0.0, 0.5]
    assert found["floats"].array().tolist() == [[0.5, -7.0]]
    assert found["words"].array().tolist() == [[3.0], [131071.0]]
    assert found["scalar"].array() == -3
    assert [t.quantised for t in found.values()] == [True, False, False, False]
    assert {t.array().dtype for t in found.values()} == {np.dtype(np.float32)}


def test_uint8_stays_uint8():
    (tensor,) = decoded(bytes(range(256)), Entry("a", (256,), "uint8", 0.1, -3.0)).values()
    assert tensor.values.dtype == np.uint8


def test_values_are_computed_in_double_precision_and_rounded_once():
    scale, low = 0.009007044399485869, -1.2069439495311063
    (tensor,) = decoded(bytes(range(256)), Entry("a", (256,), "uint8", scale, low)).values()
    want = [struct.unpack("<f", struct.pack("<f", q * scale + low))[0] for q in range(256)]
    assert tensor.array().tolist() == want


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (15, "the manifest's 2 tensors need 16 bytes, the shards have 15; was a file cut short"),
        (0, "need 16 bytes, the shards have 0; was a file cut short"),
        (17, "need 16 bytes, the shards have 17; is it the shard of another model"),
    ],
    ids=["cut short", "empty", "too long"],
)
def test_other_lengths_are_refused(count, message):
    entries = Entry("a", (3,), "float32"), Entry("b", (4,), "uint8")
    with pytest.raises(ShardError, match=message) as caught:
        decoded(bytes(count), *entries)
    assert str(caught.value).startswith(f"{URL}: ")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")], ids=str)
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ShardError, match="shard1: a has values that are not finite"):
        decoded(struct.pack("<3f", 0, value, 1), Entry("a", (3,), "float32"))


@pytest.mark.parametrize(("scale", "low"), [(float("nan"), 0), (1, float("inf"))], ids=str)
def test_quantisation_that_is_not_finite_is_refused(scale, low):
    with pytest.raises(ShardError, match="a has values that are not finite"):
        decoded(b"\1", Entry("a", (1,), "uint8", scale, low))


def test_raw_order_and_axes():
    found = from_array(
        np.arange(16, dtype=np.float32),
        {"filters": (1, 2, 3, 2), "fc": (2, 2)},
        {"filters": "oihw", "fc": "oi"},
    )
    stored = np.arange(12).reshape(2, 3, 1, 2)  # (out, in, height, width)
    filters = found["filters"].array()
    for h, w, i, o in np.ndindex(1, 2, 3, 2):
        assert filters[h, w, i, o] == stored[o, i, h, w]
    assert found["fc"].array().tolist() == [[12, 14], [13, 15]]
