"""What crops, letterboxes and rounds, shader and kernels, against their NumPy reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyface_web.pictures.letterbox import TIE_MARGIN
from tests.pages import PyfacePage

SOURCE = (Path(__file__).parent / "fit_cases.py").read_text()

# The kernels of both modules do it by the same instructions.
each_device = pytest.mark.parametrize("device", ["webgl", "relaxed"])


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> PyfacePage:
    bare_page.give(["tests.page.devices"])
    return bare_page


# Both are compared with the value before rounding, worked out once more in fit_cases.py. The
# shader computes positions in float32 (off by up to 8e-5 at 640 pixels, times a slope of 255), so
# values this close to the border between two integers may round to either side.
SLACK = 2e-2

WHOLE = "whole"
MANY = [(i, 2 * i, 20 + i, 50 - i) for i in range(35)]  # more than one run can take


@each_device
@pytest.mark.parametrize(
    ("width", "height", "alpha", "size", "centred", "crops"),
    [
        (112, 112, "opaque", 112, True, WHOLE),
        (224, 224, "opaque", 112, True, WHOLE),
        (640, 427, "opaque", 416, False, WHOLE),
        (427, 640, "opaque", 416, False, WHOLE),
        (500, 333, "opaque", 150, True, WHOLE),
        (333, 500, "random", 150, True, WHOLE),
        (1, 1, "opaque", 112, True, WHOLE),
        (1, 400, "opaque", 112, True, WHOLE),
        (7, 5, "random", 512, False, WHOLE),
        (97, 61, "holes", 112, True, WHOLE),
        (301, 207, "opaque", 112, True, [(0, 0, 301, 207), (17, 30, 101, 99), (300, 206, 1, 1)]),
        (301, 207, "random", 150, True, [(200, 100, 101, 107), (3, 5, 7, 190), (0, 0, 33, 33)]),
        (200, 200, "opaque", 33, True, MANY),
    ],
    ids=lambda value: f"{len(value)} crops" if isinstance(value, list) else str(value),
)
def test_fit(page, device, width, height, alpha, size, centred, crops):
    crops = [(0, 0, width, height)] if crops == WHOLE else crops
    arguments = {"alpha": alpha, "size": size, "centred": centred, "slack": SLACK}
    found = page.run(SOURCE, device=device, width=width, height=height, crops=crops, **arguments)
    assert found["shape"] == [len(crops), size, size, 3]
    assert found["reference_off"] <= 0.5 + TIE_MARGIN + 1e-9
    # Ties are rounded with a margin, so what differs is the SLACK only (9 % of 500x333 into 150
    # without it).
    if alpha == "opaque":
        assert found["unlike"] <= found["of"] / 100
    assert found["black"][0] == found["black"][1] < found["of"]
    assert not found["bad"], (
        f"{found['bad']} of {found['of']} pixels differ; first at (crop, y, x) = {found['first']}: "
        f"{found['device']}, expected {found['reference']}, unrounded {found['unrounded']}"
    )


STRETCH = (Path(__file__).parent / "stretch_cases.py").read_text()
PATCHES = [(0, 0, 24, 24), (3, 5, 48, 47), (7, 1, 300, 200), (0, 0, 1, 1), (100, 3, 9, 180)]


@each_device
@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "holes"])
@pytest.mark.parametrize("size", [24, 48])
def test_stretch(page, device, size, alpha):
    """MTCNN's patches, more of them than one draw can take; transposed, BGR, in two steps."""
    crops = [*PATCHES, *((i, 2 * i, 60 + i, 50 - i % 40) for i in range(65))]
    arguments = {"width": 320, "height": 205, "size": size, "alpha": alpha}
    found = page.run(STRETCH, device=device, crops=crops, **arguments)
    assert found["shape"] == [len(crops), size, size, 3]
    # float32 in the shader may round a value to the other side, and its neighbours follow.
    # Dividing by a small alpha magnifies that.
    assert found["most"] <= (2.01 if alpha else 1.01) and found["unlike"] <= 0.01, found
    assert found["black"] == 0


LEVEL = (Path(__file__).parent / "level_cases.py").read_text()


@each_device
@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "transparent parts"])
@pytest.mark.parametrize(
    ("width", "height", "levels"),
    [
        (97, 61, [(97, 61), (58, 37), (29, 19), (12, 8)]),
        (13, 200, [(13, 200), (5, 77), (1, 12)]),
        (1, 1, [(1, 1), (3, 2)]),
    ],
    ids=str,
)
def test_level(page, device, width, height, levels, alpha):
    """The levels of MTCNN's pyramid, transposed: not rounded, off by what float32 leaves."""
    given = {"width": width, "height": height, "levels": levels, "alpha": alpha}
    found = page.run(LEVEL, device=device, **given)
    assert len(found) == 2 * len(levels)
    # WebGL gets colours times alpha, in 8 bits: with half of it they come back two off.
    most = 2.01 if alpha and device == "webgl" else SLACK
    assert max(found.values()) <= most, found
