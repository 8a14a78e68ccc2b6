#!/usr/bin/env python3
"""One command each: serve, build, test, detect, bench. Needs Python 3.11 or newer, nothing else.

Try `python3 build.py serve`, and `python3 build.py --help` for the rest.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (the reader may have an older one)
    sys.exit(
        "build.py needs Python 3.11 or newer; this is Python "
        + sys.version.split()[0]
        + ". Run it with a newer one, for example: python3.12 build.py serve"
    )

from tools.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
