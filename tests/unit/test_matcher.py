"""Matching descriptors: the rule, the empty matcher, bad input, JSON of face-api.js."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import InputError, OptionsError, ShapeError
from pyface_web.people.matcher import (
    FaceMatch,
    FaceMatcher,
    LabeledFaceDescriptors,
    euclidean_distance,
)


def descriptor(*start: float) -> np.ndarray:
    """128 numbers that begin with the given ones; the rest is 0."""
    values = np.zeros(128, dtype=np.float32)
    values[: len(start)] = start
    return values


def random_descriptors(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (count, 128)).astype(np.float32)


def literal_match(query: np.ndarray, people: list[tuple[str, np.ndarray]]) -> tuple[str, float]:
    """The rule of face-api.js, one number at a time."""
    best, best_distance = "", math.inf
    for label, rows in people:
        total = 0.0
        for row in rows:
            total += math.sqrt(
                sum((float(a) - float(b)) ** 2 for a, b in zip(query, row, strict=True))
            )
        mean = total / len(rows)
        if mean <= best_distance:  # on a tie the later one
            best, best_distance = label, mean
    return best, best_distance


def test_euclidean_distance() -> None:
    assert euclidean_distance([0, 0], [0, 10]) == 10
    with pytest.raises(ShapeError, match=r"equal length, got shapes \(2,\) and \(3,\)"):
        euclidean_distance([0, 0], [0, 0, 0])


@pytest.mark.parametrize(
    ("distance", "text"),
    [(0.4567, "ann (0.45)"), (0.5, "ann (0.5)"), (0.0, "ann (0)"), (math.inf, "ann (inf)")],
)
def test_match_text_is_cut_off(distance: float, text: str) -> None:
    assert str(FaceMatch("ann", distance)) == text
    assert FaceMatch("ann", distance).to_string(with_distance=False) == "ann"


@settings(deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(1, 4), min_size=1, max_size=5), st.floats(0, 0.3))
def test_best_match_is_the_smallest_mean(seed: int, counts: list[int], spread: float) -> None:
    centres = random_descriptors(len(counts), seed)
    people = [
        (f"p{i}", centres[i] + np.float32(spread) * random_descriptors(count, seed + i))
        for i, count in enumerate(counts)
    ]
    query = centres[0] + np.float32(0.5) * random_descriptors(1, seed + 99)[0]
    matcher = FaceMatcher([LabeledFaceDescriptors(*person) for person in people])
    label, distance = literal_match(query, people)
    match = matcher.match_descriptor(query)
    assert match.label == label
    assert match.distance == pytest.approx(distance, rel=1e-12)


def test_mean_not_nearest_decides() -> None:
    people = [
        LabeledFaceDescriptors("one bad picture", [descriptor(0), descriptor(1)]),  # mean 0.5
        LabeledFaceDescriptors("steady", [descriptor(0.4)]),
    ]
    assert FaceMatcher(people).match_descriptor(descriptor(0)).label == "steady"


def test_on_a_tie_the_later_label_wins() -> None:
    people = [LabeledFaceDescriptors(name, [descriptor(0.25)]) for name in "abc"]
    matcher = FaceMatcher(people)
    assert matcher.find_best_match(descriptor()).label == "c"
    assert [match.label for match in matcher.top_k(descriptor(), 2)] == ["c", "b"]


def test_the_threshold_is_strict() -> None:
    matcher = FaceMatcher(LabeledFaceDescriptors("ann", [descriptor(0.5)]), 0.5)
    assert matcher.find_best_match(descriptor()) == FaceMatch("unknown", 0.5)
    assert matcher.match_descriptor(descriptor()) == FaceMatch("ann", 0.5)
    assert matcher.find_best_match(descriptor(0.25)) == FaceMatch("ann", 0.25)


@pytest.mark.parametrize(
    "inputs",
    [
        descriptor(1),
        [descriptor(1)],
        descriptor(1).tolist(),
        list(descriptor(1)),
        descriptor(1)[None],
        SimpleNamespace(descriptor=descriptor(1)),
        [SimpleNamespace(descriptor=descriptor(1))],
    ],
    ids=[
        "array",
        "list of arrays",
        "list of numbers",
        "list of NumPy numbers",
        "matrix",
        "result",
        "list of results",
    ],
)
def test_unlabelled_inputs_become_persons(inputs: object) -> None:
    matcher = FaceMatcher(inputs)
    assert list(matcher.labels) == ["person 1"]
    np.testing.assert_array_equal(matcher.labeled_descriptors[0].descriptors, descriptor(1)[None])


def test_person_numbers_advance_only_for_unlabelled_ones() -> None:
    matcher = FaceMatcher(
        [descriptor(1), LabeledFaceDescriptors("ann", [descriptor(2)]), descriptor(3)]
    )
    assert list(matcher.labels) == ["person 1", "ann", "person 2"]


def test_a_person_number_that_is_taken_is_skipped() -> None:
    matcher = FaceMatcher([descriptor(1), LabeledFaceDescriptors("person 1", [descriptor(2)])])
    assert list(matcher.labels) == ["person 2", "person 1"]


@pytest.mark.parametrize("inputs", [None, []], ids=["nothing", "empty list"])
def test_started_empty_everybody_is_unknown(inputs: object) -> None:
    matcher = FaceMatcher(inputs)
    assert list(matcher.labels) == []
    assert matcher.find_best_match(descriptor()) == FaceMatch("unknown", math.inf)
    assert matcher.match_descriptor(descriptor()) == FaceMatch("unknown", math.inf)
    assert matcher.top_k(descriptor(), 3) == []
    assert matcher.labeled_descriptors == []


def test_add_and_remove() -> None:
    matcher = FaceMatcher()
    matcher.add("ann", descriptor(1))
    matcher.add("bob", [descriptor(2), descriptor(4)])
    matcher.add("ann", descriptor(3))
    assert list(matcher.labels) == ["ann", "bob"]
    assert matcher.labeled_descriptors == [
        LabeledFaceDescriptors("ann", [descriptor(1), descriptor(3)]),
        LabeledFaceDescriptors("bob", [descriptor(2), descriptor(4)]),
    ]
    assert repr(matcher) == "FaceMatcher(2 labels, 4 descriptors, distance_threshold=0.6)"
    matcher.remove("ann")
    assert list(matcher.labels) == ["bob"]
    assert matcher.match_descriptor(descriptor(3)) == FaceMatch("bob", 1.0)
    matcher.add("cid", descriptor(9))
    assert matcher.match_descriptor(descriptor(9)) == FaceMatch("cid", 0.0)
    matcher.remove("bob")
    matcher.remove("cid")
    assert list(matcher.labels) == []
    with pytest.raises(InputError, match="no label 'cid'; known: none"):
        matcher.remove("cid")


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=25))
def test_any_sequence_of_add_and_remove_matches_a_plain_dictionary(
    steps: list[tuple[str, bool]],
) -> None:
    matcher, plain = FaceMatcher(), dict[str, list[np.ndarray]]()
    for index, (label, adding) in enumerate(steps):
        if adding:
            matcher.add(label, descriptor(index))
            plain.setdefault(label, []).append(descriptor(index))
        elif label in plain:
            matcher.remove(label)
            del plain[label]
    assert list(matcher.labels) == list(plain)
    assert matcher.labeled_descriptors == [
        LabeledFaceDescriptors(label, rows) for label, rows in plain.items()
    ]


def test_a_label_without_references_never_matches() -> None:
    # In face-api.js its mean distance is 0, and it wins over everybody.
    matcher = FaceMatcher(
        [LabeledFaceDescriptors("ann", [descriptor(0.3)]), LabeledFaceDescriptors("nobody", [])]
    )
    assert list(matcher.labels) == ["ann", "nobody"]
    assert matcher.find_best_match(descriptor()).label == "ann"
    assert [match.label for match in matcher.top_k(descriptor(), 5)] == ["ann"]


def test_top_k_ranks_labels_whatever_the_threshold() -> None:
    matcher = FaceMatcher([LabeledFaceDescriptors(str(i), [descriptor(i)]) for i in range(5)])
    assert matcher.top_k(descriptor(2.25), 3) == [
        FaceMatch("2", 0.25),
        FaceMatch("3", 0.75),
        FaceMatch("1", 1.25),
    ]
    assert len(matcher.top_k(descriptor(), 99)) == 5


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "1"])
def test_top_k_needs_a_count(k: Any) -> None:
    with pytest.raises(OptionsError, match="k: expected a whole number from 1"):
        FaceMatcher(descriptor()).top_k(descriptor(), k)


def test_many_queries_are_each_query() -> None:
    references = random_descriptors(5000)
    matcher = FaceMatcher()
    for index in range(0, 5000, 50):
        matcher.add(f"p{index}", references[index : index + 50])
    queries = np.concatenate([references[:3] + np.float32(0.01), random_descriptors(2, 5)])
    together = matcher.find_best_matches(queries)
    assert together == [matcher.find_best_match(query) for query in queries]
    assert matcher.find_best_matches(np.empty((0, 128))) == []
    assert matcher.find_best_matches([]) == []


def test_a_hundred_thousand_references_in_one_call() -> None:
    references = random_descriptors(100_000)
    matcher = FaceMatcher(list(references))
    query = references[77_776] + np.float32(1e-4)
    match = matcher.find_best_match(query)
    assert match.label == "person 77777"
    assert match.distance == pytest.approx(euclidean_distance(query, references[77_776]), rel=1e-12)


def test_compute_mean_distance() -> None:
    matcher = FaceMatcher()
    assert matcher.compute_mean_distance(descriptor(), [descriptor(1), descriptor(2)]) == 1.5
    assert matcher.compute_mean_distance(descriptor(), []) == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros(127), r"expected shape \((N, 128|128,)\), got \(127,\)"),
        (np.zeros((2, 64)), r"got \(2, 64\)"),
        (np.full(128, np.nan), "expected finite numbers, got NaN or infinity"),
        (np.full(128, 1e300), "expected finite numbers, got NaN or infinity"),
        (np.zeros(128, dtype=complex), "expected real numbers"),
        (["a"] * 128, "expected real numbers"),
        (np.zeros(128, dtype=bool), "expected real numbers"),
        ([[0.0] * 128, [0.0] * 127], "rows of unequal length"),
        (None, "expected real numbers"),
    ],
    ids=[
        "127 numbers",
        "64 columns",
        "NaN",
        "too large for float32",
        "complex",
        "text",
        "bool",
        "ragged",
        "None",
    ],
)
def test_wrong_descriptors_are_refused(bad: object, message: str) -> None:
    matcher = FaceMatcher(descriptor())
    for call in (
        lambda: matcher.add("ann", bad),
        lambda: matcher.find_best_matches(bad),
        lambda: matcher.find_best_match(bad),
        lambda: matcher.compute_mean_distance(descriptor(), bad),
        lambda: LabeledFaceDescriptors("ann", bad),
    ):
        with pytest.raises(ShapeError, match=message):
            call()
    assert list(matcher.labels) == ["person 1"]


def test_one_query_is_one_descriptor() -> None:
    with pytest.raises(ShapeError, match=r"query: expected shape \(128,\), got \(2, 128\)"):
        FaceMatcher(descriptor()).find_best_match(np.zeros((2, 128)))


def test_a_result_without_descriptor_says_how_to_get_one() -> None:
    with pytest.raises(InputError, match=r"input 0 .* add \.with_face_descriptors\(\)"):
        FaceMatcher([SimpleNamespace(descriptor=None)])


@pytest.mark.parametrize("threshold", [-1, math.nan, "0.6", None])
def test_threshold_is_checked(threshold: Any) -> None:
    with pytest.raises(OptionsError, match="distance_threshold"):
        FaceMatcher(descriptor(), threshold)


def test_label_must_be_text() -> None:
    with pytest.raises(InputError, match="a label: expected text, got 3"):
        LabeledFaceDescriptors(3, [descriptor()])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a label: expected text"):
        FaceMatcher().add(None, descriptor())  # type: ignore[arg-type]


def test_references_cannot_be_changed_from_outside() -> None:
    mine = descriptor(1)
    labelled = LabeledFaceDescriptors("ann", mine)
    matcher = FaceMatcher(labelled)
    mine[0] = 9
    assert labelled.descriptors[0, 0] == 1
    assert matcher.match_descriptor(descriptor(1)).distance == 0


def test_json_round_trip() -> None:
    matcher = FaceMatcher(
        [LabeledFaceDescriptors("ann", random_descriptors(2)), random_descriptors(1, 7)[0]], 0.55
    )
    data = matcher.to_json()
    assert data.keys() == {"distanceThreshold", "labeledDescriptors"}
    assert data["labeledDescriptors"][0].keys() == {"label", "descriptors"}
    for source in (data, matcher.to_json_string(), matcher.to_json_string().encode()):
        again = FaceMatcher.from_json(source)
        assert again.distance_threshold == 0.55
        assert again.labeled_descriptors == matcher.labeled_descriptors


def test_json_as_javascript_writes_it() -> None:
    # JSON.stringify writes whole numbers without a point, and float32 values as doubles.
    numbers = ",".join(["1", "0.10000000149011612", "-0", "1e-7"] + ["0"] * 124)
    text = (
        '{"distanceThreshold":0.6,"labeledDescriptors":'
        f'[{{"label":"ann","descriptors":[[{numbers}]]}}]}}'
    )
    matcher = FaceMatcher.from_json(text)
    assert list(matcher.labels) == ["ann"]
    np.testing.assert_array_equal(
        matcher.labeled_descriptors[0].descriptors[0, :4],
        np.array([1, 0.1, 0, 1e-7], dtype=np.float32),
    )
    assert FaceMatcher.from_json(json.loads(text)).labels == ("ann",)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected an object, got list"),
        ({"distanceThreshold": 1}, "expected 'labeledDescriptors', got only distanceThreshold"),
        ({"labeledDescriptors": 3}, "expected a list"),
        ({"labeledDescriptors": [{"label": "a"}]}, "expected 'descriptors', got only label"),
    ],
    ids=["cut short", "a list", "no people", "people are a number", "no descriptors"],
)
def test_bad_json_says_what_is_wrong(source: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        FaceMatcher.from_json(source)
