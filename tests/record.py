"""What face-api.js 0.22.2 said of the samples, kept in tests/records/ with the tests that ask it.

It takes minutes without a GPU and says the same each time. `--record` asks anew, in the browser
that draws and paints as usual, and writes the answers down; what git then shows is what changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RECORDS = Path(__file__).parent / "records"
DIGITS = 9  # that are kept of a number: enough to tell every float32 from its neighbours


class Record:
    """Answers by question, in a file with a line for each.

    record = Record(RECORDS / "sums.json", anew=False)
    record.answer("1, 1", SUM, lambda: page.evaluate(SUM, [1, 1]))
    """

    def __init__(self, path: Path, *, anew: bool) -> None:
        self._path, self._anew = path, anew
        self._answers = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self._asked: set[str] = set()

    def answer(
        self, question: str, code: str, ask: Callable[[], Any], *, may_ask: bool = False
    ) -> Any:
        """What was said when this code asked; who records asks once more.

        may_ask: where there is no answer, ask; the next one to ask gets it, too.
        """
        question = f"{question} {digest(code)}"
        due = self._anew and question not in self._asked
        if due or question not in self._answers:
            if not (self._anew or may_ask):
                pytest.fail(f"{self._path.name} has no answer to {question!r}; run with --record")
            self._asked.add(question)
            self._answers[question] = rounded(ask())
        return self._answers[question]

    def save(self) -> None:
        """Write down what was asked, if it was asked anew."""
        if self._anew:
            lines = (f"{json.dumps(q)}: {json.dumps(a)}" for q, a in sorted(self._answers.items()))
            self._path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def digest(text: str) -> str:
    """What tells a text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def rounded(value: Any) -> Any:
    """Plain values with no more digits than they are good for."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value
