"""The wire format of protocol buffers, as much of it as an ONNX file needs.

https://protobuf.dev/programming-guides/encoding/. A message is the bytes of its fields one after
the other; a field that is there several times is repeated. Written here so that a net can be
exported and run without the `onnx` package, which is ten times as large as ours.
"""

from __future__ import annotations

import struct

_VARINT, _BYTES, _FIXED32 = 0, 2, 5


def field(number: int, value: int | float | str | bytes) -> bytes:
    """A field of a message: an integer, a float of 32 bits, a text, or bytes or a message."""
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | _FIXED32) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return b"".join((_varint(number << 3 | _BYTES), _varint(len(data)), data))


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number as its 64 bits."""
    value &= 2**64 - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
