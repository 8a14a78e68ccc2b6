"""The long form of the tests of faults: its time, processes that hang or fail, its table."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from pyface_files.progress import Silent
from tests.faults.figures import Figures, Try, figures_of
from tools import torture

_RIGHT = json.dumps({"verdict": "right", "what": "x"})


def scripts(monkeypatch: pytest.MonkeyPatch, *codes: str) -> list[tuple[str, ...]]:
    """Have the processes of areas run these instead, one after the other; gives their arguments."""
    asked: list[tuple[str, ...]] = []
    left = list(codes)

    def command(*arguments: str) -> list[str]:
        asked.append(arguments)
        return [sys.executable, "-c", left.pop(0)]

    monkeypatch.setattr(torture, "_command", command)
    return asked


def test_time_is_shared_out():
    assert torture.shared_out(60, {"a": 1, "b": 3, "c": 2}) == {"a": 10, "b": 30, "c": 20}


def test_tries_are_counted_and_other_lines_are_not(monkeypatch):
    lines = ["console: a page", _RIGHT, "7", _RIGHT]
    scripts(monkeypatch, f"print({chr(10).join(lines)!r})")
    figures = Figures()
    torture.run_area("a", "0", 60, figures, Silent())
    assert (figures.tried, figures.right) == (2, 2)


@pytest.mark.parametrize(
    ("first", "verdict", "said"),
    [
        (f"import time; print({_RIGHT!r}, flush=True); time.sleep(600)", "hung", "hung"),
        (f"print({_RIGHT!r}); raise ValueError('out of luck')", "crashed", "out of luck"),
        ("import sys; sys.exit(3)", "crashed", "exit status 3"),
    ],
)
def test_a_process_that_does_not_end_well_is_counted_and_replaced(
    monkeypatch, first, verdict, said
):
    monkeypatch.setattr(torture, "LIMIT", 3.0)
    asked = scripts(monkeypatch, first, f"print({_RIGHT!r})")
    figures = Figures()
    torture.run_area("a", "5", 60, figures, Silent())
    assert getattr(figures, verdict) == 1 and said in figures.examples[verdict][0]
    assert [arguments[2] for arguments in asked] == ["5", "5.1"], "not the same tries again"
    assert figures.right >= 1


def test_the_table_and_the_exit_status(monkeypatch, capsys):
    known = json.dumps({"good": ["what is good", 1], "bad": ["what is bad", 1]})
    wrong = json.dumps({"verdict": "wrong", "what": "two people are one"})
    scripts(monkeypatch, f"print({known!r})", f"print({_RIGHT!r})", f"print({wrong!r})")
    assert torture.main(["--minutes", "0.1"]) == 1
    said = capsys.readouterr()
    assert "wrong: two people are one" in said.err
    rows = said.out.splitlines()[2:]
    assert rows[0].startswith("| area | what is tried | tried | right | typed | other | wrong")
    assert rows[2] == "| `good` | what is good | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |"
    assert rows[-1] == "| **all** |  | 2 | 1 | 0 | 0 | 1 | 0 | 0 | 0 |"
    scripts(monkeypatch, f"print({known!r})", f"print({_RIGHT!r})")
    assert torture.main(["--minutes", "0.1", "--area", "good"]) == 0


def test_an_area_that_is_unknown(monkeypatch, capsys):
    scripts(monkeypatch, f"print({json.dumps({'good': ['', 1]})!r})")
    with pytest.raises(SystemExit):
        torture.main(["--area", "nothing"])
    assert "--area nothing: expected good" in capsys.readouterr().err


def test_rows_are_summed():
    rows: Any = [
        ("a", "", figures_of([Try("typed")])),
        ("b", "", figures_of([Try("typed")] * 1200)),
    ]
    assert torture.table(rows).splitlines()[-1].startswith("| **all** |  | 1,201 | 0 | 1,201 |")
