"""The words of a step are those that the kernels read: names and order of step.h."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np

from pyface_web.engine.wasm import layout, steps
from pyface_web.engine.wasm.constants import Bias, Fold, Slopes
from pyface_web.engine.wasm.layout import Layout, Margins
from pyface_web.engine.wasm.steps import DepthwiseStage, Range, Step, Window

KERNELS = resources.files("pyface_web.engine.wasm") / "kernels"


def source(name: str) -> str:
    """A file of C without its comments."""
    return re.sub(r"//.*", "", (KERNELS / name).read_text("utf-8"))


def fields(struct: str) -> list[tuple[str, str]]:
    """(name, type) of the fields of a struct of step.h, those of tensors one by one."""
    text = source("step.h")
    bodies = re.findall(r"typedef struct \{([^}]*)\} (\w+);", text)
    body = next(body for body, name in bodies if name == struct)
    found = []
    for kind, names in re.findall(r"(\w+) ([\w, ]+);", body):
        for name in map(str.strip, names.split(",")):
            inner = fields("Tensor") if kind == "Tensor" else [("", kind)]
            found += [(f"{name}.{of}" if of else name, type) for of, type in inner]
    return found


def enums(name: str) -> list[list[str]]:
    return [re.findall(r"\w+", body) for body in re.findall(r"enum \{([^}]*)\}", source(name))]


def a_layout(first: int) -> Layout:
    """A layout of which no two numbers are equal."""
    margins = Margins(first, first + 1, first + 2, first + 3)
    return Layout(first + 4, first + 5, first + 7, first + 9, margins, at=first + 11)


def tensor(name: str, of: Layout) -> dict[str, int]:
    """What step.h says of a tensor."""
    m = of.margins
    return {
        f"{name}.at": of.at, f"{name}.item": of.item, f"{name}.row": of.row,
        f"{name}.pixel": of.pixel, f"{name}.top": m.top, f"{name}.left": m.left,
        f"{name}.bottom": m.bottom, f"{name}.right": m.right, f"{name}.height": of.height,
        f"{name}.width": of.width,
    }  # fmt: skip


def test_every_word_is_where_the_kernels_read_it() -> None:
    fold = Fold(())
    x, y, skip = (a_layout(start) for start in (100, 200, 300))
    filters, bias, slopes, of_stage, bias_of_stage = (
        Bias(fold, 1), Bias(fold, 2), Slopes("a", 3), Bias(fold, 4), Bias(fold, 5),
    )  # fmt: skip
    addresses = {filters: 1001, bias: 1002, slopes: 1003, of_stage: 1004, bias_of_stage: 1005}
    stage = DepthwiseStage(Window(21, 22, 23, 24), of_stage, bias_of_stage, -7.5, Range(-8.5, 9.5))
    step = Step(
        "resize", x, y, "label", (1, 1, 1, 1),
        window=Window(11, 12, 13, 14), height=15, width=16, skip=skip, skips="pool",
        filters=filters, bias=bias, slopes=slopes, range=Range(-5.5, 6.5), pool=True, strip=17,
        depthwise=stage, factor=0.125, rows=18, macs=19,
    )  # fmt: skip
    names = fields("Step")
    words = step.words(addresses.__getitem__)
    assert words.dtype == np.int32 and len(words) == len(names)
    found = {
        name: value
        for (name, kind), integer, number in zip(
            names, words.tolist(), words.view(np.float32).tolist(), strict=True
        )
        for value in [integer if kind == "int" else number]
    }
    assert found == {
        "kind": steps.KINDS.index("resize"),
        **tensor("x", x), **tensor("y", y), **tensor("skip", skip),
        "skips": steps.SKIPS.index("pool"),
        "size": 11, "stride": 12, "pad_y": 13, "pad_x": 14, "height": 15, "width": 16,
        "filters": 1001, "bias": 1002, "activation": 1, "alpha": 1003, "low": -5.5, "high": 6.5,
        "pool": 1, "strip": 17,
        "d_size": 21, "d_stride": 22, "d_pad_y": 23, "d_pad_x": 24,
        "d_filters": 1004, "d_bias": 1005, "d_before": -7.5, "d_low": -8.5, "d_high": 9.5,
        "factor": 0.125,
    }  # fmt: skip


def test_a_step_without_more_says_so() -> None:
    plain = Step("mean", a_layout(1), a_layout(2), "label", (1, 1, 1, 1))
    names = [name for name, _ in fields("Step")]
    words = plain.words(lambda constant: 1)
    found = dict(zip(names, words.tolist(), strict=True))
    nothing = ("skips", "filters", "bias", "alpha", "activation", "pool", "d_size", "d_filters")
    assert not any(found[name] for name in nothing)
    low, high = (words.view(np.float32)[names.index(name)] for name in ("low", "high"))
    assert (low, high) == (-np.inf, np.inf)


def test_addresses_in_the_upper_half_of_the_memory() -> None:
    step = Step("mean", a_layout(1), a_layout(2), "", (1, 1, 1, 1), bias=Bias(Fold(()), 1))
    words = step.words(lambda constant: 3_000_000_000).view(np.uint32)
    assert 3_000_000_000 in words.tolist()


def test_names_have_the_numbers_of_the_enumerations() -> None:
    (kinds,) = enums("kernels.c")
    assert tuple(kind.lower() for kind in kinds) == steps.KINDS
    skips, activations = enums("step.h")
    assert tuple(skip.split("_")[0].lower().replace("no", "none") for skip in skips) == steps.SKIPS
    assert activations == ["CLAMP", "PRELU"] and (steps._CLAMP, steps._PRELU) == (0, 1)


def test_panels_are_as_wide_as_the_product_computes_them() -> None:
    assert f"#define COLUMNS {layout.PANEL}" in re.sub(r" +", " ", source("product.h"))
