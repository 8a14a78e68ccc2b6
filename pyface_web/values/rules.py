"""What the value of an option may be: one rule a kind, which JavaScript reads as well.

The build writes the rules of all options into `tables.js`; a page checks by the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from pyface_web.errors import InputError, OptionsError
from pyface_web.values.given import items_of, plain_text
from pyface_web.values.numeric import as_number, as_whole, shown, unquoted, written
from pyface_web.wording import code

_SHOWN = 8  # items of a list that a message shows


@dataclass(frozen=True)
class Rule:
    """A number in a range, a list of such numbers, or a switch.

    expected, remedy: words of the error, after "expected" and after what was got.
    above, below: not these themselves; least, most: these too; None: no such limit. multiple_of:
    whole numbers, multiples of this. numbers: a list of so many numbers, 0 for any count. among:
    numbers from these, and at least one. switch: True or False. text: a text. choices: one of these
    texts. word: this text as well. optional: None as well.
    """

    expected: str
    remedy: str = ""
    above: float | None = None
    least: float | None = None
    below: float | None = None
    most: float | None = None
    multiple_of: int | None = None
    numbers: int | None = None
    among: tuple[float, ...] | None = None
    switch: bool = False
    text: bool = False
    choices: tuple[str, ...] | None = None
    word: str = ""
    optional: bool = False

    def check(self, where: str, value: object) -> Any:
        """The value as a plain one: bool, int, float or a tuple of float; else OptionsError."""
        if value is None and self.optional:
            return None
        if self.word and isinstance(value, str) and value == self.word:
            return self.word
        found = self._read(value)
        if found is None:
            remedy = f"; {self.remedy}" if self.remedy else ""
            if self._is_of_number and self._read(unquoted(value)) is not None:
                remedy = written(value)
            raise OptionsError(
                f"{where}: expected {code(self.expected)}, got {_shown(value)}{remedy}"
            )
        return found

    @property
    def _is_of_number(self) -> bool:
        return not (self.switch or self.choices or self.text) and self.numbers is None

    def _read(self, value: object) -> Any:
        if self.switch:
            return bool(value) if isinstance(value, bool | np.bool_) else None
        if self.choices is not None:
            return value if isinstance(value, str) and value in self.choices else None
        if self.text:
            return plain_text(value) if isinstance(value, str) else None
        if self.numbers is None:
            return self._number(value)
        try:
            items = items_of(value, "numbers")
        except InputError:
            return None
        found = tuple(self._number(item) for item in items)
        right = None not in found and self.numbers in (0, len(found)) and (found or not self.among)
        return found if right else None

    def _number(self, value: object) -> float | int | None:
        number = as_number(value) if self.multiple_of is None else as_whole(value)
        if number is None or (self.multiple_of and number % self.multiple_of):
            return None
        inside = (
            (self.above is None or number > self.above)
            and (self.least is None or number >= self.least)
            and (self.below is None or number < self.below)
            and (self.most is None or number <= self.most)
            and (self.among is None or number in self.among)
        )
        return number if inside else None


def probability(
    remedy: str = "leave it out for the default, or use 0.01 to keep nearly all",
) -> Rule:
    """A number between 0 and 1, and neither."""
    return Rule("a number above 0 and below 1", remedy, above=0, below=1)


def count(multiple_of: int = 1, most: int | None = None) -> Rule:
    """A positive whole number, or multiple of one; at most so many."""
    kind = "whole number" if multiple_of == 1 else f"multiple of {multiple_of}"
    limit = "" if most is None else f" up to {most}"
    return Rule(f"a positive {kind}{limit}", least=1, most=most, multiple_of=multiple_of)


SWITCH = Rule("True or False", switch=True)
NUMBER = Rule("a finite number")
LENGTH = Rule("a number of pixels, at least 0", least=0)
TEXT = Rule("text", text=True)
COLOR = Rule("text, a CSS colour", text=True)


def one_of(*choices: str) -> Rule:
    """One of some texts."""
    return Rule(f"one of {', '.join(choices)}", choices=choices)


def _shown(value: object) -> str:
    """As `shown`, and short lists item by item."""
    if type(value) in (list, tuple) and len(value) <= _SHOWN:  # type: ignore[arg-type]
        return f"[{', '.join(map(shown, value))}]"  # type: ignore[call-overload]
    return shown(value)


def option(default: Any, rule: Rule) -> Any:
    """A field of an options dataclass."""
    return field(default=default, metadata={"rule": rule})


def rules(options: Any) -> dict[str, Rule]:
    """Name -> rule of the options of a dataclass, or of an object of one."""
    return {part.name: part.metadata["rule"] for part in fields(options) if "rule" in part.metadata}


def check_all(options: Any) -> None:
    """Check all options of an object that is being made, and keep them as plain values."""
    for name, rule in rules(options).items():
        found = rule.check(f"{type(options).__name__}.{code(name)}", getattr(options, name))
        object.__setattr__(options, name, found)
