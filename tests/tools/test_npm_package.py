"""What is in the npm package, and what its command copies."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools.errors import PackageError
from tools.npm.build import COMMAND, build_package, listing_of, package_json

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "pyface.js": b"export {}",
    "offline.js": b"",
    "sw.js": b"",
    "as_file.js": b"",
    "worker/worker.js": b"",
    "models/net-shard1": b"\x00\x01",
    "pyscript/core.js": b"",
    "demos/a/index.html": b"",
    "docs/index.html": b"",
    "page/boot.js": b"",
    "images/sample1.jpg": b"",
    "index.html": b"",
    "favicon.svg": b"",
}
TYPES = ("pyface.d.ts", "offline.d.ts")
PROJECT = {"version": "1.2.3", "description": "Faces.", "keywords": [], "license": "MIT"}


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files of a package that was made of a small dist/, and of the same anew."""
    folder = tmp_path_factory.mktemp("package")
    dist = folder / "dist"
    for name, content in {**FILES, **dict.fromkeys(TYPES, b"")}.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_bytes(content)
    listing = {"format": 1, "wheel": "w", "image": None, "files": {name: {} for name in FILES}}
    (dist / "files.json").write_text(json.dumps(listing))
    one, other = (build_package(ROOT, dist, folder / name) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    with tarfile.open(one) as archive:
        entries = [entry for entry in archive if entry.isfile()]
        command = archive.getmember(f"package/bin/{COMMAND}")
        assert command.mode & 0o111
        found = {entry.name: archive.extractfile(entry) for entry in entries}
        return {n.removeprefix("package/"): file.read() for n, file in found.items() if file}


def test_it_has_what_pages_need_and_nothing_of_the_site(members: dict[str, bytes]) -> None:
    assert {name.removeprefix("dist/") for name in members if name.startswith("dist/")} == {
        "pyface.js",
        "offline.js",
        "sw.js",
        "as_file.js",
        "worker/worker.js",
        "models/net-shard1",
        "pyscript/core.js",
        "files.json",
        *TYPES,
    }
    listed = json.loads(members["dist/files.json"])["files"].keys()
    assert {f"dist/{name}" for name in listed} == {
        name
        for name in members
        if name.startswith("dist/") and not name.endswith(("files.json", ".d.ts"))
    }, "what is copied for pages are no types"


def test_what_package_json_names_is_there(members: dict[str, bytes]) -> None:
    facts: dict[str, Any] = json.loads(members["package.json"])
    named = [*facts["sideEffects"], *facts["bin"].values()]
    whole = facts["exports"]["."]  # which compilers and tools do not read that are set up as of old
    assert [facts["types"], facts["main"]] == [whole["types"], whole["default"]]
    for target in facts["exports"].values():
        named += target.values() if isinstance(target, dict) else [target]
    missing = {name for name in named if "*" not in name} - {
        prefix + name for name in members for prefix in ("", "./")
    }
    assert not missing
    assert facts["version"] in (ROOT / "pyproject.toml").read_text("utf-8")
    assert facts["description"] and facts["license"] == "MIT"


def test_npm_shows_the_guide_and_whose_work_is_in_it(members: dict[str, bytes]) -> None:
    text = members["README.md"].decode()
    assert text.startswith("# With Vite, webpack or esbuild\n")
    assert "## Licences and sources" in text and "MPL-2.0" in text
    assert b"MIT" in members["LICENSE"]


def test_a_version_that_npm_does_not_know() -> None:
    with pytest.raises(PackageError, match=r"'1.2rc1', and npm expects three numbers"):
        package_json({"name": "x"}, {**PROJECT, "version": "1.2rc1"})


def test_addresses_of_the_project() -> None:
    urls = {"Homepage": "https://example.org", "Repository": "https://example.org/code"}
    found = package_json({"name": "x"}, {**PROJECT, "urls": urls})
    assert found["homepage"] == "https://example.org"
    assert found["repository"] == {"type": "git", "url": "git+https://example.org/code.git"}
    assert "repository" not in package_json({"name": "x"}, PROJECT)


def test_a_listing_keeps_what_it_says_of_python() -> None:
    files = {"pyface.js": 1, "index.py": 2, "pyface.d.ts": 3, "models/a": 4}
    found = listing_of({"format": 1, "wheel": "w", "image": "python.image", "files": files})
    assert found == {
        "format": 1,
        "wheel": "w",
        "image": "python.image",
        "files": {"pyface.js": 1, "models/a": 4},
    }
