"""Weights that nobody gave an address of, where there is no page whose folder could have them.

    $PYFACE_WEB_MODELS -> models/ beside the package -> the cache of the user -> their sources

What comes from the sources is checked by SHA-256, stays in the cache, and is loaded from there.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pyface_files.disk import on_disk
from pyface_files.errors import AssetsUnavailableError, FilesError
from pyface_files.fetcher import Fetcher, by_name
from pyface_files.lock import locked
from pyface_files.progress import Console, Progress as FilesProgress, Reporter, Silent
from pyface_files.table import MODELS_FILE, Asset, Table, UrlSource, read_table
from pyface_web.errors import WeightsNotFoundError
from pyface_web.models.architecture import Architecture
from pyface_web.weights.addresses import file_in, scheme_of
from pyface_web.weights.fetch import OnProgress, Progress
from pyface_web.wording import code

VARIABLE = "PYFACE_WEB_MODELS"
"""Names a folder that is looked into first, or the address, http or https, of a folder that has the
files and is asked in the place of their sources."""


def chosen() -> str:
    """What the environment variable says; "" where it is not set."""
    return os.environ.get(VARIABLE, "").strip()


def _is_mirror(place: str) -> bool:
    return scheme_of(place) in ("http", "https")


def own_folders() -> list[Path]:
    """Where a user, or whoever packs an application, puts weights: looked into in this order."""
    beside = Path(__file__).resolve().parents[2] / "models"
    place = chosen()
    return [beside] if not place or _is_mirror(place) else [Path(place), beside]


def cache_folder() -> Path:
    """Where downloads stay: a folder of the user's cache, as the system has it."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "pyface_web" / "models"


def read_models() -> Table:
    """The weight files that are published, with the addresses that are to be asked for them."""
    table = read_table(MODELS_FILE)
    place = chosen()
    if not _is_mirror(place):
        return table
    mirrored = (
        replace(asset, sources=(UrlSource(file_in(place, by_name(asset))),)) for asset in table
    )
    return replace(table, assets=tuple(mirrored))


def files_of(model_name: str, table: Table) -> list[Asset]:
    """The files of a net, its manifest first; none where its weights are not published."""
    return [asset for asset in table if by_name(asset).startswith(f"{model_name}-")]


def has(folder: Path, model_name: str) -> bool:
    """Whether a folder of the user's own has the weights of a net: its manifest decides."""
    return (folder / f"{model_name}-weights_manifest.json").is_file()


def is_in(folder: Path, files: Iterable[Asset]) -> bool:
    """Whether a folder has these files, with the bytes that they are to have."""
    fetcher = Fetcher(Table(tuple(files), {}), folder, name_of=by_name)
    return all(map(fetcher.has, files))


async def find(architecture: Architecture, on_progress: OnProgress | None = None) -> Path:
    """The folder with the weights of a net, which are downloaded if they are nowhere.

    Raises WeightsNotFoundError, which says where to put them, where no source gives them.
    """
    loop = asyncio.get_running_loop()

    def tell(step: Progress) -> None:
        loop.call_soon_threadsafe(on_progress or (lambda _: None), step)

    return await asyncio.to_thread(_found, architecture, tell if on_progress else None)


def _found(architecture: Architecture, tell: OnProgress | None) -> Path:
    for folder in own_folders():
        if has(folder, architecture.model_name):
            return folder
    table = read_models()
    files = files_of(architecture.model_name, table)
    if not files:
        places = ", ".join(map(str, own_folders()))
        raise WeightsNotFoundError(
            f"{_named(architecture)}: its weights are not published, so they are yours to bring, "
            f"and {architecture.model_name}-weights_manifest.json is in none of {places}; pass the "
            f"folder that they are in: {_load(architecture)}"
        )
    try:
        cache = cache_folder()
        if not is_in(cache, files):
            fetch(files, cache, table, Told(tell, files) if tell else _on_terminal())
    except (FilesError, RuntimeError) as error:  # RuntimeError: the user has no folder at all
        raise _not_found(architecture, files, error) from error
    return cache


def _on_terminal() -> Reporter:
    """Nothing is said where nobody looks: in a log, or beside the output of a program."""
    return Console() if sys.stderr.isatty() else Silent()


def fetch(files: Iterable[Asset], folder: Path, table: Table, reporter: Reporter) -> None:
    """Download what a folder lacks of these files. Raises a FilesError."""
    with on_disk(folder), locked(folder / ".lock"):
        fetcher = Fetcher(table, folder, name_of=by_name, reporter=reporter)
        try:
            fetcher.ensure([asset.name for asset in files])
            for name in ("archives", "parts"):  # of packages and files on their way
                with suppress(OSError):
                    (folder / name).rmdir()
        finally:
            if isinstance(reporter, Console):
                reporter.close()


def _not_found(
    architecture: Architecture, files: list[Asset], error: Exception
) -> WeightsNotFoundError:
    said = str(error)
    if isinstance(error, AssetsUnavailableError) and error.answers:
        first, answers = next(iter(error.answers.items()))
        said = f"no source gives {first.rpartition('/')[2]}: {'; '.join(answers)}"
    names = ", ".join(by_name(asset) for asset in files)
    return WeightsNotFoundError(
        f"{_named(architecture)}: its weights are not on this machine, and could not be "
        f"downloaded.\nLooked for in: {', '.join(map(str, own_folders()))}, and the cache.\n"
        f"Asked for: {said}.\nWhat to do: check the network; or, where there is one, have "
        f"`pyface-web models fetch --to FOLDER` get {names}, bring that folder here, and name it "
        f"in the environment variable {VARIABLE}, or in the call: {_load(architecture)}"
    )


def _named(architecture: Architecture) -> str:
    return code(f"nets.{architecture.name}")


def _load(architecture: Architecture) -> str:
    load = architecture.loader or f"nets.{architecture.name}.load"
    return code(f"await faceapi.{load}('/models')")


class Told:
    """Reports steps of downloads as `Progress`: in bytes of the weights, as loading counts them."""

    def __init__(self, tell: OnProgress, files: Iterable[Asset]) -> None:
        self._tell = tell
        self._total = sum(asset.size for asset in files if not asset.manifest_paths)

    def note(self, text: str) -> None:
        """Drop the text."""

    def step(self, progress: FilesProgress) -> None:
        """Tell how many bytes there are by now."""
        loaded = min(progress.done + progress.loaded, self._total)
        self._tell(Progress(loaded, self._total, progress.file))
