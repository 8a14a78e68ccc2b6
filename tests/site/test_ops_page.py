"""The page of ops: every op of its list, with keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.pages import Visitor, until
from tests.site.looks import ARRIVING, PHONE, look


@pytest.fixture(scope="module")
def ops(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit("ops/", **ARRIVING) as page:
        look(page, "ops/")
        page.set_viewport_size(PHONE)
        yield page


def settle(page: Page) -> None:
    until(page, "#result", "(result) => result.ariaBusy === 'false'")
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false")


def relative(page: Page) -> float:
    """Largest difference in parts of the largest value."""
    return float(page.locator("#relative").text_content() or "nan")


def painted(page: Page, id: str) -> int:
    """How many different colours a map has."""
    return page.evaluate(
        """(id) => {
          const canvas = document.getElementById(id);
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        id,
    )


def test_every_op_equals_numpy(ops: Page) -> None:
    names = ops.locator("#op option").all_text_contents()
    assert len(names) > 20
    for name in names:
        ops.locator("#op").select_option(name)
        settle(ops)
        expect(ops.locator("#status")).to_contain_text(f"{name}: largest difference")
        assert ops.locator("#alert").text_content() == "", name
        assert relative(ops) <= 4e-6, name


def test_a_convolution_is_shown_with_its_plan_and_shader(ops: Page) -> None:
    ops.locator("#op").select_option("conv 3x3")
    settle(ops)
    assert all(painted(ops, id) > 20 for id in ("input", "numpy", "gpu"))
    assert "conv2d KERNEL=3" in (ops.locator("#plan").text_content() or "")
    assert "#version 300 es" in (ops.locator("#programs pre").first.text_content() or "")


def test_half_floats_differ_by_their_rounding(ops: Page) -> None:
    ops.locator(".segments label", has_text="16 bits").click()
    settle(ops)
    assert 1e-5 < relative(ops) < 2e-3
    assert painted(ops, "difference") > 20
    ops.locator(".segments label", has_text="32 bits").click()
    settle(ops)
    assert relative(ops) <= 4e-6


def test_webassembly_computes_the_same_and_shows_its_steps(ops: Page) -> None:
    ops.locator("#op").select_option("conv 3x3")
    ops.locator(".segments label", has_text="WebAssembly").click()
    settle(ops)
    assert relative(ops) <= 4e-6
    assert "convolution 3x3/1" in (ops.locator("#plan").text_content() or "")
    expect(ops.locator("#shaders")).to_be_hidden()
    ops.locator(".segments label", has_text="32 bits").click()
    settle(ops)
    expect(ops.locator("#shaders")).to_be_visible()


def test_controls_work_by_keyboard(ops: Page) -> None:
    ops.locator("#channels").focus()
    ops.keyboard.press("ArrowRight")
    settle(ops)
    expect(ops.locator("#input-note")).to_have_text("64 x 64 x 4")
    ops.locator("#channel").focus()
    ops.keyboard.press("End")
    expect(ops.locator("#channel-output")).to_have_text("15")


def test_it_fits_a_phone(ops: Page) -> None:
    assert ops.evaluate("document.documentElement.scrollWidth") == 390
