"""What the guides say of sizes of files is so: deploy.md to a tenth, bundlers.md to a fiftieth."""

from __future__ import annotations

import gzip
import json
import re
from fnmatch import fnmatch

from tools.assets import ROOT
from tools.bench import budget
from tools.npm.build import listing_of

_ROW = re.compile(r"^\| [^|]*\| `([^`|]+)` \| ([\d.]+) (MB|KB) \|", re.M)
_SHELL = re.compile(r"these docs \((\d+) MB,\n(\d+) MB with gzip\)")
_FIRST = re.compile(r"([\d.]+) MB until the first face[^;]*gzip; ([\d.]+) MB with Brotli")
_UNITS = {"KB": 1e3, "MB": 1e6}


def test_sizes_are_those_of_dist() -> None:
    listing = json.loads((ROOT / "dist" / "files.json").read_text("utf-8"))
    rows = _ROW.findall((ROOT / "docs" / "guides" / "deploy.md").read_text("utf-8"))
    assert len(rows) == 8
    for pattern, number, unit in rows:
        found = [one["bytes"] for name, one in listing["files"].items() if fnmatch(name, pattern)]
        if pattern.startswith("python.") and listing["image"] is None:
            continue  # a build without Node has none
        assert len(found) == 1, pattern
        assert abs(found[0] / (float(number) * _UNITS[unit]) - 1) < 0.1, pattern


def test_what_the_service_worker_keeps_at_once_is_as_large_as_is_said() -> None:
    said = _SHELL.search((ROOT / "docs" / "guides" / "deploy.md").read_text("utf-8"))
    used = re.search(r"WHEN_USED = /(.*)/;", (ROOT / "site" / "sw.js").read_text("utf-8"))
    assert said and used
    later = re.compile(used[1].replace("\\/", "/"))
    listing = json.loads((ROOT / "dist" / "files.json").read_text("utf-8"))["files"]
    names = [name for name in listing if not later.search(name)]
    shell = [(ROOT / "dist" / name).read_bytes() for name in names]
    assert abs(sum(map(len, shell)) / 1e6 - int(said[1])) < 1
    assert abs(sum(len(gzip.compress(data)) for data in shell) / 1e6 - int(said[2])) < 1


def test_what_bundlers_copy_is_as_large_as_is_said() -> None:
    listing = listing_of(json.loads((ROOT / "dist" / "files.json").read_text("utf-8")))
    sizes = {name: file["bytes"] / 1e6 for name, file in listing["files"].items()}
    text = (ROOT / "docs" / "guides" / "bundlers.md").read_text("utf-8")
    parts = {"of it models": "models/", "descriptors": "models/face_rec", "SSD": "models/ssd"}
    parts["MTCNN"] = "models/mtcnn"
    if listing["image"] is not None:  # a build without Node has none
        parts |= {"on disk": "", "of it Python": r"pyodide/|python\.|wheels/"}
    for words, pattern in parts.items():
        # The number of a part follows it; that of a row is at its end.
        said = re.search(rf"\| {words}.*\| ([\d.]+) \|$|\b{words} (\d[\d.]*\d)", text, re.M)
        assert said, words
        found = sum(size for name, size in sizes.items() if re.match(pattern, name))
        assert abs(found / float(said[1] or said[2]) - 1) < 0.02, (words, found)


def test_the_readme_says_what_a_first_visit_takes() -> None:
    said = _FIRST.search((ROOT / "README.md").read_text("utf-8"))
    assert said
    for number, encoding in zip(said.groups(), ("gzip", "br"), strict=True):
        assert number == f"{budget.allowed('image', encoding) / 1e6:.1f}", encoding
