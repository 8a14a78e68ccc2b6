"""Shaders in Firefox against NumPy: another compiler and another rasteriser, the same numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.page.test_ops import HALF, SOURCE, TOLERANCES
from tests.pages import pyface_page
from tools.browser import firefox


@pytest.mark.parametrize("precision", [32, 16])
def test_a_sample_of_the_ops(playwright: Playwright, precision: int) -> None:
    with firefox(playwright) as browser, pyface_page(browser, ()) as page:
        found = page.run(
            SOURCE, names=HALF, targets=0, precision=precision, limits=TOLERANCES[precision]
        )["found"]
    assert set(found) == set(HALF)
    assert not {name: result["problem"] for name, result in found.items() if "problem" in result}
