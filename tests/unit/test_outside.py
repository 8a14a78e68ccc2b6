"""JSON from outside: what is refused, where, and that no text takes long."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import pytest

from pyface_web.errors import InputError, ManifestError
from pyface_web.values import outside

PIECE = outside._PIECE
DEEP = outside.MAX_DEPTH
_TOO_DEEP = "expected lists and objects at most 64 within each other, got more"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"a": [1, -2.5, 1e3, True, None, "é€😀"], "": {}},
        10**307,
        ["\\", '"', '\\"', "\\\\", "[{", "\u2028", "\x7f"],
        {"a" * 3: ["[" * PIECE, "]" * PIECE, '"\\' * PIECE], "b": [list(range(20_000))]},
        [[["x" * 700] * 3, {"label": "é😀", "of": [[i]] * 3}] for i in range(100)],
        "😀" * PIECE,
        [{str(i): [] for i in range(9_000)}, {}],
    ],
    ids=lambda value: json.dumps(value)[:20],
)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("in_ascii", [True, False])
def test_what_json_holds_comes_back(value: Any, indent: int | None, in_ascii: bool):
    text = json.dumps(value, indent=indent, ensure_ascii=in_ascii)
    for given in (text, text.encode()):
        assert outside.parse(given, "a file") == value


@pytest.mark.parametrize(
    "given", ["\ufeff[1]", b"\xef\xbb\xbf[1]", bytearray(b"[1]"), "\r\n\t [1 ] \n"]
)
def test_what_may_stand_around_it(given: Any):
    assert outside.parse(given, "a file") == [1]


def test_any_document_is_read_as_the_parser_reads_it(monkeypatch: pytest.MonkeyPatch):
    """Whole and cut at any place, with pieces so short that all of it lies on their edges."""
    chance = random.Random(7)
    letters = ['"', "\\", "[", "]", "{", "}", "é", "😀", "\n", " ", "u", "a", ","]

    def made(depth: int) -> Any:
        kind = chance.randrange(6 if depth else 3)
        if kind < 3:
            text = "".join(chance.choices(letters, k=chance.randrange(12)))
            return [text, chance.randrange(-999, 999), chance.random()][kind]
        items = [made(depth - 1) for _ in range(chance.randrange(4))]
        return (
            items if kind < 5 else {f"{i}{chance.choice(letters)}": v for i, v in enumerate(items)}
        )

    for piece in (13, 32):
        monkeypatch.setattr(outside, "_PIECE", piece)
        for _ in range(150):
            value = made(5)
            text = json.dumps(
                value, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1])
            )
            assert outside.parse(text, "a file") == value
            cut = text[: chance.randrange(len(text))]
            swapped = list(text)
            swapped[chance.randrange(len(text))] = chance.choice(letters)
            for broken in (cut, "".join(swapped)):
                try:
                    expected = json.loads(broken)
                except ValueError:
                    with pytest.raises(InputError, match=r"^a file: expected "):
                        outside.parse(broken, "a file")
                else:
                    assert outside.parse(broken, "a file") == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "expected JSON, got something else at line 1, column 1 (Expecting value)"),
        ("not JSON", "at line 1, column 1 (Expecting value)"),
        ('{"a": 1,\n "b" 2}', "at line 2, column 6 (Expecting ':' delimiter)"),
        ("[1] 2", "at line 1, column 5 (more than one value)"),
        ("\ufeff\ufeff1", "at line 1, column 1"),
        ('"\n"', "at line 1, column 2 (Invalid control character at)"),
        (b'{"a": "\xff"}', "expected JSON, got something else at byte 7 (not UTF-8)"),
        (b"[" + b" " * 2**21 + b"\xc3", f"got something else at byte {2**21 + 1}"),
        ('[1, "\ud800"]', "got half of a surrogate pair at line 1, column 6"),
        (r'["\\\ud83d\ude00", "\ud83d"]', "half of a surrogate pair at line 1, column 21"),
        (r'"\ude00\ud83d"', "half of a surrogate pair at line 1, column 2"),
        ('{"a": 1, "b": 2, "a": 3}', "every name once in an object, got 'a' twice at line 1"),
        ("[NaN]", "got NaN (JSON has no NaN or infinity) at line 1, column 2"),
        ('{"a":\n-Infinity}', "got -Infinity (JSON has no NaN or infinity) at line 2, column 1"),
        (f"[1, {10**400}]", "at most 308 digits, got one of 401 at line 1, column 5"),
        ("9" * 5000, "at most 308 digits, got one of 5000 at line 1, column 1"),
        ("[" * (DEEP + 1) + "]" * (DEEP + 1), f"{_TOO_DEEP} at line 1, column {DEEP + 1}"),
        ("[" * 200_000, f"{_TOO_DEEP} at line 1, column {DEEP + 1}"),
        ('\n{"a":' * 200_000, f"{_TOO_DEEP} at line {DEEP + 2}, column 1"),
        ("[" + '"[\\"",' * 30_000 + "[" * DEEP, f"{_TOO_DEEP} at line 1, column {180_001 + DEEP}"),
        ("]" * 200_000 + "[" * 200_000, "at line 1, column 1 (Expecting value)"),
        (None, "expected JSON as text, got None"),
        ({"a": 1}, "expected JSON as text, got dict"),
        ("[" + "1," * 100_000 + "]", "at line 1, column 200002 (Expecting value)"),
        ('{"a": ' + "[1]" * 50_000 + "}", "column 10 (expected a comma or })"),
        ("{" + '"a": [],' * 20_000 + "}", "column 160002 (expected a name in double quotes)"),
        ('{"a" ' + " " * 2 * PIECE + "[1]}", f"column {2 * PIECE + 6} (expected a colon)"),
        ("[" + '"a",' * PIECE + '"b" "c"]', f"column {4 * PIECE + 6} (expected a comma or ])"),
        ("[" + " " * 2 * PIECE, f"column {2 * PIECE + 2} (Expecting value)"),
        (f'{{"a": 1, "b": [{"1," * PIECE} 1], "a": 2}}', "got 'a' twice at line 1"),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_what_is_refused(given: Any, words: str):
    with pytest.raises(ManifestError) as raised:
        outside.parse(given, "some.json", error=ManifestError, remedy="look at it")
    said = str(raised.value)
    assert said.startswith("some.json: expected ") and words in said, said
    assert said.endswith("; look at it") and len(said) < 200
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_what_is_too_long():
    with pytest.raises(InputError, match=r"^a file: expected at most 1.5 MiB, got 1.91 MiB$"):
        outside.parse(b" " * 2_000_000, "a file", max_bytes=3 * 2**19)
    with pytest.raises(InputError, match="expected at most 4 bytes, got 5 bytes"):
        outside.parse("[1,2]", "a file", max_bytes=4)
    assert outside.parse("[1,2]", "a file", max_bytes=5) == [1, 2]


def test_as_deep_as_may_be():
    value: Any = 1
    for _ in range(DEEP // 2):
        value = {"a": [value]}
    assert outside.parse(json.dumps(value), "a file") == value


def test_halves_at_the_edge_of_a_piece():
    """Pairs written as escapes are pairs wherever a piece ends; halves are none anywhere."""
    for before in range(PIECE - 15, PIECE + 3):
        text = f'"{"x" * before}\\ud83d\\ude00"'
        assert outside.parse(text, "a file") == "x" * before + "😀"
        for half, of in (
            ("\\ud83dabcdefgh", 0),
            ("abcdefg\\ude00", 7),
            ("\\ud83d\\ud83d\\ude00", 0),
            ("\\\\\\ud83d", 2),
        ):
            text = f'"{"x" * (before - 10)}{half}"'
            with pytest.raises(
                InputError, match=f"half .* pair at line 1, column {before - 8 + of}"
            ):
                outside.parse(text, "a file")


def test_from_deep_in_calls():
    def call(depth: int) -> Any:
        return call(depth - 1) if depth else outside.parse("[" * 60 + "]" * 60, "a file")

    frames, frame = 0, sys._getframe()
    while frame:
        frames, frame = frames + 1, frame.f_back  # type: ignore[assignment]
    for room in range(5, 80, 3):
        try:
            call(sys.getrecursionlimit() - frames - room)
        except (InputError, RecursionError):
            continue
        break
    else:
        raise AssertionError("expected room for it at last")


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "[]",
        '"[",',
        '"",',
        '["[",',
        '{"":1},',
        "1,",
        "\\",
        '\\"',
        '"\\\\",',
        "é[",
        "\\ud83d\\ude00",
        " ",
    ],
)
def test_no_text_takes_more_than_its_length(unit: str, monkeypatch: pytest.MonkeyPatch):
    """Pieces that are looked at, and values that are parsed, grow with the text, not faster."""

    def work(times: int) -> int:
        rests, text = 0, "[" + unit * times
        try:
            for _ in outside.parsing(text, "a file"):
                rests += 1
        except InputError:
            pass
        return rests

    once = work(2**15)
    assert work(2**17) <= 4 * once + 4
