"""The static server: types, revalidation, what it does not give away."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools.errors import PortTakenError
from tools.serve import make_server, mime_type, open_port, serve_folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pyface.js", "text/javascript; charset=utf-8"),
        ("pyodide/pyodide.mjs", "text/javascript; charset=utf-8"),
        ("pyodide/pyodide.asm.wasm", "application/wasm"),
        ("files.json", "application/json"),
        ("app.webmanifest", "application/manifest+json"),
        ("wheels/a-1.0-py3-none-any.whl", "application/octet-stream"),
        ("pyodide/python_stdlib.zip", "application/zip"),
        ("models/tiny_face_detector_model-shard1", "application/octet-stream"),
        ("index.html", "text/html; charset=utf-8"),
        ("style.CSS", "text/css; charset=utf-8"),
        ("images/sample1.jpg", "image/jpeg"),
    ],
)
def test_mime_type(name, expected):
    assert mime_type(name) == expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "dist"
    (root / "sub").mkdir(parents=True)
    (root / "bare").mkdir()
    (root / "index.html").write_text("<p>home")
    (root / "sub" / "index.html").write_text("<p>sub")
    (root / "net-shard1").write_bytes(b"\0\1\2")
    (tmp_path / "secret").write_text("secret")
    return root


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def test_file_with_its_type_and_headers(folder):
    with serve_folder(folder) as url:
        status, body, headers = get(url + "net-shard1")
    assert (status, body) == (200, b"\0\1\2")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["ETag"] and headers["Last-Modified"]


def test_unchanged_file_is_not_sent_again(folder):
    with serve_folder(folder) as url:
        _, _, first = get(url + "net-shard1")
        by_tag = get(url + "net-shard1", **{"If-None-Match": first["ETag"]})
        by_date = get(url + "net-shard1", **{"If-Modified-Since": first["Last-Modified"]})
        (folder / "net-shard1").write_bytes(b"changed")
        changed = get(url + "net-shard1", **{"If-None-Match": first["ETag"]})
    assert by_tag[:2] == by_date[:2] == (304, b"")
    assert changed[:2] == (200, b"changed")


def test_folder_gives_its_index_and_never_a_listing(folder):
    with serve_folder(folder) as url:
        assert get(url)[1] == b"<p>home"
        assert get(url + "sub/")[1] == b"<p>sub"
        assert get(url + "sub")[1] == b"<p>sub"  # by a redirect to sub/
        assert get(url + "bare/")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["../secret", "%2e%2e/secret", "sub/../../secret", "extra/../../secret", "extra/%2e%2e/secret"],
)
def test_nothing_outside_is_given(folder, path):
    with serve_folder(folder, extra={"/extra/": folder / "sub"}) as url:
        status, body, _ = get(url + path)
    assert status == 404
    assert b"secret" not in body or b"Error" in body


def test_extra_folder_is_served_beside(folder, tmp_path):
    oracle = tmp_path / "oracle"
    oracle.mkdir()
    (oracle / "face-api.min.js").write_text("var faceapi;")
    with serve_folder(folder, extra={"/oracle/": oracle}) as url:
        status, body, headers = get(url + "oracle/face-api.min.js")
        assert get(url)[1] == b"<p>home"
    assert (status, body) == (200, b"var faceapi;")
    assert headers["Content-Type"].startswith("text/javascript")


def test_server_is_gone_after_the_block(folder):
    with serve_folder(folder) as url:
        pass
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=2)


def test_taken_port_gives_the_next_one_unless_it_was_asked_for(folder):
    with make_server(folder) as taken:
        port = taken.server_port
        with pytest.raises(PortTakenError, match=f"Port {port} cannot be used"):
            open_port(folder, port, exactly=True)
        with open_port(folder, port, exactly=False) as other:
            assert port < other.server_port < port + 100


def test_answers_can_be_kept_without_asking_as_static_hosts_allow(folder):
    with serve_folder(folder, caching="max-age=600") as url:
        assert get(url + "net-shard1")[2]["Cache-Control"] == "max-age=600"
