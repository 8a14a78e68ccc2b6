"""`build.py torture`: the long form of the tests of faults, area by area, and a table of figures.

Each area runs in a process of its own (tests/faults), which says every try; one that does not come
to its end within the limit is counted as hung, and the area goes on in another process.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pyface_files.progress import Console, Reporter
from tests.faults.figures import BAD, GOOD, Figures

from .assets import ROOT
from .cli import add_torture_arguments, run_as_module

LIMIT = (
    600.0  # seconds of one try, of which many start a browser and Python; only a hang takes them
)
SECONDS_BETWEEN_NOTES = 30.0


def main(argv: Sequence[str]) -> int:
    """Run the areas, print the table; 1 if anything was bad."""
    parser = argparse.ArgumentParser(prog="build.py torture", allow_abbrev=False)
    add_torture_arguments(parser)
    arguments = parser.parse_args(argv)
    areas = known_areas()
    chosen: list[str] = arguments.area or list(areas)
    if unknown := [name for name in chosen if name not in areas]:
        parser.error(f"--area {' '.join(unknown)}: expected {', '.join(areas)}")
    shares = {name: areas[name][1] for name in chosen}
    console = Console()
    found: dict[str, Figures] = {}
    for name, seconds in shared_out(arguments.minutes * 60, shares).items():
        about, _ = areas[name]
        console.note(f"{name}: {about}, for {seconds:.0f} s")
        found[name] = Figures()
        chosen_backend = ("--backend", arguments.backend)
        run_area(name, arguments.seed, seconds, found[name], console, chosen_backend)
        console.note(str(found[name]))
    console.close()
    rows = [(f"`{name}`", areas[name][0], figures) for name, figures in found.items()]
    print(f"{heading(arguments.minutes, arguments.seed)}\n\n{table(rows)}")
    return 0 if all(figures.is_clean and figures.tried for figures in found.values()) else 1


def known_areas() -> dict[str, tuple[str, float]]:
    """Name -> what is tried, and its share of the time."""
    said = subprocess.run(_command("--list"), cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: (about, share) for name, (about, share) in json.loads(said.stdout).items()}


def shared_out(seconds: float, shares: Mapping[str, float]) -> dict[str, float]:
    """The seconds of each area."""
    whole = sum(shares.values())
    return {name: seconds * share / whole for name, share in shares.items()}


def run_area(
    name: str,
    seed: str,
    seconds: float,
    figures: Figures,
    report: Reporter,
    more: Sequence[str] = (),
) -> None:
    """Try things of an area for some time; a process that hangs or ends early is replaced.

    more: arguments of each process.
    """
    end = time.monotonic() + seconds
    turn = 0
    while turn == 0 or time.monotonic() < end:
        left = max(end - time.monotonic(), 1.0)
        own_seed = seed if turn == 0 else f"{seed}.{turn}"
        status = run_once(name, own_seed, left, figures, report, more)
        if status == "done":
            return
        what = f"seed {own_seed}, after {figures.tried} tries of the area: {status}"
        figures.count("hung" if status == "hung" else "crashed", what)
        turn += 1


def run_once(
    name: str,
    seed: str,
    seconds: float,
    figures: Figures,
    report: Reporter,
    more: Sequence[str] = (),
) -> str:
    """One process of an area: "done", "hung", or the last words of one that failed."""
    command = _command(name, "--seed", seed, "--seconds", f"{seconds:.0f}", *more)
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    last, noted = "", time.monotonic()
    try:
        for line in lines_of(process, LIMIT):
            if line is None:
                return "hung"
            try:
                said = json.loads(line)
                figures.count(said["verdict"], said["what"])
            except (ValueError, TypeError, KeyError):  # what a page says on its console
                last = line.strip() or last
                continue
            if time.monotonic() - noted > SECONDS_BETWEEN_NOTES:
                report.note(f"  {figures.tried} tried")
                noted = time.monotonic()
    finally:
        end_process(process)
    return "done" if process.returncode == 0 else last or f"exit status {process.returncode}"


def lines_of(process: subprocess.Popen[str], limit: float) -> Iterator[str | None]:
    """What a process prints; None, at the end, where it prints nothing for so many seconds."""
    lines: queue.Queue[str | None] = queue.Queue()
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=limit)
        except queue.Empty:
            yield None
            return
        if line is None:
            process.wait()
            return
        yield line


def end_process(process: subprocess.Popen[str]) -> None:
    """End it and what it started; browsers end with the pipe that they are driven by."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def heading(minutes: float, seed: str) -> str:
    """Which run it was."""
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    commit = said.stdout.strip() or "no commit"
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, commit {commit}, {minutes:g} minutes, seed {seed}"


def table(rows: Sequence[tuple[str, str, Figures]]) -> str:
    """The figures as Markdown: name, what is tried, figures of each row; and their sum."""
    columns = ("area", "what is tried", "tried", *GOOD, *BAD)
    total = Figures()
    for _, _, figures in rows:
        total.add(figures)
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for name, about, figures in [*rows, ("**all**", "", total)]:
        counts = (getattr(figures, verdict) for verdict in ("tried", *GOOD, *BAD))
        lines.append(f"| {name} | {about} | {' | '.join(f'{count:,}' for count in counts)} |")
    return "\n".join(lines)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.faults", *arguments]


if __name__ == "__main__":
    run_as_module(main)
