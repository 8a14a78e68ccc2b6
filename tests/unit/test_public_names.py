"""Names that users have stay, wherever what they stand for moves to in the package."""

from __future__ import annotations

import json
from operator import attrgetter
from pathlib import Path

import pytest

import pyface_web

NAMES = json.loads(Path(__file__).with_name("public_names.json").read_text("utf-8"))


@pytest.mark.parametrize("place", NAMES)
def test_public_names_are_there(place: str) -> None:
    path = place.removeprefix("pyface_web").removeprefix(".")
    owner = attrgetter(path)(pyface_web) if path else pyface_web
    assert [name for name in NAMES[place] if not hasattr(owner, name)] == []


def test_a_star_import_gives_the_same_names() -> None:
    scope: dict[str, object] = {}
    exec("from pyface_web import *", scope)
    apart = {"range", "round", "__version__"}  # the first two are Python's own
    assert set(NAMES["pyface_web"]) - apart <= scope.keys()
