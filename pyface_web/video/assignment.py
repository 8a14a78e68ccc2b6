"""The best way to pair rows with columns, such as faces of two frames."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def best_pairs(weights: npt.ArrayLike) -> list[tuple[int, int]]:
    """Pairs of row and column with the largest sum of weights; none of a weight of 0 or below.

    weights: (rows, columns), finite. Each row and column is in at most one pair.

    Optimal, not greedy: greedy takes the best pair first and leaves what remains, which swaps two
    faces that cross as soon as one wrong pair overlaps best. The successive shortest paths of
    R. Jonker, A. Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear
    Assignment Problems", Computing 38, 1987.
    """
    given = np.asarray(weights, np.float64)
    if given.size == 0:
        return []
    flipped = given.shape[0] > given.shape[1]
    # A pair that may not be costs as much as none: the best whole assignment holds the best pairs.
    cost = -np.maximum(given.T if flipped else given, 0.0)
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    row_of = np.full(columns, -1)
    for start in range(rows):
        distance, before = np.full(columns, np.inf), np.full(columns, -1)
        done = np.zeros(columns, bool)
        row, column, length = start, -1, 0.0
        while row >= 0:  # until a column without a row is reached
            through = length + cost[row] - row_price[row] - column_price
            closer = ~done & (through < distance)
            distance[closer], before[closer] = through[closer], column
            column = int(np.where(done, np.inf, distance).argmin())
            length, done[column] = distance[column], True
            row = int(row_of[column])
        row_price[start] += length
        for reached in np.flatnonzero(done & (row_of >= 0)):
            row_price[row_of[reached]] += length - distance[reached]
        column_price[done] -= length - distance[done]
        while column >= 0:  # hand columns on along the path
            previous = int(before[column])
            row_of[column] = row_of[previous] if previous >= 0 else start
            column = previous
    pairs = [(int(row), column) for column, row in enumerate(row_of) if row >= 0]
    if flipped:
        pairs = [(column, row) for row, column in pairs]
    return sorted(pair for pair in pairs if given[pair] > 0)
