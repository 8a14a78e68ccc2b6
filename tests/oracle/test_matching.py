"""Who is who: every same / different decision equals the original's, outside the doubtful band.

References are the faces of one picture, queries those of all. Some of the women are in several
pictures, or look alike to the net, so there are decisions of both kinds.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from playwright.sync_api import Page

from pyface_web.people.matcher import FaceMatcher, LabeledFaceDescriptors, euclidean_distance
from tests.oracle.conftest import Elements
from tests.oracle.faces import Face, matched
from tests.oracle.pictures import SAMPLES
from tests.oracle.tolerances import SAME_ELEMENT

_ORACLE_MATCHES = """([references, queries]) => {
  const labelled = references.map(([label, values]) =>
    new faceapi.LabeledFaceDescriptors(label, [new Float32Array(values)]));
  const matcher = new faceapi.FaceMatcher(labelled);
  return queries.map((values) => {
    const { label, distance } = matcher.findBestMatch(new Float32Array(values));
    return [label, distance];
  });
}"""


def descriptor(face: Face) -> np.ndarray:
    assert face.descriptor is not None
    return face.descriptor.astype(np.float32)


def all_pairs(elements: Elements) -> list[tuple[str, Face, Face]]:
    """(name, ours, oracle's) of every face of the samples, as SSD finds them."""
    named = []
    for picture in SAMPLES:
        found = elements.pair(picture, "ssd")
        for i, pair in enumerate(matched(found.ours, found.oracle)[0]):
            named.append((f"{picture} face {i + 1}", *pair))
    return named


def undecided(distance: float) -> bool:
    low, high = SAME_ELEMENT.undecided
    return low <= distance <= high


def test_there_are_decisions_of_both_kinds(elements: Elements) -> None:
    """Otherwise the comparison below would say little."""
    faces = all_pairs(elements)
    distances = [
        euclidean_distance(descriptor(a), descriptor(b))
        for i, (name, _, a) in enumerate(faces)
        for other, _, b in faces[:i]
        if name.split()[0] != other.split()[0]
    ]
    assert any(distance < 0.55 for distance in distances)
    assert sum(distance > 0.65 for distance in distances) > len(distances) / 2


@pytest.mark.parametrize("references", SAMPLES)
@pytest.mark.parametrize("enrolled", ["by the oracle", "by ours"])
def test_same_decisions(
    elements: Elements, two_faces: Page, enrolled: str, references: str
) -> None:
    faces = all_pairs(elements)
    known = [face for face in faces if face[0].startswith(references)]
    theirs = [(name, descriptor(oracle)) for name, _, oracle in known]
    queries = [descriptor(oracle) for _, _, oracle in faces]
    expected = two_faces.evaluate(
        _ORACLE_MATCHES,
        [[(name, d.tolist()) for name, d in theirs], [query.tolist() for query in queries]],
    )
    mine = theirs if enrolled == "by the oracle" else [(n, descriptor(o)) for n, o, _ in known]
    matcher = FaceMatcher([LabeledFaceDescriptors(name, [d]) for name, d in mine])
    for (name, ours, oracle), (label, distance) in zip(faces, expected, strict=True):
        found = matcher.find_best_match(descriptor(ours))
        if not undecided(distance):
            others = sorted(euclidean_distance(d, descriptor(oracle)) for _, d in theirs)
            close = len(others) > 1 and others[1] - others[0] < SAME_ELEMENT.descriptor_most
            kept = (found.label == "unknown") == (label == "unknown")
            assert kept, f"{name}: {found} here, {label} ({distance}) there"
            assert found.label == label or close, f"{name}: {found} here, {label} there"


@pytest.mark.parametrize("references", SAMPLES)
def test_same_pairwise_decisions(elements: Elements, references: str) -> None:
    faces = all_pairs(elements)
    for known, our_known, their_known in faces:
        if not known.startswith(references):
            continue
        for name, ours, theirs in faces:
            want = math.dist(descriptor(their_known), descriptor(theirs))
            if not undecided(want):
                got = euclidean_distance(descriptor(our_known), descriptor(ours))
                assert (got < 0.6) == (want < 0.6), f"{known} and {name}: {got} here, {want} there"
