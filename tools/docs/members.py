"""What of a module a page shows, in which order, and what of a class."""

from __future__ import annotations

import enum
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pdoc.doc

# Which part of the package comes first on a page; those that are not named come last.
ORDER = (
    "api",
    "pipeline.tasks",
    "values.options",
    "values.detection",
    "values.results",
    "values.landmarks",
    "values.expressions",
    "people.matcher",
    "pipeline.nets",
    "values.geometry",
    "models.decode",
    "pictures",
    "draw",
)
# Modules whose classes are made by functions: what their constructors take is not for users.
MADE_BY_FUNCTIONS = ("pipeline.tasks",)


# The module of a page, and that of the first page, which most classes are on.
Modules = tuple[pdoc.doc.Module, pdoc.doc.Module]


@dataclass(frozen=True)
class Group:
    """Members of a page that come from one module of the package."""

    title: str
    about: str
    members: Sequence[pdoc.doc.Doc[Any]]

    @property
    def id(self) -> str:
        """Its anchor, which no name of Python can be."""
        return "-" + re.sub(r"\W+", "-", self.title.lower()).strip("-")


def groups(module: pdoc.doc.Module) -> list[Group]:
    """The public members of a module by the part of the package that defines them."""
    found: dict[str, list[pdoc.doc.Doc[Any]]] = {}
    for member in public(module):
        found.setdefault(member.taken_from[0], []).append(member)
    own = module.modulename
    return [
        Group(*heading(origin), sorted(found[origin], key=lambda doc: _place(doc, origin)))
        for origin in sorted(found, key=lambda origin: (origin != own, _rank(origin)))
    ]


def public(module: pdoc.doc.Module) -> Iterator[pdoc.doc.Doc[Any]]:
    """What users may import from a module."""
    for member in module.own_members:
        if member.kind != "module" and not member.name.startswith("_"):
            yield _home(member) if isinstance(member, pdoc.doc.Variable) else member


def _home(variable: pdoc.doc.Variable) -> pdoc.doc.Variable:
    """A variable as the module has it that defines it; pdoc does not follow imports of these."""
    package = variable.modulename.partition(".")[0]
    for name, module in sys.modules.items():
        if name.partition(".")[0] == package and variable.name in vars(module):
            found = documented(name).get(variable.name)
            if isinstance(found, pdoc.doc.Variable) and found.docstring:
                return found
    return variable


@cache
def documented(module: str) -> pdoc.doc.Module:
    """A module that is imported, as pdoc sees it."""
    return pdoc.doc.Module(sys.modules[module])


def heading(module: str) -> tuple[str, str]:
    """Title and rest of a module's docstring, which begins with `title: what it is about`."""
    first, _, rest = (importlib.import_module(module).__doc__ or module).strip().partition("\n\n")
    title, colon, about = " ".join(first.split()).replace("`", "").partition(": ")
    if not about.startswith("face-api.js"):
        about = about[:1].upper() + about[1:]
    return (title if colon else title.rstrip(".")), "\n\n".join(filter(None, [about, rest]))


def _part(module: str) -> str:
    return module.partition(".")[2]


def _rank(module: str) -> tuple[int, str]:
    part = f"{_part(module)}."
    places = [place for place, name in enumerate(ORDER) if part.startswith(f"{name}.")]
    return (min(places, default=len(ORDER)), module)


def _place(doc: pdoc.doc.Doc[Any], module: str) -> int:
    """Names are listed in the order in which a module defines them."""
    defined = list(vars(importlib.import_module(module)))
    return defined.index(doc.name) if doc.name in defined else len(defined)


def same_as(doc: pdoc.doc.Doc[Any], module: pdoc.doc.Module) -> str | None:
    """The name under which a member is described already: compute_descriptor is another name."""
    name = doc.taken_from[1]
    other = module.get(name)
    if name == doc.qualname or other is None or isinstance(doc, pdoc.doc.Variable):
        return None
    return name if other.obj is doc.obj else None


# --- classes


def constructor(cls: pdoc.doc.Class) -> pdoc.doc.Function | None:
    """How users make an object of a class, if they do."""
    if _part(cls.taken_from[0]) in MADE_BY_FUNCTIONS or _is(cls, enum.Enum, Exception):
        return None
    init = cls.get("__init__")
    return init if isinstance(init, pdoc.doc.Function) else None


def bases(cls: pdoc.doc.Class, modules: Modules) -> list[str]:
    """The bases of a class that have a place too."""
    return [name for _, name, _ in cls.bases if name in classes(modules)]


def shown(cls: pdoc.doc.Class, modules: Modules) -> list[pdoc.doc.Doc[Any]]:
    """Members to describe with a class: its own, and those of bases that have no place."""
    return [doc for doc in _members(cls) if _owner(doc, cls, modules) is None]


def inherited(cls: pdoc.doc.Class, modules: Modules) -> dict[str, list[str]]:
    """Base -> names of the members that are described there."""
    found: dict[str, list[str]] = {}
    for doc in _members(cls):
        owner = _owner(doc, cls, modules)
        if owner is not None:
            found.setdefault(owner, []).append(doc.name)
    return found


def _members(cls: pdoc.doc.Class) -> Iterator[pdoc.doc.Doc[Any]]:
    package = cls.taken_from[0].partition(".")[0]
    for doc in cls.members.values():
        if doc.name.startswith("_") or doc.taken_from[0].partition(".")[0] != package:
            continue
        if not isinstance(doc, pdoc.doc.Variable) or _is(cls, enum.Enum) or _says(doc):
            yield doc


def _says(doc: pdoc.doc.Doc[Any]) -> bool:
    """Whether a member has a docstring: fields stand in signature and docstring of their class."""
    return bool(doc.docstring) and not doc.docstring.startswith("Alias for field number")


def _owner(doc: pdoc.doc.Doc[Any], cls: pdoc.doc.Class, modules: Modules) -> str | None:
    """The other class that a member of a class comes from, if it has a place."""
    name = doc.taken_from[1].rpartition(".")[0]
    return name if name != cls.taken_from[1] and name in classes(modules) else None


def classes(modules: Modules) -> set[str]:
    """Names of the public classes of some modules."""
    return {
        doc.name for module in modules for doc in public(module) if isinstance(doc, pdoc.doc.Class)
    }


def _is(cls: pdoc.doc.Class, *kinds: type) -> bool:
    return inspect.isclass(cls.obj) and issubclass(cls.obj, kinds)
