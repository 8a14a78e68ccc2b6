"""Write pyface_web/sync.pyi: what `pyface_web.sync` makes when it is imported, for type checkers.

python -m tools.sync_stub

Signatures and docstrings are taken from the source of the functions that are awaited.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pyface_web
from pyface_web import twins
from pyface_web.pipeline.tasks import AllFacesTask, ComposableTask
from tools.plain_examples import plain

PATH = Path(pyface_web.__file__).with_name("sync.pyi")
_BEGIN = '''\
"""The same names without `await`; written by tools/sync_stub.py."""

'''
# What an asynchronous member is called where it is not.
_PLAIN = {"__anext__": "__next__", "__aiter__": "__iter__", "__aenter__": "__enter__"}
_LIST = """\
    def __iter__(self: AllFacesTask[list[F]]) -> Iterator[F]: ...
    def __len__(self) -> int: ...
    def __getitem__(self: AllFacesTask[list[F]], index: int) -> F: ...
"""


class _Stub:
    """The text that is being written, and what it needs to import."""

    def __init__(self) -> None:
        self.twins = {kind.__name__ for kind in _twins()}
        self.imports: dict[str, str] = {}
        self.variables: dict[str, str] = {}

    def text(self) -> str:
        parts = [self._class(kind) for kind in _twins()]
        parts.append(self._nets())
        made, others = twins.made(), []
        for name in twins.names():
            value = vars(pyface_web)[name]
            if value is made[name]:
                self._import("pyface_web", f"{name} as {name}")
            elif inspect.isfunction(value) or inspect.isclass(value):
                is_other = name != value.__name__
                others += [f"{name} = {value.__name__}\n"] if is_other else []
                is_new = not is_other and inspect.isfunction(value)
                parts += [self._function(value)] if is_new else []
        imports = "".join(sorted(self.imports.values()))
        variables = "".join(self.variables.values())
        starred = f"__all__ = {pyface_web.__all__}\n"
        return f"{_BEGIN}{imports}\n{starred}\n{variables}\n{chr(10).join([*parts, *others])}"

    def _import(self, module: str, name: str) -> None:
        self.imports[f"{module} {name}"] = f"from {module} import {name}\n"

    def _nets(self) -> str:
        types = {name: type(net).__name__ for name, net in pyface_web.nets.items()}
        for name in ("Mapping", "Iterator"):
            self._import("collections.abc", name)
        self._import("typing", "Any")
        self._import("typing", "Generic")
        lines = "".join(f"    {name}: {kind}\n" for name, kind in types.items())
        return (
            f"class _Nets(Mapping[str, NeuralNetwork]):\n{lines}"
            "    def __getitem__(self, name: str) -> NeuralNetwork: ...\n"
            "    def __iter__(self) -> Iterator[str]: ...\n"
            "    def __len__(self) -> int: ...\n\n"
            "nets: _Nets\n"
        )

    def _class(self, kind: type) -> str:
        node = _definition(kind)
        bases = [ast.unparse(base) for base in node.bases]
        kept = [base for base in bases if base.partition("[")[0] in self.twins]
        if kind is ComposableTask:
            kept = ["Generic[T]"]
            self._variable("T")
        derived = f"({', '.join(kept)})" if kept else ""
        lines = [f"class {kind.__name__}{derived}:"]
        lines.append(textwrap.indent(f'"""{plain(inspect.getdoc(kind) or "")}\n"""', "    "))
        for base in node.bases:
            self._resolve(base, kind.__module__)
        seen: set[str] = set()
        for owner in [kind, *_inlined(kind)]:
            new = [one for one in _definition(owner).body if getattr(one, "name", "") not in seen]
            seen |= {getattr(one, "name", "") for one in new} - {""}
            for member in new:
                lines.extend(self._member(member, owner))
        if kind is AllFacesTask:
            self._variable("F")
            lines.append(_LIST.rstrip())
        return "\n".join(lines) + "\n"

    def _variable(self, name: str, limits: str = "") -> None:
        self._import("typing", "TypeVar")
        self.variables[name] = f'{name} = TypeVar("{name}"{limits})\n'

    def _member(self, member: ast.stmt, kind: type) -> Iterator[str]:
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            if not member.target.id.startswith("_"):
                annotation = self._resolve(member.annotation, kind.__module__)
                yield f"    {member.target.id}: {annotation}"
            return
        if not isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        name = member.name
        if name == "run" and kind is ComposableTask:
            yield '    def run(self) -> T:\n        """The result; it is computed once."""'
        elif name == "__aexit__":
            yield "    def __exit__(self, *error: object) -> None: ..."
        elif name in _PLAIN or name in (*twins.KEPT, "__init__") or name[0] != "_":
            if kind is ComposableTask or (name == "__init__" and issubclass(kind, ComposableTask)):
                return  # send, throw and close; nobody makes one by its class
            yield textwrap.indent(self._definition(member, kind.__module__), "    ")

    def _function(self, function: Callable[..., Any]) -> str:
        module = function.__module__
        nodes = [
            node
            for node in _tree(module).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name == function.__name__
        ]
        nodes = nodes[:-1] or nodes  # overloads, without what they are those of
        return "\n".join(self._definition(node, module) for node in nodes) + "\n"

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef, module: str) -> str:
        """A function without `async` and without its body."""
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in (*every, arguments.vararg, arguments.kwarg):
            if argument is not None and argument.annotation is not None:
                argument.annotation = ast.Name(self._resolve(argument.annotation, module))
        arguments.defaults = [_default(value) for value in arguments.defaults]
        arguments.kw_defaults = [value and _default(value) for value in arguments.kw_defaults]
        decorators = "".join(f"@{ast.unparse(one)}\n" for one in node.decorator_list)
        for one in node.decorator_list:
            self._resolve(one, module)
        returns = f" -> {self._resolve(node.returns, module)}" if node.returns else ""
        name = _PLAIN.get(node.name, node.name)
        if node.name == "__aiter__":
            returns = f" -> {self._iterator(node, module)}"
        head = f"def {name}({ast.unparse(arguments)}){returns}:"
        doc = ast.get_docstring(node)
        body = textwrap.indent(f'"""{plain(doc)}\n"""', "    ") if doc else "    ..."
        return f"{decorators}{head}\n{body}"

    def _iterator(self, node: ast.FunctionDef | ast.AsyncFunctionDef, module: str) -> str:
        found = ast.unparse(node.returns) if node.returns else "Any"
        if found.startswith("AsyncIterator["):
            self._import("collections.abc", "Iterator")
            return found.removeprefix("Async")
        return found

    def _resolve(self, annotation: ast.expr, module: str) -> str:
        """An annotation as text; what its names stand for is imported."""
        text = ast.unparse(annotation)
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            text = annotation.value
        for node in ast.walk(ast.parse(text, mode="eval")):
            if isinstance(node, ast.Name):
                self._find(node.id, module)
        return text

    def _find(self, name: str, module: str) -> None:
        known = vars(pyface_web).get(name, name)  # `name` is none of its values
        is_public = name in pyface_web.__all__ and vars(sys.modules[module]).get(name) is known
        if name in self.twins or is_public or hasattr(builtins, name):
            return
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        self._import(node.module or "", _as(alias))
                        return
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if (alias.asname or alias.name.partition(".")[0]) == name:
                        self.imports[name] = f"import {_as(alias)}\n"
                        return
        value = vars(sys.modules[module])[name]
        if isinstance(value, TypeVar):
            is_picture = value.__bound__ is not None
            self._variable(name, ", bound=PictureLike" if is_picture else "")
        else:
            self._import(module, name)


def _inlined(kind: type) -> list[type]:
    """Base classes of the package that are no other ones in `sync`, whose members are its own."""
    others = [base for base in kind.__bases__ if twins.waits(base)]
    return [
        base
        for base in kind.__mro__[1:]
        if base.__module__.startswith("pyface_web.")
        and not twins.waits(base)
        and not any(issubclass(twin, base) for twin in others)
    ]


def _as(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _default(value: ast.expr) -> ast.expr:
    is_written = isinstance(value, ast.Constant | ast.UnaryOp)
    return value if is_written else ast.Constant(...)


def _twins() -> list[type]:
    """Classes that are other ones in `sync`, those that they derive from before them."""
    found: dict[type, None] = {}

    def add(kind: type) -> None:
        for base in kind.__bases__:
            if twins.waits(base):
                add(base)
        found.setdefault(kind)

    for name in twins.names():
        value = vars(pyface_web)[name]
        if inspect.isclass(value) and twins.waits(value):
            add(value)
    return list(found)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(_file(sys.modules[module])).read_text(encoding="utf-8"))


def _file(module: ModuleType) -> str:
    assert module.__file__ is not None
    return module.__file__


def _definition(kind: type) -> ast.ClassDef:
    return next(
        node
        for node in _tree(kind.__module__).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )


def stub() -> str:
    """The text of pyface_web/sync.pyi."""
    text = _Stub().text()
    for command in (("check", "--fix", "--quiet", "--select", "I,F401,RUF022"), ("format",)):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PATH), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, check=True, text=True).stdout
    return text


if __name__ == "__main__":
    PATH.write_text(stub(), encoding="utf-8")
