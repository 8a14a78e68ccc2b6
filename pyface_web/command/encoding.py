"""How text is written to standard output and files: names of files do not all fit encodings."""

from __future__ import annotations

import codecs
import io
import os
import sys


def _bytes_or_escape(error: UnicodeError) -> tuple[str | bytes, int]:
    """In the place of one character: the byte that it has on disk, else backslash, u and a number.

    The first is for names that are no text in the encoding of the system, which Python reads so.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    at = error.start
    one = UnicodeEncodeError(error.encoding, error.object, at, at + 1, error.reason)
    try:
        return codecs.lookup_error("surrogateescape")(one)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(one)


codecs.register_error("pyface_web.bytes_or_escape", _bytes_or_escape)

# Names are no bytes elsewhere.
UNWRITABLE = "pyface_web.bytes_or_escape" if os.name == "posix" else "backslashreplace"
"""The error handler of streams, with which no text fails."""


def let_output_take_any_name() -> None:
    """Have standard output write, in the encoding that it has, whatever a file is called."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=UNWRITABLE)


def let_programs_read_utf8() -> None:
    """Have standard output written in UTF-8, as files are, where it is no terminal."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors=UNWRITABLE)
