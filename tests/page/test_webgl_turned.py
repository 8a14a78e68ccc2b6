"""Crops that the shader turns, as dlib cuts faces and by quarters, against NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages import PyfacePage

SOURCE = (Path(__file__).parent / "turned_cases.py").read_text()


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> PyfacePage:
    bare_page.give(["tests.page.devices"])
    return bare_page


def turned(page: PyfacePage, device: str = "webgl", **given: Any) -> dict[str, Any]:
    """How far apart WebGL and NumPy are; see `compared` of the case."""
    usual = {"alpha": "opaque", "content": "noise", "transposed": False, "devices": [device]}
    return page.run(SOURCE, **{**usual, **given})[device]


def check_every_angle(
    page: PyfacePage, step: float, halvings: int, content: str, device: str = "webgl"
) -> None:
    """24 squares, `step` pixels from one of its pixels to the next; some reach out of the
    picture."""
    found = turned(
        page, device, width=320, height=230, size=40, content=content,
        turned=[
            {"side": 40 * step, "angle": angle, "middle": (150 + angle / 10, 110 - angle / 20)}
            for angle in range(0, 360, 15)
        ],
    )  # fmt: skip
    assert set(found["halvings"]) == {halvings}
    assert max(found["most"]) <= 1, found
    assert found["unlike"] <= 0.03, found  # by an integer that is missed by a hair
    assert abs(found["brighter"]) <= 0.1, found
    assert found["black"][0] == found["black"][1]
    assert found["seen"] > 0.5


@pytest.mark.parametrize(
    ("step", "halvings", "content"),
    [(0.37, 0, "noise"), (1, 0, "noise"), (1.9, 0, "soft"), (3.3, 1, "noise"), (7.2, 2, "soft")],
)
def test_at_every_angle(page, step, halvings, content):
    check_every_angle(page, step, halvings, content)


def test_with_16_bits(page):
    """The halves are whole numbers there, too."""
    check_every_angle(page, 7.2, 2, "noise", "webgl16")


def test_faces_of_all_sizes_in_one_batch(page):
    """More than a draw can take, over the edges, in crops and in the whole; some of them as far
    from their squares as faces of more than 4,800 pixels are from the descriptor net's."""
    squares = []
    for i in range(35):
        step = (0.5, 1.4, 2.5, 6, 11, 20, 40)[i % 7]
        square = {"side": 20 * step, "angle": 37 * i, "middle": (40 * i % 1000, 30 * i % 800)}
        squares.append(square if i % 2 else {**square, "crop": (20 + i, 10, 800, 700 + i)})
    found = turned(page, width=1000, height=800, size=20, content="soft", turned=squares)
    assert set(found["halvings"]) == {0, 1, 2, 3, 4, 5}
    assert max(found["most"]) <= 1 and found["unlike"] <= 0.003, found
    assert found["black"][0] == found["black"][1]


@pytest.mark.parametrize("step", [0.8, 3.1, 6.5])
def test_holes(page, step):
    """Alpha 0 or 255: at the edges of holes colours are divided by little, which magnifies."""
    squares = [{"side": 33 * step, "angle": angle, "middle": (60, 50)} for angle in (0, 20, 200)]
    found = turned(page, width=120, height=100, size=33, alpha="holes", turned=squares)
    assert found["over_one"] <= 0.01, found
    assert abs(found["brighter"]) <= 0.05, found


def test_nothing_is_seen_beyond_a_picture_or_of_one_too_low_to_be_halved(page):
    squares = [{"side": 20, "middle": (500, 500)}, {"side": 900, "middle": (20, 4)}]
    found = turned(page, width=50, height=8, size=20, turned=squares)
    assert max(found["most"]) == 0
    assert found["black"] == [2 * 20 * 20] * 2


# With holes no place may lie on a pixel's middle: whether the next one, of weight 0 or 1e-7, is a
# hole decides then.
@pytest.mark.parametrize(("size", "alpha"), [(60, "opaque"), (31, "opaque"), (60, "holes")])
def test_quarters(page, size, alpha):
    """All four ways up in one run, of wide, high and thin crops."""
    found = turned(
        page, width=120, height=101, size=size, alpha=alpha,
        turned=[
            {"crop": crop, "quarters": quarters}
            for crop in [(3, 5, 90, 41), (10, 0, 33, 101), (0, 100, 120, 1), (7, 7, 3, 80)]
            for quarters in range(4)
        ],
    )  # fmt: skip
    assert max(found["most"]) <= 1, found
    assert found["unlike"] <= 0.01, found
    assert found["black"][0] == found["black"][1]


@pytest.mark.parametrize("given", [{"side": 31, "angle": 70}, {"side": 80}, {"quarters": 1}])
def test_transposed(page, given):
    """As MTCNN's nets see a picture: axes exchanged, and colours BGR."""
    squares = [given if "quarters" in given else {"middle": (60, 50), **given}]
    found = turned(page, width=120, height=100, size=24, turned=squares, transposed=True)
    assert max(found["most"]) <= 1, found
    assert found["seen"] > 0.5
