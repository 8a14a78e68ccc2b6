"""Manifests and shards that were changed: what comes of them is right, or a WeightsError."""

from __future__ import annotations

import json
import struct
from math import prod
from random import Random

import numpy as np
import pytest

from pyface_web.errors import WeightsError
from pyface_web.weights.manifest import parse
from pyface_web.weights.shards import decode
from tests.cases.mutants import MANIFEST, SHARD, mutant

SIZES = {"uint8": "B", "uint16": "H", "float32": "f", "int32": "i"}


def plainly(text: str, shard: bytes) -> dict[str, list[float]]:
    """The same by the rule of TensorFlow.js, a number at a time."""
    found, cursor = {}, 0
    for group in json.loads(text):
        for tensor in group["weights"]:
            quantized = tensor.get("quantization")
            letter = SIZES[(quantized or tensor)["dtype"]]
            form = f"<{int(prod(tensor['shape']))}{letter}"
            values = struct.unpack_from(form, shard, cursor)
            cursor += struct.calcsize(form)
            if quantized:
                values = tuple(q * quantized["scale"] + quantized["min"] for q in values)
            found[tensor["name"]] = [struct.unpack("<f", struct.pack("<f", v))[0] for v in values]
    assert cursor == len(shard)
    return found


def test_the_plain_rule_is_ours():
    text = json.dumps(MANIFEST)
    found = decode(parse(text), SHARD)
    assert {n: t.array().reshape(-1).tolist() for n, t in found.items()} == plainly(text, SHARD)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("error")
def test_mutants_give_what_they_say_or_a_typed_error(seed):
    random = Random(seed)
    right = 0
    for _ in range(400):
        text, shard = mutant(random)
        try:
            found = decode(parse(text), shard)
        except WeightsError as error:
            assert str(error).isprintable() and len(str(error)) < 2000
            continue
        values = {name: tensor.array() for name, tensor in found.items()}
        assert all(np.isfinite(array).all() for array in values.values()), text
        assert {n: a.reshape(-1).tolist() for n, a in values.items()} == plainly(text, shard), text
        right += 1
    assert right > 20
