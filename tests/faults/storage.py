"""IndexedDB that refuses, aborts, is full, silent, blocked, damaged or from the future."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.faults.figures import Try
from tests.faults.lab import IN_PAGE, Victim, attempt, page_code

STEPS = (
    "enrol", "enrol", "enrol", "rename", "import", "delete", "delete all", "expire", "keep", "keep",
    "stop", "refresh",
)  # fmt: skip
FAULTS = (
    "refuses", "silent", "no transaction", "aborts", "aborts later", "full", "not cloned",
    "read only", "deletes", "holds", "upgrades", "damages", "empties",
)  # fmt: skip
PEOPLE = ("Ada", "Eve", "May")


def storage(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: three to nine changes of a store, a third of them while something fails."""
    number = 0
    while True:
        number += 1
        steps: list[Any] = [["enrol", "Ada", 0, "", 0], ["keep", "", 0, "", 0]]
        for _ in range(random.randint(3, 9)):
            fault = random.choice(FAULTS) if random.random() < 0.33 else ""
            label = random.choice(PEOPLE)
            step = [random.choice(STEPS), label, random.randrange(9), fault, random.randrange(3)]
            steps.append(step)

        tries = sequence(victim, f"store {number}", steps)
        yield attempt(victim, str(steps[2:]), tries)


def sequence(victim: Victim, name: str, steps: list[Any]) -> Iterator[Try]:
    given = {
        "script": (IN_PAGE / "storage.js").read_text("utf-8"),
        "code": page_code("storage.py", "sequence"),
        "spec": json.dumps([name, steps]),
    }
    said = victim.js(
        """async (h, { script, code, spec }) => {
          if (!globalThis.storageFaults) (0, eval)(script);
          globalThis.changeStore ??= pyface.pyodide.runPython(code);
          return changeStore(spec);
        }""",
        given,
    )
    for verdict, what in json.loads(said):
        yield Try(verdict, what)
    yield from victim.uncaught()
