"""A folder with Pyodide, packages as wheels, and the lock file by which it finds them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Collection, Iterable
from email.parser import Parser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyface_files.disk import sha256

_LOCK = "pyodide-lock.json"
_THERE = {"sys_platform": "emscripten", "os_name": "posix", "python_version": "3.14", "extra": ""}


def write_runtime(folder: Path, runtime: Iterable[Path], wheels: Path) -> None:
    """Fill a folder with files of Pyodide, its lock file and packages among them, and with all
    wheels of another, which the lock file then has, too."""
    folder.mkdir(parents=True)
    for file in (*runtime, *wheels.glob("*.whl")):
        shutil.copy(file, folder)
    lock = json.loads((folder / _LOCK).read_text("utf-8"))
    names = {_name_of(wheel): wheel for wheel in wheels.glob("*.whl")}
    known = {*lock["packages"], *names}
    lock["packages"] |= {name: _package(wheel, known) for name, wheel in names.items()}
    (folder / _LOCK).write_text(json.dumps(lock), "utf-8")


def _name_of(wheel: Path) -> str:
    return canonicalize_name(wheel.name.split("-")[0])


def _package(wheel: Path, known: Collection[str]) -> dict[str, Any]:
    """What the lock file says of a wheel; dependencies that there are no wheels of are left out."""
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        facts = Parser().parsestr(files.read(metadata).decode())
    wanted = [Requirement(text) for text in facts.get_all("Requires-Dist", ())]
    here = [one for one in wanted if one.marker is None or one.marker.evaluate(_THERE)]
    tops = {Path(name).parts[0] for name in names if name.endswith((".py", ".so"))}
    return {
        "name": facts["Name"],
        "version": facts["Version"],
        "file_name": wheel.name,
        "sha256": sha256(wheel.read_bytes()),
        "install_dir": "site",
        "package_type": "package",
        "imports": sorted(top.partition(".")[0] for top in tops if "-" not in top),
        "depends": sorted({canonicalize_name(one.name) for one in here} & {*known}),
        "unvendored_tests": False,
    }
