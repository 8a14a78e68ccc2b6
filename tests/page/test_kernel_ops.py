"""Every kernel of WebAssembly against the NumPy reference: the matrix of the shaders and more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pyface_web.engine.wasm.host import MODULES as KERNELS
from tests.page.kernel_cases import KERNEL_CASES
from tests.page.test_ops import TOLERANCES
from tests.pages import PyfacePage

MODULES = tuple(
    f"tests.page.{name}" for name in ("differences", "op_cases", "kernel_cases", "evaluate_kernels")
)
COMPARE = """
from tests.page.evaluate_kernels import compare
await compare(names, modules, limits)
"""


def check_sample(page: PyfacePage) -> None:
    """A fourth of the cases, with the SIMD that every browser has; for other engines."""
    names = list(KERNEL_CASES)[::4]
    found = page.run(COMPARE, names=names, modules=["plain"], limits=TOLERANCES[32])["found"]
    assert set(found) == set(names)
    assert not {
        f"{name}, {how}": result["problem"]
        for name, results in found.items()
        for how, result in results.items()
        if "problem" in result
    }


@pytest.fixture(scope="module")
def compared(bare_page: PyfacePage, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """All selected cases, in one call of the page."""
    chosen = [item for item in request.session.items if item.path == request.path]
    names = [item.callspec.params["name"] for item in chosen if hasattr(item, "callspec")]
    bare_page.give(MODULES)
    yield bare_page.run(COMPARE, names=names, modules=KERNELS, limits=TOLERANCES[32])


@pytest.mark.parametrize("name", KERNEL_CASES)
def test_kernel(compared: dict[str, Any], name: str) -> None:
    """By both modules, as given and fused: all outputs."""
    wrong = {how: found for how, found in compared["found"][name].items() if "problem" in found}
    if wrong:
        text = "\n".join(f"{how}: {found['problem']}" for how, found in wrong.items())
        pytest.fail(text, pytrace=False)


def test_both_modules_ran_and_kept_nothing(compared: dict[str, Any]) -> None:
    assert compared["relaxed"] == ["relaxed"]
    assert compared["held"] == dict.fromkeys(KERNELS, 0)
