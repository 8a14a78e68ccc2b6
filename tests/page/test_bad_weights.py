"""Weights that arrive broken in the browser: own exception each, and the net stays as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.pages import PyfacePage, pyface_page
from tools.assets import path_of

NAME = "tiny_face_detector_model"
MANIFEST = path_of(f"models/{NAME}-weights_manifest.json").read_bytes()
SHARD = path_of(f"models/{NAME}-shard1").read_bytes()


def manifest(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """The manifest, after a change of its list of tensors."""
    groups = json.loads(MANIFEST)
    change(groups[0]["weights"])
    return json.dumps(groups).encode()


# Bytes of quantised tensors are never wrong by themselves; as float32 they can be NaN.
FLOATS = json.dumps(
    [
        {
            "paths": [f"{NAME}-shard1"],
            "weights": [
                {key: value for key, value in tensor.items() if key != "quantization"}
                for tensor in json.loads(MANIFEST)[0]["weights"]
            ],
        }
    ]
).encode()
_COUNT = sum(prod(tensor["shape"]) for tensor in json.loads(MANIFEST)[0]["weights"])

# status and body of the manifest, of the shard; exception; what its message says
CASES: dict[str, tuple[tuple[int, bytes], tuple[int, bytes], str, str]] = {
    "404 for the manifest": ((404, b"no"), (200, SHARD), "FetchError", "HTTP status 404"),
    "404 for the shard": ((200, MANIFEST), (404, b"no"), "FetchError", "HTTP status 404"),
    "page for the manifest": (
        (200, b"<!doctype html>"),
        (200, SHARD),
        "FetchError",
        "an HTML page",
    ),
    "page for the shard": ((200, MANIFEST), (200, b"<!doctype html>"), "FetchError", "HTML"),
    "text for the manifest": ((200, b"hello"), (200, SHARD), "ManifestError", "not JSON"),
    "truncated shard": ((200, MANIFEST), (200, SHARD[:-7]), "ShardError", "cut short"),
    "empty shard": ((200, MANIFEST), (200, b""), "ShardError", "cut short"),
    "too long a shard": ((200, MANIFEST), (200, SHARD + b"\0"), "ShardError", "another model"),
    "corrupted shard": ((200, FLOATS), (200, b"\xff" * 4 * _COUNT), "ShardError", "not finite"),
    "missing tensor": (
        (200, manifest(lambda weights: weights.pop(3))),
        (200, SHARD),
        "MissingTensorError",
        "missing",
    ),
    "extra tensor": (
        (200, manifest(lambda weights: weights.append({**weights[0], "name": "conv9/bias"}))),
        (200, SHARD),
        "ExtraTensorError",
        "conv9/bias",
    ),
    "misshaped tensor": (
        (200, manifest(lambda weights: weights[0]["shape"].reverse())),
        (200, SHARD),
        "TensorShapeError",
        "expected (3, 3, 3, 16)",
    ),
}


@pytest.fixture(scope="module")
def pyface(browser: Browser) -> Iterator[PyfacePage]:
    with pyface_page(browser, models=("tiny_face_detector",)) as page:
        page.add_image("photo", "images/sample3.jpg")
        yield page


def serve(pyface: PyfacePage, manifest: tuple[int, bytes], shard: tuple[int, bytes]) -> None:
    """Answer requests under /spoilt/ with these."""

    def answer(route: Route) -> None:
        status, body = shard if "shard" in route.request.url else manifest
        kind = "text/html" if body.startswith(b"<") else "application/octet-stream"
        route.fulfill(status=status, body=body, content_type=kind)

    pyface.page.unroute("**/spoilt/**")
    pyface.page.route("**/spoilt/**", answer)


@pytest.mark.parametrize("case", CASES)
def test_spoilt_files(pyface: PyfacePage, case: str) -> None:
    manifest, shard, error, said = CASES[case]
    serve(pyface, manifest, shard)
    raised, faces = pyface.run(
        """
        raised = await outcome(faceapi.load_tiny_face_detector_model("spoilt"))
        options = faceapi.TinyFaceDetectorOptions()
        [raised, len(await faceapi.detect_all_faces("photo", options))]
        """
    )
    assert raised.get("error") == error, raised
    assert "WeightsError" in raised["kinds"]
    assert said in raised["text"] and "spoilt/" in raised["text"]
    assert faces == 3, "the net was not left as it was"


def test_a_net_that_never_loaded_can_still_be_loaded(pyface: PyfacePage) -> None:
    raised, loaded, after = pyface.run(
        """
        net = faceapi.nets.face_landmark68_tiny_net
        raised = await outcome(net.load("nowhere"))
        loaded = net.is_loaded
        await net.load("models")
        [raised, loaded, net.is_loaded]
        """
    )
    assert raised["error"] == "FetchError"
    assert (loaded, after) == (False, True)


def test_good_files_from_a_route_load(pyface: PyfacePage) -> None:
    """The routes of this module are not what makes loading fail."""
    serve(pyface, (200, MANIFEST), (200, SHARD))
    assert pyface.run("await faceapi.load_tiny_face_detector_model('spoilt')") is None


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        ("np.zeros(7, np.float32)", "ShardError"),
        ("np.zeros((2, 2), np.float64)", "ShardError"),
        ("b'123'", "WeightsError"),
        ("{}", "WeightsError"),
    ],
    ids=["too few values", "float64", "3 bytes", "dict"],
)
def test_raw_weights(pyface: PyfacePage, weights: str, error: str) -> None:
    raised = pyface.run(f"await outcome(faceapi.nets.tiny_face_detector.load({weights}))")
    assert raised["error"] == error, raised
