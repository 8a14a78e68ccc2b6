"""The cases of this folder, in JavaScript and, where they say so, in face-api.js."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.cases.cases import FOLDER, Case, cases_of, check, files

CASES = [(file, case) for file in files() for case in cases_of(file, "javascript")]
_RUN = "([namespace, cases]) => evaluateCases(window[namespace], cases)"


class Outcomes:
    """What comes of the cases, all of a file at once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[tuple[str, str], dict[str, Any]] = {}
        page.add_script_tag(path=FOLDER / "evaluate.js")

    def of(self, namespace: str, file: str, case: Case) -> dict[str, Any]:
        if (namespace, file) not in self._known:
            chosen = [c for f, c in CASES if f == file and (namespace == "ours" or c.original)]
            found = self._page.evaluate(_RUN, [namespace, [asdict(c) for c in chosen]])
            self._known[namespace, file] = {
                c.name: outcome for c, outcome in zip(chosen, found, strict=True)
            }
        outcome: dict[str, Any] = self._known[namespace, file][case.name]
        return outcome


@pytest.fixture(scope="module")
def outcomes(two_faces: Page) -> Outcomes:
    return Outcomes(two_faces)


@pytest.mark.parametrize(
    ("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in CASES]
)
def test_case(outcomes: Outcomes, file: str, case: Case) -> None:
    check(case, outcomes.of("ours", file, case))


@pytest.mark.parametrize(
    ("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in CASES if c.original]
)
def test_case_in_the_original(outcomes: Outcomes, file: str, case: Case) -> None:
    check(case, outcomes.of("faceapi", file, case))
