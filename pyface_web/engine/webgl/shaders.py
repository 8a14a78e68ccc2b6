"""From shader files to GLSL: includes, loops that are unrolled, and values put in.

A shader is GLSL with a few lines of its own, so that a kernel is written once and reads like one:

    @include lib/layout.glsl
    @set N = STRIDE + KERNEL          a Python expression; the defines are its variables
    @for i in range(N) ... @end       unrolled, because arrays in registers are slow or impossible
    @if SKIP == "add" ... @else ... @end
    ${i + 1}                          the value of a Python expression
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import CodeType

from pyface_web.errors import ShaderError

Value = int | str
_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")
_BUILTINS = {"range": range, "len": len, "int": int}


@cache
def load(name: str) -> str:
    """Text of a file of shaders/: inside the wheel, or beside the package in a checkout."""
    packed = resources.files("pyface_web") / "shaders" / name
    if packed.is_file():
        return packed.read_text("utf-8")
    return (Path(__file__).parents[3] / "shaders" / name).read_text("utf-8")


def source(name: str, defines: Mapping[str, Value]) -> str:
    """GLSL of a shader for given defines."""
    environment: dict[str, object] = {"__builtins__": _BUILTINS, **defines}
    lines = list(_expand(_included(name, name), environment, name))
    return "\n".join(["#version 300 es", *lines, ""])


def _included(wanted: str, name: str) -> list[str]:
    """Lines of the file `wanted`, which the shader `name` includes."""
    try:
        text = load(wanted)
    except OSError as error:
        raise ShaderError(f"{name}: cannot include {wanted!r}: there is no such file") from error
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("@include "):
            lines += _included(line.split(None, 1)[1].strip(), name)
        else:
            lines.append(line)
    return lines


def _expand(lines: list[str], environment: dict[str, object], name: str) -> Iterator[str]:
    i = 0
    while i < len(lines):
        line = lines[i]
        word, _, rest = line.strip().partition(" ")
        if word == "@set":
            target, _, expression = rest.partition("=")
            environment[target.strip()] = _value(expression, environment, name)
        elif word in ("@for", "@if"):
            body, otherwise, i = _block(lines, i, name)
            if word == "@for":
                target, _, expression = rest.partition(" in ")
                values = _value(expression, environment, name)
                if not isinstance(values, Iterable):
                    raise ShaderError(f"{name}: cannot go through {expression!r}: {values!r}")
                for value in values:
                    inner = environment | {target.strip(): value}
                    yield from _expand(body, inner, name)
            else:
                chosen = body if _value(rest, environment, name) else otherwise
                yield from _expand(chosen, environment, name)
        elif word.startswith("@"):
            what = "without @for or @if" if word in ("@end", "@else") else "is not a directive"
            raise ShaderError(f"{name}: {line.strip()!r} {what}")
        elif not line.strip().startswith("//") and line.strip():
            yield _EXPRESSION.sub(lambda m: str(_value(m[1], environment, name)), line)
        i += 1


def _block(lines: list[str], start: int, name: str) -> tuple[list[str], list[str], int]:
    """Lines of a block, of its @else, and the index of its @end."""
    depth, parts = 0, ([], [])  # type: tuple[int, tuple[list[str], list[str]]]
    part = 0
    for i in range(start + 1, len(lines)):
        word = lines[i].strip().partition(" ")[0]
        if word in ("@for", "@if"):
            depth += 1
        elif word == "@end":
            if depth == 0:
                return parts[0], parts[1], i
            depth -= 1
        elif word == "@else" and depth == 0:
            part = 1
            continue
        parts[part].append(lines[i])
    raise ShaderError(f"{name}: {lines[start].strip()!r} has no @end")


def _value(expression: str, environment: dict[str, object], name: str) -> object:
    try:
        return eval(_compiled(expression.strip()), environment)
    except Exception as error:
        raise ShaderError(f"{name}: cannot evaluate {expression.strip()!r}: {error}") from error


@cache
def _compiled(expression: str) -> CodeType:
    return compile(expression, "<shader>", "eval")
