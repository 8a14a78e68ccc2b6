"""Packages of Node that tests need: installed once for each lockfile, into the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from pyface_files.disk import on_disk, remove, sha256
from pyface_files.progress import Reporter, Silent

from .assets import cache_folder
from .errors import NodePackagesError

_FILES = ("package.json", "package-lock.json")
_OPTIONS = ("--ignore-scripts", "--engine-strict", "--no-audit", "--no-fund", "--loglevel=error")
_NOISE = re.compile(r"npm error$|A complete log of this run|code [A-Z]")  # around what it says
_TIME_LIMIT_SECONDS = 900
_DONE = "installed.stamp"


def node_packages(folder: Path, reporter: Reporter | None = None) -> Path:
    """The `node_modules` that the lockfile in a folder describes, in the cache.

    Raises NodePackagesError where npm is missing or fails, as it does where one of them or
    the folder's package.json wants a newer Node.
    """
    contents = {name: (folder / name).read_bytes() for name in _FILES}
    digest = sha256(b"".join(contents.values()))
    place = cache_folder() / "node" / digest[:16]
    npm = shutil.which("npm")
    if npm is None:  # also where the packages are there: they are of no use without Node
        raise NodePackagesError("npm is missing; it comes with Node")
    if (place / _DONE).exists():
        return place / "node_modules"
    (reporter or Silent()).note(f"Installing the packages of {folder.name}/package.json")
    with on_disk(place):
        remove(place)
        place.mkdir(parents=True)
        for name, content in contents.items():
            (place / name).write_bytes(content)
    try:
        result = subprocess.run(
            [os.path.abspath(npm), "ci", *_OPTIONS],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NodePackagesError(f"npm gave no answer within {_TIME_LIMIT_SECONDS} s") from None
    if result.returncode != 0:
        lines = [line.removeprefix("npm error ") for line in result.stderr.splitlines()]
        said = " ".join(line for line in lines if not _NOISE.match(line))[:300] or "it said nothing"
        raise NodePackagesError(f"npm ended with status {result.returncode}: {said}")
    (place / _DONE).touch()
    return place / "node_modules"
