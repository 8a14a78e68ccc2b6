"""The bytes that a visitor waits for: they do not grow unseen. See tools/bench/budget.py."""

from __future__ import annotations

import json

import pytest

from pyface_files.disk import sha256
from tests.pages import built_site
from tools.bench import budget
from tools.bench.compression import ENCODINGS
from tools.errors import ToolError


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("start", budget.STARTS)
def test_the_bytes_of_a_first_visit_have_not_grown(start, encoding):
    dist = built_site()
    if start == "image" and not json.loads((dist / "files.json").read_text("utf-8"))["image"]:
        pytest.skip("dist/ was built without Node: only a start from scratch is counted")
    now, kept = budget.counted(start, encoding, dist), budget.allowed(start, encoding)
    assert now <= kept * budget.GROWTH, (
        f"a first visit takes {now - kept:,} bytes more than the {kept:,} that were kept. If they "
        f"are worth it, `{budget.COMMAND}` keeps what it takes now"
    )


def test_what_did_not_change_counts_as_it_did_and_what_did_is_counted(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_bytes(b"[]")
    (tmp_path / "b.image").write_bytes(bytes(1000))
    rows = {
        "a.json": {"sha256": sha256(b"[]"), "gzip": 5, "br": 4},
        "b.image": {"sha256": sha256(b"another"), "gzip": 7, "br": 7},
    }
    record = tmp_path / "record.json"
    record.write_text(json.dumps({"image": rows}))
    monkeypatch.setattr(budget, "FILE", record)
    assert budget.allowed("image", "gzip") == 12
    assert budget.counted("image", "gzip", tmp_path) == 1005, "hosts do not compress images"
    (tmp_path / "b.image").unlink()
    with pytest.raises(ToolError, match=r"no b\.image.*bench --budget counts anew"):
        budget.counted("image", "br", tmp_path)
