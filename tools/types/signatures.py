"""Signatures of functions and members, with the types that the hints of Python say by rules."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from pyface_web.wording import camel

from . import comments, hints, python
from .comments import Comment
from .javascript import Function, Parameter, Property
from .sources import Sources, UnknownTypeError


class Signatures:
    """Writes them, by what the sources say."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def function(self, name: str, declared: Function | Property) -> str:
        """A function of the namespace."""
        value = self._sources.python.get(name)
        given = self._given(declared, value)
        said = self._sources.comment(name, [parameter.name for parameter in given])
        return self._written(name, declared, value, "declare function ", said, "")

    def member(
        self, owner: str, name: str, member: Function | Property, of_owner: Comment, is_class: bool
    ) -> str:
        """A member of a class, or of an interface. of_owner: what is said of the class."""
        place = f"{owner}.{name}"
        value = self._sources.python.get(owner)
        if isinstance(member, Property):
            text = comments.written(self.comment(owner, name, of_owner), (), "  ")
            hint = python.property_hint(value, name)
            if hint is None:
                raise UnknownTypeError(f"known.d.ts needs {place}, a property")
            kind = self.type(hint, place)
            if is_class and not member.is_static:
                return f"{text}  get {name}(): {kind};\n"
            return f"{text}  {'static ' if member.is_static else ''}readonly {name}: {kind};\n"
        names = [parameter.name for parameter in member.parameters or ()]
        if name == "constructor":
            given = self._parameters(
                member.parameters or (), getattr(value, "__init__", None), place
            )
            own = comments.read(member.comment, names)
            said = Comment(own.text, {**of_owner.entries, **own.entries})
            return f"{comments.written(said, names, '  ')}  constructor({given});\n"
        head = "  static " if member.is_static else "  "
        said = self.comment(owner, name, of_owner, names)
        return self._written(name, member, python.member(value, name), head, said, owner)

    def comment(
        self, owner: str, name: str, of_owner: Comment, names: Sequence[str] = ()
    ) -> Comment:
        """What is said of a member, else what is said of it with its class."""
        found = self._sources.member_comment(owner, name, names)
        if found.text or found.entries:
            return found
        return Comment(comments.capital(of_owner.entries.get(name, "")), {}, found.outcomes)

    def type(self, hint: str, place: str) -> str:
        """The type for a hint; UnknownTypeError, with the place, where there is none."""
        try:
            return hints.type_of(hint, self._sources.types)
        except hints.UnknownHintError as error:
            raise UnknownTypeError(
                f"known.d.ts needs {place}: no rule has a type for {error}"
            ) from error

    def _given(self, declared: Function | Property, value: Any) -> Sequence[Parameter]:
        written = declared.parameters if isinstance(declared, Function) else None
        return python.parameters(value) if written is None else written

    def _written(
        self,
        name: str,
        declared: Function | Property,
        value: Any,
        head: str,
        said: Comment,
        owner: str,
    ) -> str:
        place = f"{owner}.{name}" if owner else name
        given = self._given(declared, value)
        hint = python.hints(value).get("return")
        if hint is None:
            raise UnknownTypeError(f"known.d.ts needs {place}: Python does not say what it gives")
        result = "void" if hint == "None" else self.type(hint, place)
        is_async = isinstance(declared, Function) and declared.is_async
        is_message = not owner and name in self._sources.calls and not name.startswith("create")
        is_promise = is_async or is_message or inspect.iscoroutinefunction(value)
        text = comments.written(
            said, [parameter.name for parameter in given], "  " if owner else ""
        )
        return "".join(
            f"{text}{head}{name}({parameters}): {f'Promise<{gives}>' if is_promise else gives};\n"
            for parameters, gives in _overloads(self._parameters(given, value, place), result)
        )

    def _parameters(self, given: Sequence[Parameter], value: Any, place: str) -> str:
        theirs = python.parameters(value)
        by_name = {parameter.name: parameter for parameter in theirs}
        written = {camel(name): hint for name, hint in python.hints(value).items()}
        texts: list[str] = []
        may_be_missing = True  # all that follow can be left out
        for number, parameter in reversed(list(enumerate(given))):
            name = parameter.name
            other = by_name.get(name) or (theirs[number] if number < len(theirs) else None)
            kind = hints.PARAMETERS.get(name)
            if kind is None:
                hint = written.get(other.name) if other else None
                if hint is None:
                    raise UnknownTypeError(f"known.d.ts needs {place}, for its parameter {name!r}")
                kind = self.type(hint, f"{place}: {name}")
            if kind.endswith("[]") and not kind.startswith("readonly"):
                kind = f"readonly {kind}"
            may_be_missing &= parameter.is_optional or bool(other and other.is_optional)
            texts.append(f"{name}{'?' if may_be_missing else ''}: {kind}")
        return ", ".join(reversed(texts))


def _overloads(parameters: str, result: str) -> Iterator[tuple[str, str]]:
    """A function of a picture that gives a list for a list of them has a signature for each."""
    one, picture = result.split(" | ")[0], "input: TNetInput"
    if picture in parameters and result == f"{one} | {one}[]":
        yield parameters.replace(picture, "input: TNetInputArg"), one
        yield parameters.replace(picture, "input: readonly TNetInputArg[]"), f"{one}[]"
    yield parameters, result
