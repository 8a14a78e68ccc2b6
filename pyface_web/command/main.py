"""What the command is called with, and how it ends.

Exit status: 0 all is well, 1 a file or the whole could not be done, 2 it was called wrongly.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pyface_files.errors import FilesError
from pyface_web import __version__
from pyface_web.command import detect, models
from pyface_web.command.encoding import let_output_take_any_name
from pyface_web.errors import PyfaceError

FAILED = 1
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, by default those of the process; its exit status."""
    arguments = build_parser().parse_args(argv)
    let_output_take_any_name()
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except (PyfaceError, FilesError) as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:  # whoever reads has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return FAILED


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="pyface-web",
        description="Faces in pictures, found on this machine: nothing is sent anywhere.",
        epilog="Start with: pyface-web detect photo.jpg. Each command has its own --help.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"pyface_web {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (detect, models):
        command.add_to(commands)
    return parser
