"""One area of faults for some time, in a process of its own: `python -m tests.faults AREA`.

Prints a line of JSON for each try, so that whoever started it knows at which one it hangs:
{"verdict", "what"}. `--list` prints {name: [about, share]} of all areas. For `build.py torture`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from random import Random

from playwright.sync_api import sync_playwright

from tests.faults.areas import AREAS, open_lab
from tests.pages import BACKEND, BOTH


def main(argv: Sequence[str]) -> int:
    """Run one area until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("area", nargs="?", choices=tuple(AREAS))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--backend", choices=BOTH, default=BACKEND)
    arguments = parser.parse_args(argv)
    if arguments.list or arguments.area is None:
        print(json.dumps({name: [area.about, area.share] for name, area in AREAS.items()}))
        return 0
    end = time.monotonic() + arguments.seconds
    random = Random(f"{arguments.area} {arguments.seed}")
    with sync_playwright() as playwright, open_lab(playwright, backend=arguments.backend) as lab:
        for one in AREAS[arguments.area].tries(random, lab):
            print(json.dumps({"verdict": one.verdict, "what": one.what}), flush=True)
            if time.monotonic() > end:
                break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
