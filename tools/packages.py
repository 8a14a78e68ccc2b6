"""The packages that others install: the wheel and the npm package, both of one version."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyface_files.disk import on_disk
from pyface_files.progress import Reporter

from .dist import build_dist
from .npm.build import build_package


def build_packages(root: Path, reporter: Reporter) -> list[Path]:
    """Write them into output/packages/, which holds nothing else afterwards."""
    dist = build_dist(root, reporter)
    out = root / "output" / "packages"
    with on_disk(out):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        wheel = next((dist / "wheels").glob("*.whl"))
        shutil.copy2(wheel, out)
    return [out / wheel.name, build_package(root, dist, out)]
