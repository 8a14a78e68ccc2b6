"""Tables of third-party files, JSON, as frozen values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .archives import WHOLE

MODELS_FILE = Path(__file__).with_name("models.json")
"""The weights that are published."""

_CDN = "https://cdn.jsdelivr.net/npm"  # has the files of packages one by one


@dataclass(frozen=True)
class UrlSource:
    """The file itself at an address, or a part of what is there: its bytes [start, end)."""

    url: str
    cut: tuple[int, int] | None = None

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class ArchiveSource:
    """A member of a registry package's archive, a part of one, or the archive itself.

    registry: 'npm' or 'pypi'. spec: the package as its client takes it ('NAME@VER', 'NAME==VER').
    member: its name in the archive, WHOLE for all of the archive as it was downloaded.
    cut: byte range [start, end) of the member. arrays: keys of a pickled NumPy file whose arrays
    are laid end to end; only read when the member's hash is member_sha256.
    """

    registry: str
    spec: str
    member: str
    cut: tuple[int, int] | None = None
    member_sha256: str | None = None
    arrays: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.registry} {self.spec}, {self.member or 'the archive'}"


@dataclass(frozen=True)
class TensorSource:
    """A weights manifest made here from names and shapes, all float32."""

    tensors: tuple[tuple[str, tuple[int, ...]], ...]

    def __str__(self) -> str:
        return "the tensor list of the table"


Source = UrlSource | ArchiveSource | TensorSource


@dataclass(frozen=True)
class Asset:
    """One file: where it goes in dist/, what it must be, and where it can come from.

    manifest_paths: set for a weights manifest; names its shards (see manifests.py).
    """

    name: str
    size: int
    sha256: str
    sources: tuple[Source, ...]
    manifest_paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """All files, and the sizes of the archives some of them come in (for the progress line)."""

    assets: tuple[Asset, ...]
    archive_sizes: Mapping[str, int]

    def __iter__(self) -> Iterator[Asset]:
        return iter(self.assets)

    def __getitem__(self, name: str) -> Asset:
        for asset in self.assets:
            if asset.name == name:
                return asset
        known = ", ".join(sorted(asset.name for asset in self.assets))
        raise KeyError(f"{name!r} is not in the table of third-party files; it has: {known}")

    def names(self, *folders: str) -> list[str]:
        """Names of the files under these folders ('models', 'oracle'), in the table's order."""
        return [asset.name for asset in self.assets if asset.name.split("/")[0] in folders]


def read_table(*files: Path) -> Table:
    """The rows of these files, one after the other."""
    assets: list[Asset] = []
    sizes: dict[str, int] = {}
    for file in files:
        raw = json.loads(file.read_text(encoding="utf-8"))
        assets += [_asset(row) for row in raw["files"]]
        sizes |= raw["archive_bytes"]
    return Table(tuple(assets), sizes)


def _asset(row: Mapping[str, Any]) -> Asset:
    return Asset(
        name=row["name"],
        size=row["bytes"],
        sha256=row["sha256"],
        sources=tuple(dict.fromkeys(s for source in row["sources"] for s in _sources(source))),
        manifest_paths=tuple(row.get("manifest_paths", ())),
    )


def _sources(row: Mapping[str, Any]) -> Iterator[Source]:
    """The source that a row names, behind the one that follows from it."""
    if "url" in row:
        yield UrlSource(row["url"])
        return
    if "tensors" in row:
        yield TensorSource(tuple((name, tuple(shape)) for name, shape in row["tensors"].items()))
        return
    registry = "npm" if "npm" in row else "pypi"
    found = row.get("slice")
    cut = (found[0], found[1]) if found else None
    member = row.get("member", WHOLE)
    if registry == "npm" and member != WHOLE:
        yield UrlSource(f"{_CDN}/{row[registry]}/{member}", cut)
    yield ArchiveSource(
        registry=registry,
        spec=row[registry],
        member=member,
        cut=cut,
        member_sha256=row.get("member_sha256"),
        arrays=tuple(row.get("npy", ())),
    )
