"""`pyface-web models`: which weights there are, where they are looked for, and getting them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyface_files.progress import Console, amount
from pyface_files.table import Asset, Table
from pyface_web.command.options import Commands, add_command
from pyface_web.models.architecture import Architecture
from pyface_web.pipeline.nets import nets
from pyface_web.weights import published


def add_to(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "models",
        "list or download the weights of the nets",
        "Which weights are published, where this machine looks for them, and how to have them here "
        "before they are needed, or on a machine without a network.",
        "pyface-web models list\n"
        "pyface-web models fetch\n"
        "pyface-web models fetch ssd_mobilenetv1 face_landmark_68 --to models",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the nets, their sizes, and which of them are here")
    listing.set_defaults(run=_list)
    where = actions.add_parser("where", help="the folders that are looked into, in this order")
    where.set_defaults(run=_where)
    fetch = actions.add_parser("fetch", help="download weights that are not here")
    fetch.set_defaults(run=_fetch)
    names = [net.model_option for net in _published(published.read_models())]
    fetch.add_argument(
        "nets",
        nargs="*",
        metavar="NET",
        help=f"which, of: {', '.join(names)} (default: all)",
    )
    fetch.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="into this folder, to be carried to another machine and named there in "
        f"{published.VARIABLE} (default: the cache)",
    )
    fetch.set_defaults(error=fetch.error)


def _published(table: Table) -> Iterator[Architecture]:
    for net in nets.values():
        if published.files_of(net.architecture.model_name, table):
            yield net.architecture


def _list(arguments: argparse.Namespace) -> int:
    table = published.read_models()
    for net in _published(table):
        files = published.files_of(net.model_name, table)
        size = amount(sum(asset.size for asset in files))
        print(f"{net.model_option:22} {size:>8}  {_place(net, files)}")
    return 0


def _place(net: Architecture, files: list[Asset]) -> str:
    """Where weights would be loaded from now."""
    for folder in published.own_folders():
        if published.has(folder, net.model_name):
            return str(folder)
    cache = published.cache_folder()
    return str(cache) if published.is_in(cache, files) else "not here; downloaded when asked for"


def _where(arguments: argparse.Namespace) -> int:
    for folder in published.own_folders():
        print(f"{folder}{'' if folder.is_dir() else '  (is not there)'}")
    print(published.cache_folder())
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    table = published.read_models()
    known = {net.model_option: net for net in _published(table)}
    unknown = [name for name in arguments.nets if name not in known]
    if unknown:
        arguments.error(f"unknown net {unknown[0]!r}; expected some of: {', '.join(known)}")
    wanted = [known[name] for name in arguments.nets or known]
    files = [asset for net in wanted for asset in published.files_of(net.model_name, table)]
    if arguments.to is None:  # the cache keeps whatever comes along in a package
        folder = published.cache_folder()
    else:
        folder, table = arguments.to, replace(table, assets=tuple(files))
    published.fetch(files, folder, table, Console(sys.stderr))
    print(folder)
    return 0
