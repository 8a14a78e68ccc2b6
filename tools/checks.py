"""The test command: environment, files, browsers, then lint, types and tests in this order."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pyface_files.fetcher import Fetcher
from pyface_files.progress import Reporter

from .assets import cache_folder, load_table
from .browser import ensure_browser, ensure_firefox, ensure_shell
from .dist import build_dist
from .environment import ensure_environment
from .errors import NodePackagesError
from .node_packages import node_packages
from .webkit import ensure_webkit

_LINT = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("mypy", ["mypy", "build.py", "pyface_web", "tools", "docs/examples/python/typed.py"]),
)
# Two processes by files, as many tests wait: for a video, a worker, a browser that starts.
_PYTEST = ("pytest", "-n", "2", "--no-loadscope-reorder")
# Modules that one process has compiled serve the others and the next run; images of Docker often
# forbid to keep them, and then each process compiles all tests anew.
_KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


def run_checks(
    root: Path, pytest_arguments: Sequence[str], reporter: Reporter, *, lint: bool = True
) -> int:
    """Run everything; returns the exit status of the first stage that fails, or 0."""
    python = ensure_environment(root, "dev", reporter)
    table = load_table()
    Fetcher(table, cache_folder(), reporter=reporter, python=str(python)).ensure(
        table.names("oracle")
    )
    build_dist(root, reporter)
    ensure_browser(python, reporter)
    ensure_shell(reporter)
    ensure_firefox(reporter)
    ensure_webkit(reporter)
    _ensure_node_packages(root, reporter)
    environment = {**os.environ, **_KEEP_BYTECODE}
    stages = [*(_LINT if lint else ()), ("pytest", [*_PYTEST, *pytest_arguments])]
    for title, module in stages:
        reporter.note(f"== {title}")
        status = subprocess.run([str(python), "-m", *module], cwd=root, env=environment).returncode
        if status != 0:
            reporter.note(f"error: {title} failed (exit status {status})")
            return status
    return 0


def _ensure_node_packages(root: Path, reporter: Reporter) -> None:
    """The compiler that the declarations are checked with, and bundlers; without npm, or with an
    old Node, their tests are left out."""
    for what, folder in (("with TypeScript", "types"), ("with bundlers", "bundlers")):
        try:
            node_packages(root / "tests" / folder, reporter)
        except NodePackagesError as error:
            reporter.note(f"Tests {what} are left out: {error}")
