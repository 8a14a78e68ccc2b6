"""Crops that the kernels turn, as dlib cuts faces and by quarters, against NumPy."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize(
    ("width", "height", "alpha", "size", "turned"),
    [
        (1320, 900, "opaque", 150, faces(1320, 900, 36)),  # more than one run can take
        (640, 500, "random", 60, faces(640, 500, 12)),
        (640, 500, "holes", 60, faces(640, 500, 12)),
        (320, 205, "opaque", 30, [{**face, "crop": PART} for face in faces(200, 150, 24)]),
        (40, 9, "opaque", 30, [{"side": s, "middle": (20, 4)} for s in (9, 60, 70, 300)]),
        (320, 205, "opaque", 112, QUARTERS),
        (320, 205, "random", 33, QUARTERS),
    ],
    ids=["faces", "half seen", "holes", "of a crop", "too low to be halved", "quarters", "glassy"],
)
def test_both_modules_turn_as_the_reference(page, width, height, alpha, size, turned):
    arguments = {"alpha": alpha, "size": size, "turned": turned, "devices": MODULES}
    usual = {"content": "noise", "transposed": False}
    found = page.run(SOURCE, width=width, height=height, **usual, **arguments)
    assert set(found) == set(MODULES)
    for device, of in found.items():
        assert max(of["most"]) <= 1.01 and of["unlike"] <= 1e-3, (device, of)
        assert of["seen"] > 0.05, of
