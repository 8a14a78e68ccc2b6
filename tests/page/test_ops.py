"""Every shader against the NumPy reference, over a matrix of shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.page.op_cases import CASES
from tests.pages import PyfacePage, pyface_page

MODULES = ("tests.page.differences", "tests.page.op_cases", "tests.page.evaluate_cases")
COMPARE = """
from tests.page.evaluate_cases import compare
await compare(names, targets, precision, limits)
"""

# Largest deviation in parts of the largest value of the result: (exact ops, all others).
TOLERANCES = {
    # Ops that only move or compare values lose nothing. Sums of products come in another order
    # than NumPy's (1.3e-6 for 7x7).
    32: (0.0, 4e-6),
    # Every texture on the way rounds to 11 bits, half a step of 1/1024: the image once, each
    # op once more. No op has more than three behind one another.
    16: (5e-4, 1.5e-3),
}

# Which cases run where. With four targets no tile has two groups, so "tiles of 2" are redundant.
EIGHT = tuple(CASES)
FOUR = tuple(name for name in CASES if "tiles of 2" not in name)
HALF = tuple(CASES)[::9]


def check_sample(page: PyfacePage, precision: int, limits: Sequence[float]) -> None:
    """Every ninth case, with the targets that the device has; for other engines."""
    result = page.run(COMPARE, names=HALF, targets=0, precision=precision, limits=limits)
    found = result["found"]
    assert set(found) == set(HALF)
    assert not {name: result["problem"] for name, result in found.items() if "problem" in result}


class Batches:
    """Evaluates the cases of one variant in one call of the page, when the first is asked for."""

    def __init__(self, page: PyfacePage, wanted: dict[str, list[str]]) -> None:
        self._page, self._wanted, self._found = page, wanted, {}

    def result(self, variant: str, name: str, targets: int, precision: int) -> dict[str, Any]:
        if variant not in self._found:
            self._found[variant] = self._page.run(
                COMPARE,
                names=self._wanted[variant],
                targets=targets,
                precision=precision,
                limits=TOLERANCES[precision or 32],
            )
        return self._found[variant]["found"][name]


@pytest.fixture(scope="module")
def batches(usual_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Batches]:
    """Only what is selected runs, so a single test is quick."""
    wanted: dict[str, list[str]] = {}
    for item in request.session.items:
        if item.path == request.path and hasattr(item, "callspec"):
            name = item.callspec.params.get("name")
            wanted.setdefault(item.originalname, []).append(name)
    with pyface_page(usual_browser, ()) as page:
        page.give(MODULES)
        yield Batches(page, wanted)
        assert page.take_errors() == []


def check(result: dict[str, Any]) -> None:
    if "problem" in result:
        pytest.fail(result["problem"], pytrace=False)


@pytest.mark.parametrize("name", EIGHT)
def test_shader(batches, name):
    check(batches.result("test_shader", name, targets=0, precision=32))


@pytest.mark.parametrize("name", FOUR)
def test_shader_with_four_targets(batches, name):
    check(batches.result("test_shader_with_four_targets", name, targets=4, precision=32))


@pytest.mark.parametrize("name", HALF)
def test_shader_with_half_floats(batches, name):
    check(batches.result("test_shader_with_half_floats", name, targets=0, precision=16))
