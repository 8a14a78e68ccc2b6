"""Runs the bench with the arguments of `build.py bench`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from pyface_files.disk import write_whole

from ..cli import add_bench_arguments, run_as_module
from .budget import budget_report, measure_budget
from .cases import (
    BACKENDS,
    LINES,
    OURS,
    OURS_IN_VISITS,
    PROFILED,
    check_webgl,
    chosen,
    of_kind,
)
from .cold import measure_cold
from .cpython import describe_python, measure_cpython
from .cpython_report import cpython_report
from .growth import measure_growth
from .growth_report import growth_report
from .machine import describe_browser, describe_machine
from .network import measure_network
from .network_report import network_report
from .page import Lab, open_lab
from .profile import measure_profile, profile_report, speed_report
from .report import heading, report
from .visits import measure_visits
from .warm import measure_warm


def main(argv: Sequence[str]) -> int:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="build.py bench", allow_abbrev=False)
    add_bench_arguments(parser)
    asked = parser.parse_args(argv)
    over_lines = asked.network is not None
    instead = asked.profile or asked.growth or asked.cpython or over_lines or asked.budget
    if asked.only and (instead or asked.all):
        parser.error(
            "--only chooses among comparisons; --profile, --growth, --cpython, --network, --budget "
            "and --all take their place"
        )
    if asked.browser == "firefox" and (asked.all or over_lines or asked.budget):
        parser.error("--all, --network and --budget are for Chromium; Firefox runs fewer cases")
    names = chosen(asked.only, asked.browser)
    numbers: dict[str, Any] = {"machine": describe_machine()}
    texts = []
    if asked.cpython or asked.all:
        numbers["machine"] |= describe_python()
        numbers["cpython"] = measure_cpython(asked.rounds)
        texts.append(cpython_report(numbers["cpython"]))
    if not asked.cpython:
        with open_lab(asked.browser, gpu=asked.gpu) as lab:
            texts += _in_browser(lab, asked, names, numbers)
    print("\n\n".join([heading(numbers), *texts]))
    if asked.json is not None:
        write_whole(asked.json, (json.dumps(numbers, indent=1) + "\n").encode())
    return 0


def _in_browser(
    lab: Lab, asked: argparse.Namespace, names: Sequence[str], numbers: dict[str, Any]
) -> list[str]:
    """Measure what was asked for into `numbers`; the tables."""
    backends = [asked.backend] if asked.backend else BACKENDS
    ours = [OURS[backend] for backend in backends]
    instead = asked.profile or asked.growth
    sides = ours if instead else [*ours, *asked.against]
    numbers["machine"] |= describe_browser(lab)
    if asked.budget:
        numbers["budget"] = measure_budget(lab)
        return [budget_report(numbers["budget"])]
    if asked.network is not None:
        check_webgl(numbers["machine"]["renderer"], asked.against)
        lines = asked.network or list(LINES)
        numbers["network"] = measure_network(
            lab, lines, asked.against, asked.rounds, asked.encoding
        )
        return [network_report(numbers["network"])]
    check_webgl(numbers["machine"]["renderer"], sides)
    texts = []
    if not instead:
        numbers |= compare(lab, names, sides, asked.rounds)
        texts.append(report(numbers))
    if asked.profile or asked.all:
        nets = PROFILED if asked.all else [asked.profile]
        found = [measure_profile(lab, net, one, asked.rounds) for net in nets for one in backends]
        numbers["profiles"] = found
        texts += [speed_report(found), *([] if asked.all else map(profile_report, found))]
    if asked.growth or asked.all:
        numbers["growth"] = measure_growth(lab, ours, asked.rounds)
        texts.append(growth_report(numbers["growth"]))
    return texts


def compare(lab: Lab, names: Sequence[str], sides: Sequence[str], rounds: int) -> dict[str, Any]:
    """All sides in the cases of these names, a list of results for each kind of case."""
    numbers: dict[str, Any] = {}
    if warm := of_kind(names, "warm"):
        numbers["warm"] = measure_warm(lab, warm, sides, rounds)
    if cold := of_kind(names, "cold"):
        numbers["cold"] = measure_cold(lab, cold, sides, rounds)
    if of_kind(names, "visit"):
        numbers["visits"] = measure_visits(lab, [OURS_IN_VISITS, *sides], rounds)
    if block := of_kind(names, "block"):
        numbers["blocking"] = measure_warm(lab, block, sides, rounds, "blocking")
    return numbers


if __name__ == "__main__":
    run_as_module(main)
