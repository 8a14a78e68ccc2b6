"""Which parts of the kernels' memory are taken."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pyface_web.engine.wasm.memory import Blocks

LINE = 64


def test_blocks_follow_one_another_from_the_next_line_on() -> None:
    blocks = Blocks(1000)
    assert blocks.end == 1024
    assert [blocks.take(size) for size in (1, 64, 65, 0)] == [1024, 1088, 1152, 1280]
    assert (blocks.end, blocks.count, blocks.bytes) == (1344, 4, 320)


def test_what_was_given_back_is_taken_again() -> None:
    blocks = Blocks(0)
    a, b, c = (blocks.take(128) for _ in range(3))
    blocks.free(b)
    assert (blocks.end, blocks.count, blocks.bytes) == (384, 2, 256)
    assert blocks.take(192) == 384  # too large for the gap
    assert [blocks.take(64), blocks.take(64)] == [b, b + 64]
    for address in (a, b, b + 64, c, 384):
        blocks.free(address)
    assert (blocks.end, blocks.count, blocks.bytes) == (0, 0, 0)


def test_many_blocks_that_come_and_go_never_overlap() -> None:
    random = np.random.default_rng(5)
    blocks, held = Blocks(70), {}
    for _ in range(2000):
        if held and random.random() < 0.48:
            address = list(held)[int(random.integers(len(held)))]
            blocks.free(address)
            del held[address]
        else:
            size = int(random.integers(1, 900))
            address = blocks.take(size)
            assert address >= 128 and address % LINE == 0 and address not in held
            held[address] = size
        spans = sorted(held.items())
        for (start, size), (following, _) in pairwise(spans):
            assert start + size <= following
        assert blocks.count == len(held)
        assert blocks.end >= max((at + size for at, size in spans), default=128)
    assert blocks.end <= 128 + 2 * blocks.bytes
