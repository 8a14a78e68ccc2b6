"""Where tensors lie in the arena: never two that are needed at the same time in one place."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.wasm.arena import Life, places

ROUNDS = 300


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two stretches (begin, length) have a float in common."""
    return a[0] < b[0] + b[1] and b[0] < a[0] + a[1]


@pytest.mark.parametrize("seed", range(4))
def test_tensors_that_meet_lie_apart(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        steps = int(random.integers(1, 12))
        lives = {}
        for key in range(int(random.integers(1, 25))):
            first, last = sorted(random.integers(-1, steps, 2).tolist())
            lives[key] = Life(int(random.integers(1, 60)), first, last)
        found, total = places(lives)
        assert set(found) == set(lives)
        assert total == max(found[key] + life.size for key, life in lives.items())
        assert min(found.values()) == 0
        for key, life in lives.items():
            for other, its in lives.items():
                if key < other and life.first <= its.last and its.first <= life.last:
                    assert not overlap((found[key], life.size), (found[other], its.size)), lives
        # what is needed at one step must fit in; more than twice that is a sign of waste
        needed = max(
            sum(life.size for life in lives.values() if life.first <= step <= life.last)
            for step in range(-1, steps)
        )
        assert needed <= total <= 2 * needed


def test_tensors_that_never_meet_share_one_place() -> None:
    lives = {i: Life(10 + i, 2 * i, 2 * i + 1) for i in range(5)}
    assert places(lives) == (dict.fromkeys(lives, 0), 14)


def test_one_that_is_read_where_another_begins_lies_apart() -> None:
    """A step writes its result while it still reads what it computes it from."""
    found, total = places({0: Life(8, 0, 1), 1: Life(8, 1, 2), 2: Life(8, 2, 3)})
    assert total == 16 and found[0] != found[1] != found[2]


def test_nothing_needs_nothing() -> None:
    assert places({}) == ({}, 0)
