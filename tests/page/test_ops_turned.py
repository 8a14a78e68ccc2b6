"""What cuts crops that are turned, against its NumPy reference: one draw for all of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.pages import PyfacePage

SOURCE = (Path(__file__).parent / "similar_cases.py").read_text()

each_device = pytest.mark.parametrize("device", ["webgl"])


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> PyfacePage:
    bare_page.give(["tests.page.devices"])
    return bare_page


def cut(page: PyfacePage, device: str, **given: Any) -> dict[str, Any]:
    defaults = {"alpha": "opaque", "content": "noise", "transposed": False}
    return page.run(SOURCE, device=device, **{"quarters": [], "squares": [], **defaults, **given})


def about(x: float, y: float, size: int, step: float, degrees: float) -> tuple[Any, Any]:
    """origin and right of a square about a place: `step` pixels from a pixel to the next one."""
    a, b = (step * f(math.radians(degrees)) for f in (math.cos, math.sin))
    reach = (size - 1) / 2
    return (x - reach * (a - b), y - reach * (b + a)), (a, b)


EVERY_15 = range(0, 360, 15)


@each_device
@pytest.mark.parametrize(
    ("step", "halvings", "content"),
    [(0.37, 0, "noise"), (1, 0, "noise"), (1.9, 0, "photo"), (3.3, 1, "noise"), (7.2, 2, "photo")],
)
def test_at_every_angle(page, device, step, halvings, content):
    """24 squares; some of those that shrink reach out of the picture."""
    size = 40
    squares = [about(150 + d / 10, 110 - d / 20, size, step, d) for d in EVERY_15]
    whole = [(0, 0, 320, 230)] * len(squares)
    found = cut(
        page, device, width=320, height=230, size=size, content=content, crops=whole,
        squares=squares,
    )  # fmt: skip
    assert found["shape"] == [len(squares), size, size, 3]
    assert set(found["halvings"]) == {halvings}
    assert found["most"] <= 1, found
    # Of two halvings the shader knows only on the average what the first one drops.
    assert found["unlike"] <= (0.3 if halvings > 1 else 0.03), found
    assert abs(found["mean"]) <= 0.1, found
    assert found["black"][0] == found["black"][1]


@each_device
def test_faces_of_all_sizes_in_one_batch(page, device):
    """More than a draw can take, of 0 to 3 halvings, over the edges, of crops and of the whole."""
    size, crops, squares = 30, [], []
    for i in range(35):
        crops.append((0, 0, 700, 500) if i % 2 else (20 + i, 10, 500, 400 + i))
        step = (0.5, 1.4, 2.5, 6, 11)[i % 5]
        squares.append(about(40 * i % 700, 30 * i % 500, size, step, 37 * i))
    found = cut(
        page, device, width=700, height=500, size=size, content="photo", crops=crops,
        squares=squares,
    )  # fmt: skip
    assert set(found["halvings"]) == {0, 1, 2, 3}
    # Three halvings may add up to two, in a pixel of ten thousand.
    assert found["most"] <= 2 and found["over_one"] <= 1e-4, found
    assert found["black"][0] == found["black"][1]


@each_device
@pytest.mark.parametrize("step", [0.8, 3.1])
def test_with_holes(page, device, step):
    """Alpha 0 or 255: colours at the edges of holes are divided by little."""
    size = 33
    squares = [about(60, 50, size, step, d) for d in (0, 20, 200)]
    found = cut(
        page, device, width=120, height=100, size=size, alpha="holes", squares=squares,
        crops=[(0, 0, 120, 100)] * 3,
    )  # fmt: skip
    assert found["over_one"] <= 0.01, found
    assert abs(found["mean"]) <= 0.05, found


@each_device
def test_nothing_of_a_square_that_misses_the_picture(page, device):
    squares = [((500, 500), (1, 0)), ((-900, 10), (0.5, 0.5)), ((0, 0), (60, 3))]
    found = cut(
        page, device, width=50, height=9, size=20, squares=squares, crops=[(0, 0, 50, 9)] * 3
    )
    assert found["most"] == 0
    assert found["black"] == [3 * 20 * 20] * 2


@each_device
@pytest.mark.parametrize(("size", "alpha"), [(60, "opaque"), (31, "opaque"), (60, "holes")])
def test_quarters(page, device, size, alpha):
    """All four ways up in one run, of wide, high and thin crops."""
    shapes = [(3, 5, 90, 41), (10, 0, 33, 101), (0, 100, 120, 1), (7, 7, 3, 80)]
    crops, quarters = zip(*((shape, q) for shape in shapes for q in range(4)), strict=True)
    found = cut(
        page, device, width=120, height=101, size=size, alpha=alpha, crops=crops,
        quarters=quarters,
    )  # fmt: skip
    assert found["most"] <= 1, found
    assert found["unlike"] <= 0.01, found
    assert found["black"][0] == found["black"][1]


@each_device
def test_transposed(page, device):
    """As MTCNN's nets see a picture: axes exchanged, and colours BGR."""
    squares = [about(60, 50, 24, 1.3, d) for d in (0, 70)]
    found = cut(
        page, device, width=120, height=100, size=24, squares=squares, transposed=True,
        crops=[(0, 0, 120, 100)] * 2,
    )  # fmt: skip
    assert found["most"] <= 1, found
