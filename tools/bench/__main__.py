"""Runs the bench with the arguments of `build.py bench`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from ..assets import write_whole
from ..cli import add_bench_arguments, run_as_module
from .blocking import measure_blocking
from .cases import OURS, of_kind
from .cold import measure_cold
from .machine import describe_machine
from .page import open_lab
from .report import report
from .visits import measure_visits
from .warm import measure_warm


def main(argv: Sequence[str]) -> int:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="build.py bench", allow_abbrev=False)
    add_bench_arguments(parser)
    arguments = parser.parse_args(argv)
    names = tuple(arguments.only)
    sides = [OURS, *arguments.against]
    with open_lab(gpu=arguments.gpu) as lab:
        numbers: dict[str, Any] = {"machine": describe_machine(lab), "sides": sides}
        if warm := of_kind(names, "warm"):
            numbers["warm"] = measure_warm(lab, warm, sides, arguments.rounds)
        if cold := of_kind(names, "cold"):
            numbers["cold"] = measure_cold(lab, cold, sides)
        if of_kind(names, "visit"):
            numbers["visits"] = measure_visits(lab, sides)
        if block := of_kind(names, "block"):
            numbers["blocking"] = measure_blocking(lab, block, sides, arguments.rounds)
    print(report(numbers))
    if arguments.json is not None:
        write_whole(arguments.json, (json.dumps(numbers, indent=1) + "\n").encode())
    return 0


if __name__ == "__main__":
    run_as_module(main)
