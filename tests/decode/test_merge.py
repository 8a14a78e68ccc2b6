"""One list of faces from the whole picture and its tiles."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.models.decode.merge import best_of, certainty, merge

FACE = (100, 100, 50, 60)
BESIDE = (160, 100, 50, 60)


def kept(*rows: tuple[tuple[float, ...], float, bool]) -> list[int]:
    """Rows of box, score and whether an edge may have cut it."""
    boxes = np.array([box for box, _, _ in rows], float).reshape(-1, 4)
    scores, cut = np.array([row[1] for row in rows]), np.array([row[2] for row in rows], bool)
    return merge(boxes, scores, cut)


def test_nothing() -> None:
    assert kept() == []


def test_the_best_of_each_face_best_first() -> None:
    again = (102, 98, 52, 60)
    assert kept((FACE, 0.7, False), (BESIDE, 0.8, False), (again, 0.9, False)) == [2, 1]


@pytest.mark.parametrize("score", [0.6, 0.99])
def test_a_part_goes_where_the_whole_is(score: float) -> None:
    """However sure the net is of it."""
    left_half = (100, 100, 25, 60)
    assert kept((FACE, 0.8, False), (left_half, score, True)) == [0]


def test_both_halves_go_where_the_whole_is() -> None:
    halves = (100, 100, 27, 60), (123, 100, 27, 60)
    assert kept((halves[0], 0.9, True), (halves[1], 0.8, True), (FACE, 0.7, False)) == [2]


def test_a_part_stays_where_nothing_else_was_found_of_the_face() -> None:
    part, same = (100, 100, 25, 60), (101, 101, 25, 60)
    assert kept((part, 0.9, True), (same, 0.8, True), (BESIDE, 0.7, False)) == [0, 2]


def test_a_box_within_another_is_the_same_face() -> None:
    """As of the middle of a large face, in a tile that is not much larger."""
    assert kept((FACE, 0.8, False), ((110, 110, 20, 24), 0.9, False)) == [1]
    assert kept((FACE, 0.9, False), ((110, 110, 20, 24), 0.8, False)) == [0]


def test_neighbours_who_overlap_somewhat_stay() -> None:
    behind = (130, 95, 50, 60)  # a quarter in common
    assert kept((FACE, 0.9, False), (behind, 0.8, False)) == [0, 1]


def test_of_equal_scores_the_first_stays() -> None:
    """The whole picture comes before its tiles."""
    assert kept((FACE, 0.8, False), (FACE, 0.8, False)) == [0]


def test_a_face_is_of_the_look_that_ranks_it_highest() -> None:
    """And what one look told apart stays apart."""
    boxes = np.array([FACE, (102, 98, 52, 60), BESIDE, (140, 100, 50, 60)], float)
    ranks, looks = np.array([1.0, 2.0, 0.5, 0.4]), np.array([0, 90, 90, 90])
    assert best_of(boxes, ranks, looks) == [1, 2, 3]
    assert best_of(boxes, ranks, np.zeros(4, np.intp)) == [1, 0, 2, 3]


@pytest.mark.parametrize(("more", "less"), [
    ([0.99, 0.95, 0.9], [0.99, 0.6]),
    ([0.9], [0.6, 0.6, 0.6]),
    ([0.4], [0.3, 0.3]),  # of those that are hardly any, the best counts
    ([0.5], []),
    ([1.0], [0.99]),
])  # fmt: skip
def test_where_more_is_found(more: list[float], less: list[float]) -> None:
    assert certainty(np.array(more)) > certainty(np.array(less))
