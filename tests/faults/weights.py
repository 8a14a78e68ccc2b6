"""Broken manifests and shards in a page: a typed error, no request outside, and the net as it was.

The bytes themselves are tried in CPython (see the other areas of weights); here they come over
HTTP, through the loader or without it, in the page and in the worker.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Request

from tests.faults.figures import Try
from tests.faults.lab import Call, Victim, attempt, judge
from tools.assets import path_of

MODEL = "face_landmark_68_tiny_model"
MANIFEST, SHARD = f"{MODEL}-weights_manifest.json", f"{MODEL}-shard1"
CALL: Call = ("outline", "both")
REQUESTS = 40  # that a manifest of one shard may make a page do

Parts = tuple[Any, bytes]  # manifest as values, shard


def weights(random: Random, victim: Victim, served: Path) -> Iterator[Try]:
    """Each try: the tiny landmark net from a folder with something broken, then from its own.

    served: the folder that the harness finds as faults/.
    """
    manifest = json.loads(path_of(f"models/{MANIFEST}").read_text("utf-8"))
    shard = path_of(f"models/{SHARD}").read_bytes()
    order: list[str] = []
    number = 0
    while True:
        if not order:
            order = list(CHANGES)
            random.shuffle(order)
        name, where = order.pop(), random.choice(victim.where)
        number += 1
        folder = f"spoilt{number}"
        write(served / folder, *CHANGES[name](random, (manifest, shard)))

        yield attempt(victim, f"{where}: {name}", one_try(victim, where, folder))
        shutil.rmtree(served / folder)


def one_try(victim: Victim, where: str, folder: str) -> Iterator[Try]:
    asked: list[str] = []
    context = victim.page.context

    def note(request: Request) -> None:
        asked.append(request.url)

    context.on("request", note)
    try:
        outcome = victim.js("(h, given) => h.load(...given)", [where, f"faults/{folder}/"])
    finally:
        context.remove_listener("request", note)
    yield judge(outcome, None, "loading")
    outside = [url for url in asked if f"/faults/{folder}/" not in url]
    if outside:
        yield Try("wrong", f"asked for {outside[:3]}")
    if len(asked) > REQUESTS:
        yield Try("wrong", f"{len(asked)} requests")
    # Weights that fit are weights: the answer is another one, but it is an answer.
    if "error" in outcome:
        yield from victim.must_be_right(where, [CALL])
    else:
        yield from victim.ask(where, [CALL], known=False)
    victim.act(where, "restore")
    yield from victim.must_be_right(where, [CALL])
    yield from victim.uncaught()


def write(folder: Path, manifest: Any, shard: bytes) -> None:
    """manifest: values, text or bytes."""
    folder.mkdir()
    text = manifest if isinstance(manifest, str | bytes) else json.dumps(manifest)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    (folder / MANIFEST).write_bytes(data)
    (folder / SHARD).write_bytes(shard)


# --- what can be broken


def _changed(change: Callable[[Random, Any], Any]) -> Callable[[Random, Parts], Parts]:
    """A change of the manifest's values, of which there is a copy."""

    def changed(random: Random, parts: Parts) -> Parts:
        manifest = json.loads(json.dumps(parts[0]))
        found = change(random, manifest)
        return (manifest if found is None else found), parts[1]

    return changed


def _as_text(text: Callable[[Random, str], str | bytes]) -> Callable[[Random, Parts], Parts]:
    return lambda random, parts: (text(random, json.dumps(parts[0])), parts[1])


def _with_shard(change: Callable[[Random, bytes], bytes]) -> Callable[[Random, Parts], Parts]:
    return lambda random, parts: (parts[0], change(random, parts[1]))


def _with_paths(paths: Any) -> Callable[[Random, Parts], Parts]:
    return _changed(lambda random, manifest: manifest[0].update(paths=paths))


def _with_tensor(**values: Any) -> Callable[[Random, Parts], Parts]:
    def change(random: Random, manifest: Any) -> None:
        random.choice(manifest[0]["weights"]).update(values)

    return _changed(change)


def _with_quantisation(**values: Any) -> Callable[[Random, Parts], Parts]:
    def change(random: Random, manifest: Any) -> None:
        chosen = random.choice([t for t in manifest[0]["weights"] if "quantization" in t])
        chosen["quantization"].update(values)

    return _changed(change)


def _flipped(random: Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(random.randint(1, 9)):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


CHANGES: dict[str, Callable[[Random, Parts], Parts]] = {
    "nothing": lambda random, parts: parts,
    "manifest cut short": _as_text(lambda random, text: text[: random.randrange(len(text))]),
    "manifest with flipped bits": _as_text(lambda random, text: _flipped(random, text.encode())),
    "manifest of brackets": _as_text(lambda random, text: "[" * 200_000),
    "manifest of braces": _as_text(lambda random, text: '{"a":' * 50_000),
    "manifest of a page": _as_text(lambda random, text: "<!doctype html>"),
    "manifest in UTF-16": _as_text(lambda random, text: text.encode("utf-16")),
    "manifest with a BOM": _as_text(lambda random, text: b"\xef\xbb\xbf" + text.encode()),
    "manifest of a large number": _as_text(
        lambda random, text: text.replace('"shape": [1', '"shape": [1' + "0" * 5000, 1)
    ),
    "manifest of null": _changed(lambda random, manifest: "null"),
    "manifest of a number": _changed(lambda random, manifest: 7),
    "manifest of nothing": _changed(lambda random, manifest: []),
    "manifest of an object": _changed(lambda random, manifest: {}),
    "manifest of nulls": _changed(lambda random, manifest: [None]),
    "manifest without paths": _changed(lambda random, manifest: manifest[0].pop("paths") and None),
    "manifest without tensors": _changed(
        lambda random, manifest: manifest[0].pop("weights") and None
    ),
    "paths above": _with_paths(["../images/sample1.jpg"]),
    "paths far above": _with_paths(["../../../../etc/passwd"]),
    "paths hidden": _with_paths(["%2e%2e/other"]),
    "paths of a backslash": _with_paths(["..\\other"]),
    "paths of another origin": _with_paths(["http://127.0.0.1:9/shard"]),
    "paths without a scheme": _with_paths(["//127.0.0.1:9/shard"]),
    "paths of data": _with_paths(["data:,AAAA"]),
    "paths of a script": _with_paths(["javascript:alert(1)"]),
    "paths from the root": _with_paths(["/files.json"]),
    "paths with a tab": _with_paths(["h\tttp://127.0.0.1:9/"]),
    "paths with a surrogate": _with_paths(["\ud800"]),
    "paths with a query": _with_paths([f"{SHARD}?a#b"]),
    "paths that are empty": _with_paths([""]),
    "paths that are many": _with_paths([f"shard{i}" for i in range(10_000)]),
    "paths that are no texts": _with_paths([7, None, {}]),
    "paths that are a text": _with_paths(SHARD),
    "paths twice": _with_paths([SHARD, SHARD]),
    "a shape that is negative": _with_tensor(shape=[-1]),
    "a shape that is true": _with_tensor(shape=[True, 3]),
    "a shape that is huge": _with_tensor(shape=[2**62, 2**62]),
    "a shape of zero": _with_tensor(shape=[0, 2**62]),
    "a shape of a fraction": _with_tensor(shape=[1.5]),
    "a shape of texts": _with_tensor(shape=["3"]),
    "a shape that is null": _with_tensor(shape=None),
    "a dtype that is unknown": _with_tensor(dtype="complex64"),
    "a dtype that is no text": _with_tensor(dtype=["float32"]),
    "a name that is no text": _with_tensor(name=7),
    "a name that is another": _with_tensor(name="__proto__"),
    "quantised beyond float32": _with_quantisation(scale=1e39),
    "quantised by a negative": _with_quantisation(scale=-1),
    "quantised by nothing": _with_quantisation(scale=0),
    "quantised by a text": _with_quantisation(scale="1"),
    "quantised by true": _with_quantisation(scale=True),
    "quantised from far": _with_quantisation(min=-1e38),
    "quantised to an unknown type": _with_quantisation(dtype="int4"),
    "shard that is empty": _with_shard(lambda random, data: b""),
    "shard cut short": _with_shard(lambda random, data: data[: random.randrange(len(data))]),
    "shard with more": _with_shard(lambda random, data: data + bytes(random.randint(1, 999))),
    "shard with flipped bits": _with_shard(_flipped),
    "shard of ones": _with_shard(lambda random, data: b"\xff" * len(data)),
    "shard of zeros": _with_shard(lambda random, data: bytes(len(data))),
    "shard of noise": _with_shard(lambda random, data: random.randbytes(len(data))),
    "shard of a page": _with_shard(lambda random, data: b"<!doctype html><p>no"),
}
