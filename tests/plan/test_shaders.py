"""The directives of shader files: @include, @set, @for, @if and ${}; and what errors say."""

from __future__ import annotations

import textwrap

import pytest

from pyface_web.engine.webgl import shaders
from pyface_web.errors import ShaderError
from tests.plan.plans import plan_of
from tests.reference.nets import ALL, name_of


@pytest.fixture
def expand(monkeypatch):
    """GLSL lines of a shader given as text; others are files of the dictionary."""

    def expand(text: str, files: dict[str, str] | None = None, **defines) -> list[str]:
        known = {"test.frag": textwrap.dedent(text), **(files or {})}
        original = shaders.load
        monkeypatch.setattr(shaders, "load", lambda name: known.get(name) or original(name))
        lines = shaders.source("test.frag", defines).splitlines()
        assert lines[0] == "#version 300 es"
        return [line.strip() for line in lines[1:]]

    return expand


def test_values(expand):
    assert expand("float a = ${SIZE / 2};", SIZE=3) == ["float a = 1.5;"]
    assert expand("int a = ${SIZE // 2 + 1};", SIZE=3) == ["int a = 2;"]
    assert expand("v${KIND}_${1 + 1}", KIND="x") == ["vx_2"]


def test_comments_and_empty_lines_are_left_out(expand):
    assert expand("// a comment\n\nint a;  // stays\n  // another\n") == ["int a;  // stays"]


def test_set(expand):
    assert expand("@set N = KERNEL + 1\n@set M = N * 2\n${M}", KERNEL=3) == ["8"]


def test_for_is_unrolled(expand):
    text = """\
        @for i in range(2)
        @for j in ("x", "y")
        a${i}${j};
        @end
        @end
        b;
    """
    assert expand(text) == ["a0x;", "a0y;", "a1x;", "a1y;", "b;"]


def test_for_over_nothing(expand):
    assert expand("@for i in range(N)\na;\n@end\nb;", N=0) == ["b;"]


def test_the_value_of_a_loop_is_known_only_inside(expand):
    with pytest.raises(ShaderError, match="name 'i' is not defined"):
        expand("@for i in range(1)\n@end\n${i}")


def test_a_value_set_in_a_loop_stays_there(expand):
    text = "@set A = 1\n@for i in range(2)\n@set A = A + 1\n${A}\n@end\n${A}"
    assert expand(text) == ["2", "2", "1"]


@pytest.mark.parametrize(("skip", "lines"), [("add", ["a"]), ("none", ["b", "c"])])
def test_if_and_else(expand, skip, lines):
    text = '@if SKIP == "add"\na\n@else\nb\n@if SKIP != "pool"\nc\n@else\nd\n@end\n@end'
    assert expand(text, SKIP=skip) == lines


def test_an_expression_that_is_not_reached_is_not_evaluated(expand):
    assert expand("@if 0\n${unknown}\n@end\na") == ["a"]


def test_include(expand):
    files = {"lib/a.glsl": "@include lib/b.glsl\nint a = ${N};", "lib/b.glsl": "int b;"}
    assert expand("@include lib/a.glsl\nint c;", files, N=1) == ["int b;", "int a = 1;", "int c;"]


def test_include_inside_a_loop(expand):
    text = "@for i in range(2)\n@include a\n@end"
    assert expand(text, {"a": "a${i};"}) == ["a0;", "a1;"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${MISSING + 1}", "test.frag: cannot evaluate 'MISSING \\+ 1': name 'MISSING' is not"),
        ("@if 1 +\n@end", "test.frag: cannot evaluate '1 \\+': "),
        ("@set A = 1 / 0", "test.frag: cannot evaluate '1 / 0': division by zero"),
        ("@for i in range(2)\na", "test.frag: '@for i in range\\(2\\)' has no @end"),
        ("@if 1\n@for i in range(2)\n@end", "test.frag: '@if 1' has no @end"),
        ('${open("file")}', "name 'open' is not defined"),
        ("@for i in 3\na\n@end", "test.frag: cannot go through '3'"),
        ("a\n@end", "test.frag: '@end' without @for or @if"),
        ("a\n@else\nb", "test.frag: '@else' without @for or @if"),
        ("@fro i in range(2)", "test.frag: '@fro i in range\\(2\\)' is not a directive"),
        ("@include nowhere.glsl", "test.frag: cannot include 'nowhere.glsl'"),
    ],
    ids=[
        "unknown name",
        "syntax",
        "division by zero",
        "for without end",
        "if without end",
        "no access to files",
        "for over a number",
        "end alone",
        "else alone",
        "misspelt",
        "include of nothing",
    ],
)
def test_errors_name_the_file_and_the_expression(expand, text, message):
    with pytest.raises(ShaderError, match=message):
        expand(text)


@pytest.mark.parametrize("targets", [8, 4])
@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_shaders_of_a_net_are_expanded_wholly(network, targets):
    for program in plan_of(network, targets).programs.values():
        glsl = program.glsl()
        assert glsl.startswith("#version 300 es\n")
        assert "@" not in glsl
        assert "$" not in glsl
        assert glsl.count("{") == glsl.count("}")
