"""Which convolutions are computed by squares of pixels, and with how much memory."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pyface_web.engine.wasm import winograd
from pyface_web.engine.wasm.plan import Plan, plan
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.models.architecture import Architecture
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.page.kernel_cases import squares
from tests.plan.test_wasm_plan import plan_of
from tests.plan.test_wasm_steps import source


def of_conv(
    side: int, channels: int, out: int, kernel: int = 3, stride: int = 1, pool: bool = False
) -> Plan:
    """A convolution, with a 2x2 pool behind it or none."""
    y = nn.conv2d(nn.image((1, side, side, channels)), "filters", out, kernel, stride)
    return plan(fuse({"y": nn.max_pool(nn.bias(y, "offset"), 2, 2, "same") if pool else y}))


def kinds(made: Plan) -> list[str]:
    return [step.kind for step in made.steps]


def test_descriptors_are_computed_by_squares_but_for_the_smallest_maps() -> None:
    steps = plan_of(FACE_RECOGNITION).steps
    windows = [step for step in steps if (step.window.size, step.window.stride) == (3, 1)]
    found = Counter((step.kind, step.height) for step in windows)
    assert found == {
        ("winograd_4", 35): 6, ("winograd_4", 17): 7, ("winograd_4", 8): 5, ("winograd_2", 4): 4,
        ("convolution", 3): 1, ("convolution", 1): 1,
    }  # fmt: skip


@pytest.mark.parametrize("network", [TINY_FACE_DETECTOR, SSD_MOBILENETV1])
def test_nets_without_such_layers_are_as_they_were(network: Architecture) -> None:
    assert winograd.KINDS.keys().isdisjoint(kinds(plan_of(network)))


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (of_conv(3, 64, 64), "convolution"),
        (of_conv(4, 16, 16), "winograd_2"),
        (of_conv(5, 64, 64), "convolution"),  # 9 squares of 2x2 are computed as 12
        (of_conv(6, 16, 16), "winograd_2"),
        (of_conv(7, 16, 16), "winograd_4"),
        (of_conv(9, 32, 32), "winograd_2"),
        (of_conv(35, 32, 64), "winograd_4"),
        (of_conv(8, 32, 64, pool=True), "winograd_2"),
        (of_conv(35, 12, 32), "convolution"),
        (of_conv(35, 32, 12), "convolution"),
        (of_conv(35, 18, 32), "convolution"),  # an image, whose pixels are no whole vectors
        (of_conv(35, 32, 64, kernel=1), "convolution"),
        (of_conv(35, 32, 64, kernel=5), "convolution"),
        (of_conv(35, 32, 64, stride=2), "convolution"),
        (of_conv(35, 32, 64, stride=2, pool=True), "convolution"),
    ],
    ids=lambda value: str(value.steps[0]) if isinstance(value, Plan) else "",
)
def test_where_squares_are_faster(made: Plan, kind: str) -> None:
    assert kinds(made) == [kind]


@pytest.mark.parametrize(
    ("side", "pool", "rows"), [(17, False, 5), (8, False, 2), (6, False, 3), (17, True, 9)]
)
def test_rows_of_squares(side: int, pool: bool, rows: int) -> None:
    (step,) = of_conv(side, 32, 64, pool=pool).steps
    assert step.rows == rows
    assert step.macs * rows == pytest.approx(side * side * 9 * 32 * 64, rel=0.01)


def test_a_valid_pool_leaves_the_last_row_out() -> None:
    x = nn.conv2d(nn.image((1, 17, 17, 32)), "filters", 32, 3)
    (step,) = plan(fuse({"y": nn.max_pool(nn.bias(x, "offset"), 2, 2, "valid")})).steps
    assert (step.kind, step.rows) == ("winograd_2", 8)


def test_filters_are_those_of_the_product() -> None:
    """Transformed by the kernels each time: in memory they would take 16 or 36 for 9."""
    (step,) = of_conv(8, 32, 64).steps
    assert step.filters is not None
    assert step.filters.floats == 9 * 32 * 64


def test_scratch_of_the_recognition_net_is_small() -> None:
    assert plan_of(FACE_RECOGNITION).scratch * 4 <= 1_400_000


def test_all_cases_of_squares_are_computed_so() -> None:
    found: Counter[str] = Counter()
    for case in squares():
        for outputs in (case.outputs(), fuse(case.outputs())):
            used = winograd.KINDS.keys() & set(kinds(plan(outputs)))
            assert used, case.name
            found.update(used)
    assert min(found[kind] for kind in winograd.KINDS) > 20


def test_numbers_that_the_kernels_have_too() -> None:
    text = re.sub(r" +", " ", source("winograd.h") + source("product.h"))
    most = max(squares.side for squares in winograd.KINDS.values()) + 2
    for name, value in (("MOST", most), ("SHIFT", winograd._SHIFT), ("ROWS", winograd._ROWS)):
        assert f"#define {name} {value}" in text
    (square,) = re.findall(r"typedef struct \{([^}]*)\} Square;", text)
    assert len(re.findall(r"\w+[,;]", square)) == winograd._WORDS
