"""Sizes of nets, wherever they are said, are those of the files."""

from __future__ import annotations

import re

import pytest

import pyface_web
from pyface_web import nets
from pyface_web.pipeline.nets import NeuralNetwork
from pyface_web.pipeline.stages import DETECTORS
from tools.assets import ROOT, load_table
from tools.errors import PageError
from tools.model_sizes import model_size
from tools.pages.render import render_page

TABLE = load_table()
SIZE = re.compile(r"\d[\d.]* [KM]B")
PUBLISHED = [net for net in nets.values() if net.architecture.model_name in {
    asset.name.removeprefix("models/").partition("-")[0] for asset in TABLE
}]  # fmt: skip


def size_of(net: NeuralNetwork) -> str:
    return model_size(TABLE, net.architecture.model_option)


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("face_landmark_68_tiny", "77 KB"),
        ("tiny_face_detector", "190 KB"),
        ("mtcnn", "2.0 MB"),
        ("ssd_mobilenetv1", "5.6 MB"),  # two files
    ],
)
def test_a_size_has_two_digits(model: str, size: str) -> None:
    assert model_size(TABLE, model) == size


@pytest.mark.parametrize("net", PUBLISHED, ids=lambda net: net.name)
def test_docstrings_say_the_size_of_the_files(net: NeuralNetwork) -> None:
    loader = getattr(pyface_web, net.architecture.loader)
    options = [kind for kind, (name, _) in DETECTORS.items() if name == net.name]
    for said in (type(net), loader, *options):
        assert SIZE.findall(said.__doc__) == [size_of(net)], said


def test_the_guide_says_the_size_of_the_files() -> None:
    text = (ROOT / "docs" / "guides" / "models.md").read_text("utf-8")
    rows = re.findall(r"\| `(load_\w+)` \| ([^|]*) \|", text)
    assert dict(rows) == {net.architecture.loader: "yours" for net in nets.values()} | {
        net.architecture.loader: size_of(net) for net in PUBLISHED
    }


def test_pages_get_sizes_when_they_are_built() -> None:
    html = render_page("x.html", "---\ntitle: X\n---\n<main>{size of mtcnn} {size}</main>\n")
    assert "<main>2.0 MB {size}" in html
    with pytest.raises(PageError, match=r"x\.html: .* no weights of 'mtcn'; is it a name in"):
        render_page("x.html", "---\ntitle: X\n---\n<main>{size of mtcn}</main>\n")
    pages = {path: path.read_text("utf-8") for path in (ROOT / "site").rglob("*.html")}
    assert not {path: found for path, html in pages.items() if (found := SIZE.findall(html))}
