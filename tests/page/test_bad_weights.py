"""Weights that arrive broken in the browser: own exception each, and the net stays as it was."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import prod
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, Route

from tests.pages import BOTH, PyfacePage, pyface_page
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
        "ManifestError",
        "an HTML page, status 200",
    ),
    "page for the shard": ((200, MANIFEST), (200, b"<!doctype html>"), "ShardError", "HTML"),
    "text for the manifest": ((200, b"hello"), (200, SHARD), "ManifestError", "expected JSON"),
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


@pytest.mark.parametrize("backend", BOTH)
def test_weights_of_no_finite_answer_are_named(pyface: PyfacePage, backend: str) -> None:
    """As by NumPy; of NaN nobody was found, or an input was said not to be finite."""
    raised, faces = pyface.run(
        """
        await faceapi.set_backend(backend)
        options = faceapi.TinyFaceDetectorOptions()
        net = faceapi.nets.tiny_face_detector
        await net.load(np.full(193321, 1e30, np.float32))
        raised = await outcome(faceapi.detect_all_faces("photo", options))
        await net.load("models")
        [raised, len(await faceapi.detect_all_faces("photo", options))]
        """,
        backend=backend,
    )
    assert raised.get("error") == "WeightsError", raised
    assert "its weights are broken; load them anew, await faceapi.load_tiny_face" in raised["text"]
    assert faces == 3


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


LOAD = """async (given) => {
  const [waits, modelsURL] = given ?? [{}, "spoilt"];
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const options = { models: ["tiny_face_detector"], modelsURL, waits };
  return loadPyface(options).then(() => "loaded", ({ name, message }) => [name, message]);
}"""


def with_paths(*paths: str) -> bytes:
    return json.dumps([{**json.loads(MANIFEST)[0], "paths": paths}]).encode()


@pytest.fixture
def asked(pyface: PyfacePage) -> Iterator[list[str]]:
    """Addresses that the page asks for, without those of the site itself."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(pyface.url) or "/spoilt/" in request.url:
            found.append(request.url.removeprefix(pyface.url))

    pyface.page.on("request", note)
    yield found
    pyface.page.remove_listener("request", note)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (with_paths("../evil"), "is not below the folder"),
        (with_paths(f"{NAME}-shard1", "http://evil.test/a"), "is not below the folder"),
        (with_paths("//evil.test/a"), "is not below the folder"),
        (with_paths("%2e%2e/evil"), "is not below the folder"),
        (with_paths(*(f"evil{i}" for i in range(10_000))), "10000 shards, expected at most 64"),
        (b'[{"paths": "evil", "weights": []}]', "the list 'paths'"),
        (b"null", "expected a JSON array"),
        (b"[" * 200_000, "begins with"),
    ],
    ids=["above", "address", "host", "encoded", "many", "text", "null", "deep"],
)
def test_nothing_is_asked_for_that_a_hostile_manifest_names(
    pyface: PyfacePage, asked: list[str], manifest: bytes, said: str
) -> None:
    """By Python, and the page lives on."""
    serve(pyface, (200, manifest), (200, SHARD))
    raised = pyface.run("await outcome(faceapi.load_tiny_face_detector_model('spoilt'))")
    assert raised["error"] == "ManifestError" and said in raised["text"], raised
    assert asked == [f"spoilt/{NAME}-weights_manifest.json"]


def test_nor_does_the_loader_ask_for_it(pyface: PyfacePage, asked: list[str]) -> None:
    """What else it refuses is in tests/cases/manifests.json."""
    for spoilt, said in (
        (with_paths(f"{NAME}-shard1", "http://evil.test/a"), "is not below the folder"),
        (b"[" * 200_000, "not JSON"),
    ):
        asked.clear()
        serve(pyface, (200, spoilt), (200, SHARD))
        name, message = pyface.js(LOAD)
        assert name == "ManifestError" and said in message, (name, message)
        assert asked == [f"spoilt/{NAME}-weights_manifest.json"]


def test_a_shard_that_is_named_twice_is_asked_for_once(
    pyface: PyfacePage, asked: list[str]
) -> None:
    weights = [{"name": name, "shape": [2], "dtype": "uint8"} for name in "ab"]
    manifest = json.dumps([{"paths": ["shard1", "shard1"], "weights": weights}])
    serve(pyface, (200, manifest.encode()), (200, b"\1\2"))
    assert pyface.run("""
        found = await faceapi.load_weight_map("spoilt", "net")
        [found[name].tolist() for name in "ab"]
    """) == [[1, 2], [1, 2]]
    assert asked == ["spoilt/net-weights_manifest.json", "spoilt/shard1"]


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(pyface: PyfacePage) -> None:
    """With no answer, and in the middle of one; by Python and by the loader."""
    with silent_server() as (address, let_go):
        raised, endless, after = pyface.run(
            """
            before = faceapi.set_waits(network=0.3)
            raised = await outcome(faceapi.fetch_net_weights(address + "/stall"))
            endless = await outcome(faceapi.load_weight_map(address + "/endless", "net"))
            faceapi.set_waits(before)
            [raised, endless, len(await faceapi.fetch_net_weights(address + "/whole"))]
            """,
            address=address,
        )
        name, message = pyface.js(LOAD, [{}, address + "/endless"])
        let_go()
    assert name == "LoadError" and "more than 1048576 bytes; is it another file?" in message
    assert raised["error"] == "FetchError" and after == 2
    assert "10 bytes and then nothing within 0.3 s; is the network up" in raised["text"]
    assert "set_waits(network=0.6) waits longer" in raised["text"]
    assert endless["error"] == "ManifestError" and "at most 1048576 bytes" in endless["text"]
    pyface.page.route("**/spoilt/**", lambda route: None)
    raised = pyface.run("""
        before = faceapi.set_waits(network=0.3)
        raised = await outcome(faceapi.load_tiny_face_detector_model("spoilt"))
        faceapi.set_waits(before)
        raised
    """)
    assert raised["error"] == "FetchError" and "got no answer within 0.3 s" in raised["text"]
    name, message = pyface.js(LOAD, [{"network": 2}, "spoilt"])
    assert name == "LoadError" and f"spoilt/{NAME}-weights_manifest.json: expected" in message
    assert "got no answer for 2 s" in message and "such as { network: 4 }" in message
    pyface.page.unroute("**/spoilt/**")


@contextmanager
def silent_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """Its address, and what ends its answers."""
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(b"12345678" if self.path == "/whole" else b"1234567890")
            if self.path == "/stall":
                over.wait(60)
            with suppress(OSError):
                while "/endless" in self.path and not over.is_set():
                    self.wfile.write(bytes(1 << 16))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", over.set
    over.set()
    server.shutdown()
    server.server_close()


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


def test_a_path_is_of_the_file_system_that_pyodide_has(pyface: PyfacePage) -> None:
    """Nothing of the site is at these addresses; a text is an address, unless there is such a
    file."""
    assert pyface.run(
        f"""
        from pathlib import Path
        folder = Path("here and %3F nowhere")
        folder.mkdir()
        for name in ("{NAME}-weights_manifest.json", "{NAME}-shard1"):
            answer = await js.fetch(f"models/{{name}}")
            (folder / name).write_bytes((await answer.arrayBuffer()).to_bytes())
        found = []
        for load, place in (
            ("load", folder),
            ("load_from_disk", str(folder)),
            ("load_from_uri", folder / "{NAME}-weights_manifest.json"),
            ("load", str(folder)),
        ):
            net = faceapi.TinyFaceDetector()
            await getattr(net, load)(place)
            found.append(net.is_loaded)
            net.dispose()
        try:
            await faceapi.TinyFaceDetector().load(Path("models"))
        except faceapi.PyfaceError as error:
            found.append(str(error))
        found
        """
    ) == [
        *[True] * 4,
        f"models/{NAME}-weights_manifest.json: expected a weight manifest, got No such file or "
        "directory; is the path right?",
    ]
