"""What computes in Safari's engine: the same numbers as in NumPy, the same faces as face-api.js."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pages import BLANK, PyfacePage
from tests.safari.tab import Tab


@pytest.fixture(scope="module")
def pyface(tab: Tab) -> Iterator[PyfacePage]:
    """One page with Python for all."""
    tab.goto(BLANK)
    page = PyfacePage(tab)
    yield page
    assert page.take_errors() == []


def test_python_starts_from_its_image(pyface: PyfacePage) -> None:
    """Not from scratch, which took 20 s: exported functions are in the table as other objects."""
    loaded = pyface.js("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert any(name.endswith("python.image") for name in loaded)
    assert not [name for name in loaded if name.endswith(".whl")]


def test_webgl_computes_on_a_canvas_element(pyface: PyfacePage) -> None:
    """An OffscreenCanvas has no WebGL2 here, as in Safari before 17."""
    assert not pyface.js("Boolean(new OffscreenCanvas(1, 1).getContext('webgl2'))")
    assert pyface.run("await faceapi.describe_backend()").startswith("WebGL2, float32")


def test_it_finds_the_faces_of_a_photo(pyface: PyfacePage) -> None:
    pyface.add_image("photo", "images/sample3.jpg")
    assert len(pyface.run("await faceapi.detect_all_faces('photo')")) == 3
