"""How a command is declared, and what the values of its options may be."""

from __future__ import annotations

import argparse
import textwrap
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    commands: Commands, name: str, short: str, long: str, examples: str
) -> argparse.ArgumentParser:
    """A command with its help."""
    return commands.add_parser(
        name,
        help=short,
        description=textwrap.fill(long, 78),
        epilog=f"examples:\n{textwrap.indent(examples, '  ')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def count(text: str) -> int:
    """A whole number from 1 on."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, not {value}")
    return value


def input_size(text: str) -> int:
    """The side of a square that the tiny detector can see."""
    value = _whole(text)
    if value < 32 or value % 32:
        raise argparse.ArgumentTypeError(f"expected a multiple of 32, not {value}")
    return value


def fraction(text: str) -> float:
    """A number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and below 1, not {text!r}")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from None
