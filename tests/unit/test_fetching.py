"""Files of face-api.js's kinds, fetched without a browser; and what elements say without a page."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web.errors import FetchError, InputError, ManifestError, WeightsError
from tools.assets import path_of


def wait(code: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(code)


def test_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"ä": [1, null]}', "utf-8")
    assert wait(faceapi.fetch_json(str(tmp_path / "a.json"))) == {"ä": [1, None]}
    (tmp_path / "b.json").write_text("<!doctype html>", "utf-8")
    with pytest.raises(
        FetchError, match=r"expected JSON, got .* begins '<!doctype html>'; it is an"
    ):
        wait(faceapi.fetch_json(str(tmp_path / "b.json")))
    (tmp_path / "c.json").write_text("[" * 200_000)
    with pytest.raises(FetchError, match="at most 64 within each other"):
        wait(faceapi.fetch_json(str(tmp_path / "c.json")))


def test_weights(tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 7, dtype="<f4")
    (tmp_path / "net.weights").write_bytes(values.tobytes())
    np.testing.assert_array_equal(
        wait(faceapi.fetch_net_weights(str(tmp_path / "net.weights"))), values
    )
    for content in (b"12345", b""):
        (tmp_path / "cut").write_bytes(content)
        with pytest.raises(WeightsError, match=f"got {len(content)} bytes, which is not a multip"):
            wait(faceapi.fetch_net_weights(str(tmp_path / "cut")))


def test_an_image_is_an_array_here(tmp_path: Path) -> None:
    Image.new("RGB", (5, 3), (1, 2, 3)).save(tmp_path / "a.png")
    image = wait(faceapi.fetch_image(str(tmp_path / "a.png")))
    assert image.shape == (3, 5, 4) and (image == [1, 2, 3, 255]).all()


@pytest.mark.parametrize("name", ["fetch_json", "fetch_net_weights", "fetch_image"])
def test_a_file_that_is_not_there(name: str) -> None:
    with pytest.raises(FetchError, match=r"/nowhere: expected a .*, got No such file"):
        wait(getattr(faceapi, name)("/nowhere"))


@pytest.mark.parametrize("name", ["fetch_or_throw", "fetch_video"])
def test_what_only_a_browser_has(name: str) -> None:
    with pytest.raises(FetchError, match="there is no browser here; use fetch_json"):
        wait(getattr(faceapi, name)("/a"))


@pytest.mark.parametrize(
    ("uri", "folder", "manifest"),
    [
        (None, "", "net-weights_manifest.json"),
        ("/", "/", "/net-weights_manifest.json"),
        ("/models", "/models/", "/models/net-weights_manifest.json"),
        ("http://a.b/m/x.json", "http://a.b/m/", "http://a.b/m/x.json"),
    ],
)
def test_where_models_lie(uri: str | None, folder: str, manifest: str) -> None:
    uris = faceapi.get_model_uris(uri, "net")
    assert uris == (folder, manifest)
    assert (uris.model_base_uri, uris.manifest_uri) == uris


def test_a_weight_map_is_what_the_net_has(tmp_path: Path) -> None:
    name = "face_landmark_68_tiny_model"
    folder = path_of(f"models/{name}-weights_manifest.json").parent
    path_of(f"models/{name}-shard1")
    found = wait(faceapi.load_weight_map(str(folder), name))
    net = faceapi.FaceLandmark68TinyNet()
    wait(net.load(str(folder)))
    assert list(found) == [path for path, _ in net.get_param_list()]
    for path, values in net.get_param_list():
        np.testing.assert_array_equal(found[path], values)
    other = faceapi.FaceLandmark68TinyNet()
    other.load_from_weight_map(found)
    assert other.is_loaded
    (tmp_path / "net-weights_manifest.json").write_text("[]")
    with pytest.raises(ManifestError, match="expected a JSON array of weight groups"):
        wait(faceapi.load_weight_map(str(tmp_path), "net"))


def test_sizes_of_pictures() -> None:
    for picture in (np.zeros((3, 5, 4), np.uint8), np.zeros((1, 3, 5, 3)), np.zeros((3, 5))):
        assert faceapi.get_media_dimensions(picture) == faceapi.Dimensions(5, 3)
    assert faceapi.get_media_dimensions(Image.new("L", (5, 3))) == faceapi.Dimensions(5, 3)
    assert faceapi.get_media_dimensions({"width": 5, "height": 3}) == faceapi.Dimensions(5, 3)
    with pytest.raises(InputError, match="expected something with width and height, got None"):
        faceapi.get_media_dimensions(None)
    with pytest.raises(InputError, match=r"expected \(height, width, \.\.\.\)"):
        faceapi.get_media_dimensions(np.zeros(3))


def test_dimensions_are_matched() -> None:
    canvas = SimpleNamespace(width=300, height=150)
    found = faceapi.match_dimensions(canvas, SimpleNamespace(width=5, height=3))
    assert found == faceapi.Dimensions(canvas.width, canvas.height) == faceapi.Dimensions(5, 3)
    faceapi.match_dimensions(canvas, np.zeros((7, 9, 3), np.uint8))
    assert (canvas.width, canvas.height) == (9, 7)
    with pytest.raises(InputError, match=r"the reference is 0 x 3 pixels; has it loaded"):
        faceapi.match_dimensions(canvas, {"width": 0, "height": 3})
    with pytest.raises(InputError, match="the width of Dimensions cannot be set"):
        faceapi.match_dimensions(faceapi.Dimensions(1, 1), canvas)
    assert (canvas.width, canvas.height) == (9, 7)


def test_without_a_page_there_are_no_elements() -> None:
    thing = object()
    assert faceapi.resolve_input(thing) is thing
    assert not faceapi.is_media_element(thing) and not faceapi.is_media_loaded(thing)
    with pytest.raises(InputError, match="await_media_loaded: expected an img"):
        wait(faceapi.await_media_loaded(thing))
    with pytest.raises(InputError, match="no page here"):
        faceapi.resolve_input("photo")
    with pytest.raises(InputError, match="expected a Blob or File, or the bytes of a file"):
        wait(faceapi.buffer_to_image(b""))
