"""Pairs with the largest sum of weights, held against all there are."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from pyface_web.video.assignment import best_pairs


@pytest.mark.parametrize("rows", range(1, 6))
@pytest.mark.parametrize("columns", range(1, 6))
def test_no_pairing_is_better(rows: int, columns: int) -> None:
    random = np.random.default_rng(rows * 10 + columns)
    for _ in range(30):
        weights = random.random((rows, columns)) * (random.random((rows, columns)) < 0.6)
        pairs = best_pairs(weights)
        assert all(weights[pair] > 0 for pair in pairs)
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
        short = weights if rows <= columns else weights.T
        best = max(
            sum(short[row, column] for row, column in enumerate(chosen))
            for chosen in permutations(range(max(rows, columns)), min(rows, columns))
        )
        assert sum(weights[pair] for pair in pairs) == pytest.approx(best)


def test_the_best_pair_alone_does_not_decide() -> None:
    assert best_pairs([[0.9, 0.8], [0.8, 0.1]]) == [(0, 1), (1, 0)]


def test_what_has_no_weight_is_not_paired() -> None:
    assert best_pairs(np.zeros((0, 3))) == best_pairs(np.zeros((3, 0))) == []
    assert best_pairs([[0, -1], [0, 0.5]]) == [(1, 1)]
