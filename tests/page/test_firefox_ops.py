"""Shaders and kernels in Firefox against NumPy: other compilers and another rasteriser, the same
numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.page import (
    test_kernel_ops as kernels,
    test_ops as ops,
    test_wasm_turned as turned_by_kernels,
    test_webgl_turned as turned,
)
from tests.pages import PyfacePage, pyface_page

# llvmpipe, which draws for Firefox, cuts a float32 off to 16 bits where SwiftShader rounds: a whole
# step of the last bit at each texture, not a half. WebGL leaves that to the device.
LIMITS = {32: ops.TOLERANCES[32], 16: tuple(2 * limit for limit in ops.TOLERANCES[16])}


@pytest.fixture(scope="module")
def page(firefox_browser: Browser) -> Iterator[PyfacePage]:
    with pyface_page(firefox_browser, ()) as made:
        made.give([*ops.MODULES, *kernels.MODULES, "tests.page.devices"])
        yield made


@pytest.mark.parametrize("precision", [32, 16])
def test_a_sample_of_the_ops(page: PyfacePage, precision: int) -> None:
    ops.check_sample(page, precision, LIMITS[precision])


def test_a_sample_of_the_kernels(page: PyfacePage) -> None:
    """With the SIMD that every browser has; not all Firefoxes know the relaxed one."""
    kernels.check_sample(page)


def test_crops_that_are_turned(page: PyfacePage) -> None:
    turned.check_every_angle(page, step=7.2, halvings=2, content="soft")
    faces = turned_by_kernels.faces(320, 230, 12)
    turned_by_kernels.check(page, ["plain"], width=320, height=230, size=40, turned=faces)
