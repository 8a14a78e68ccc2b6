"""What both languages must do, as cases in JSON: how they are written, read and compared.

Values, matching and drawing exist twice, in Python and in JavaScript (`site/faceapi/`), since a
page whose Python is in a worker needs them at once. Each file of this folder is a table of facts on
one subject: `test_python.py` holds them against Python, `test_javascript.py` against JavaScript,
and those with `"original": true` against face-api.js 0.22.2.

A file is `{"tolerance": 0, "given": {name: expression}, "cases": [case]}`. Numbers may differ by
the tolerance, which only float32 needs; without it they are equal. With `"in": {"python": "a.b",
"javascript": "a/b.js"}` its names are those of these modules, not of the namespace. A case is

    {"case": "its name", "do": expression, "gives": expected}
    {"case": "its name", "do": expression, "raises": "InputError", "says": ["words"]}
    {"case": "its name", "do": expression, "draws": [["strokeRect", 1, 2, 3, 4], ...]}

and with `"rows": [[a, b], ...]` it is one case a row, in which "$1" is a and "$2" is b.

Names are those of Python; the one rule for JavaScript is snake_case -> camelCase (and JSON in
capitals): `face_landmark_68_net` -> `faceLandmark68Net`, `to_json` -> `toJSON`.

Expressions:
    1, "text", null, true, [expression], {"key": expression}    themselves, keys as they are
    {"number": "NaN"}                                           NaN, Infinity, -Infinity
    {"new": "Rect", "args": [1, 2, 3, 4], "named": {"a_b": 5}}  an object. named: keyword arguments
                                                                here, a last { aB: 5 } there
    {"call": "utils.round", "args": [...], "named": {...}}      what a function gives
    {"of": expression, "call": "round", "args": [...]}          ... or a method of a value
    {"of": expression, "get": "area"}                           a field or property of a value
    {"of": expression, "after": [{"call": ...}], "get": ...}    with calls of its methods before
    {"get": "FACE_EXPRESSION_LABELS"}                           a name of the namespace
    {"of": expression, "is": "Box"}                             whether it is an instance
    {"given": "name"}                                           a value of the file, made anew
    {"box": [x, y, width, height]}, {"point": [x, y]}, {"size": [width, height]}
    {"descriptor": [0.5, 1]}                                    128 numbers: these, then 0; float32
    {"array": [1, 2]}                                           numbers in float32
    {"repeat": expression, "times": 3}                          a list
    {"ladder": 68, "by": [0.25, 0.5]}                           points (0, 0), (0.25, 0.5), ...
    {"joined": [list, list]}                                    one list
    {"canvas": [400, 300]}, {"context": [400, 300]}             what writes down the calls of
                                                                drawing
    {"options": "MtcnnOptions", "values": {...}}                options, from an object of them
    {"object": {"box": 1}}                                      an object with keys of this list
    {"json": expression}                                        the JSON text of a value
    {"kept": result}                                            what JSON leaves of a result: of
                                                                what `to_dict` gives, and in
                                                                JavaScript of the object itself
    {"numbered": list}                                          {"0": 0.5, "1": ...}: a typed array
                                                                that went through JSON

An expected value is a number, a text, null, true, a list (for a point, size or box: its numbers),
or `{"field": expected}` with those fields that matter; `"is": "Box"` is the name of the class, and
a field that must not be known is null. A recorded call is a list of name and arguments, a style
that is set `["lineWidth", 2]`; every character is 7 pixels wide. `{"descriptor": [1]}` and
`{"repeat": 1, "times": 3}` are expected lists, too.

Both languages must say the words of `says`; snake_case words are in camelCase in JavaScript, and
`<null>`, `<true>`, `<"text">`, `<{}>`, `<[]>` are written as the language's messages write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent
Language = Literal["python", "javascript"]

# Keys of an expression whose value is a name.
_NAMES = ("new", "call", "get", "is")


@dataclass(frozen=True)
class Case:
    """One fact. do, given, expected: as in the file, in the names of the language."""

    name: str
    do: Any
    given: dict[str, Any]
    gives: Any = None
    raises: str | None = None
    says: tuple[str, ...] = ()
    draws: tuple[Any, ...] | None = None
    original: bool = False
    tolerance: float = 0.0
    module: str = ""


def files() -> list[str]:
    """Names of the files, without .json."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def cases_of(file: str, language: Language = "python") -> list[Case]:
    """All cases of a file."""
    data = json.loads((FOLDER / f"{file}.json").read_text("utf-8"))
    unknown = data.keys() - {"tolerance", "given", "cases", "in"}
    assert not unknown, f"{file}: {unknown}"
    rename = camel_names if language == "javascript" else lambda value: value
    made = []
    for entry in data["cases"]:
        for case in _rows(dict(entry)):
            given = {name: rename(value) for name, value in data.get("given", {}).items()}
            says = tuple(said(words, language) for words in case.pop("says", ()))
            draws = case.pop("draws", None)
            made.append(
                Case(
                    case.pop("case"),
                    rename(case.pop("do")),
                    given,
                    gives=rename(_spelt_out(case.pop("gives", None))),
                    says=says,
                    draws=None if draws is None else tuple(map(tuple, draws)),
                    tolerance=data.get("tolerance", 0.0),
                    module=data.get("in", {}).get(language, ""),
                    **case,
                )
            )
    names = [case.name for case in made]
    assert len(set(names)) == len(names), f"{file}: cases of the same name"
    return made


def _rows(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = entry.pop("rows", None)
    if rows is None:
        yield entry
        return
    for row in rows:
        case = {key: _filled(value, row) for key, value in entry.items()}
        case["case"] = f"{entry['case']}: {', '.join(map(json.dumps, row))}"
        yield case


def _filled(value: Any, row: list[Any]) -> Any:
    """value with the row's values in the places of "$1", "$2", ...; in texts as JSON."""
    if isinstance(value, dict):
        return {_filled(key, row): _filled(item, row) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, row) for item in value]
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\$\d", value):
        return row[int(value[1]) - 1]
    value = re.sub(r"<\$(\d)>", lambda found: f"<{json.dumps(row[int(found[1]) - 1])}>", value)
    return re.sub(r"\$(\d)", lambda found: str(row[int(found[1]) - 1]), value)


def _spelt_out(expected: Any) -> Any:
    """What is expected, with every list of many numbers in full."""
    if isinstance(expected, list):
        return [_spelt_out(item) for item in expected]
    if not isinstance(expected, dict):
        return expected
    if expected.keys() == {"descriptor"}:
        start = expected["descriptor"]
        return [*start, *[0] * (128 - len(start))] if isinstance(start, list) else expected
    if expected.keys() == {"repeat", "times"}:
        return [_spelt_out(expected["repeat"])] * expected["times"]
    return {key: _spelt_out(item) for key, item in expected.items()}


@cache
def camel(name: str) -> str:
    """A name of Python in JavaScript."""
    name = re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), name)
    return re.sub(r"(?<=[a-z])Json$", "JSON", name)


def camel_names(value: Any) -> Any:
    """An expression, or what is expected, with the names of JavaScript."""
    if isinstance(value, list):
        return [camel_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        camel(key): camel(item) if key in _NAMES and isinstance(item, str) else camel_names(item)
        for key, item in value.items()
    }


def said(words: str, language: Language) -> str:
    """Words of a message, as a language writes them."""
    words = re.sub(r"<([^>]*)>", lambda found: _shown(json.loads(found[1]), language), words)
    if language == "python":
        return words
    return re.sub(r"\w+", lambda found: camel(found[0]), words)


def _shown(value: Any, language: Language) -> str:
    python = language == "python"
    if isinstance(value, dict) and "number" in value:
        return str(float(value["number"])) if python else value["number"]
    if isinstance(value, dict | list):
        names = {"dict": "Object", "list": "Array"}
        name = type(value).__name__
        return name if python else names[name]
    return repr(value) if python else json.dumps(value)


def check(case: Case, outcome: dict[str, Any]) -> None:
    """Fails unless what came of a case is what it expects.

    outcome: {"value": plain value} or {"error": [class, message]}, and {"calls": [...]} where
    something was drawn.
    """
    if case.raises is not None:
        assert "error" in outcome, f"expected {case.raises}, got {outcome.get('value')!r}"
        name, message = outcome["error"]
        assert name == case.raises, f"expected {case.raises}, got {name}: {message}"
        for words in case.says:
            assert words in message, f"expected {words!r} in {message!r}"
        return
    assert "error" not in outcome, ": ".join(outcome.get("error", ()))
    if case.draws is None:
        _same(outcome["value"], case.gives, case.tolerance, "")
    else:
        _same(outcome["calls"], [list(call) for call in case.draws], case.tolerance, "call ")


def _same(got: Any, expected: Any, tolerance: float, at: str) -> None:
    where = f"{at or 'value'}: expected {expected!r}, got {got!r}"
    if isinstance(expected, dict) and "number" in expected:
        expected = float(expected["number"])
    if isinstance(expected, list):
        assert isinstance(got, list) and len(got) == len(expected), where
        for index, (one, other) in enumerate(zip(got, expected, strict=True)):
            _same(one, other, tolerance, f"{at}[{index}]")
    elif isinstance(expected, dict):
        assert isinstance(got, dict) and got.keys() == expected.keys(), where
        for key, value in expected.items():
            _same(got[key], value, tolerance, f"{at}.{key}")
    elif isinstance(expected, bool) or not isinstance(expected, int | float):
        assert got == expected and type(got) is type(expected), where
    else:
        assert isinstance(got, int | float) and not isinstance(got, bool), where
        both_nan = got != got and expected != expected
        assert both_nan or got == expected or abs(got - expected) <= tolerance, where
