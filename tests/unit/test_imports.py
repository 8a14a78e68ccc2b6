"""Imports flow one way; read from the source, imports inside functions too."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "pyface_web"
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

# Module or package -> what of pyface_web it may import. The longest name that fits counts; modules
# of a row that is a package see each other. What has no row needs one, or a place in SEES_ALL.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    # values: what goes in and comes out
    "numeric": ("errors",),
    "geometry": ("errors", "numeric"),
    "options": ("errors",),
    "labeled_boxes": ("errors", "geometry", "numeric"),
    "landmarks": ("errors", "geometry", "numeric", "options", "results"),
    "expressions": ("errors",),
    "results": ("errors", "expressions", "geometry", "numeric", "landmarks"),
    "extensions": ("errors", "expressions", "geometry", "numeric", "landmarks", "results"),
    "assignment": (),
    "smoothing": ("errors",),
    "tracking": (
        "errors",
        "geometry",
        "numeric",
        "options",
        "results",
        "assignment",
        "smoothing",
        "decode.boxes",
    ),
    "matcher": ("errors", "numeric"),
    "calibration": ("errors", "matcher", "numeric"),
    "identities": ("errors", "matcher", "numeric"),
    "identity_file": ("errors", "identities", "matcher", "numeric"),
    "identity_store": (
        "errors",
        "identities",
        "identity_file",
        "matcher",
        "numeric",
        "dom.record_database",
        "dom.sealing",
        "weights.fetch",
    ),
    # what a face is judged by before its person is enrolled
    "head_pose": ("errors", "landmarks"),
    "sharpness": (),
    "quality": (
        "errors",
        "geometry",
        "head_pose",
        "landmarks",
        "numeric",
        "results",
        "sharpness",
        "dom.canvases",
        "dom.letterbox",
        "dom.source",
    ),
    "decode": ("errors", "geometry"),
    "arrays": ("errors", "numeric", "decode"),
    "utils": ("errors", "geometry", "numeric"),
    "yolo_config": ("errors", "geometry", "numeric"),
    "replaced": (),
    # the graph and its readers
    "graph": ("errors",),
    "models": ("errors", "graph"),
    "reference": ("errors", "graph"),
    "webgl": ("errors", "graph", "weights.shards"),  # to upload what was decoded
    # where a plan meets pictures and nets, and where the GPU is compared with the reference
    "webgl.backend": ("errors", "graph", "webgl", "net", "dom.source"),
    "webgl.self_test": ("errors", "graph", "webgl", "weights.shards", "reference"),
    "webgl.program_list": ("errors", "graph", "webgl", "models"),
    "debug": ("dom.letterbox", "geometry", "graph", "net", "webgl"),
    # weights
    "weights": ("errors", "graph.ops"),
    "weights.fetch": ("errors",),
    # the page
    "dom": (
        "errors",
        "geometry",
        "numeric",
        "labeled_boxes",
        "landmarks",
        "options",
        "results",
        "tracking",
        "weights.fetch",
    ),
    "dom.letterbox": ("errors", "geometry", "numeric"),
    "dom.source": ("errors",),
}
# What brings the parts together, and so may import any of them.
SEES_ALL = {
    "__init__", "api", "session", "tasks", "stages", "cascade", "neural_network", "net", "loading",
    "reference_backend", "live", "js_face",
}  # fmt: skip

PAGE = {"js", "pyodide", "pyodide_js", "pyface_bridge", "pyface_prefetch"}
MAY_SEE_THE_PAGE = ("webgl.bridge", "weights.fetch", "dom")
OPTIONAL = {"PIL": ("dom",)}


@dataclass(frozen=True)
class Import:
    """One imported name; late: inside a function, so only when it is called."""

    name: str
    line: int
    late: bool


def imports(path: Path) -> Iterator[Import]:
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

    return visit(ast.parse(path.read_text("utf-8")), False)


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
    if module in SEES_ALL:
        return
    own = module_name(module)
    row = row_of(own)
    assert row is not None, f"{own} has no row in MAY_IMPORT; which layer is it?"
    allowed = (*MAY_IMPORT[row], *((row,) if own != row else ()))
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


@pytest.mark.parametrize("later", ["PIL", "pyface_web.webgl.backend", "js"])
def test_importing_the_package_does_not_import(later):
    script = f"import pyface_web, sys; sys.exit({later!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=PACKAGE.parent).returncode == 0
