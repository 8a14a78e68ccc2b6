"""The table itself, the lock file, and the generated manifest."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from pyface_files.archives import WHOLE
from pyface_files.errors import SourceError
from pyface_files.manifests import canonical_manifest, manifest_from_tensors
from pyface_files.table import MODELS_FILE, ArchiveSource, Asset, TensorSource, UrlSource
from tools.assets import TABLE_FILE, load_table
from tools.errors import ToolError
from tools.lockfile import cut_lock

TABLE = load_table()


def test_names_and_hashes_are_well_formed_and_unique():
    names = [asset.name for asset in TABLE]
    assert len(set(names)) == len(names)
    for asset in TABLE:
        assert re.fullmatch(r"[0-9a-f]{64}", asset.sha256), asset.name
        assert asset.size > 0 and asset.sources, asset.name


@pytest.mark.parametrize("asset", TABLE.assets, ids=lambda asset: asset.name)
def test_every_file_has_a_source_on_the_web_and_one_in_a_registry(asset):
    kinds = {type(source) for source in asset.sources}
    assert UrlSource in kinds or all_are_packages(asset), "a package is at home in its registry"
    assert kinds & {ArchiveSource, TensorSource}


def all_are_packages(asset: Asset) -> bool:
    return all(isinstance(s, ArchiveSource) and s.member == WHOLE for s in asset.sources)


def test_addresses_are_secure_and_packages_are_pinned():
    for asset in TABLE:
        for source in asset.sources:
            if isinstance(source, UrlSource):
                assert source.url.startswith("https://")
            if isinstance(source, ArchiveSource):
                assert re.search(r"@\d[\d.]*$|==\d[\d.]*$", source.spec), source


def test_slices_have_the_size_of_their_file():
    for asset in TABLE:
        for source in asset.sources:
            if isinstance(source, ArchiveSource) and source.cut is not None:
                assert source.cut[1] - source.cut[0] == asset.size, asset.name


def test_pickled_arrays_have_a_hash_of_their_own():
    for asset in TABLE:
        for source in asset.sources:
            if isinstance(source, ArchiveSource) and source.arrays:
                assert source.member_sha256, asset.name


def test_every_shard_of_a_manifest_is_in_the_table():
    for asset in TABLE:
        folder = asset.name.rsplit("/", 1)[0]
        for shard in asset.manifest_paths:
            assert TABLE[f"{folder}/{shard}"].size > 0


def test_mtcnn_manifest_is_made_from_its_tensors():
    asset = TABLE["models/mtcnn_model-weights_manifest.json"]
    (source,) = [s for s in asset.sources if isinstance(s, TensorSource)]
    data = manifest_from_tensors(source.tensors, asset.manifest_paths)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (asset.size, asset.sha256)


def test_table_is_looked_up_by_name_and_says_what_there_is():
    with pytest.raises(KeyError, match=r"oracle/face-api\.min\.js"):
        TABLE["oracle/face-api.js"]


def test_oracle_is_apart_from_the_site():
    assert TABLE.names("oracle") == [
        "oracle/face-api.min.js",
        "oracle/face-api-0.15.0.min.js",
        "oracle/vladmandic-face-api.js",
        "oracle/tfjs-backend-wasm-simd.wasm",
        "oracle/axe.min.js",
    ]
    assert not any("oracle" in name for name in TABLE.names("pyodide", "models", "images"))


def test_table_is_plain_json():
    for file in (TABLE_FILE, MODELS_FILE):
        assert set(json.loads(file.read_text("utf-8"))) == {"comment", "archive_bytes", "files"}


def test_manifest_gets_the_shard_names_and_one_spelling():
    first = b'[ {"weights": [{"shape": [1], "name": "a"}], "paths": ["a.bin"]} ]'
    second = b'[{"paths":["x","y"],"weights":[{"name":"a","shape":[1]}]}]'
    stored = canonical_manifest(first, ["n-shard1", "n-shard2"])
    assert stored == canonical_manifest(second, ["n-shard1", "n-shard2"])
    assert json.loads(stored) == [
        {"paths": ["n-shard1", "n-shard2"], "weights": [{"name": "a", "shape": [1]}]}
    ]


@pytest.mark.parametrize("data", [b"<!doctype html>", b"{}", b"[]", b"[1]", b"[{},{}]", b"\xff"])
def test_what_is_no_manifest_is_a_failed_source(data):
    with pytest.raises(SourceError):
        canonical_manifest(data, ["a"])


OFFICIAL = {
    "info": {"python": "3.14.0", "abi_version": "2026_0"},
    "packages": {
        "numpy": {"depends": [], "file_name": "numpy.whl", "sha256": "1"},
        "pillow": {"depends": ["jpeg"], "file_name": "pillow.whl", "sha256": "2"},
        "jpeg": {"depends": [], "file_name": "jpeg.whl", "sha256": "3"},
        "scipy": {"depends": ["numpy"], "file_name": "scipy.whl", "sha256": "4"},
    },
}


def test_lock_keeps_the_packages_wanted_and_what_they_need():
    lock = json.loads(cut_lock(json.dumps(OFFICIAL).encode(), ["numpy", "pillow"]))
    assert set(lock["packages"]) == {"numpy", "pillow", "jpeg"}
    assert lock["info"] == OFFICIAL["info"]
    assert lock["packages"]["numpy"] == OFFICIAL["packages"]["numpy"]


def test_lock_without_a_wanted_package_is_an_error():
    with pytest.raises(ToolError, match="no package 'opencv'"):
        cut_lock(json.dumps(OFFICIAL).encode(), ["opencv"])
