"""The server of build.py gives odd requests an answer, and nobody a file from outside."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

from tests.faults.figures import figures_of
from tests.faults.serving import serving


def test_odd_requests(tmp_path: Path) -> None:
    figures = figures_of(islice(serving(Random(12), tmp_path), 600))
    assert figures.is_clean, figures
    assert figures.right == 600
