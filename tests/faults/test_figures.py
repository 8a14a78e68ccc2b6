"""Counting what came of tries."""

from __future__ import annotations

import pytest

from tests.faults.figures import EXAMPLES, Figures, Try, figures_of, worst


def test_each_verdict_is_counted_and_bad_ones_keep_examples():
    tries = [Try("right", "a"), Try("typed", "b"), *[Try("wrong", f"c{i}") for i in range(9)]]
    figures = figures_of(tries)
    assert (figures.tried, figures.right, figures.typed, figures.wrong) == (11, 1, 1, 9)
    assert figures.examples == {"wrong": [f"c{i}" for i in range(EXAMPLES)]}
    assert not figures.is_clean and "wrong: c0" in str(figures)
    assert figures_of(tries[:2]).is_clean


def test_figures_add_up_and_survive_as_values():
    first, second = figures_of([Try("hung", "a")]), figures_of([Try("hung", "b"), Try("right")])
    first.add(second)
    assert (first.tried, first.hung, first.right) == (3, 2, 1)
    assert first.examples == {"hung": ["a", "b"]}
    assert Figures.from_dict(first.to_dict()) == first


def test_the_worst_counts():
    assert worst([]).verdict == "right"
    assert worst([Try("typed"), Try("leaked"), Try("wrong"), Try("right")]).verdict == "wrong"


def test_unknown_verdicts_are_refused():
    with pytest.raises(ValueError, match="verdict 'fine'"):
        Figures().count("fine")
