"""The table of third-party files (assets.json) as frozen values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE_FILE = Path(__file__).with_name("assets.json")


@dataclass(frozen=True)
class UrlSource:
    """The file itself at an address."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class ArchiveSource:
    """A member of a registry package's archive, or a part of it.

    registry: 'npm' or 'pypi'. spec: the package as its client takes it ('NAME@VER', 'NAME==VER').
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
        return f"{self.registry} {self.spec}, {self.member}"


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


def load_table(path: Path = TABLE_FILE) -> Table:
    """Read a table file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Table(tuple(_asset(row) for row in raw["files"]), dict(raw.get("archive_bytes", {})))


def _asset(row: Mapping[str, Any]) -> Asset:
    return Asset(
        name=row["name"],
        size=row["bytes"],
        sha256=row["sha256"],
        sources=tuple(_source(source) for source in row["sources"]),
        manifest_paths=tuple(row.get("manifest_paths", ())),
    )


def _source(row: Mapping[str, Any]) -> Source:
    if "url" in row:
        return UrlSource(row["url"])
    if "tensors" in row:
        return TensorSource(tuple((name, tuple(shape)) for name, shape in row["tensors"].items()))
    registry = "npm" if "npm" in row else "pypi"
    cut = row.get("slice")
    return ArchiveSource(
        registry=registry,
        spec=row[registry],
        member=row["member"],
        cut=(cut[0], cut[1]) if cut else None,
        member_sha256=row.get("member_sha256"),
        arrays=tuple(row.get("npy", ())),
    )
