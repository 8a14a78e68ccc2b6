"""A little of each area of faults, the same each time; `build.py torture` is the long form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest
from playwright.sync_api import Browser, Playwright

from tests.faults.areas import AREAS, Lab, open_lab
from tests.faults.figures import figures_of

# How many tries: enough to see that it works, and to find what breaks half of them.
SAMPLES = {
    "pictures": 5,
    "weights": 10,
    "losses": 5,
    "races": 8,
    "swaps": 2,
    "crowds": 1,
    "storage": 4,
    "offline": 3,
}
ON_WASM = {"pictures": 3, "races": 8, "swaps": 2}


@pytest.fixture(scope="module")
def lab(playwright: Playwright, browser: Browser) -> Iterator[Lab]:
    with open_lab(playwright, browser) as made:
        yield made


@pytest.fixture(scope="module")
def wasm_lab(playwright: Playwright, browser: Browser) -> Iterator[Lab]:
    with open_lab(playwright, browser, "wasm") as made:
        yield made


@pytest.mark.parametrize("name", SAMPLES)
def test_area(lab: Lab, name: str) -> None:
    check(lab, name, SAMPLES[name])


@pytest.mark.parametrize("name", ON_WASM)
def test_area_where_webassembly_computes(wasm_lab: Lab, name: str) -> None:
    check(wasm_lab, name, ON_WASM[name])


def check(lab: Lab, name: str, count: int) -> None:
    figures = figures_of(islice(AREAS[name].tries(Random(f"{name} sample"), lab), count))
    print(figures)
    assert figures.is_clean, figures
    assert figures.tried == count
