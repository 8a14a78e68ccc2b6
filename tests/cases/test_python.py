"""The cases of this folder, in Python."""

from __future__ import annotations

import pytest

from tests.cases.cases import Case, cases_of, check, files
from tests.cases.evaluate import outcome_of

CASES = [(file, case) for file in files() for case in cases_of(file)]


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{f}: {c.name}") for f, c in CASES])
def test_case(case: Case) -> None:
    check(case, outcome_of(case))
