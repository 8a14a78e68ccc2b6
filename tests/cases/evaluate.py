"""The cases of this folder in Python; their format is written down in `cases.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

import pyface_web
from tests.cases.cases import Case

_DRAWING = frozenset(
    ("strokeRect", "fillRect", "fillText", "beginPath", "moveTo", "lineTo", "closePath", "rect",
     "arc", "stroke", "fill")
)  # fmt: skip


class RecordingContext:
    """A 2D context that writes down every call and every style that is set."""

    def __init__(self, size: list[int], calls: list[list[Any]]) -> None:
        canvas = SimpleNamespace(width=size[0], height=size[1], getContext=self._of_kind)
        self.__dict__.update(calls=calls, canvas=canvas)

    def _of_kind(self, kind: str) -> RecordingContext | None:
        return self if kind == "2d" else None

    def __setattr__(self, name: str, value: object) -> None:
        self.calls.append([name, value])

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name not in _DRAWING:
            raise AttributeError(name)

        def call(*arguments: object) -> None:
            for argument in arguments:  # Pyodide does not convert NumPy's numbers
                assert type(argument) in (float, int, str)
            self.calls.append([name, *arguments])

        return call

    def measureText(self, text: str) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(width=7.0 * len(text))


def outcome_of(case: Case) -> dict[str, Any]:
    """What comes of a case: {"value" | "error", "calls"}."""
    return _Scope(case).outcome_of(case)


def names_used(case: Case) -> set[str]:
    """Names of functions, classes and members, such as "Box.round", that a case asks for."""
    scope = _Scope(case)
    scope.outcome_of(case)
    return scope.used


class _Scope:
    def __init__(self, case: Case) -> None:
        self.given = case.given
        self.home = import_module(case.module) if case.module else pyface_web
        self.calls: list[list[Any]] = []
        self.used: set[str] = set()

    def outcome_of(self, case: Case) -> dict[str, Any]:
        try:
            value = self.evaluate(case.do)
        except Exception as error:
            return {"error": [type(error).__name__, str(error)], "calls": self.calls}
        return {"value": self.plain(value, case.gives), "calls": self.calls}

    def evaluate(self, expression: Any) -> Any:
        if isinstance(expression, list):
            return [self.evaluate(item) for item in expression]
        if not isinstance(expression, dict):
            return expression
        for kind, make in _MAKE.items():
            if kind in expression:
                made = make(self, expression)
                self.used |= {kind.__name__ for kind in type(made).__mro__}
                return made
        return {key: self.evaluate(value) for key, value in expression.items()}

    def target(self, expression: dict[str, Any]) -> Any:
        if "of" not in expression:
            return self.home
        owner = self.evaluate(expression["of"])
        for step in expression.get("after", ()):
            self.call(owner, step)
        return owner

    def call(self, owner: Any, expression: dict[str, Any]) -> Any:
        return self.applied(self.named(owner, expression["call"]), expression)

    def applied(self, function: Any, expression: dict[str, Any]) -> Any:
        named = {key: self.evaluate(value) for key, value in expression.get("named", {}).items()}
        return function(*self.evaluate(expression.get("args", [])), **named)

    def named(self, owner: Any, path: str) -> Any:
        """What a dotted name stands for."""
        self._use(owner, path)
        if isinstance(owner, Mapping) and path in owner:
            return owner[path]
        return attrgetter(path)(owner)

    def _use(self, owner: Any, path: str) -> None:
        if isinstance(owner, ModuleType):
            self.used.add(path.removeprefix("utils.").removeprefix("draw."))
        self.used |= {f"{kind.__name__}.{path}" for kind in type(owner).__mro__}

    def plain(self, value: Any, expected: Any) -> Any:
        """A value in the shape of what is expected."""
        if isinstance(expected, list):
            items = _list_of(value)
            if items is None:
                return _described(value)
            wanted = [*expected, *[None] * (len(items) - len(expected))]
            return [self.plain(item, want) for item, want in zip(items, wanted, strict=False)]
        if isinstance(expected, dict) and "number" not in expected:
            return {
                key: type(value).__name__
                if key == "is"
                else self.plain(self._field(value, key), item)
                for key, item in expected.items()
            }
        return _described(value)

    def _field(self, value: Any, name: str) -> Any:
        self._use(value, name)
        return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)

    def context(self, size: list[int]) -> RecordingContext:
        return RecordingContext(size, self.calls)


def _descriptor(start: list[float]) -> np.ndarray:
    values = np.zeros(128, np.float32)
    values[: len(start)] = start
    return values


_MAKE: dict[str, Callable[[_Scope, Any], Any]] = {
    "number": lambda scope, e: float(e["number"]),
    "given": lambda scope, e: scope.evaluate(scope.given[e["given"]]),
    "box": lambda scope, e: pyface_web.Box(*e["box"]),
    "point": lambda scope, e: pyface_web.Point(*e["point"]),
    "size": lambda scope, e: pyface_web.Dimensions(*e["size"]),
    "descriptor": lambda scope, e: _descriptor(scope.evaluate(e["descriptor"])),
    "array": lambda scope, e: np.array(scope.evaluate(e["array"]), np.float32),
    "repeat": lambda scope, e: [scope.evaluate(e["repeat"]) for _ in range(e["times"])],
    "ladder": lambda scope, e: [
        pyface_web.Point(i * e["by"][0], i * e["by"][1]) for i in range(e["ladder"])
    ],
    "joined": lambda scope, e: [item for part in scope.evaluate(e["joined"]) for item in part],
    "canvas": lambda scope, e: scope.context(e["canvas"]).canvas,
    "context": lambda scope, e: scope.context(e["context"]),
    "options": lambda scope, e: scope.named(pyface_web, e["options"]).from_js(
        scope.evaluate(e["values"])
    ),
    "object": lambda scope, e: {k: scope.evaluate(v) for k, v in e["object"].items()},
    "json": lambda scope, e: json.dumps(scope.evaluate(e["json"])),
    "kept": lambda scope, e: json.loads(json.dumps(scope.evaluate(e["kept"]).to_dict())),
    "numbered": lambda scope, e: {
        str(key): float(item) for key, item in enumerate(scope.evaluate(e["numbered"]))
    },
    "is": lambda scope, e: isinstance(scope.evaluate(e["of"]), scope.named(pyface_web, e["is"])),
    "new": lambda scope, e: scope.applied(scope.named(pyface_web, e["new"]), e),
    "call": lambda scope, e: scope.call(scope.target(e), e),
    "get": lambda scope, e: scope.named(scope.target(e), e["get"]),
}


def _described(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return str(value)  # without its enumeration
    if value is None or isinstance(value, bool | int | float):
        return value
    return f"a {type(value).__name__}"


def _list_of(value: Any) -> list[Any] | None:
    """A list, or the numbers of a point, size or box."""
    if isinstance(value, list | tuple | np.ndarray) and not hasattr(value, "_fields"):
        return list(value)
    for names in (("x", "y", "width", "height"), ("x", "y"), ("width", "height")):
        if all(hasattr(value, name) for name in names):
            return [getattr(value, name) for name in names]
    return None
