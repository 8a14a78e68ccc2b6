"""Whole visits: from the navigation to the first detection on screen, with an HTTP cache."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

from playwright.sync_api import Page

from .cases import SIDES
from .page import TIMEOUT_MS, Lab
from .progress import note

_PAUSE_MS = 1500  # the browser writes its caches, compiled code among them, after the page is done
# A browser keeps compiled JavaScript on the second visit and has it on the third.
TITLES = (
    "navigation to first tiny detection, cold cache",
    "second visit",
    "third visit",
)


def measure_visits(lab: Lab, sides: Sequence[str], rounds: int) -> list[dict[str, Any]]:
    """One page per visit in one profile, made new for each side and round; sides take turns."""
    results: list[dict[str, Any]] = [
        {"title": title, "times": {side: [] for side in sides}, "found": {}} for title in TITLES
    ]
    for _ in range(rounds):
        for side in sides:
            note(f"visits, {side}")
            visits = visit_in_turn(lab, address_of(lab.url, side), len(TITLES))
            for result, (_, visit) in zip(results, visits, strict=True):
                result["times"][side].append(visit["ms"])
                result["found"][side] = visit["found"]
    return results


def address_of(url: str, side: str) -> str:
    """The page of a side at a server of dist/."""
    return f"{url}bench/visits/{SIDES[side].visit}"


def visit_in_turn(
    lab: Lab, address: str, count: int, prepare: Callable[[Page], None] = lambda page: None
) -> Iterator[tuple[Page, dict[str, Any]]]:
    """Visits of one page by somebody who was never there: each page, and what shown.js says of it.

    prepare: has the page before it goes there.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        closing(lab.profile(folder)) as context,
    ):
        # The browser's own first page and WebGL context are not part of a visit.
        blank = context.new_page()
        blank.goto(lab.url + "bench/blank.html")
        blank.evaluate("() => document.createElement('canvas').getContext('webgl2') !== null")
        for _ in range(count):
            page = context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            prepare(page)
            page.goto(address)
            yield page, page.evaluate("() => visit")
            page.wait_for_timeout(_PAUSE_MS)
            page.close()
