"""Which convolutions are computed by squares of 2x2 pixels, and with how much memory."""

from __future__ import annotations

import re

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
    others = [step for step in windows if step.kind != "winograd"]
    assert len(windows) - len(others) == 22
    assert [(step.height, step.width) for step in others] == [(3, 3), (1, 1)]


@pytest.mark.parametrize("network", [TINY_FACE_DETECTOR, SSD_MOBILENETV1])
def test_nets_without_such_layers_are_as_they_were(network: Architecture) -> None:
    assert "winograd" not in kinds(plan_of(network))


@pytest.mark.parametrize(
    ("made", "is_faster"),
    [
        (of_conv(4, 16, 16), True),
        (of_conv(6, 16, 16), True),
        (of_conv(35, 32, 64), True),
        (of_conv(8, 32, 64, pool=True), True),
        (of_conv(35, 12, 32), False),
        (of_conv(35, 32, 12), False),
        (of_conv(35, 18, 32), False),  # an image, whose pixels are no whole vectors
        (of_conv(2, 64, 64), False),
        (of_conv(3, 64, 64), False),
        (of_conv(5, 64, 64), False),  # 9 squares are computed as 12
        (of_conv(35, 32, 64, kernel=1), False),
        (of_conv(35, 32, 64, kernel=5), False),
        (of_conv(35, 32, 64, stride=2), False),
        (of_conv(35, 32, 64, stride=2, pool=True), False),
    ],
    ids=lambda value: str(value.steps[0]) if isinstance(value, Plan) else "",
)
def test_where_squares_are_faster(made: Plan, is_faster: bool) -> None:
    assert kinds(made) == ["winograd" if is_faster else "convolution"]


@pytest.mark.parametrize(("side", "pool", "rows"), [(17, False, 9), (8, False, 4), (17, True, 9)])
def test_rows_of_squares(side: int, pool: bool, rows: int) -> None:
    (step,) = of_conv(side, 32, 64, pool=pool).steps
    assert step.rows == rows
    assert step.macs * rows == pytest.approx(side * side * 9 * 32 * 64, rel=0.01)


def test_a_valid_pool_leaves_the_last_row_out() -> None:
    x = nn.conv2d(nn.image((1, 17, 17, 32)), "filters", 32, 3)
    (step,) = plan(fuse({"y": nn.max_pool(nn.bias(x, "offset"), 2, 2, "valid")})).steps
    assert (step.kind, step.rows) == ("winograd", 8)


def test_filters_are_those_of_the_product() -> None:
    """Transformed by the kernels each time: in memory they would take 16 for 9."""
    (step,) = of_conv(8, 32, 64).steps
    assert step.filters is not None
    assert step.filters.floats == 9 * 32 * 64


def test_scratch_of_the_recognition_net_is_small() -> None:
    assert plan_of(FACE_RECOGNITION).scratch * 4 <= 1_300_000


def test_all_cases_of_squares_are_computed_so() -> None:
    for case in squares():
        assert "winograd" in kinds(plan(case.outputs())), case.name
        assert "winograd" in kinds(plan(fuse(case.outputs()))), case.name


def test_numbers_that_the_kernels_have_too() -> None:
    text = re.sub(r" +", " ", source("winograd.h") + source("product.h"))
    for name, value in (
        ("CELLS", winograd._CELLS), ("SHIFT", winograd._SHIFT), ("ROWS", winograd._ROWS),
    ):  # fmt: skip
        assert f"#define {name} {value}" in text
    (square,) = re.findall(r"typedef struct \{([^}]*)\} Square;", text)
    assert len(re.findall(r"\w+[,;]", square)) == winograd._WORDS
