"""Plain faces of what is awaited: how `pyface_web.sync` is made of the names of the package."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar

import pyface_web
from pyface_web.blocking import result_of
from pyface_web.engine.backend import Backend, CpuBackend
from pyface_web.pipeline.find import FoundFaces
from pyface_web.pipeline.nets import GlobalNets, session
from pyface_web.pipeline.tasks import AllFacesTask, ComposableTask
from pyface_web.video.track import Frames

_T = TypeVar("_T")

_OF_USERS = (Backend, CpuBackend)  # which the package calls, not they
_WAITING = ("__await__", "__anext__", "__aenter__")
# What is iterated over -> the call that gives it, and what comes out of it.
_LOOPS = {Frames: ("track(...)", "frame"), FoundFaces: ("find_faces(...)", "picture")}
KEPT = ("__len__", "__iter__", "__contains__", "__getitem__")


def _wait(work: Coroutine[Any, Any, _T], call: str, instead: str | None = None) -> _T:
    return result_of(work, call, session.is_held_in, instead)


def waits(kind: type) -> bool:
    """Whether objects of a class of the package have something to await."""
    if not kind.__module__.startswith("pyface_web.") or {*_OF_USERS} & {*kind.__mro__}:
        return False
    return any(
        name in _WAITING or (name[0] != "_" and inspect.iscoroutinefunction(_function_of(member)))
        for base in kind.__mro__
        if base.__module__.startswith("pyface_web.")
        for name, member in vars(base).items()
    )


def _function_of(member: Any) -> Any:
    return getattr(member, "__func__", member)


class _Twin:
    """A plain face of an object that has something to await."""

    _kind: type

    def __init__(self, *given: Any, **named: Any) -> None:
        self._theirs = self._kind(*map(_theirs, given), **{k: _theirs(v) for k, v in named.items()})

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}", name=name)
        return _ours(getattr(self._theirs, name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Twin) and bool(self._theirs == other._theirs)

    def __hash__(self) -> int:
        return hash(self._theirs)

    def __repr__(self) -> str:
        if isinstance(self._theirs, ComposableTask):
            return f"<{type(self).__name__}: run() gives the result>"
        return repr(self._theirs)


_twins: dict[type, type[_Twin]] = {}


def _twin_of(kind: type) -> type[_Twin]:
    if kind not in _twins:
        bases = tuple(_twin_of(base) for base in kind.__bases__ if waits(base))
        members = {"_kind": kind, "__doc__": inspect.getdoc(kind), **dict(_members(kind))}
        _twins[kind] = type(kind.__name__, bases or (_Twin,), members)
    return _twins[kind]


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    own = vars(kind)
    for name, member in own.items():
        if name[0] == "_" and name not in KEPT:
            continue
        function = _function_of(member)
        if isinstance(member, classmethod | staticmethod):
            call = f"{kind.__name__}.{name}"
            yield name, staticmethod(_plain(getattr(kind, name), call))
        elif isinstance(member, property) or hasattr(member, "func"):  # cached_property
            yield name, property(_reading(name), doc=member.__doc__)
        elif inspect.isfunction(function):
            yield name, _method(function, name)
    if "__anext__" in own:
        yield "__iter__", lambda self: self
        yield "__next__", _next
    if "__aenter__" in own:
        yield "__enter__", _entered
        yield "__exit__", _left
    if kind is ComposableTask:
        yield "run", _run
    if kind is AllFacesTask:
        yield "__iter__", lambda self: iter(self.run())
        yield "__len__", lambda self: len(self.run())
        yield "__getitem__", lambda self, index: self.run()[index]


def _reading(name: str) -> Callable[[_Twin], Any]:
    return lambda self: _ours(getattr(self._theirs, name))


def _method(function: Any, name: str) -> Callable[..., Any]:
    @wraps(function)
    def plain(self: _Twin, *given: Any, **named: Any) -> Any:
        call = f"{type(self._theirs).__name__}.{name}"
        own = f"await {call}(...) of pyface_web itself"
        return _plain(getattr(self._theirs, name), call, own)(*given, **named)

    return plain


def _run(self: _Twin) -> Any:
    """The result: faces, a face, or None."""
    many = isinstance(self._theirs, AllFacesTask)
    return _wait(self._theirs, f"detect_{'all_faces' if many else 'single_face'}(...)")


def _next(self: _Twin) -> Any:
    call, item = _LOOPS[type(self._theirs)]
    try:
        return _ours(_wait(self._theirs.__anext__(), call, _loop(f"for {item} in", call)))
    except StopAsyncIteration:
        raise StopIteration from None


def _entered(self: _Twin) -> Any:
    call, _ = _LOOPS[type(self._theirs)]
    _wait(self._theirs.__aenter__(), call, _loop("with", call))
    return self


def _left(self: _Twin, *error: Any) -> None:
    call, _ = _LOOPS[type(self._theirs)]
    _wait(self._theirs.__aexit__(*error), call, _loop("with", call))


def _loop(begin: str, call: str) -> str:
    return f"async {begin} faceapi.{call}, with import pyface_web as faceapi"


def _theirs(value: Any) -> Any:
    """The object of `pyface_web` that a twin stands for, also in lists; anything else as it is."""
    if isinstance(value, _Twin):
        return value._theirs
    if type(value) in (list, tuple) and any(isinstance(item, _Twin) for item in value):
        return type(value)(map(_theirs, value))
    return value


def _ours(value: Any) -> Any:
    """The twin of an object that has something to await; anything else as it is."""
    if not waits(type(value)):
        return value
    twin = object.__new__(_twin_of(type(value)))
    twin._theirs = value
    return twin


def _plain(
    function: Callable[..., Any], name: str, instead: str | None = None
) -> Callable[..., Any]:
    @wraps(function)
    def plain(*given: Any, **named: Any) -> Any:
        found = function(*map(_theirs, given), **{key: _theirs(v) for key, v in named.items()})
        is_work = inspect.iscoroutine(found)
        return _ours(_wait(found, f"{name}(...)", instead) if is_work else found)

    return plain


class _Nets(Mapping[str, Any]):
    """`nets`, whose loading and computing are plain calls."""

    def __getitem__(self, name: str) -> Any:
        return _ours(pyface_web.nets[name])

    def __getattr__(self, name: str) -> Any:
        return _ours(getattr(pyface_web.nets, name))

    def __iter__(self) -> Iterator[str]:
        return iter(pyface_web.nets)

    def __len__(self) -> int:
        return len(pyface_web.nets)

    def __repr__(self) -> str:
        return repr(pyface_web.nets)


def names() -> list[str]:
    """Public names of the package, also those that `import *` leaves out."""
    return sorted([*pyface_web.__all__, *pyface_web._SHADOWING])


def _twin_names() -> frozenset[str]:
    """Names of public classes that have something to await."""
    return frozenset(
        name
        for name in names()
        if inspect.isclass(value := vars(pyface_web)[name]) and waits(value)
    )


def _is_plain(function: Any, twins: frozenset[str]) -> bool:
    """Whether a public function has nothing to do with what is awaited, and is the same here."""
    words = " ".join(map(str, getattr(function, "__annotations__", {}).values()))
    return not (inspect.iscoroutinefunction(function) or twins & set(re.findall(r"\w+", words)))


def made() -> dict[str, Any]:
    """Each public name of the package -> what it is where nothing is awaited."""
    twins, found = _twin_names(), {}
    for name in names():
        value: Any = vars(pyface_web)[name]
        if name in twins:
            value = _twin_of(value)
        elif isinstance(value, GlobalNets):
            value = _Nets()
        elif inspect.isfunction(value) and not _is_plain(value, twins):
            value = _plain(value, name)
        found[name] = value
    return found
