"""Thresholds from labelled pairs: distances, histograms and the rule, against literal loops."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

import pyface_web as faceapi
from pyface_web.errors import InputError, OptionsError, ShapeError
from pyface_web.people.identity import make_identity


def made(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, (count, 128)).astype(np.float32)


def literal_pairs(people: dict[str, np.ndarray]) -> tuple[list[float], list[float]]:
    rows = [(label, row) for label, values in people.items() for row in values]
    pairs: tuple[list[float], list[float]] = ([], [])
    for (a, first), (b, second) in itertools.combinations(rows, 2):
        distance = math.sqrt(
            sum((float(x) - float(y)) ** 2 for x, y in zip(first, second, strict=True))
        )
        pairs[a != b].append(distance)
    return pairs


def literal_rates(same: list[float], different: list[float], threshold: float) -> tuple[int, int]:
    """Pairs of one person that are missed, pairs of two that are taken for one."""
    return (
        sum(not distance < threshold for distance in same),
        sum(distance < threshold for distance in different),
    )


distances = st.lists(st.integers(0, 12).map(lambda tenth: tenth / 10), min_size=1, max_size=9)


def test_pairs_are_those_of_a_loop() -> None:
    people = {"Ada": made(4, 1), "Grace": made(3, 2), "Eve": made(1, 3)}
    same, different = faceapi.pair_distances(people)
    expected = literal_pairs(people)
    assert (len(same), len(different)) == (6 + 3, 4 * 3 + 4 + 3)
    np.testing.assert_allclose(np.sort(same), np.sort(expected[0]), rtol=1e-12)
    np.testing.assert_allclose(np.sort(different), np.sort(expected[1]), rtol=1e-12)
    assert same.dtype == different.dtype == np.float64


def test_people_in_other_forms() -> None:
    rows = made(5)
    by_label = faceapi.pair_distances({"Ada": rows[:3], "Eve": rows[3:]})
    forms: list[Any] = [
        {"Ada": rows[:3].tolist(), "Eve": [rows[3], rows[4]]},
        [faceapi.LabeledFaceDescriptors(*one) for one in (("Ada", rows[:3]), ("Eve", rows[3:]))],
        # several of one label are one person
        [faceapi.LabeledFaceDescriptors(*one)
         for one in (("Ada", rows[0]), ("Eve", rows[3:]), ("Ada", rows[1:3]))],
        (make_identity(label, some, datetime.now(UTC))
         for label, some in (("Ada", rows[:3]), ("Eve", rows[3:]))),
        # the same picture twice is one
        {"Ada": np.concatenate([rows[:3], rows[:1]]), "Eve": rows[3:]},
    ]  # fmt: skip
    for people in forms:
        for found, expected in zip(faceapi.pair_distances(people), by_label, strict=True):
            np.testing.assert_array_equal(np.sort(found), np.sort(expected))


@pytest.mark.parametrize(
    ("people", "counts"),
    [({}, (0, 0)), ({"Ada": made(1)}, (0, 0)), ({"Ada": made(3)}, (3, 0)),
     ({"Ada": made(1), "Eve": made(1, 1)}, (0, 1)), ({"Ada": [], "Eve": made(2)}, (1, 0))],
    ids=["nobody", "one picture", "one person", "one picture each", "one without"],
)  # fmt: skip
def test_pairs_that_there_are_not(people: Any, counts: tuple[int, int]) -> None:
    assert tuple(map(len, faceapi.pair_distances(people))) == counts


@pytest.mark.parametrize(
    ("people", "error", "words"),
    [
        (None, InputError, "expected {label: descriptors} or a list of Labeled.*got None"),
        ([made(2)], InputError, "got ndarray of list"),
        ("Ada", InputError, "got 'Ada'"),
        ({1: made(2)}, InputError, "a label: expected text, got 1"),
        ({"Ada": made(2)[:, :5]}, ShapeError, r"descriptors of 'Ada': .* \(N, 128\), got \(2, 5\)"),
        ({"Ada": made(2) * np.nan}, ShapeError, "finite numbers"),
    ],
)
def test_other_people(people: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        faceapi.pair_distances(people)


@given(distances, distances, st.integers(1, 30))
def test_histograms_count_every_distance(
    same: list[float], different: list[float], bins: int
) -> None:
    first, second, edges = faceapi.distance_histograms(same, different, bins)
    assert edges[0] == 0 and edges[-1] >= max(1, *same, *different) and len(edges) == bins + 1
    for counts, values in ((first, same), (second, different)):
        for i, count in enumerate(counts):
            last = i == bins - 1
            assert count == sum(
                edges[i] <= v < edges[i + 1] or (last and v == edges[-1]) for v in values
            )
        assert counts.sum() == len(values)


def test_histogram_edges() -> None:
    assert faceapi.distance_histograms([], [], 2)[2].tolist() == [0, 0.5, 1]
    assert faceapi.distance_histograms([0.1], [1.11], 3)[2].tolist() == pytest.approx(
        [0, 0.4, 0.8, 1.2]
    )
    for bins in (0, 2.5, True, "many"):
        with pytest.raises(OptionsError, match="bins: expected a whole number from 1 to"):
            faceapi.distance_histograms([0.1], [0.2], bins)  # type: ignore[arg-type]


@given(distances, distances, st.integers(0, 13).map(lambda tenth: tenth / 10))
def test_rates_are_those_of_a_loop(
    same: list[float], different: list[float], threshold: float
) -> None:
    found = faceapi.error_rates(same, different, threshold)
    assert (found.missed, found.false_matches) == literal_rates(same, different, threshold)
    assert (found.same, found.different) == (len(same), len(different))
    assert found.false_match_rate == found.false_matches / len(different)
    assert found.false_non_match_rate == found.missed / len(same)
    assert found.false_match_rate < found.false_match_rate_up_to <= 1 or found.false_matches == len(
        different
    )


def test_a_pair_at_the_threshold_is_no_match_as_in_the_matcher() -> None:
    rows = np.zeros((2, 128), np.float32)
    rows[1, 0] = 0.5
    same, _ = faceapi.pair_distances({"Ada": rows})
    assert faceapi.error_rates(same, [], 0.5).missed == 1
    assert faceapi.FaceMatcher([rows[0]], 0.5).find_best_match(rows[1]).label == "unknown"


def test_what_the_rate_may_be() -> None:
    """Wilson's interval: within it the counts found are no surprise."""
    none_of_30 = faceapi.error_rates([0.1] * 30, [0.9] * 300, 0.5)
    assert none_of_30.false_non_match_rate_up_to == pytest.approx(1.645**2 / (30 + 1.645**2))
    assert none_of_30.false_match_rate_up_to == pytest.approx(0.009, abs=0.0005)
    half = faceapi.error_rates([0.1, 0.9] * 50, [0.1, 0.9] * 5000, 0.5)
    for rate, count in ((half.false_non_match_rate_up_to, 100), (half.false_match_rate_up_to, 1e4)):
        # a rate at the limit lies 1.645 of its own standard deviations above what was found
        assert (rate - 0.5) / math.sqrt(rate * (1 - rate) / count) == pytest.approx(1.645)


def test_rates_without_pairs() -> None:
    found = faceapi.error_rates([], [0.9], 0.5)
    assert math.isnan(found.false_non_match_rate) and found.false_non_match_rate_up_to == 1
    assert [text.partition(";")[0] for text in found.warnings] == [
        "There is no pair of one person",
        "There is only 1 pair of two people",
    ]


@given(distances, distances)
def test_no_threshold_has_a_smaller_larger_rate(same: list[float], different: list[float]) -> None:
    found = faceapi.suggest_threshold(same, different)

    def larger(threshold: float) -> float:
        missed, false = literal_rates(same, different, threshold)
        return max(missed / len(same), false / len(different))

    best = min(larger(twentieth / 20) for twentieth in range(30))
    assert larger(found.threshold) == max(found.false_match_rate, found.false_non_match_rate)
    assert larger(found.threshold) == best


@given(distances, distances, st.sampled_from([0, 0.1, 0.25, 0.5, 1]))
def test_no_threshold_within_the_bound_misses_fewer(
    same: list[float], different: list[float], bound: float
) -> None:
    found = faceapi.suggest_threshold(same, different, bound)
    assert found.false_match_rate <= bound
    for twentieth in range(30):
        missed, false = literal_rates(same, different, twentieth / 20)
        assert missed >= found.missed or false / len(different) > bound


@pytest.mark.parametrize(
    ("same", "different", "bound", "threshold"),
    [
        ([0.2, 0.4], [0.8, 0.9], None, 0.6),  # the middle of the gap
        ([0.2, 0.4], [0.41, 0.9], None, 0.41),  # as 0.4 is not above 0.4
        ([0.2, 0.401], [0.402, 0.9], None, 0.402),  # more decimals where two do not do
        ([0.5], [0.5], None, 0.25),  # on a tie fewer false matches
        ([0.1, 0.7], [0.6, 0.9, 1.0, 1.1], None, 0.8),  # 0 and 1/4, rather than 1/2 and 0
        ([0.1, 0.7], [0.6, 0.9, 1.0, 1.1], 0, 0.35),
        ([0.1, 0.7], [0.6, 0.9, 1.0, 1.1], 0.25, 0.8),
        ([0.3, 2.0], [0.6, 0.9], 1, 2.05),  # beyond all of them
        ([0.0], [0.0], None, 0.0),
    ],
)
def test_which_threshold(
    same: list[float], different: list[float], bound: float | None, threshold: float
) -> None:
    assert faceapi.suggest_threshold(same, different, bound).threshold == threshold


def test_the_matcher_decides_as_the_rates_say() -> None:
    centers = made(6, 7)
    people = {f"person {i}": center + 0.7 * made(5, i) for i, center in enumerate(centers)}
    same, different = faceapi.pair_distances(people)
    found = faceapi.suggest_threshold(same, different)
    missed = false = 0
    everybody = [(label, row) for label, rows in people.items() for row in rows]
    for (a, first), (b, second) in itertools.combinations(everybody, 2):
        matcher = faceapi.FaceMatcher([faceapi.LabeledFaceDescriptors(a, first)], found.threshold)
        is_known = matcher.find_best_match(second).label == a
        missed += a == b and not is_known
        false += a != b and is_known
    assert (found.missed, found.false_matches) == (missed, false)
    assert str(found) == (
        f"{found.threshold:g}: {missed} of 60 pairs of one person missed, {false} of 375 pairs of "
        "two people taken for one"
    )


def test_warnings() -> None:
    near, far = [0.1] * 30, [0.9] * 30
    assert faceapi.suggest_threshold(near, far).warnings == ()
    few = faceapi.suggest_threshold(near[:3], far[:1]).warnings
    assert "There are only 3 pairs of one person; 30 or more" in few[0]
    assert "There is only 1 pair of two people; 30 or more" in few[1]
    (bound,) = faceapi.suggest_threshold(near, far, 0.01).warnings
    assert "A false match rate of 1 % cannot be told by 30 pairs" in bound and "300 or" in bound
    assert faceapi.suggest_threshold(near, far * 10, 0.01).warnings == ()
    (mixed,) = faceapi.suggest_threshold(near + far, near + far).warnings
    assert "No threshold tells these pictures apart well" in mixed
    (missing,) = faceapi.suggest_threshold(far * 10, near * 10, 0.01).warnings
    assert missing == mixed


@pytest.mark.parametrize(
    ("same", "different", "bound", "error", "words"),
    [
        ([], [0.9], None, InputError, "pairs of one person, got none; add a second picture"),
        ([0.1], [], None, InputError, "pairs of two people, got none; add a second person"),
        ([0.1], [0.9], 2, OptionsError, "None or a number from 0 to 1, got 2"),
        ([0.1], [0.9], "low", OptionsError, "got 'low'"),
        ([[0.1]], [0.9], None, ShapeError, r"same: .* a vector of numbers, got shape \(1, 1\)"),
        ([0.1], ["far"], None, ShapeError, "different: expected distances"),
        ([0.1], [[1], [1, 2]], None, ShapeError, "different: expected distances"),
        ([0.1], [math.nan], None, ShapeError, "different: expected finite distances"),
        ([-0.1], [0.9], None, ShapeError, "same: expected finite distances from 0 on"),
    ],
)
def test_what_is_no_distance(
    same: Any, different: Any, bound: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        faceapi.suggest_threshold(same, different, bound)


@pytest.mark.parametrize("threshold", [-0.1, math.nan, "0.6", None])
def test_what_is_no_threshold(threshold: Any) -> None:
    with pytest.raises(OptionsError, match="threshold: expected a number from 0 on"):
        faceapi.error_rates([0.1], [0.9], threshold)


def test_more_pairs_than_memory_holds_are_not_begun() -> None:
    many = np.random.default_rng(0).normal(size=(6001, 128)).astype(np.float32)
    with pytest.raises(
        InputError, match=r"at most 6000 different descriptors, got 6001; take some"
    ):
        faceapi.pair_distances({"Ada": many[:3000], "Grace": many[3000:]})
