"""The index of very many people, held against the matcher that compares with each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime  # noqa: F401  # before usearch, as FaceIndex imports them
import pytest
from usearch.index import Index

import pyface_web as faceapi
from pyface_web.errors import InputError, MixedDescriptorsError, OptionsError, ShapeError

PEOPLE = 1500


def crowd() -> tuple[np.ndarray, np.ndarray]:
    """(N, 128) one descriptor of each person, and (200, 128) others of some of them."""
    random = np.random.default_rng(5)
    rows = random.normal(0, 0.12, (PEOPLE, 128)).astype("f4")
    some = rows[random.integers(0, PEOPLE, 200)]
    return rows, (some + random.normal(0, 0.03, some.shape)).astype("f4")


@pytest.fixture(scope="module")
def people() -> list[faceapi.LabeledFaceDescriptors]:
    rows, _ = crowd()
    return [faceapi.LabeledFaceDescriptors(f"person {i}", row) for i, row in enumerate(rows)]


@pytest.fixture(scope="module")
def index(people: list[faceapi.LabeledFaceDescriptors]) -> faceapi.FaceIndex:
    return faceapi.FaceIndex(people)


def test_it_finds_whom_the_matcher_finds(index, people) -> None:
    _, queries = crowd()
    matcher = faceapi.FaceMatcher(people)
    exact = [matcher.find_best_match(query) for query in queries]
    found = index.find_best_matches(queries)
    hits = [one for one, other in zip(found, exact, strict=True) if one.label == other.label]
    assert len(hits) >= 0.99 * len(queries)
    for one, other in zip(found, exact, strict=True):
        if one.label == other.label:
            assert one.distance == pytest.approx(other.distance, abs=1e-4)
    assert index.find_best_match(queries[0]) == found[0]
    labels = [match.label for match in index.top_k(queries[0], 3)]
    assert labels[0] == exact[0].label and len(set(labels)) == 3


def test_a_person_counts_once_however_many_references() -> None:
    index = faceapi.FaceIndex()
    assert (
        index.find_best_match(np.zeros(128)).label == "unknown" and index.top_k([0] * 128, 2) == []
    )
    random = np.random.default_rng(1)
    index.add("Ada", random.normal(0, 0.01, (50, 128)))
    index.add("Grace", np.full(128, 0.1))
    assert [match.label for match in index.top_k(np.zeros(128), 2)] == ["Ada", "Grace"]
    assert len(index) == 51 and index.labels == ("Ada", "Grace")
    assert index.find_best_match(np.full(128, 0.5)).label == "unknown"


def test_it_is_saved_and_read(index, tmp_path: Path) -> None:
    index.save(tmp_path / "people")
    again = faceapi.FaceIndex.load(tmp_path / "people")
    _, queries = crowd()
    assert (
        repr(again)
        == repr(index)
        == ("FaceIndex(1500 labels, 1500 descriptors, distance_threshold=0.6)")
    )
    assert again.find_best_matches(queries[:9]) == index.find_best_matches(queries[:9])
    again.add("person 3", queries[0])
    assert len(again) == PEOPLE + 1 and len(again.labels) == PEOPLE
    for path in (tmp_path / "people").iterdir():
        path.write_bytes(b"{}")
        with pytest.raises(InputError, match=r"FaceIndex.load: .*people"):
            faceapi.FaceIndex.load(tmp_path / "people")
    with pytest.raises(InputError, match="expected a folder that save wrote"):
        faceapi.FaceIndex.load(tmp_path / "none")


def test_a_save_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, folder = faceapi.FaceIndex(), tmp_path / "data" / "people"
    index.add("Ada", np.zeros(128))
    index.save(folder)
    first = set(folder.iterdir())
    index.add("Grace", np.full(128, 0.1))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(InputError, match=r"FaceIndex.save: .* cannot be written .disk full"):
            index.save(folder)
    assert set(folder.iterdir()) == first
    assert faceapi.FaceIndex.load(folder).labels == ("Ada",)
    index.save(folder)
    assert len(first & set(folder.iterdir())) == 1 and len(list(folder.iterdir())) == 2
    assert faceapi.FaceIndex.load(folder).labels == ("Ada", "Grace")


def test_an_index_of_the_first_version_is_read(tmp_path: Path) -> None:
    index = faceapi.FaceIndex()
    index.add("Ada", np.zeros(128))
    index.save(tmp_path)
    (vectors,) = tmp_path.glob("index-*.usearch")
    vectors.rename(tmp_path / "index.usearch")
    people = tmp_path / "people.json"
    written = json.loads(people.read_text("utf-8"))
    del written["vectors"]
    people.write_text(json.dumps(written), "utf-8")
    assert faceapi.FaceIndex.load(tmp_path).labels == ("Ada",)
    people.write_text(json.dumps(written | {"vectors": "../index.usearch"}), "utf-8")
    with pytest.raises(InputError, match="is no file of vectors"):
        faceapi.FaceIndex.load(tmp_path)


def test_files_that_cannot_be_written_or_are_of_others(tmp_path: Path) -> None:
    index = faceapi.FaceIndex()
    index.add("Ada", np.zeros(128))
    (tmp_path / "people.json").mkdir()
    for folder in (tmp_path, tmp_path / "a\0b"):
        with pytest.raises(InputError, match=r"FaceIndex.save: .* cannot be written"):
            index.save(folder)
    (tmp_path / "people.json").rmdir()
    assert not [*tmp_path.iterdir()]
    index.save(tmp_path)
    (file,) = tmp_path.glob("*.usearch")
    other = Index(ndim=64)
    other.add(np.arange(1), np.zeros((1, 64), np.float32))
    other.save(str(file))
    with pytest.raises(InputError, match="vectors of 64 numbers, not 128"):
        faceapi.FaceIndex.load(tmp_path)


def test_descriptors_are_cut_alike() -> None:
    detection = faceapi.FaceDetection(1, (0, 0, 1, 1), (9, 9))
    box, upright = (
        faceapi.FaceResult(detection, descriptor=np.ones(128), descriptor_align=align)
        for align in ("box", "upright")
    )
    index = faceapi.FaceIndex(faceapi.FaceMatcher([box]))
    assert index.align == "box" and index.labels == ("person 1",)
    assert index.find_best_match(box).distance == 0
    for call in (lambda: index.add("Ada", upright), lambda: index.find_best_match(upright)):
        with pytest.raises(MixedDescriptorsError):
            call()


def test_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    index = faceapi.FaceIndex()
    with pytest.raises(OptionsError, match="FaceIndex: distance_threshold"):
        faceapi.FaceIndex(None, -1)
    with pytest.raises(InputError, match="FaceIndex: expected people"):
        faceapi.FaceIndex([7])
    with pytest.raises(InputError, match="top_k: k: expected a whole number from 1"):
        index.top_k(np.zeros(128), 0)
    with pytest.raises(ShapeError):
        index.add("Ada", np.zeros(5))
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(InputError, match=r"usearch is not installed; pip install .*\[index\]"):
        faceapi.FaceIndex()
