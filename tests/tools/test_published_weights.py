"""Weights without an address, in plain Python: where they are looked for, and had from."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pyface_files.lock import locked
from pyface_web.errors import ManifestError, WeightsNotFoundError
from pyface_web.models.age_gender import AGE_GENDER
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68_TINY
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2_SEPARABLE
from pyface_web.pipeline.nets import NeuralNetwork
from pyface_web.weights import published
from pyface_web.weights.fetch import Progress
from tools.assets import load_table, path_of

NAMES = ("face_landmark_68_tiny_model-weights_manifest.json", "face_landmark_68_tiny_model-shard1")
FILES = {name: path_of(f"models/{name}").read_bytes() for name in NAMES}
SHARD = FILES[NAMES[1]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of a user who chose nothing."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(published, "cache_folder", lambda: folder)
    monkeypatch.delenv(published.VARIABLE, raising=False)
    return folder


@pytest.fixture
def mirror(web, monkeypatch):
    web.pages |= {f"/mirror/{name}": data for name, data in FILES.items()}
    monkeypatch.setenv(published.VARIABLE, web.url("/mirror"))
    return web


def load(architecture=FACE_LANDMARK_68_TINY, **arguments) -> NeuralNetwork:
    net = NeuralNetwork(architecture)
    asyncio.run(net.load(**arguments))
    return net


def put(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


def test_they_come_from_the_source_once_and_are_checked(mirror, cache):
    assert load().is_loaded
    assert {path.name for path in cache.iterdir()} >= set(NAMES)
    asked = len(mirror.asked)
    assert load().is_loaded
    assert len(mirror.asked) == asked, "the second time they are in the cache"
    (cache / NAMES[1]).write_bytes(SHARD[:-1])
    assert load().is_loaded
    assert (cache / NAMES[1]).read_bytes() == SHARD, "what was damaged is had anew"


def test_progress_only_rises_and_ends_with_all_of_it(mirror):
    seen: list[Progress] = []
    load(on_progress=seen.append)
    counts = [step.loaded_bytes for step in seen]
    assert counts == sorted(counts) and counts[-1] == len(SHARD)
    assert {step.total_bytes for step in seen} == {len(SHARD)}


def test_a_folder_of_ones_own_goes_before_the_cache(tmp_path, cache, monkeypatch):
    put(cache)
    monkeypatch.setenv(published.VARIABLE, str(tmp_path / "mine"))
    assert load().is_loaded, "where the net is not in it, others are asked"
    put(tmp_path / "mine")
    (tmp_path / "mine" / NAMES[0]).write_text("[]")
    with pytest.raises(ManifestError, match="mine"):
        load()


def test_models_beside_the_package_go_before_the_cache(tmp_path, cache, monkeypatch):
    assert published.own_folders()[-1].name == "models"
    monkeypatch.setattr(published, "own_folders", lambda: [put(tmp_path / "models")])
    assert load().is_loaded and not cache.exists()


def test_files_put_into_the_cache_by_hand_may_be_those_of_face_api_js(cache, mirror):
    put(cache)
    manifest = cache / NAMES[0]
    manifest.write_bytes(manifest.read_bytes().replace(b":", b": "))
    assert load().is_loaded
    assert mirror.asked == []


def test_without_a_network_it_says_what_to_put_where(monkeypatch, cache):
    monkeypatch.setenv(published.VARIABLE, "http://127.0.0.1:1/models")
    with pytest.raises(WeightsNotFoundError) as caught:
        load(AGE_GENDER)
    said = str(caught.value)
    assert said.startswith("nets.age_gender_net: its weights are not on this machine")
    assert "127.0.0.1:1 is not reachable" in said
    assert "age_gender_model-weights_manifest.json, age_gender_model-shard1" in said
    assert published.VARIABLE in said and "pyface-web models fetch --to" in said
    assert "await faceapi.load_age_gender_model('/models')" in said


def test_a_source_with_other_bytes_is_refused(mirror, cache):
    mirror.pages[f"/mirror/{NAMES[1]}"] = SHARD[::-1]
    with pytest.raises(WeightsNotFoundError, match=r"gave other bytes: expected 77224 bytes"):
        load()
    assert not (cache / NAMES[1]).exists()


def test_a_cache_that_cannot_be_written_is_said(tmp_path, mirror, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(published, "cache_folder", lambda: tmp_path / "file" / "models")
    with pytest.raises(WeightsNotFoundError, match="cannot be read or written"):
        load()


def test_what_nobody_publishes_is_ones_own_to_bring():
    with pytest.raises(WeightsNotFoundError, match="not published, so they are yours to bring"):
        load(TINY_YOLOV2_SEPARABLE)


def test_the_package_and_the_build_know_the_same_files():
    table = load_table()
    assert [asset.name for asset in published.read_models()] == table.names("models")


def test_one_at_a_time_holds_a_lock(tmp_path):
    order: list[str] = []
    with locked(tmp_path / "lock"):
        other = threading.Thread(target=lambda: hold(order, tmp_path / "lock"))
        other.start()
        other.join(0.05)
        order.append("first")
    other.join()
    assert order == ["first", "second"]
    assert not [*tmp_path.iterdir()]


def test_a_lock_whose_file_was_removed_meanwhile_is_another_one(tmp_path):
    """As the one who had it removes it, and somebody else makes it anew."""
    holders: list[int] = []

    def work() -> None:
        for _ in range(50):
            with locked(tmp_path / "lock"):
                holders.append(1)
                assert sum(holders) == 1
                holders.pop()

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(work) for _ in range(8)]:
            done.result()


def hold(order: list[str], path: Path) -> None:
    with locked(path):
        order.append("second")
