"""Shaders and kernels in Firefox against NumPy: other compilers and another rasteriser, the same
numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.page import test_kernel_ops as kernels
from tests.page.kernel_cases import KERNEL_CASES
from tests.page.test_ops import COMPARE, HALF, MODULES, TOLERANCES
from tests.pages import PyfacePage, pyface_page
from tools.browser import firefox

# llvmpipe, which draws for Firefox, cuts a float32 off to 16 bits where SwiftShader rounds: a whole
# step of the last bit at each texture, not a half. WebGL leaves that to the device.
LIMITS = {32: TOLERANCES[32], 16: tuple(2 * limit for limit in TOLERANCES[16])}


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[PyfacePage]:
    with firefox(playwright) as browser, pyface_page(browser, ()) as made:
        made.give([*MODULES, *kernels.MODULES])
        yield made


@pytest.mark.parametrize("precision", [32, 16])
def test_a_sample_of_the_ops(page: PyfacePage, precision: int) -> None:
    limits = LIMITS[precision]
    result = page.run(COMPARE, names=HALF, targets=0, precision=precision, limits=limits)
    found = result["found"]
    assert set(found) == set(HALF)
    assert not {name: result["problem"] for name, result in found.items() if "problem" in result}


def test_a_sample_of_the_kernels(page: PyfacePage) -> None:
    """With the SIMD that every browser has; not all Firefoxes know the relaxed one."""
    names = list(KERNEL_CASES)[::4]
    given = {"names": names, "modules": ["plain"], "limits": TOLERANCES[32]}
    found = page.run(kernels.COMPARE, **given)["found"]
    assert set(found) == set(names)
    assert not {
        f"{name}, {how}": result["problem"]
        for name, results in found.items()
        for how, result in results.items()
        if "problem" in result
    }
