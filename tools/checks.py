"""The test command: environment, files, browsers, with lint and types beside them; then tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyface_files.fetcher import Fetcher
from pyface_files.progress import Reporter

from .assets import cache_folder, load_table
from .browser import ensure_browser, ensure_firefox, ensure_shell
from .dist import build_dist
from .environment import ensure_environment
from .errors import NodePackagesError
from .node_packages import node_packages
from .notebook_packages import notebook_packages
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
    """Run everything; returns the exit status of the first stage that fails, or 0.

    Lint and types need nothing but the environment, and a processor that the rest of the
    preparation leaves idle. What they say comes after it.
    """
    python = ensure_environment(root, "dev", reporter)
    with ThreadPoolExecutor(1) as beside:
        linted = beside.submit(_lint, python, root) if lint else None
        _prepare(root, python, reporter)
        for title, said, status in linted.result() if linted else ():
            reporter.note(f"== {title}\n{said.rstrip()}")
            if status != 0:
                return _failed(title, status, reporter)
    reporter.note("== pytest")
    command = [str(python), "-m", *_PYTEST, *pytest_arguments]
    status = subprocess.run(command, cwd=root, env={**os.environ, **_KEEP_BYTECODE}).returncode
    return _failed("pytest", status, reporter) if status else 0


def _failed(title: str, status: int, reporter: Reporter) -> int:
    reporter.note(f"error: {title} failed (exit status {status})")
    return status


def _lint(python: Path, root: Path) -> list[tuple[str, str, int]]:
    """Title, output and exit status of each stage, up to the first that fails."""
    results = []
    for title, module in _LINT:
        done = subprocess.run(
            [str(python), "-m", *module],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        results.append((title, done.stdout, done.returncode))
        if done.returncode != 0:
            break
    return results


def _prepare(root: Path, python: Path, reporter: Reporter) -> None:
    """Get and build all that tests use."""
    table = load_table()
    Fetcher(table, cache_folder(), reporter=reporter, python=str(python)).ensure(
        table.names("oracle", "marimo")
    )
    build_dist(root, reporter)
    ensure_browser(python, reporter)
    ensure_shell(reporter)
    ensure_firefox(reporter)
    ensure_webkit(reporter)
    _ensure_node_packages(root, reporter)
    notebook_packages(python, reporter)


def _ensure_node_packages(root: Path, reporter: Reporter) -> None:
    """The compiler that the declarations are checked with, and bundlers; without npm, or with an
    old Node, their tests are left out."""
    for what, folder in (("with TypeScript", "types"), ("with bundlers", "bundlers")):
        try:
            node_packages(root / "tests" / folder, reporter)
        except NodePackagesError as error:
            reporter.note(f"Tests {what} are left out: {error}")
