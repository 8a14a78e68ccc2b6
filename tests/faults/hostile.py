"""Values that nobody should pass: of the wrong kind, size, shape or number, or that fight back."""

from __future__ import annotations

import asyncio
import itertools
import types
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import pyface_web as faceapi


class Boom(Exception):
    """What hostile objects raise, whatever is asked of them."""


def _raises(*names: str) -> Any:
    """An object whose special methods of these names raise; a class of its own."""

    def boom(self: object, *given: object, **named: object) -> Any:
        raise Boom("hostile")

    return type("Hostile", (), dict.fromkeys(names, boom))()


def _raises_beside(base: Any, given: tuple[Any, ...], *names: str) -> Any:
    """The same of a class derived from another."""

    def boom(self: object, *given: object, **named: object) -> Any:
        raise Boom("hostile")

    return type("Hostile", (base,), dict.fromkeys(names, boom))(*given)


class _Repr:
    def __repr__(self) -> str:
        return "very long " * 1_000_000


class _Attributes:
    """Has every attribute, and each is this again."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class _Everything(_Attributes):
    def __call__(self, *given: object, **named: object) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return itertools.repeat(self)


def _cycle() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _deep(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


def _failing() -> Iterator[int]:
    yield 1
    raise Boom("hostile")


def _structured() -> Any:
    return np.zeros(3, np.dtype([("x", "f4"), ("y", "f4")]))


def _done() -> Any:
    async def nothing() -> None: ...

    made = nothing()
    made.close()
    return made


def _longdouble() -> Any:
    with np.errstate(all="ignore"):
        return np.full(128, np.finfo(np.longdouble).max)


_NAN, _INF = float("nan"), float("inf")

# Makers, since some can be used once.
NUMBERS: dict[str, Callable[[], Any]] = {
    "True": lambda: True,
    "NaN": lambda: _NAN,
    "inf": lambda: _INF,
    "-inf": lambda: -_INF,
    "10**400": lambda: 10**400,
    "-10**5000": lambda: -(10**5000),
    "2**62": lambda: 2**62,
    "2**31": lambda: 2**31,
    "-1": lambda: -1,
    "0": lambda: 0,
    "0.5": lambda: 0.5,
    "7": lambda: 7,
    "1e308": lambda: 1e308,
    "-1e308": lambda: -1e308,
    "1e200": lambda: 1e200,
    "5e-324": lambda: 5e-324,
    "1e-200": lambda: 1e-200,
    "complex": lambda: 1 + 2j,
    "Decimal NaN": lambda: Decimal("sNaN"),
    "Decimal 1e400": lambda: Decimal("1e400"),
    "Fraction": lambda: Fraction(10**400, 3),
    "float32 NaN": lambda: np.float32("nan"),
    "uint64": lambda: np.uint64(2**64 - 1),
    "float16 inf": lambda: np.float16("inf"),
    "longdouble": lambda: np.finfo(np.longdouble).max,
    "timedelta64": lambda: np.timedelta64(1, "s"),
    "__float__ raises": lambda: _raises("__float__"),
    "__index__ raises": lambda: _raises("__index__"),
    "float that raises": lambda: _raises_beside(float, (1.5,), "__float__", "is_integer"),
    "int that raises": lambda: _raises_beside(int, (1,), "__float__", "__repr__", "__index__"),
}
TEXTS: dict[str, Callable[[], Any]] = {
    '""': lambda: "",
    "a": lambda: "a",
    "surrogate": lambda: "\ud800",
    "NUL": lambda: "a\0b",
    "long text": lambda: "x" * 100_000,
    "#": lambda: "#",
    "brackets": lambda: "[" * 5000,
    "up": lambda: "../../..",
    "address": lambda: "http:// /",
    "port": lambda: "http://127.0.0.1:99999999999/\ud800",
    "digits": lambda: "9" * 5000,
    "JSON": lambda: '{"label": NaN}',
    "b''": lambda: b"",
    "bytes": lambda: b"\xff\xfe\x00",
    "bytearray": lambda: bytearray(b"abcd"),
    "memoryview": lambda: memoryview(b"abcdefgh")[::2],
    "str that raises": lambda: _raises_beside(str, ("a",), "__repr__", "__len__", "__str__"),
}
LISTS: dict[str, Callable[[], Any]] = {
    "[]": list,
    "()": lambda: (),
    "[[]]": lambda: [[]],
    "deep": lambda: _deep(60),
    "very deep": lambda: _deep(3000),
    "cycle": _cycle,
    "[None]": lambda: [None],
    "[NaN]*4": lambda: [_NAN] * 4,
    "[1e308]*4": lambda: [1e308] * 4,
    "[-1e308, .., 1e308, ..]": lambda: [-1e308, -1e308, 1e308, 1e308],
    "[10**400]*2": lambda: [10**400] * 2,
    "[1, 2, 3]": lambda: [1, 2, 3],
    "texts": lambda: ["1", "2", "\ud800", ""],
    "ragged": lambda: [[1, 2], [3]],
    "pairs of NaN": lambda: [(_NAN, 1), (2, 3)],
    "mixed": lambda: [1, "a", None, [2], {}],
    "[True]*4": lambda: [True] * 4,
    "{}": dict,
    "{x}": lambda: {"x": 1},
    "{x, y} of none": lambda: {"x": None, "y": _NAN},
    "{1: 2}": lambda: {1: 2},
    "{None: NaN}": lambda: {None: _NAN, "": ""},
    "size of -1": lambda: {"width": -1, "height": 2},
    "size of 2**62": lambda: {"width": 2**62, "height": 2**62},
    "size of 1e308": lambda: {"width": 1e308, "height": 1e308},
    "edges far apart": lambda: {"left": -1e308, "top": 0, "right": 1e308, "bottom": 1},
    "huge box": lambda: {"x": 1e308, "y": 1e308, "width": 1e308, "height": 1e308},
    "long keys": lambda: {"k" * 100_000: 1},
    "set": lambda: {1, 2},
    "range": lambda: range(3),
    "generator": lambda: (n for n in (1, 2)),
    "endless": itertools.count,
    "endless points": lambda: itertools.repeat((1, 2)),
    "failing": _failing,
    "zip": lambda: zip([1], [2], strict=True),
    "__len__ raises": lambda: _raises("__len__", "__getitem__"),
    "__iter__ raises": lambda: _raises("__iter__"),
    "list that raises": lambda: _raises_beside(list, ([1, 2],), "__len__", "__iter__"),
    "dict that raises": lambda: _raises_beside(
        dict, ({"x": 1},), "__getitem__", "items", "get", "keys", "__contains__", "__iter__"
    ),
}
ARRAYS: dict[str, Callable[[], Any]] = {
    "zeros(0)": lambda: np.zeros(0),
    "zeros()": lambda: np.zeros(()),
    "zeros((0, 4))": lambda: np.zeros((0, 4)),
    "zeros((4, 0, 3))": lambda: np.zeros((4, 0, 3), np.uint8),
    "zeros((1, 0, 0, 3))": lambda: np.zeros((1, 0, 0, 3)),
    "zeros(5)": lambda: np.zeros(5),
    "NaN (2, 2)": lambda: np.full((2, 2), _NAN),
    "NaN (68, 2)": lambda: np.full((68, 2), _NAN),
    "NaN (128,)": lambda: np.full(128, _NAN),
    "1e300 (128,)": lambda: np.full(128, 1e300),
    "1e38 (68, 2)": lambda: np.full((68, 2), 3e38),
    "inf (8, 8, 3)": lambda: np.full((8, 8, 3), _INF),
    "1e300 (8, 6, 3)": lambda: np.full((8, 6, 3), 1e300),
    "longdouble": _longdouble,
    "objects": lambda: np.array([object(), None], object),
    "numbers as objects": lambda: np.array([1.5, 2.5], object),
    "structured": _structured,
    "datetimes": lambda: np.array(["2020-01-01"], "datetime64[D]"),
    "texts": lambda: np.array(["a", "b"]),
    "void": lambda: np.zeros(2, "V3"),
    "complex": lambda: np.zeros((8, 8, 3), complex),
    "booleans": lambda: np.zeros((8, 8, 3), bool),
    "int8 (1, 1, 1, 1, 1)": lambda: np.zeros((1, 1, 1, 1, 1), np.int8),
    "uint64": lambda: np.full(128, 2**64 - 1, np.uint64),
    "uint8 (1, 70000, 3)": lambda: np.zeros((1, 70_000, 3), np.uint8),
    "(4, 4, 2)": lambda: np.zeros((4, 4, 2), np.uint8),
    "two pictures": lambda: np.zeros((2, 4, 4, 3), np.uint8),
    "read backwards": lambda: np.arange(256.0)[::-2],
    "read-only": lambda: np.broadcast_to(np.float32(1), (128,)),
    "matrix": lambda: np.ones((2, 2)).view(np.matrix),
    "masked": lambda: np.ma.masked_all((4,)),
    "__array__ raises": lambda: _raises("__array__"),
    "__array_interface__ raises": lambda: _raises("__array_interface__", "__array__"),
}
THINGS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "object": object,
    "a class": lambda: int,
    "a class of ours": lambda: faceapi.Box,
    "lambda": lambda: lambda *given, **named: None,
    "module": lambda: types,
    "Ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "an error": lambda: ValueError("hostile"),
    "datetime": lambda: datetime(1, 1, 1),
    "Path": lambda: Path("\ud800"),
    "coroutine": _done,
    "Lock": asyncio.Lock,
    "all attributes": _Attributes,
    "everything": _Everything,
    "long repr": _Repr,
    "__repr__ raises": lambda: _raises("__repr__", "__str__"),
    "__getattr__ raises": lambda: _raises("__getattr__"),
    "__eq__ raises": lambda: _raises("__eq__", "__hash__"),
    "__bool__ raises": lambda: _raises("__bool__"),
    "__hash__ raises": lambda: _raises("__hash__"),
    "Point": lambda: faceapi.Point(1, 2),
    "Box": lambda: faceapi.Box(1, 2, 3, 4),
    "empty Box": lambda: faceapi.Box(0, 0, 0, 0),
    "huge Box": lambda: faceapi.Box(1e308, -1e308, 1e308, -1e308),
    "Dimensions": lambda: faceapi.Dimensions(0, 0),
    "huge Dimensions": lambda: faceapi.Dimensions(1e308, 1e308),
    "FaceDetection": lambda: faceapi.FaceDetection(0.5, (0, 0, 1, 1), (0, 0)),
    "huge FaceDetection": lambda: faceapi.FaceDetection(1e308, (0, 0, 1e200, 1e200), (1e200, 1)),
    "FaceResult": lambda: faceapi.FaceResult(faceapi.FaceDetection(0.5, (0, 0, 1, 1), (9, 9))),
    "FaceLandmarks5": lambda: faceapi.FaceLandmarks5(np.zeros((5, 2)), (0, 0)),
    "FaceExpressions": lambda: faceapi.FaceExpressions([1, 0, 0, 0, 0, 0, 0]),
    "FaceMatcher": faceapi.FaceMatcher,
    "FaceMatch": lambda: faceapi.FaceMatch("a", _INF),
    "IdentityStore": faceapi.IdentityStore,
    "options": faceapi.MtcnnOptions,
    "a net": lambda: faceapi.nets.mtcnn,
    "a task": lambda: faceapi.detect_all_faces(None),
    "Gender": lambda: faceapi.Gender.MALE,
}
ALL: dict[str, Callable[[], Any]] = {
    f"{kind}: {name}": make
    for kind, makers in (
        ("number", NUMBERS),
        ("text", TEXTS),
        ("list", LISTS),
        ("array", ARRAYS),
        ("thing", THINGS),
    )
    for name, make in makers.items()
}
