#!/usr/bin/env python3
"""One command each: serve, build, test, detect, bench. Needs Python 3.11 or newer, nothing else.

Try `python3 build.py serve`, and `python3 build.py --help` for the rest.
"""

import sys

if __name__ == "__main__" and __spec__ is not None:
    # `python -m build` here finds this file before the package that makes wheels, and means that.
    from tools.other_build import hand_over

    hand_over()

if sys.version_info < (3, 11):  # noqa: UP036  (the reader may have an older one)
    sys.exit(
        "build.py needs Python 3.11 or newer; this is Python "
        + sys.version.split()[0]
        + ". Run it with a newer one, for example: python3.12 build.py serve"
    )

from tools.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
