"""The packages that others install: the wheel and the npm package, both of one version."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyface_files.disk import on_disk

from .npm.build import build_package

FOLDER = Path("output", "packages")


def build_packages(root: Path, dist: Path, out: Path) -> list[Path]:
    """The wheel and the npm package, in a folder that holds nothing else afterwards.

    dist: as build_dist left it, out of whose files both are.
    """
    with on_disk(out):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        wheel = next((dist / "wheels").glob("*.whl"))
        shutil.copy2(wheel, out)
    return [out / wheel.name, build_package(root, dist, out)]
