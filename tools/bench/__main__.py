"""Runs the bench with the arguments of `build.py bench`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from ..cli import add_bench_arguments, run_as_module
from ..disk import write_whole
from .cases import OURS, chosen, of_kind
from .cold import measure_cold
from .growth import measure_growth
from .growth_report import growth_report
from .machine import describe_machine
from .page import Lab, open_lab
from .profile import measure_profile, profile_report
from .report import heading, report
from .visits import measure_visits
from .warm import measure_warm


def main(argv: Sequence[str]) -> int:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="build.py bench", allow_abbrev=False)
    add_bench_arguments(parser)
    arguments = parser.parse_args(argv)
    if arguments.only and (arguments.profile or arguments.growth):
        parser.error("--only chooses among comparisons; --profile and --growth take their place")
    names = chosen(arguments.only, arguments.browser)
    rounds: int = arguments.rounds
    with open_lab(arguments.browser, gpu=arguments.gpu) as lab:
        numbers: dict[str, Any] = {"machine": describe_machine(lab)}
        if arguments.profile:
            numbers["profile"] = measure_profile(lab, arguments.profile, rounds)
            text = profile_report(arguments.profile, numbers["profile"])
        elif arguments.growth:
            numbers["growth"] = measure_growth(lab, rounds)
            text = growth_report(numbers["growth"])
        else:
            numbers |= compare(lab, names, [OURS, *arguments.against], rounds)
            text = report(numbers)
    print(f"{heading(numbers)}\n\n{text}")
    if arguments.json is not None:
        write_whole(arguments.json, (json.dumps(numbers, indent=1) + "\n").encode())
    return 0


def compare(lab: Lab, names: Sequence[str], sides: Sequence[str], rounds: int) -> dict[str, Any]:
    """All sides in the cases of these names, a list of results for each kind of case."""
    numbers: dict[str, Any] = {"sides": sides}
    if warm := of_kind(names, "warm"):
        numbers["warm"] = measure_warm(lab, warm, sides, rounds)
    if cold := of_kind(names, "cold"):
        numbers["cold"] = measure_cold(lab, cold, sides, rounds)
    if of_kind(names, "visit"):
        numbers["visits"] = measure_visits(lab, sides, rounds)
    if block := of_kind(names, "block"):
        numbers["blocking"] = measure_warm(lab, block, sides, rounds, "blocking")
    return numbers


if __name__ == "__main__":
    run_as_module(main)
