"""The table of differences from face-api.js: every number once, and every test that it names."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.docs.differences import Row, read_differences

ROOT = Path(__file__).resolve().parents[2]
ROWS: list[Row] = [row for part in read_differences(ROOT) for row in part.rows]
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)


def test_every_number_has_one_row() -> None:
    numbers = [str(number) for number in range(1, 58)]
    numbers[6:6] = ["6a", "6b"]
    assert [row.number for row in ROWS] == numbers


@every_row
def test_a_row_says_what_is_and_what_was_decided(row: Row) -> None:
    assert row.verdict in ("fixed", "kept", "left out")
    assert row.title and not row.title.endswith(".")
    assert row.original.endswith(".") and row.here.endswith(".")
    assert row.tests or row.verdict == "left out", "what differs from the original needs a test"


@every_row
def test_the_tests_of_a_row_exist(row: Row) -> None:
    for name in row.tests:
        file, _, test = name.partition("::")
        path = ROOT / file
        assert path.is_file(), file
        assert test in (cases(path) if path.suffix == ".json" else functions(path)), name


def cases(path: Path) -> list[str]:
    return [case["case"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]


def functions(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            yield node.name
