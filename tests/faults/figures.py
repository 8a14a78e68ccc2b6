"""What came of many tries to break something: a row of the table of docs/reliability.md.

An area of faults is a generator function: given a `random.Random`, and what else it needs, it
yields a `Try` for each thing that it tried, without an end. A test takes a few, the long form
takes them for minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

GOOD = ("right", "typed")
BAD = ("other", "wrong", "hung", "leaked", "crashed")
EXAMPLES = 5  # of each bad verdict that are kept
_WORST = (*GOOD, "other", "leaked", "wrong", "hung", "crashed")


@dataclass(frozen=True)
class Try:
    """One thing that was tried, and what came of it.

    verdict: "right": the right answer, or what was to be done was done; "typed": an error of this
    package, and all is as it was; "other": an error that is none of ours, or that nobody caught;
    "wrong": another answer than the right one, then or later; "hung": no answer within the
    limit; "leaked": something is left; "crashed": Python or the page is gone.
    what: enough to try it again.
    """

    verdict: str
    what: str = ""

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


def worst(tries: Iterable[Try]) -> Try:
    """The one of several that counts; ("right") of none."""
    return max(tries, key=lambda one: _WORST.index(one.verdict), default=Try("right"))


@dataclass
class Figures:
    """How many tries there were, and how many of each verdict; examples of the bad ones."""

    tried: int = 0
    right: int = 0
    typed: int = 0
    other: int = 0
    wrong: int = 0
    hung: int = 0
    leaked: int = 0
    crashed: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    def count(self, verdict: str, what: str = "") -> None:
        """Count one try. verdict: of GOOD or BAD; what: kept as an example, if it is bad."""
        if verdict not in (*GOOD, *BAD):
            raise ValueError(f"verdict {verdict!r}: expected {', '.join((*GOOD, *BAD))}")
        self.tried += 1
        setattr(self, verdict, getattr(self, verdict) + 1)
        kept = self.examples.setdefault(verdict, []) if verdict in BAD else []
        if len(kept) < EXAMPLES:
            kept.append(what)

    def add(self, other: Figures) -> None:
        """Count what others counted."""
        for name in ("tried", *GOOD, *BAD):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for verdict, examples in other.examples.items():
            kept = self.examples.setdefault(verdict, [])
            kept.extend(examples[: EXAMPLES - len(kept)])

    @property
    def is_clean(self) -> bool:
        """Whether nothing is bad."""
        return not any(getattr(self, verdict) for verdict in BAD)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Figures:
        return Figures(**values)

    def __str__(self) -> str:
        """The figures, and the examples below them."""
        counts = ", ".join(f"{name} {getattr(self, name)}" for name in ("tried", *GOOD, *BAD))
        found = [f"  {name}: {what}" for name, some in self.examples.items() for what in some]
        return "\n".join([counts, *found])


def figures_of(tries: Iterable[Try]) -> Figures:
    """The figures of some tries."""
    figures = Figures()
    for one in tries:
        figures.count(one.verdict, one.what)
    return figures
