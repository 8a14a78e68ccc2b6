"""Crops that the kernels turn, as dlib cuts faces and by quarters, against NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pyface_web.engine.wasm.host import MODULES
from tests.pages import PyfacePage

SOURCE = (Path(__file__).parent / "turned_cases.py").read_text()
SIDES = [20, 47, 149, 151, 299, 301, 450, 640, 900, 1500]


def faces(width: int, height: int, count: int) -> list[dict[str, object]]:
    """Of all sizes and at all angles, some of them beyond the borders of a crop."""
    return [
        {
            "side": SIDES[i % len(SIDES)],
            "angle": 15 * i,
            "middle": (i * 331 % width, i * 197 % height),
        }
        for i in range(count)
    ]


PART = (40, 9, 200, 150)
MANY = faces(200, 150, 36)  # more than one run can take, at all angles
QUARTERS = [
    {"crop": crop, "centred": centred, "quarters": quarters}
    for quarters in range(4)
    for centred in (True, False)
    for crop in [(0, 0, 320, 205), (17, 30, 101, 99), (319, 204, 1, 1), (3, 5, 7, 190)]
]


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> PyfacePage:
    bare_page.give(["tests.page.devices"])
    return bare_page


def check(page: PyfacePage, devices: Sequence[str] = MODULES, **given: Any) -> None:
    """Whether what modules cut is what NumPy cuts; see turned_cases.py."""
    usual = {"alpha": "opaque", "content": "noise", "transposed": False, "devices": devices}
    found = page.run(SOURCE, **{**usual, **given})
    assert set(found) == set(devices)
    for device, of in found.items():
        assert max(of["most"]) <= 1.01 and of["unlike"] <= 1e-3, (device, of)
        assert of["seen"] > 0.05, of


@pytest.mark.parametrize(
    ("width", "height", "alpha", "size", "turned"),
    [
        (1320, 900, "opaque", 150, faces(1320, 900, 10)),
        (640, 500, "random", 60, faces(640, 500, 12)),
        (640, 500, "holes", 60, faces(640, 500, 12)),
        (320, 205, "opaque", 30, [{**face, "crop": PART} for face in MANY]),
        (40, 9, "opaque", 30, [{"side": s, "middle": (20, 4)} for s in (9, 60, 70, 300)]),
        (320, 205, "opaque", 112, QUARTERS),
        (320, 205, "random", 33, QUARTERS),
    ],
    ids=["faces", "half seen", "holes", "of a crop", "too low to be halved", "quarters", "glassy"],
)
def test_both_modules_turn_as_the_reference(page, width, height, alpha, size, turned):
    check(page, width=width, height=height, alpha=alpha, size=size, turned=turned)


@pytest.mark.parametrize("turned", [QUARTERS, faces(320, 205, 10)], ids=["quarters", "faces"])
def test_transposed(page, turned):
    """As MTCNN's nets see a picture: axes exchanged, and colours BGR."""
    check(page, width=320, height=205, size=24, turned=turned, transposed=True)
