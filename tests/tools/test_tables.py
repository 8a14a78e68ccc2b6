"""tables.js: what JavaScript reads is what the dataclasses say, and is said nowhere else."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest

import pyface_web
from pyface_web import draw, nets
from pyface_web.engine.registry import FASTEST, IN_PAGES, names
from pyface_web.values.options import DetectorOptions
from pyface_web.values.rules import rules
from tools.assets import ROOT
from tools.tables.render import camel, module, tables

EXPORT = re.compile(r"^export const (\w+) = (.*?);$", re.M | re.S)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The module, read back."""
    return {name: json.loads(text) for name, text in EXPORT.findall(module(tables()))}


def test_it_comes_back_as_it_was(written: dict[str, Any]) -> None:
    assert written == json.loads(json.dumps(tables()))


def test_names_become_those_of_face_api_js() -> None:
    assert camel("face_landmark68_net") == "faceLandmark68Net"
    assert camel("load_ssd_mobilenetv1_model") == "loadSsdMobilenetv1Model"


def test_backends_have_the_same_names_everywhere(written: dict[str, Any]) -> None:
    assert written["BACKENDS"] == [*names(IN_PAGES), FASTEST]


def test_every_net_has_a_row(written: dict[str, Any]) -> None:
    assert [row["name"] for row in written["NETS"]] == list(nets)
    for row in written["NETS"]:
        net = nets[row["name"]]
        assert net is getattr(nets, row["name"])
        assert row["className"] == type(net).__name__ and hasattr(pyface_web, row["className"])
        assert row["model"] == net.get_default_model_name()
        assert row["words"].startswith("the ")
    options = [row["option"] for row in written["NETS"]]
    assert len(set(options)) == len(options)


def test_every_net_of_face_api_js_has_its_loader(written: dict[str, Any]) -> None:
    """With one signature; where there is another function of this kind, it is one of them."""
    named = {net.architecture.loader: net for net in nets.values()}
    same = inspect.signature(pyface_web.load_mtcnn_model)
    for name in named:
        assert inspect.signature(getattr(pyface_web, name)) == same, name
    others = {name for name in pyface_web.__all__ if re.fullmatch(r"load_\w+_model", name)}
    assert {getattr(pyface_web, name) for name in others} == {
        getattr(pyface_web, name) for name in named
    }


@pytest.mark.parametrize("kind", [
    pyface_web.SsdMobilenetv1Options, pyface_web.TinyFaceDetectorOptions,
    pyface_web.TinyYolov2Options, pyface_web.MtcnnOptions,
])  # fmt: skip
def test_options_have_their_defaults_and_ranges(
    kind: type[DetectorOptions], written: dict[str, Any]
) -> None:
    made, listed = kind(), written["OPTIONS"][kind.__name__]
    assert set(listed) == {camel(name) for name in rules(kind)}
    for name, rule in rules(kind).items():
        row = listed[camel(name)]
        default = getattr(made, name)
        assert row["default"] == (list(default) if isinstance(default, tuple) else default)
        assert row["expected"] == rule.expected
        for limit in ("above", "least", "below", "most"):
            assert row.get(limit) == getattr(rule, limit)


def test_drawing_has_the_defaults_of_the_classes(written: dict[str, Any]) -> None:
    field = draw.DrawTextFieldOptions()
    listed = {name: row["default"] for name, row in written["DRAW_TEXT_FIELD"].items()}
    assert {camel(name): value for name, value in vars(field).items()} == listed
    assert written["DRAW_BOX_ANCHOR"] == draw.DrawBoxOptions().draw_label_options.anchor_position


def test_what_is_in_it_stands_nowhere_else_in_javascript(written: dict[str, Any]) -> None:
    """Words, file names, colours and odd numbers of the tables are not written by hand as well."""
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for folder in ("load", "faceapi", "worker")
        for path in (ROOT / "site" / folder).rglob("*.js")
    }
    said = {written[name] for name in ("VIDEO_ENDED", "STREAM_ENDED", "STOPPED")}
    said |= {row[key] for row in written["NETS"] for key in ("words", "model")}
    said |= {"rgba(0, 0, 255, 1)", "Georgia", "disgusted", "0.43", "0.709", "0.25"}
    again = [
        (name, text)
        for name, source in texts.items()
        for text in sorted(said)
        if re.search(rf"(?<![\w.]){re.escape(text)}(?![\w-])", _code(source))
    ]
    assert not again


def _code(source: str) -> str:
    """Without comments."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.S)
