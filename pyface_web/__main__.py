"""`python -m pyface_web`: the command, as `pyface-web` is once the package is installed."""

import sys

from pyface_web.command.main import main

if __name__ == "__main__":
    sys.exit(main())
