"""The index of demos: every demo is there with its picture, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest

from tools.assets import ROOT
from tools.pages.render import render_page

DEMOS = ROOT / "site" / "demos"
INDEX = render_page("demos/index.html", (DEMOS / "index.html").read_text("utf-8"))
NAMES = sorted(path.parent.name for path in DEMOS.glob("*/index.html"))


@pytest.mark.parametrize("name", NAMES)
def test_every_demo_is_linked_with_its_picture(name: str) -> None:
    assert INDEX.count(f'<a href="{name}/">') == 1
    assert INDEX.count(f'<img src="shots/{name}.jpg" width="480" height="300" alt="">') == 1


def test_every_link_and_picture_is_there() -> None:
    made_by_build = {"../docs/"}
    for address in re.findall(r'(?:href|src)="([^"]*)"', INDEX):
        target = DEMOS / address
        if address.endswith("/"):
            target /= "index.html"
        assert address in made_by_build or target.is_file(), address


def test_no_picture_is_left_of_a_demo_that_went() -> None:
    assert sorted(path.stem for path in (DEMOS / "shots").iterdir()) == NAMES
