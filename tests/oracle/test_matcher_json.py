"""The JSON of a FaceMatcher goes both ways between this package and face-api.js."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import Page

from pyface_web.people.matcher import FaceMatcher, LabeledFaceDescriptors

_WRITE = """([people, threshold]) => {
  const labeled = people.map(([label, descriptors]) => new faceapi.LabeledFaceDescriptors(
    label, descriptors.map((values) => new Float32Array(values))));
  return JSON.stringify(new faceapi.FaceMatcher(labeled, threshold));
}"""
_READ = """([text, queries]) => {
  const matcher = faceapi.FaceMatcher.fromJSON(JSON.parse(text));
  return {
    again: JSON.stringify(matcher),
    matches: queries.map((values) => {
      const { label, distance } = matcher.findBestMatch(new Float32Array(values));
      return [label, distance];
    }),
  };
}"""


@pytest.fixture
def oracle(scripts: dict[str, Page]) -> Page:
    return scripts["0.22.2"]


@pytest.fixture
def people() -> list[LabeledFaceDescriptors]:
    """Three people with one to three descriptors, of which some are near each other."""
    random = np.random.default_rng(7)
    faces = random.normal(0, 0.12, (3, 128))
    names = ("Ada", 'Zoë «"Z\\"»', "unknown")
    return [
        LabeledFaceDescriptors(
            name, [face + random.normal(0, 0.03, 128) for _ in range(count)], align="box"
        )
        for count, (name, face) in enumerate(zip(names, faces, strict=True), start=1)
    ]


@pytest.fixture
def queries(people: list[LabeledFaceDescriptors]) -> np.ndarray:
    random = np.random.default_rng(8)
    near = [person.descriptors[0] + random.normal(0, 0.03, 128) for person in people]
    return np.array([*near, random.normal(0, 0.12, 128)], np.float32)


def same_answers(matcher: FaceMatcher, queries: np.ndarray, expected: list) -> None:
    found = [matcher.find_best_match(query) for query in queries]
    assert [match.label for match in found] == [label for label, _ in expected]
    np.testing.assert_allclose(
        [match.distance for match in found], [distance for _, distance in expected], rtol=1e-12
    )


def test_what_face_api_js_writes_is_read_here(
    oracle: Page, people: list[LabeledFaceDescriptors], queries: np.ndarray
) -> None:
    given = [[person.label, person.descriptors.tolist()] for person in people]
    text = oracle.evaluate(_WRITE, [given, 0.5])
    matcher = FaceMatcher.from_json(text)
    assert matcher.distance_threshold == 0.5
    assert matcher.labeled_descriptors == people
    assert matcher.to_json() == json.loads(text)
    expected = oracle.evaluate(_READ, [text, queries.tolist()])["matches"]
    assert "unknown" in [label for label, _ in expected[3:]]
    same_answers(matcher, queries, expected)


def test_what_is_written_here_face_api_js_reads(
    oracle: Page, people: list[LabeledFaceDescriptors], queries: np.ndarray
) -> None:
    matcher = FaceMatcher(people, 0.55)
    text = matcher.to_json_string()
    found = oracle.evaluate(_READ, [text, queries.tolist()])
    assert json.loads(found["again"]) == json.loads(text)
    same_answers(matcher, queries, found["matches"])


def test_one_person_goes_both_ways_too(oracle: Page, people: list[LabeledFaceDescriptors]) -> None:
    text = json.dumps(people[2].to_json())
    again = oracle.evaluate(
        "(text) => JSON.stringify(faceapi.LabeledFaceDescriptors.fromJSON(JSON.parse(text)))", text
    )
    assert LabeledFaceDescriptors.from_json(again) == people[2]
