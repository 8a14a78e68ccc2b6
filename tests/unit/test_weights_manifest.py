"""Weight manifests: their JSON, whether they fit a net, and where they lie."""

from __future__ import annotations

import json

import pytest

from pyface_web.errors import (
    ExtraTensorError,
    ManifestError,
    MissingTensorError,
    TensorShapeError,
    WeightsError,
)
from pyface_web.weights.manifest import Entry, check, parse

URL = "https://example.org/models/net-weights_manifest.json"


def entry(name="conv/bias", shape=(8,), dtype="float32", **quantization) -> dict[str, object]:
    """An entry; quantization: stored (the dtype of its bytes), scale, min."""
    made: dict[str, object] = {"name": name, "shape": list(shape), "dtype": dtype}
    if quantization:
        made["quantization"] = {"dtype": quantization.pop("stored"), **quantization}
    return made


def manifest(*weights, paths=("net-shard1",)) -> str:
    return json.dumps([{"paths": list(paths), "weights": list(weights)}])


def test_parse():
    text = manifest(
        entry("a", (3, 3, 1, 8), stored="uint8", scale=0.5, min=-1),
        entry("b", (8,)),
        entry("c", (), "int32"),
        entry("d", (2,), stored="uint16", scale=2, min=0.25),
        paths=("one", "two"),
    )
    parsed = parse(text, URL)
    assert parsed.paths == ("one", "two")
    assert parsed.entries == (
        Entry("a", (3, 3, 1, 8), "uint8", 0.5, -1.0),
        Entry("b", (8,), "float32"),
        Entry("c", (), "int32"),
        Entry("d", (2,), "uint16", 2.0, 0.25),
    )
    assert [e.nbytes for e in parsed.entries] == [72, 32, 4, 4]
    assert parsed.nbytes == 112


def test_groups_follow_each_other():
    groups = json.loads(manifest(entry("a"), paths=["1"])) + json.loads(
        manifest(entry("b"), paths=["2", "3"])
    )
    parsed = parse(json.dumps(groups), URL)
    assert [e.name for e in parsed.entries] == ["a", "b"]
    assert parsed.paths == ("1", "2", "3")


def test_a_text_of_any_depth_is_refused():
    for text in ("[" * 200_000, '[{"paths":' * 50_000, manifest(entry(shape="[" * 9))[:-3]):
        with pytest.raises(ManifestError, match="it begins with '"):
            parse(text, URL)


def test_bytes_are_utf_8():
    assert parse(b"\xef\xbb\xbf" + manifest(entry("\u00e9")).encode()).entries[0].name == "\u00e9"
    with pytest.raises(ManifestError, match="not UTF-8"):
        parse(bytes(range(256)), URL)


def test_a_number_too_long_to_be_read():
    text = manifest(entry(shape=(8,))).replace("8", "9" * 5000)
    with pytest.raises(ManifestError, match="of at most 308 digits"):
        parse(text, URL)
    with pytest.raises(ManifestError, match=r"has the shape .int., expected a list of at most 8"):
        parse(text.replace("9" * 5000, "9" * 300), URL)


def test_tensors_are_compared_in_linear_time():
    """4,096 names, all twice: it took a second when each was counted by itself."""
    twice = [entry(f"{i}", ()) for i in range(2048)] * 2
    with pytest.raises(ManifestError, match=r"tensors listed twice: 0, 1, 10 and 2045 more"):
        parse(manifest(*twice), URL)


TENSORS = {"conv/filters": (3, 3, 1, 8), "conv/bias": (8,)}


def fitting(*more, without="", **changed) -> str:
    entries = [
        entry(n, changed.get(n.split("/")[1], s)) for n, s in TENSORS.items() if n != without
    ]
    return manifest(*entries, *more)


def test_check_accepts_the_tensors_of_the_net_in_any_order():
    check(parse(manifest(entry("conv/bias"), entry("conv/filters", (3, 3, 1, 8)))), TENSORS, URL)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            fitting(without="conv/bias"),
            MissingTensorError,
            "conv/bias missing; the net needs 2 tensors, the file has 1. Is it the manifest of",
        ),
        (
            fitting(entry("age", (1,))),
            ExtraTensorError,
            "age not known to the net, which has 2 tensors. Is it the manifest of another net",
        ),
        (
            fitting(bias=(9,)),
            TensorShapeError,
            "conv/bias has the shape \\(9,\\), expected \\(8,\\)",
        ),
        (fitting(filters=(3, 3, 8)), TensorShapeError, "expected \\(3, 3, 1, 8\\)"),
    ],
    ids=["missing", "extra", "other size", "other rank"],
)
def test_check_refuses_with_its_own_error(text, error, message):
    with pytest.raises(error, match=message) as caught:
        check(parse(text, URL), TENSORS, URL)
    assert str(caught.value).startswith(f"{URL}: ")
    assert isinstance(caught.value, ManifestError)
    assert isinstance(caught.value, WeightsError)


def test_many_missing_tensors_are_counted():
    wanted = {f"conv{i}/bias": (1,) for i in range(9)}
    with pytest.raises(MissingTensorError, match="conv0/bias, conv1/bias, conv2/bias and 6 more"):
        check(parse(manifest(entry("a"))), wanted, URL)
