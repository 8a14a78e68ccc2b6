"""`--profile`: the draws or steps of a net, by cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .cases import OURS, PROFILED, SIDES
from .page import PAGE, Lab
from .progress import note

_SECONDS_PER_MS = 1e-3


def measure_profile(lab: Lab, net: str, backend: str, repeats: int) -> dict[str, Any]:
    """A net (a key of PROFILED) on a backend of ours, as bench_page/profile.py says it.

    draws: each as the fields of debug.DrawTime, in order. product: the same of a bare matrix
    product, measured right after them, and its rows, inner and columns.
    """
    side, model = OURS[backend], PROFILED[net]
    note(f"every draw of {model}, {side}")
    with lab.page([side], [model]) as page:
        answer = page.evaluate(
            """async ([side, source, repeats]) => {
              const { pyodide } = sides[side].runtime;
              await pyodide.runPythonAsync(source);
              return pyodide.globals.get("profile")(repeats);
            }""",
            [side, (PAGE / "profile.py").read_text("utf-8"), repeats],
        )
    return {"net": net, "side": side, **json.loads(answer)}


def profile_report(found: Mapping[str, Any]) -> str:
    """The draws as text, the dearest first, each with its share of the sum."""
    draws = found["draws"]
    total = _milliseconds(draws)
    wide = max(len(draw["label"]) for draw in draws) + 2
    kind = "steps" if SIDES[found["side"]].backend == "wasm" else "draws"
    lines = [
        f"{PROFILED[found['net']]}, {SIDES[found['side']].title}: {len(draws)} {kind}, "
        f"{total:.1f} ms, {_gmac(draws):.3f} GMAC, {_speed(draws):.1f} GMAC/s",
        f"bare matrix product {_product_name(found['product'])}: "
        f"{found['product']['gmacs']:.1f} GMAC/s",
        f"{'share':>6}{'ms':>10}{'GMAC/s':>10}  {'shape':16}{kind[:-1]:{wide}}program",
    ]
    for draw in sorted(draws, key=lambda draw: -float(draw["milliseconds"])):
        shape = "x".join(map(str, draw["shape"][1:]))
        lines.append(
            f"{draw['milliseconds'] / total:>6.1%}{draw['milliseconds']:>10.3f}"
            f"{draw['gmacs']:>10.1f}  {shape:16}{draw['label']:{wide}}{draw['program']}"
        )
    return "\n".join(lines)


def speed_report(profiles: Sequence[Mapping[str, Any]]) -> str:
    """A line for each net: how fast it is as a whole, beside the bare product of the same page."""
    name = _product_name(profiles[0]["product"])
    lines = [f"{'net':24}{'backend':20}{'GMAC':>8}{'ms':>9}{'GMAC/s':>9}{name:>16}{'share':>8}"]
    for found in profiles:
        draws, product = found["draws"], found["product"]["gmacs"]
        lines.append(
            f"{PROFILED[found['net']]:24}{SIDES[found['side']].title:20}{_gmac(draws):>8.3f}"
            f"{_milliseconds(draws):>9.2f}{_speed(draws):>9.1f}{product:>16.1f}"
            f"{_speed(draws) / product:>8.0%}"
        )
    return "\n".join(lines)


def _product_name(product: Mapping[str, Any]) -> str:
    return f"{product['rows']}x{product['inner']}x{product['columns']}"


def _milliseconds(draws: Sequence[Mapping[str, Any]]) -> float:
    return sum(float(draw["milliseconds"]) for draw in draws)


def _gmac(draws: Sequence[Mapping[str, Any]]) -> float:
    return sum(float(draw["gmacs"] * draw["milliseconds"]) for draw in draws) * _SECONDS_PER_MS


def _speed(draws: Sequence[Mapping[str, Any]]) -> float:
    return _gmac(draws) / _milliseconds(draws) / _SECONDS_PER_MS
