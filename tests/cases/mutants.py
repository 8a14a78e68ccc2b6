"""A manifest and its shards, changed at random, for tests of both languages."""

from __future__ import annotations

import copy
import json
import struct
from random import Random
from typing import Any

MANIFEST = [
    {
        "paths": ["net-shard1", "net-shard2"],
        "weights": [
            {
                "name": "conv/filters",
                "shape": [3, 1, 2],
                "dtype": "float32",
                "quantization": {"dtype": "uint8", "scale": 0.0075, "min": -1.25},
            },
            {"name": "conv/bias", "shape": [2], "dtype": "float32"},
            {"name": "fc/weights", "shape": [], "dtype": "int32"},
        ],
    },
    {
        "paths": ["net-shard3"],
        "weights": [
            {
                "name": "fc/bias",
                "shape": [2, 2],
                "dtype": "float32",
                "quantization": {"dtype": "uint16", "scale": 0.5, "min": 3},
            }
        ],
    },
]
SHARD = bytes([0, 1, 2, 128, 254, 255]) + struct.pack("<2f", 0.5, -7) + struct.pack("<i", 9)
SHARD += struct.pack("<4H", 0, 1, 2, 65535)

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 3, 1.5, 3.0, 2**31, 2**62, -(2**62), 10**400, 1e39, -1e39, 1e308,
    5e-324, float("inf"), float("nan"), "", "3", "uint8", "float64", "../x", "http://a/b", "\ud800",
    "\0", "x" * 300, [], [[]], [1, [2]], [True, 3], [0, 2**62], {}, {"dtype": "uint8"}, [None],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a value of JSON others lie."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    return [path, *(place for key in keys for place in places(value[key], (*path, key)))]


def mutant(random: Random) -> tuple[str, bytes]:
    """The text of a manifest and the bytes of its shards, with one to three changes."""
    value: Any = copy.deepcopy(MANIFEST)
    shard = bytearray(SHARD)
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        *way, last = random.choice([place for place in places(value) if place])
        owner = value
        for key in way:
            owner = owner[key]
        kind = random.randrange(5)
        if kind == 0:
            del owner[last]
        elif kind == 1 and isinstance(owner, list):
            owner.append(copy.deepcopy(owner[last]))
        elif kind == 2 and isinstance(owner[last], int | float):
            owner[last] = owner[last] * random.choice([-1, 0, 2, 1e38, 1e300, 0.5])
        else:
            owner[last] = copy.deepcopy(random.choice(ODD))
        if not isinstance(value, list | dict) or not value:
            break
    text = json.dumps(value)
    if random.randrange(4) == 0:
        at = random.randrange(len(text))
        text = text[:at] + random.choice(["", "[", "}", '"', "\\", "9", "e9"]) + text[at + 1 :]
    for _ in range(random.choice([0, 0, 1, 3])):
        shard[random.randrange(len(shard))] = random.randrange(256)
    return text, bytes(shard[: random.choice([None, None, None, -1, 5])])
