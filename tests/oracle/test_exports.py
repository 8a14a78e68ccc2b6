"""Every name of face-api.js 0.22.2 and 0.15.0 is there in snake_case, or in the table of replaced
names: exports, what is in their namespaces, and what their classes have."""

from __future__ import annotations

import builtins
import inspect
import re
from typing import Any

import pytest
from playwright.sync_api import Page

import pyface_web as faceapi
from tools.assets import ROOT
from tools.docs.replaced import read_replaced

REPLACED = read_replaced(ROOT)
VERSIONS = ("0.22.2", "0.15.0")
FEWER = {
    "dispose": "whether to throw if it is repeated; it may be here",
    "DetectFaceLandmarksTaskBase": "the picture, which the parent task has",
}
NAMESPACES = ("draw", "utils", "env", "nets")
_POSITIONAL_ONLY, _POSITIONAL, _VARIADIC = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
)

# Dotted name -> how many arguments it takes, null for what is no function. Members of a class are
# those of its prototypes up to one that is exported by itself, which has a list of its own.
_NAMES = """(namespaces) => {
  const found = {};
  const exported = new Set(Object.values(faceapi).concat(Object.values(faceapi.draw ?? {})));
  const isPublic = (name) => !/^_|^constructor$|^\\d/.test(name);
  const add = (name, descriptor) => {
    const value = descriptor.value;
    found[name] = typeof value === "function" ? value.length : null;
  };
  const addMembers = (name, object) => {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (isPublic(key)) add(`${name}.${key}`, descriptor);
    }
  };
  const addClass = (name, value) => {
    addMembers(name, { ...value });  // static methods
    for (let type = value.prototype; type && type !== Object.prototype;
         type = Object.getPrototypeOf(type)) {
      if (type !== value.prototype && exported.has(type.constructor)) break;
      addMembers(name, type);
    }
    if (/Options$/.test(name)) addMembers(name, new value());
  };
  const addAll = (prefix, object) => {
    for (const [key, value] of Object.entries(object)) {
      const name = prefix + key;
      add(name, { value });
      if (namespaces.includes(name)) addAll(`${name}.`, value);
      else if (/^[A-Z]/.test(key) && typeof value === "function") addClass(name, value);
      else if (/^[A-Z][a-z]/.test(key) && typeof value === "object") addMembers(name, value);
    }
  };
  addAll("", faceapi);
  return found;
}"""


def snake_case(name: str) -> str:
    """The Python name: classes and constants stay, otherwise `_` before capitals, all small."""
    if name[0].isupper():
        return name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.fixture(scope="module")
def of_versions(scripts: dict[str, Page]) -> dict[str, dict[str, int | None]]:
    """Dotted names of each version -> how many arguments it takes, None for what is no function."""
    return {version: page.evaluate(_NAMES, list(NAMESPACES)) for version, page in scripts.items()}


@pytest.fixture(params=VERSIONS)
def names(of_versions: Any, request: pytest.FixtureRequest) -> dict[str, int | None]:
    """Those of one version."""
    found: dict[str, int | None] = of_versions[request.param]
    return found


@pytest.fixture
def every_name(of_versions: Any) -> set[str]:
    """Those of all versions."""
    return set().union(*of_versions.values())


def attribute(path: list[str]) -> tuple[bool, Any]:
    """Whether the package has a dotted Python name, and its value if it is more than declared."""
    value: Any = faceapi
    for index, name in enumerate(path):
        if not hasattr(value, name):
            classes = getattr(value, "__mro__", ())
            declared = {key for c in classes for key in vars(c).get("__annotations__", ())}
            return index == len(path) - 1 and name in declared, None
        value = getattr(value, name)
    return True, value


def python_path(name: str) -> list[str]:
    return [snake_case(part) for part in name.split(".")]


def row_of(name: str) -> str | None:
    """The row of the table that a name belongs to: its own, its namespace's, its base class's."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        if (row := ".".join(parts[:end])) in REPLACED:
            return row
    if isinstance(owner := attribute(parts[:-1])[1], type):
        for base in owner.__mro__[1:]:
            if (row := f"{base.__name__}.{parts[-1]}") in REPLACED:
                return row
    return None


def test_every_name_is_there_or_replaced(names: dict[str, int | None]) -> None:
    assert len(names) > 300
    missing = [
        f"{name} -> {'.'.join(python_path(name))}"
        for name in names
        if row_of(name) is None and not attribute(python_path(name))[0]
    ]
    assert not missing, "neither there nor in docs/replaced.toml:\n" + "\n".join(missing)


def test_as_many_arguments(names: dict[str, int | None]) -> None:
    """What is called with positional arguments there can be called with as many here."""
    wrong = []
    for name, count in names.items():
        found = attribute(python_path(name))[1]
        if not count or not callable(found) or row_of(name) or name.split(".")[-1] in FEWER:
            continue
        parameters = list(inspect.signature(found).parameters.values())
        if not isinstance(found, type) and parameters and parameters[0].name == "self":
            del parameters[0]
        kinds = [parameter.kind for parameter in parameters]
        positional = sum(kind in (_POSITIONAL_ONLY, _POSITIONAL) for kind in kinds)
        if positional < count and _VARIADIC not in kinds:
            wrong.append(
                f"{name}: {count} arguments; {positional} here: {inspect.signature(found)}"
            )
    assert not wrong, "\n".join(wrong)


def test_no_row_is_superfluous(every_name: set[str]) -> None:
    used = {row_of(name) for name in every_name}
    assert set(REPLACED) <= used, "rows of no name"
    there = [row for row in REPLACED if attribute(python_path(row))[0]]
    assert not there, "rows of names that are there"


def test_rows_name_what_is_there() -> None:
    """Names of this package in the table exist."""
    for row, instead in REPLACED.items():
        for code in re.findall(r"`([^`]+)`", instead):
            for name in re.findall(r"(?<![\w.])(?:nets\.)?[a-z]\w*(?=\()", code):
                assert attribute(name.split("."))[0] or hasattr(builtins, name), f"{row}: {name}"
            for member in re.findall(r"(?<![\w.])net\.(\w+)", code):
                owner = attribute(row.split(".")[:1])[1]
                nets = [net for net in vars(faceapi).values() if inspect.isclass(net)]
                having = [net for net in nets if issubclass(net, owner) and hasattr(net, member)]
                assert having or member == "architecture", f"{row}: net.{member}"
