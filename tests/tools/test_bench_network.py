"""`bench --network`: its host, and its tables from numbers made up here."""

from __future__ import annotations

import gzip
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import brotli
import pytest

from tests.pages import built_site
from tools.bench.compression import is_compressed
from tools.bench.host import open_host
from tools.bench.network import PROBE, files_of
from tools.bench.network_report import network_report


def test_hosts_compress_what_has_a_type_of_text_or_code():
    yes = ("a.js", "a.mjs", "a.wasm", "a.json", "a.html", "a.css", "a.svg", "a.py", "a.webmanifest")
    no = ("python.image", "a.zip", "a.whl", "tiny_face_detector_model-shard1", "a.jpg")
    assert all(map(is_compressed, yes)) and not any(map(is_compressed, no))


@pytest.mark.parametrize(
    ("encoding", "opened"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_the_host_compresses_by_type_and_remembers_what_it_sent(encoding, opened):
    dist = built_site()
    with open_host(encoding) as host:
        with urlopen(host.url + "pyface.js") as answer:
            body = answer.read()
            assert answer.headers["Content-Encoding"] == encoding
            assert answer.headers["Cache-Control"].startswith("max-age=")
            tag = answer.headers["ETag"]
        assert opened(body) == (dist / "pyface.js").read_bytes()
        with urlopen(host.url + PROBE) as answer:
            assert answer.headers["Content-Encoding"] is None
            assert answer.read() == (dist / PROBE).read_bytes()
        with pytest.raises(HTTPError, match="304"):
            urlopen(Request(host.url + "pyface.js", headers={"If-None-Match": tag}))
        urlopen(host.url + "bench/blank.html").close()
        files = {file["name"]: file for file in files_of(host.sent_until(time.time()))}
    assert files.keys() == {PROBE, "pyface.js"}
    assert files["pyface.js"][encoding] == len(body) < files["pyface.js"]["bytes"]
    assert host.sent_until(0) == []


def numbers() -> dict[str, Any]:
    def file(name: str, *sizes: int) -> dict[str, Any]:
        return {"name": name, **dict(zip(("bytes", "gzip", "br"), sizes, strict=True))}

    ours = [file("pyodide.asm.wasm", 9000, 3000, 2000), file("a.js", 100, 50, 40)]
    first = {"ours": ours, "oracle": [file("face-api.js", 800, 300, 200)]}
    visit = {
        "title": "10 Mbit/s, first visit",
        "times": {"ours": [18500, 20000, 17000], "oracle": [7000]},
        "found": {"ours": 3, "oracle": 3},
        "stages": [["memory restored", 500, 1000], ["pyodide.asm.wasm", 0, 500]],
    }
    probe = {"bytes": 1000, "least": 900, "page": 940, "worker": 960}
    return {
        "encoding": "gzip",
        "bytes": [
            {"title": "first visit", "files": first},
            {"title": "second visit", "files": {"ours": [], "oracle": []}},
        ],
        "lines": [{"line": "10", "title": "10 Mbit/s", "probe": probe, "visits": [visit]}],
    }


def test_tables_of_the_network_have_bytes_medians_and_stages():
    said = [line.split() for line in network_report(numbers()).splitlines()]
    assert ["gzip", "3,050", "300"] in said
    assert ["Brotli", "2,040", "200"] in said
    assert ["pyodide.asm.wasm", "9,000", "3,000", "2,000"] in said
    assert ["10", "Mbit/s,", "first", "visit", "18,500", "ms", "7,000", "ms"] in said
    probe = "of 1,000 bytes, at least 900 ms, takes 940 in a page, 960 in a worker"
    assert probe.split() in said
    bars = [line for line in network_report(numbers()).splitlines() if "|" in line]
    assert [bar.split()[0] for bar in bars] == ["pyodide.asm.wasm", "memory"], "in their order"
    assert [bar.count("#") for bar in bars] == [24, 24]
