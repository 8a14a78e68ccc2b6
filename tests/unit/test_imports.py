"""Imports flow one way; read from the source, imports inside functions too."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "pyface_web"
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

# Folder, or file beside them -> what of pyface_web it may import, all of it from rows above. The
# modules of a folder see each other, but for those inside it that have a row of their own.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "wording": (),
    "host": ("errors", "wording"),
    "values": ("errors", "wording", "host"),
    "loops": ("errors", "host"),
    "blocking": ("errors", "host", "loops"),
    "waits": ("errors", "wording", "host", "values"),
    "graph": ("errors",),
    "models": ("errors", "wording", "values", "graph"),
    "weights": ("errors", "wording", "host", "values", "waits", "graph", "models"),
    "pictures": ("errors", "wording", "host", "values", "waits", "weights"),
    "engine.javascript": (),
    "engine": (
        "errors", "wording", "host", "values", "loops", "waits", "graph", "models", "weights",
        "pictures",
    ),
    "pipeline": (
        "errors", "wording", "host", "values", "loops", "blocking", "models", "weights", "pictures",
        "engine",
    ),
    "draw": ("errors", "wording", "host", "values", "pictures"),
    "video": (
        "errors", "wording", "host", "values", "loops", "waits", "models", "pictures",
        "engine.javascript", "pipeline", "draw",
    ),
    "people": ("errors", "wording", "host", "values", "loops", "waits", "pictures", "pipeline"),
    "compat": ("errors", "wording", "host", "values", "models", "pictures"),
}  # fmt: skip
SEES_ALL = {"__init__", "__main__", "api", "command", "messages", "sync", "twins"}

PAGE = {
    "js", "pyodide", "pyodide_js",
    "pyface_bridge", "pyface_clock", "pyface_fastest", "pyface_host", "pyface_prefetch",
    "pyface_rest",
}  # fmt: skip
MAY_SEE_THE_PAGE = (
    "host",
    "blocking",
    "waits",
    "engine.fastest",
    "engine.javascript",
    "engine.wasm.host",
    "engine.webgl.bridge",
    "weights.addresses",
    "weights.fetch",
    "pictures",
    "draw.overlay",
    "draw.placement",
    "video",
    "people",
)
OUTSIDE_OF_PAGES = ("command", "weights.published")
OPTIONAL = {
    "PIL": ("draw", "pictures"),
    "onnxruntime": ("engine.onnx", "people.index"),  # there as it cannot follow usearch
    "usearch": ("people.index",),
}


@dataclass(frozen=True)
class Import:
    """One imported name; late: inside a function, so only when it is called."""

    name: str
    line: int
    late: bool


@cache
def imports(path: Path) -> tuple[Import, ...]:
    def visit(node: ast.AST, late: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, late)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            for alias in node.names:
                yield Import(f"{node.module}.{alias.name}", node.lineno, late)
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, late or inside)

    return tuple(visit(ast.parse(path.read_text("utf-8")), False))


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def row_of(module: str) -> str | None:
    """The longest name of the table that the module lies in."""
    return max((part for part in MAY_IMPORT if within(module, part)), key=len, default=None)


def module_name(module: str) -> str:
    return module.removesuffix(".__init__")


every_file = pytest.mark.parametrize("module", FILES)


@every_file
def test_imports_of_the_package(module):
    if module.partition(".")[0] in SEES_ALL:
        return
    own = module_name(module)
    row = row_of(own)
    assert row is not None, f"{own} has no row in MAY_IMPORT; which layer is it?"
    allowed = (*MAY_IMPORT[row], row)
    wrong = [
        f"line {found.line}: {found.name}"
        for found in imports(FILES[module])
        if within(found.name, "pyface_web")
        and not any(within(found.name, f"pyface_web.{part}") for part in allowed)
    ]
    assert not wrong, f"{own} may only import {', '.join(allowed) or 'nothing'} of the package"


@every_file
def test_imports_of_others(module):
    """Only the edges see the page, and then late, so that all of it imports in CPython."""
    own = module_name(module)
    for found in imports(FILES[module]):
        top = found.name.split(".")[0]
        where = f"{own}, line {found.line}: {found.name}"
        if top in PAGE:
            assert any(within(own, part) for part in MAY_SEE_THE_PAGE), where
            assert found.late, f"{where} at import, which fails in CPython"
        elif top == "pyface_files":  # which pages have no use for
            assert any(within(own, part) for part in OUTSIDE_OF_PAGES), where
        elif top in OPTIONAL:
            assert any(within(own, part) for part in OPTIONAL[top]), where
            assert found.late, f"{where} at import, but it is optional"
        else:
            assert top in sys.stdlib_module_names | {"numpy", "pyface_web"}, where


def test_the_table_names_what_exists():
    names = {module_name(module) for module in FILES}
    for part in (*MAY_IMPORT, *(p for row in MAY_IMPORT.values() for p in row)):
        assert any(within(name, part) for name in names), part
    assert {name for name in SEES_ALL if name != "__init__"} <= names
    assert not any(
        within(found.name, "pyface_web.command")
        for module in names - {"__main__"}
        if not within(module, "command")
        for found in imports(FILES[module if module in FILES else f"{module}.__init__"])
    ), "the package does without its command"


def test_rows_only_name_rows_above_their_own():
    rows = list(MAY_IMPORT)
    for place, row in enumerate(rows):
        assert set(MAY_IMPORT[row]) <= set(rows[:place]), row


def test_no_circle():
    """Imports inside functions count, too: one of them must not hide a circle."""
    names = {module_name(module) for module in FILES}
    todo = {
        module_name(module): {
            part
            for found in imports(path)
            if (part := module_of(found.name, names)) and part != module_name(module)
        }
        for module, path in FILES.items()
    }
    while free := [name for name, needs in todo.items() if not needs & todo.keys()]:
        for name in free:
            del todo[name]
    assert not todo, f"these import each other: {', '.join(todo)}"


def module_of(imported: str, names: set[str]) -> str | None:
    """The module of the package that an imported name is, or lies in."""
    parts = imported.split(".")[1:] if within(imported, "pyface_web") else []
    known = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in known if name in names), None)


def test_importing_the_package_does_not_import_what_is_needed_later():
    later = {"PIL", "pyface_files", "pyface_web.engine.webgl.backend", "js", "onnxruntime"}
    script = f"import pyface_web, sys; print(*{later!r} & sys.modules.keys())"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=PACKAGE.parent, stdout=subprocess.PIPE, check=True, text=True)
    assert run.stdout.strip() == ""
