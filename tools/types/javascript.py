"""What the JavaScript of the site has: functions, classes, their members, and their comments.

A reader of the way in which the files of `site/faceapi/` are written, not of JavaScript. What it
overlooks a test finds, which asks a page for its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_WORD = r"[A-Za-z_$][\w$]*"
_DECLARED = re.compile(
    rf"^(?P<indent> *)(?P<exported>export )?(?:(?P<kind>(?:async )?function|class|const) )"
    rf"(?P<name>{_WORD})(?P<rest>.*)$",
    re.M,
)
_MEMBER = re.compile(
    rf"^ {{2}}(?P<static>static )?(?P<kind>async |get |set )?(?P<name>\[Symbol\.\w+\]|{_WORD})"
    r"(?P<rest> = |\().*$",
    re.M,
)
_KEY = re.compile(rf"^ {{4}}(?P<async>async )?(?P<name>{_WORD})(?P<rest>[:,(].*)$", re.M)
_IMPORT = re.compile(rf'^import \* as (?P<name>{_WORD}) from "(?P<path>[^"]+)";$', re.M)
_FROM = re.compile(r'^(?:import|export) \{(?P<names>[^}]*)\} from "(?P<path>[^"]+)";$', re.M | re.S)
_TAKEN = re.compile(r"^const \{ (?P<names>.*), \.\.\.(?P<rest>\w+) \} = (?P<name>\w+);$", re.M)


@dataclass(frozen=True)
class Parameter:
    """One that a function is written with. name: "" of one that is taken apart at once."""

    name: str
    is_optional: bool = False
    is_rest: bool = False


@dataclass(frozen=True)
class Function:
    """A function, or a method. parameters: None where they are not written down."""

    name: str
    parameters: tuple[Parameter, ...] | None
    comment: str = ""
    is_async: bool = False
    is_static: bool = False


@dataclass(frozen=True)
class Property:
    """A constant, or a getter or static field of a class."""

    name: str
    comment: str = ""
    is_static: bool = False
    is_getter: bool = False


@dataclass(frozen=True)
class Class:
    """A class and its public members. base: "" of none."""

    name: str
    base: str
    comment: str = ""
    members: Mapping[str, Function | Property] = field(default_factory=dict)


Declared = Function | Class | Property


@dataclass(frozen=True)
class File:
    """What a file declares at all, in the order of the file, and which of that it exports."""

    text: str
    declared: Mapping[str, Declared]
    exported: tuple[str, ...]


def read_file(path: Path) -> File:
    """A file of the site."""
    text = path.read_text("utf-8")
    declared: dict[str, Declared] = {}
    exported: list[str] = []
    for match in _DECLARED.finditer(text):
        name = match["name"]
        found = _declaration(text, match)
        if found is not None:
            declared.setdefault(name, found)
        if match["exported"]:
            exported.append(name)
    for names in re.findall(r"^export \{ (.*?) \}", text, re.M):
        exported.extend(name.strip() for name in names.split(","))
    return File(text, declared, tuple(exported))


def _declaration(text: str, match: re.Match[str]) -> Declared | None:
    name, rest, comment = match["name"], match["rest"], _comment_before(text, match.start())
    if match["kind"].endswith("function"):
        at = match.start("rest")
        return Function(name, parameters(text, at), comment, match["kind"].startswith("async"))
    if match["kind"] == "class":
        base = re.match(rf" extends ({_WORD})", rest)
        end = text.index(f"\n{match['indent']}}}", match.end()) if rest.endswith("{") else -1
        body = text[match.end() : end] if end >= 0 else ""
        members = _members(body, len(match["indent"]))
        return Class(name, base[1] if base else "", comment, members)
    made = re.match(rf" = (?P<async>async )?(?:\(|(?P<one>{_WORD}) =>)", rest)
    if made and (made["one"] or _is_arrow(text, match.start("rest"))):
        found = (Parameter(made["one"]),) if made["one"] else parameters(text, match.start("rest"))
        return Function(name, found, comment, bool(made["async"]))
    return Property(name, comment)


def _members(body: str, indent: int) -> dict[str, Function | Property]:
    text = "\n".join(line[indent:] for line in body.split("\n"))
    found: dict[str, Function | Property] = {}
    for match in _MEMBER.finditer(text):
        name, kind, is_static = match["name"], (match["kind"] or "").strip(), bool(match["static"])
        if name.startswith("_") or (match["rest"] == " = " and not is_static):
            continue
        comment = _comment_before(text, match.start())
        if kind == "get" or match["rest"] == " = ":
            found[name] = Property(name, comment, is_static, kind == "get")
        elif kind != "set" and (match[0].endswith(("{", "}")) or "{ " in match[0]):
            at = match.start("rest")
            found[name] = Function(name, parameters(text, at), comment, kind == "async", is_static)
    return found


def keys_of(file: File, after: str) -> dict[str, Declared]:
    """What the object has that a function returns at its end. after: how the function begins."""
    start = file.text.index(after)
    begin = file.text.index("\n  return {\n", start)
    body = file.text[begin : file.text.index("\n  };\n", begin)]
    found: dict[str, Declared] = {}
    for match in _KEY.finditer(body):
        name, rest = match["name"], match["rest"]
        comment = _comment_before(body, match.start())
        known = file.declared.get(name)
        if rest == "," and known is not None:
            found[name] = known
            continue
        made = re.match(r": (async )?\(", rest)
        given = parameters(body, match.start("rest")) if made or rest.startswith("(") else None
        is_async = bool(match["async"] or (made and made[1]))
        found[name] = Function(name, given, comment, is_async)
    return found


def face(folder: Path) -> dict[str, Declared]:
    """Name -> what it is, of all of the namespace that `faceapi/face.js` puts together.

    folder: site/faceapi. Without nets and their loaders, which are facts of Python, and without
    what is replaced.
    """
    own = read_file(folder / "face.js")
    files = {m["name"]: folder / m["path"] for m in _IMPORT.finditer(own.text)}
    held_back = {m["rest"]: (m["name"], _names(m["names"])) for m in _TAKEN.finditer(own.text)}
    single = {
        name: folder / m["path"] for m in _FROM.finditer(own.text) for name in _names(m["names"])
    }
    found: dict[str, Declared] = {}
    body = own.text[own.text.index("defineReplaced({") :]
    for entry in re.findall(r"^ {6}(\.\.\.)?(\w+)", body, re.M):
        spread, name = entry
        if spread and name in (*held_back, *files):
            module, without = held_back.get(name, (name, ()))
            for one, declared in _exports(files[module]):
                if one not in without:
                    found[one] = declared
        elif not spread and name in single:
            there = read_file(single[name]).declared
            found[name] = there.get(name, Property(name))
        elif not spread and name not in files:
            found[name] = Property(name)
    calls = folder / "calls"
    found |= keys_of(read_file(calls / "calls.js"), "export function createCalls")
    found |= keys_of(read_file(calls / "tasks.js"), "export function createTasks")
    found |= keys_of(read_file(calls / "track.js"), "export function createTrack")
    crowd = keys_of(read_file(calls / "crowd.js"), "export function createCrowd")
    found |= {name: declared for name, declared in crowd.items() if name in found}
    return found


def _exports(path: Path) -> Iterator[tuple[str, Declared]]:
    """The exports of a file, also those that it hands on."""
    file = read_file(path)
    others = {
        name: path.parent / m["path"]
        for m in _FROM.finditer(file.text)
        for name in _names(m["names"])
    }
    for name in dict.fromkeys(file.exported):
        if name in file.declared:
            yield name, file.declared[name]
        else:
            yield name, dict(_exports(others[name]))[name]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def parameters(text: str, at: int) -> tuple[Parameter, ...]:
    """Those between the first round brackets from a place on."""
    begin = text.index("(", at)
    inside = _inside(text, begin)
    return tuple(_parameter(part) for part in _split(inside) if part)


def _parameter(text: str) -> Parameter:
    name, equals, _ = text.partition(" = ")
    if name.startswith("..."):
        return Parameter(name[3:], is_rest=True)
    is_name = re.fullmatch(_WORD, name) is not None
    return Parameter(name if is_name else "", is_optional=bool(equals))


def _inside(text: str, begin: int) -> str:
    depth = 0
    for place in range(begin, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return text[begin + 1 : place]
    raise ValueError(f"no end of {text[begin : begin + 40]!r}")


def _split(text: str) -> Iterable[str]:
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _is_arrow(text: str, at: int) -> bool:
    begin = text.index("(", at)
    end = begin + len(_inside(text, begin)) + 2
    return text[end:].startswith(" =>")


def _comment_before(text: str, at: int) -> str:
    """The `/** ... */` that ends right before a place, without its stars."""
    before = text[:at].rstrip()
    begin = before.rfind("/**")
    if begin < 0 or before.find("*/", begin) != len(before) - 2:
        return ""
    said = before[begin + 3 : -2].strip()
    lines = (re.sub(r"^\s*\* ?", "", line).rstrip() for line in said.split("\n"))
    return "\n".join(lines).strip()
