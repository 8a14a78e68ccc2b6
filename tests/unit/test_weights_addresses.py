"""Where the files of a model are. See tests/cases/addresses.json for both languages."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from pyface_web.errors import FetchError, ManifestError, WeightsError
from pyface_web.weights.addresses import ModelFiles

D = "net-weights_manifest.json"


class Location(PurePosixPath):
    """What `notebook_location()` of marimo is in a page."""

    def __str__(self) -> str:
        return super().__str__().replace(":/", "://")


@pytest.mark.parametrize(
    ("place", "manifest", "shard"),
    [
        # as in face-api.js
        ("/", f"/{D}", "/s"),
        ("/models", f"/models/{D}", "/models/s"),
        ("/models/", f"/models/{D}", "/models/s"),
        ("models", f"models/{D}", "models/s"),
        ("./models", f"./models/{D}", "./models/s"),
        ("/m/x-weights_manifest.json", "/m/x-weights_manifest.json", "/m/s"),
        ("/x.json", "/x.json", "/s"),
        ("/m/x.json/", f"/m/x.json/{D}", "/m/x.json/s"),
        ("https://h/p", f"https://h/p/{D}", "https://h/p/s"),
        ("https://h/p/", f"https://h/p/{D}", "https://h/p/s"),
        ("http://h:8000", f"http://h:8000/{D}", "http://h:8000/s"),
        ("http://h/p/x.json", "http://h/p/x.json", "http://h/p/s"),
        # by the rules of URLs, as face-api.js does not
        (None, D, "s"),
        ("", D, "s"),
        ("x.json", "x.json", "s"),
        ("../a//b/", f"../a//b/{D}", "../a//b/s"),
        ("//host/p", f"//host/p/{D}", "//host/p/s"),
        ("/m/x.json?v=1", "/m/x.json?v=1", "/m/s?v=1"),
        ("/m?v=a/b.json", f"/m/{D}?v=a/b.json", "/m/s?v=a/b.json"),
        ("https://h/x.json?token=a#b", "https://h/x.json?token=a", "https://h/s?token=a"),
        ("https://h?token=a", f"https://h/{D}?token=a", "https://h/s?token=a"),
        ("chrome-extension://id/models/", f"chrome-extension://id/models/{D}", "chrome-extension://id/models/s"),
        ("app://x.json", f"app://x.json/{D}", "app://x.json/s"),
        # paths of CPython
        ("C#/models", f"C#/models/{D}", "C#/models/s"),
        ("a:b/models", f"a:b/models/{D}", "a:b/models/s"),
        (Path("/srv/models"), f"/srv/models/{D}", "/srv/models/s"),
        (Location("https://h/p") / "m", f"https://h/p/m/{D}", "https://h/p/m/s"),
        ({D: "https://h/1?sig=a", "s": Path("/b")}, "https://h/1?sig=a", "/b"),
    ],
    ids=str,
)  # fmt: skip
def test_where_files_are(place, manifest, shard):
    files = ModelFiles(place, "net")
    assert (files.manifest, files.file("s")) == (manifest, shard)


def test_a_file_without_an_address():
    with pytest.raises(WeightsError, match=f"an address for '{D}' among .*, got those of 's'; add"):
        ModelFiles({"s": "/a"}, "net")
    with pytest.raises(
        FetchError, match="'conv': expected an address as text, got list; weights b"
    ):
        ModelFiles({"conv": [0.5]}, "net")
    files = ModelFiles("data:application/json,[]", "net")
    assert files.manifest == "data:application/json,[]"
    with pytest.raises(ManifestError, match="its shard 's' has no address, as an address of the"):
        files.file("s")
