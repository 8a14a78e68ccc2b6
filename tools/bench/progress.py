"""What is being measured, said while it is."""

from __future__ import annotations

import sys


def note(text: str) -> None:
    """One line on standard error; the tables alone go to standard output."""
    print(f"  measuring {text}", file=sys.stderr, flush=True)
