"""Matching descriptors: the rule on any of them, arrays, many of them, JSON of face-api.js.

What JavaScript has as well is in tests/cases/matcher.json.
"""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pyface_web.errors import ShapeError
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


def test_a_match_is_its_text() -> None:
    assert str(FaceMatch("ann", 0.4567)) == "ann (0.45)"
    assert str(FaceMatch("unknown", math.inf)) == "unknown (inf)"


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


@pytest.mark.parametrize(
    "inputs",
    [
        list(descriptor(1)),
        descriptor(1)[None],
        SimpleNamespace(descriptor=descriptor(1)),
        [SimpleNamespace(descriptor=descriptor(1))],
    ],
    ids=["list of NumPy numbers", "matrix", "object", "list of objects"],
)
def test_unlabelled_inputs_become_persons(inputs: object) -> None:
    matcher = FaceMatcher(inputs)
    assert list(matcher.labels) == ["person 1"]
    np.testing.assert_array_equal(matcher.labeled_descriptors[0].descriptors, descriptor(1)[None])


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


def test_repr_counts() -> None:
    matcher = FaceMatcher(LabeledFaceDescriptors("ann", [descriptor(1), descriptor(2)]))
    matcher.add("bob", descriptor(3))
    assert repr(matcher) == "FaceMatcher(2 labels, 3 descriptors, distance_threshold=0.6)"


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


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((2, 64)), r"got \(2, 64\)"),
        (np.full(128, np.nan), "expected finite numbers, got NaN or infinity"),
        (np.full(128, 1e300), "expected finite numbers, got NaN or infinity"),
        (np.zeros(128, dtype=complex), "expected real numbers"),
        (["a"] * 128, "expected (real|128) numbers"),
        (np.zeros(128, dtype=bool), "expected real numbers"),
        ([[0.0] * 128, [0.0] * 127], "which is no array"),
        (None, "got None; was no face found"),
    ],
    ids=[
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
    assert data["labeledDescriptors"][0].keys() == {"label", "descriptors", "align"}
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
