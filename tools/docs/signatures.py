"""Signatures as they are written in the source, and the names of types that they use.

pdoc evaluates annotations, which turns `ArrayLike` into a dozen types. Here they stay as written,
and a page ends with what the short names stand for.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ForwardRef

import pdoc.doc
from markupsafe import Markup
from pdoc.doc_types import empty

from .members import Modules, documented, public


class _Written(str):
    """Text that prints as it is where `inspect` prints the repr of an annotation."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _as_written(annotation: Any, *_scope: Any) -> Any:
    if annotation is inspect.Parameter.empty or annotation is empty:
        return annotation
    if isinstance(annotation, ForwardRef):  # of a NamedTuple
        annotation = annotation.__forward_arg__
    return _Written(inspect.formatannotation(annotation).strip("'\""))


def default_text(variable: pdoc.doc.Variable) -> str:
    """The value of a constant or of a member of an enumeration, as text; none for objects."""
    return re.sub(r"^<(\w+\.\w+: (?P<value>.+)|.*)>$", r"\g<value>", variable.default_value_str)


def keep_as_written() -> None:
    """Make pdoc show annotations as they are written; before it looks at a module."""
    pdoc.doc.safe_eval_type = _as_written  # type: ignore[assignment, attr-defined]


def aliases(docs: Iterable[pdoc.doc.Doc[Any]]) -> list[pdoc.doc.Variable]:
    """The type aliases of the package that the signatures use, by name, but for public ones, which
    have an entry of their own."""
    found: dict[str, pdoc.doc.Variable] = {}
    documented = [*_all(docs)]
    own = {doc.name for doc in documented}
    for doc in documented:
        for name in re.findall(r"\b[A-Z]\w+", _annotations(doc)):
            alias = _alias(name, doc.taken_from[0])
            if alias is not None and name not in own:
                found[name] = alias
    return [found[name] for name in sorted(found)]


def linked(signature: str, modules: Modules) -> Markup:
    """The HTML of a signature with its classes and aliases as links."""
    module, first = modules
    here, there = _names(module), _names(first)

    def link(match: re.Match[str]) -> str:
        name = match[0]
        if name not in here | there:
            return name
        return f'<a href="{"" if name in here else "index.html"}#{name}">{name}</a>'

    return Markup(re.sub(r"(?<![\w.#])[A-Z]\w+", link, signature))


@cache
def _names(module: pdoc.doc.Module) -> set[str]:
    """Classes and aliases that have a place on the page of a module."""
    found = {alias.name for alias in aliases(module.own_members)}
    kinds = (pdoc.doc.Class, pdoc.doc.Variable)
    return found | {doc.name for doc in public(module) if isinstance(doc, kinds)}


def _all(docs: Iterable[pdoc.doc.Doc[Any]]) -> Iterator[pdoc.doc.Doc[Any]]:
    for doc in docs:
        if not doc.name.startswith("_") or doc.name == "__init__":
            yield doc
            if isinstance(doc, pdoc.doc.Class):
                yield from _all(doc.own_members)


def _annotations(doc: pdoc.doc.Doc[Any]) -> str:
    if isinstance(doc, pdoc.doc.Function):
        return str(doc.signature)
    return doc.annotation_str if isinstance(doc, pdoc.doc.Variable) else ""


def _alias(name: str, module: str) -> pdoc.doc.Variable | None:
    """The documented alias that a module defines, or imports from another one of the package."""
    value = vars(sys.modules[module]).get(name)
    package = module.partition(".")[0]
    if value is None or getattr(value, "__module__", "").startswith(package):
        return None
    for other in [module, *sys.modules]:
        if other.partition(".")[0] == package and name in vars(sys.modules[other]):
            doc = documented(other).get(name)
            if isinstance(doc, pdoc.doc.Variable) and doc.docstring:
                return doc
    return None
