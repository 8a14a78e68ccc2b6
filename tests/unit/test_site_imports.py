"""Modules of the site import one way, as those of the package do; read from their text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.integrity import HASHES, LOADER, PARTS, Modules, imports_of

SITE = Path(__file__).resolve().parents[2] / "site"
FILES = {path.relative_to(SITE).as_posix(): path for path in sorted(SITE.rglob("*.js"))}

# Folder, or file beside them -> what it may import, all of it from rows above. The longest name
# that fits counts; files of a folder see each other, but for those that have a row of their own.
# bridge.js, host.js, clock.js, tables.js, hashes.js and pyscript/ are put beside them by the build.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bridge.js": (),
    "host.js": (),
    "clock.js": (),
    "tables.js": (),
    "hashes.js": (),
    "pyscript": (),
    "as_file.js": (),
    "faceapi/values": ("tables.js",),
    "load": ("bridge.js", "clock.js", "tables.js", "hashes.js", "faceapi/values"),
    "faceapi/page": ("clock.js", "tables.js", "load", "faceapi/values"),
    "faceapi/compat": ("faceapi/values", "faceapi/page"),
    "faceapi/calls": ("tables.js", "load", "faceapi/values", "faceapi/page", "faceapi/compat"),
    "faceapi/face.js": (
        "load",
        "faceapi/values",
        "faceapi/page",
        "faceapi/compat",
        "faceapi/calls",
    ),
    "worker": ("bridge.js", "tables.js", "load", "faceapi"),
    "pyface.js": ("tables.js", "hashes.js", "load", "faceapi", "worker"),
    "offline.js": ("tables.js", "load"),
    "sw.js": ("load",),
    "page": ("pyface.js", "offline.js"),
    "demos": (
        "bridge.js",
        "clock.js",
        "host.js",
        "pyscript",
        "load",
        "pyface.js",
        "offline.js",
        "page",
    ),
    "ops": ("pyface.js", "offline.js", "page"),
    "docs": ("faceapi", "offline.js"),
}


def imports(name: str) -> list[str]:
    """Files that a module imports by a relative address, statically or not."""
    return imports_of(name, FILES[name].read_text("utf-8"))


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}/")


def row_of(name: str) -> str | None:
    return max((part for part in MAY_IMPORT if within(name, part)), key=len, default=None)


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_what_its_folder_may(name: str) -> None:
    row = row_of(name)
    assert row is not None, f"{name} has no row in MAY_IMPORT"
    allowed = (*MAY_IMPORT[row], row)
    wrong = [other for other in imports(name) if not any(within(other, part) for part in allowed)]
    assert not wrong, f"{name} may only import {', '.join(allowed)}"


def test_rows_only_name_rows_above_their_own() -> None:
    above: list[str] = []
    for row, allowed in MAY_IMPORT.items():
        for part in allowed:
            assert part in above or any(within(known, part) for known in above), (row, part)
        above.append(row)


def test_no_circle() -> None:
    todo = {name: {other for other in imports(name) if other in FILES} for name in FILES}
    while free := [name for name, needs in todo.items() if not needs & todo.keys()]:
        for name in free:
            del todo[name]
    assert not todo, f"these import each other: {', '.join(todo)}"


def test_the_loader_asks_for_all_that_it_needs_at_once() -> None:
    """A file that only another one names would be asked for a round trip later; and the loader is
    small, since nobody but the page can look at it."""
    modules = Modules({name: path.read_text("utf-8") for name, path in FILES.items()})
    assert set(modules.loader) == {LOADER, *imports(LOADER)}
    assert not any(name.startswith(("faceapi/", "worker/", "bridge.js")) for name in modules.loader)


def test_every_part_of_the_loader_is_in_the_list_of_parts() -> None:
    askers = (LOADER, "worker/page.js", "load/shared.js", "load/start.js")
    text = "".join((SITE / name).read_text("utf-8") for name in askers)
    ways = ('part("{}")', 'checkFor("{}"', 'importChecked("{}"')
    named = {n for n in (*FILES, "host.js") if any(way.format(n) in text for way in ways)}
    assert named == set(PARTS)


def test_what_is_imported_is_there() -> None:
    built = {"bridge.js", "clock.js", "host.js", "tables.js", HASHES, "pyscript/core.js"}
    missing = [(name, other) for name in FILES for other in imports(name)
               if other not in FILES and other not in built]  # fmt: skip
    assert not missing
    assert sum(map(len, map(imports, FILES))) > 100  # they are found
