"""Descriptors that were cut in two ways are not compared unawares: what older versions wrote,
enrolled people and their files, labelled pairs, faces of a video.

What JavaScript has as well is in tests/cases/matcher.json.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import IdentityFileError, MixedDescriptorsError
from pyface_web.values.alignment import Align, align_of
from pyface_web.video.tracker import Tracker

OLDER: dict[str, Any] = json.loads(
    (Path(__file__).parent / "older_version.json").read_text("utf-8")
)
"""What the last version wrote that knew one cut alone: a file of identities with Ada and Grace, the
JSON of a matcher with Ada, and that of a result."""

ROWS = np.eye(128, dtype=np.float32)


def face(row: int, align: Align | None) -> faceapi.FaceResult:
    detection = faceapi.FaceDetection(0.5, (0.25, 0.25, 0.5, 0.5), (400, 400))
    return faceapi.FaceResult(detection, descriptor=ROWS[row], descriptor_align=align)


def store_of(**people: Any) -> faceapi.IdentityStore:
    store = faceapi.IdentityStore()
    for label, descriptor in people.items():
        asyncio.run(store.enrol(label, descriptor))
    return store


def test_what_older_versions_wrote_was_cut_by_its_box() -> None:
    store = faceapi.IdentityStore()
    people = asyncio.run(store.import_json(json.dumps(OLDER["identities"])))
    matcher = faceapi.FaceMatcher.from_json(OLDER["matcher"])
    result = faceapi.FaceResult.from_dict(OLDER["result"])
    assert [(p.label, p.count, p.align) for p in people] == [("Ada", 2, "box"), ("Grace", 1, "box")]
    assert (store.align, matcher.align, result.descriptor_align) == ("box", "box", "box")
    for known in (store, matcher):
        assert known.find_best_match(result).label == "Ada"
        with pytest.raises(MixedDescriptorsError, match="enrol everybody again"):
            known.find_best_match(face(0, "upright"))


def test_what_was_cut_as_before_is_written_as_before() -> None:
    written = datetime.fromisoformat(OLDER["identities"]["exported"])
    store = faceapi.IdentityStore(clock=lambda: written)
    asyncio.run(store.enrol("Ada", [ROWS[0], ROWS[1] / 2], align="box"))
    asyncio.run(store.enrol("Grace", face(2, "box").descriptor))
    assert json.loads(asyncio.run(store.export_json())) == OLDER["identities"]
    labelled = faceapi.LabeledFaceDescriptors("Ada", ROWS[:1], align="box")
    assert faceapi.FaceMatcher(labelled, 0.5).to_json() == OLDER["matcher"]


@pytest.mark.parametrize("align", ["box", "upright", None])
def test_a_file_brings_back_how_descriptors_were_cut(align: Any) -> None:
    store = store_of(Ada=face(0, align))
    text = asyncio.run(store.export_json())
    other = faceapi.IdentityStore()
    (person,) = asyncio.run(other.import_json(text))
    assert person.align == other.align == align
    assert person.labeled_descriptors().align == other.matcher().align == align


def test_a_file_with_a_cut_that_there_is_not() -> None:
    content = json.loads(asyncio.run(store_of(Ada=face(0, "upright")).export_json()))
    content["identities"][0]["align"] = "sideways"
    with pytest.raises(IdentityFileError, match="identity 1: align: expected 'box' or 'upright'"):
        asyncio.run(faceapi.IdentityStore().import_json(json.dumps(content)))


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.enrol("Grace", face(1, "upright")),
        lambda store: store.enrol("Ada", ROWS[1], align="upright"),
        lambda store: store.import_json(labelled_json(store_of(Grace=face(1, "upright")))),
    ],
    ids=["another", "the same", "a file"],
)
def test_people_are_enrolled_with_descriptors_of_one_cut(
    change: Callable[[faceapi.IdentityStore], Any],
) -> None:
    store = store_of(Ada=face(0, "box"))
    with pytest.raises(MixedDescriptorsError, match="with_face_descriptors\\(align='box'\\)"):
        asyncio.run(change(store))
    assert ([person.label for person in store], store.align) == (["Ada"], "box")
    allowing = faceapi.IdentityStore(allow_mixed=True)
    asyncio.run(allowing.enrol("Ada", face(0, "box")))
    asyncio.run(change(allowing))
    assert allowing.align == "mixed"
    assert allowing.find_best_match(face(0, "upright"), 1).label == "Ada"


def labelled_json(store: faceapi.IdentityStore) -> str:
    return json.dumps([person.labeled_descriptors().to_json() for person in store])


def test_everybody_may_be_enrolled_again() -> None:
    store = store_of(Ada=face(0, "box"))
    asyncio.run(store.delete_all())
    asyncio.run(store.enrol("Ada", face(0, "upright")))
    assert store.align == "upright"
    asyncio.run(store.rename("Ada", "Grace"))
    assert store["Grace"].align == "upright"
    asyncio.run(store.import_json(json.dumps(OLDER["identities"]), merge=False))
    assert store.align == "box"


def test_who_was_enrolled_in_both_ways_is_matched_only_where_that_is_allowed() -> None:
    both = faceapi.IdentityStore(allow_mixed=True)
    for align in ("box", "upright"):
        asyncio.run(both.enrol("Ada", face(0 if align == "box" else 1, align)))
    assert both["Ada"].align == "mixed" and both.matcher().allow_mixed
    text = asyncio.run(both.export_json())
    with pytest.raises(MixedDescriptorsError, match="nothing of which was imported"):
        asyncio.run(faceapi.IdentityStore().import_json(text))
    again = faceapi.IdentityStore(allow_mixed=True)
    assert [p.align for p in asyncio.run(again.import_json(text))] == ["mixed"]


def test_pairs_of_one_cut() -> None:
    people = [
        faceapi.LabeledFaceDescriptors("Ada", face(0, "box")),
        faceapi.LabeledFaceDescriptors("Ada", face(1, "upright")),
    ]
    with pytest.raises(MixedDescriptorsError, match="pair_distances: expected descriptors that"):
        faceapi.pair_distances(people)
    same, _ = faceapi.pair_distances(people, allow_mixed=True)
    assert same == pytest.approx([2**0.5])
    with pytest.raises(MixedDescriptorsError):
        faceapi.pair_distances({"Ada": face(0, "box"), "Grace": [face(1, "upright")]})
    asked = [*store_of(Ada=face(0, "box")), faceapi.LabeledFaceDescriptors("Bob", ROWS[1])]
    assert len(faceapi.pair_distances(asked)[1]) == 1


def test_what_is_iterated_only_once_says_it_too() -> None:
    matcher = faceapi.FaceMatcher(faceapi.LabeledFaceDescriptors("Ada", ROWS[0], align="box"))
    with pytest.raises(MixedDescriptorsError, match="queries: "):
        matcher.find_best_matches(face(0, align) for align in ("box", "upright"))
    assert len(matcher.find_best_matches(face(0, "box") for _ in range(3))) == 3
    with pytest.raises(MixedDescriptorsError):
        matcher.add("Grace", (one for one in [face(1, "upright").descriptor]))


def test_references_are_known_by_their_array() -> None:
    person = faceapi.FaceMatcher(face(0, "upright")).labeled_descriptors[0]
    assert align_of(person.descriptors) == align_of(person.descriptors[0]) == "upright"
    assert align_of(person.descriptors.copy()) is None
    unknown = faceapi.LabeledFaceDescriptors(person.label, ROWS[0])
    assert faceapi.LabeledFaceDescriptors(person.label, person.descriptors) == person != unknown


def test_a_face_is_followed_by_its_box_where_its_descriptor_was_cut_anew() -> None:
    tracker = Tracker()
    assert tracker.update([face(0, "box")], 0.0)[0].id == 1
    assert tracker.update([face(1, "upright")], 0.1)[0].id == 1  # far from the other descriptor
    assert tracker.update([face(2, "upright")], 0.2)[0].id == 2  # as here, of one cut
    assert tracker.update([face(1, None)], 0.3)[0].id == 1
