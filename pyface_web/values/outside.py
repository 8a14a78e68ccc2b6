"""JSON from outside: a file that somebody chose, the answer of a server, what a browser kept.

Python's parser calls itself for every level, and in a browser a text that is deep enough ends
Python for good. So one pass over the text, by NumPy and a piece at a time, finds out how deep it
is before any parser sees it. Everything that was not written by this program itself comes in here:

    manifest = outside.parse(text, url, error=ManifestError, max_bytes=2**22)

The pass also finds which lists and objects are long; those are read a member at a time, so that
`parsing` can be interrupted for the page while it reads a long file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Generator
from typing import Any, NoReturn, TypeAlias, TypeVar

import numpy as np

from pyface_web.errors import InputError, PyfaceError
from pyface_web.values.given import plain_text
from pyface_web.values.numeric import shown

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""Work that can rest at each `yield`; `finished` does it at once, `in_turns` beside the page."""

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
"""How many lists and objects may lie within each other; files of this program have four."""

_PIECE = 2**16  # characters that are looked at, or parsed, without a rest
_REST = 2**14  # characters of a long list after which there is a rest
_MAX_DIGITS = 308  # of a whole number; one more may be beyond all floats
_QUOTE, _OPENS, _CLOSES = 1, 2, 3
_KINDS = np.zeros(256, np.uint8)
_KINDS[list(b'"')], _KINDS[list(b"[{")], _KINDS[list(b"]}")] = _QUOTE, _OPENS, _CLOSES
_MATTERS = (_KINDS > 0).tobytes()  # by translate(), which is four times as fast as an index
_NOT_PLAIN = re.compile(r"[\x00-\x1f\\]")  # a string that holds none of them is as it is written
_SPACE = re.compile(r"[ \t\n\r]*")
# Half of a surrogate pair, written as an escape: no text that can be shown or stored holds one.
_PAIR = 12
_LONE = re.compile(
    rb"(?P<high>\\u[dD][89abAB]..)(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F].."
)


def parse(
    given: object,
    what: str,
    *,
    error: type[PyfaceError] = InputError,
    max_bytes: int = MAX_BYTES,
    remedy: str = "",
) -> Any:
    """The value of a JSON text, or of its UTF-8; an error of the given class for anything else.

    what: begins the message, such as the file's name. remedy: ends it.
    Refused are: more than max_bytes characters or bytes, more than 64 levels, whole numbers of
    more than 308 digits, NaN and Infinity, a name twice in one object, half a surrogate pair, and
    what is not JSON. A byte order mark is skipped; other numbers beyond floats are infinite, as in
    JavaScript.
    """
    return finished(parsing(given, what, error=error, max_bytes=max_bytes, remedy=remedy))


def parsing(
    given: object,
    what: str,
    *,
    error: type[PyfaceError] = InputError,
    max_bytes: int = MAX_BYTES,
    remedy: str = "",
) -> Steps[Any]:
    """`parse`, with rests."""
    ending = f"; {remedy}" if remedy else ""
    if not isinstance(given, str | bytes | bytearray):
        raise error(f"{what}: expected JSON as text, got {shown(given)}{ending}")
    given = plain_text(given) if isinstance(given, str) else given
    if len(given) > max_bytes:
        raise error(f"{what}: expected at most {_size(max_bytes)}, got {_size(len(given))}{ending}")
    text = ""
    try:
        text = given.removeprefix("\ufeff") if isinstance(given, str) else (yield from _text(given))
        long = yield from _long(text)
        value, at = yield from _value(text, _past_space(text, 0), long)
        at = _past_space(text, at)
        if at != len(text):
            raise _NotJSON("expected JSON, got something else", at, "more than one value")
        return value
    except _NotJSON as broken:
        raise error(f"{what}: {broken.said_of(text)}{ending}") from None


def finished(steps: Steps[T]) -> T:
    """What work with rests gives, without them."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


class _NotJSON(Exception):
    """words, the place in the text (None: of bytes that are none), and why, in brackets."""

    def __init__(self, words: str, at: int | None, why: str = "") -> None:
        super().__init__(words)
        self._words, self._at, self._why = words, at, why

    def said_of(self, text: str) -> str:
        place = ""
        if self._at is not None:
            line, begin = text.count("\n", 0, self._at) + 1, text.rfind("\n", 0, self._at)
            place = f" at line {line}, column {self._at - begin}"
        return self._words + place + (f" ({self._why})" if self._why else "")


def _size(count: int) -> str:
    return f"{count / 2**20:.3g} MiB" if count >= 2**20 else f"{count} bytes"


def _text(data: bytes | bytearray) -> Steps[str]:
    decoder, parts = codecs.getincrementaldecoder("utf-8")(), []
    begin = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    step = 16 * _PIECE
    for start in range(begin, len(data), step):
        waiting = len(decoder.getstate()[0])
        try:
            parts.append(decoder.decode(data[start : start + step], start + step >= len(data)))
        except UnicodeDecodeError as error:
            at = start - waiting + error.start
            raise _NotJSON(
                f"expected JSON, got something else at byte {at}", None, "not UTF-8"
            ) from None
        yield
    return "".join(parts)


def _long(text: str) -> Steps[set[int]]:
    """Where lists and objects begin that reach over the end of a piece; what is wrong is raised."""
    long: set[int] = set()
    opened: list[int] = []  # where those begin that are open here
    inside = escaped = False  # a string; the next character is what a backslash escapes
    tail = b""
    for start in range(0, len(text), _PIECE):
        yield
        piece = text[start : start + _PIECE]
        is_last = start + _PIECE >= len(text)
        if not piece.isascii():
            _check_no_half(piece, start)
        # A byte a character, so that places are those of the text; what is no letter here is "?".
        data = piece.encode("latin-1", "replace")
        if escaped and data[:1] in (b'"', b"\\"):
            data = b" " + data[1:]
        escaped = False
        if b"\\" in data:
            data = data.replace(b"\\\\", b"  ")
            escaped = data.endswith(b"\\")
            data = data.replace(b'\\"', b"  ")
        _check_escapes(tail + data, start - len(tail), is_last)
        tail = data[1 - _PAIR :]

        places = np.flatnonzero(np.frombuffer(data.translate(_MATTERS), np.bool_))
        kinds = _KINDS[np.frombuffer(data, np.uint8)[places]]
        quotes = kinds == _QUOTE
        within = np.logical_xor.accumulate(quotes) ^ inside
        inside = bool(within[-1]) if len(within) else inside
        brackets = ~(quotes | within)
        places, opens = places[brackets], kinds[brackets] == _OPENS
        if not len(places):
            if not is_last:
                long.update(opened)
            continue
        depths = len(opened) + np.cumsum(np.where(opens, 1, -1))
        if depths.max() > MAX_DEPTH:
            at = start + int(places[np.argmax(depths > MAX_DEPTH)])
            raise _NotJSON(
                f"expected lists and objects at most {MAX_DEPTH} within each other, got more", at
            )
        lowest = int(depths.min())
        if lowest < 0:  # the parser comes no further than here
            break
        del opened[lowest:]
        for depth in range(len(opened) + 1, int(depths[-1]) + 1):
            last = np.flatnonzero(opens & (depths == depth))[-1]
            opened.append(start + int(places[last]))
        if not is_last:
            long.update(opened)
    return long


def _check_no_half(piece: str, start: int) -> None:
    try:
        piece.encode()
    except UnicodeEncodeError as error:
        _refuse_half(start + error.start)


def _check_escapes(data: bytes, start: int, is_last: bool) -> None:
    """data: begins with the end of the piece before it, where the other half may stand."""
    if b"\\u" not in data:
        return
    for found in _LONE.finditer(data):
        if found["high"]:
            is_known = is_last or found.start() + _PAIR <= len(data)
        else:
            is_known = start == 0 or 2 * found.start() >= _PAIR
        if is_known:
            _refuse_half(start + found.start())


def _refuse_half(at: int) -> NoReturn:
    raise _NotJSON("expected text, got half of a surrogate pair", at)


def _value(text: str, at: int, long: set[int]) -> Steps[tuple[Any, int]]:
    """The value that begins at a place, and where it ends."""
    if at not in long:
        yield
        if text[at : at + 1] == '"':
            return (yield from _string(text, at))
        return _parsed(text, at)
    is_object = text[at] == "{"
    closing = "}" if is_object else "]"
    values: list[Any] = []
    names: list[str] = []
    rested = at
    at = _past_space(text, at + 1)
    if text[at : at + 1] == closing:
        return {} if is_object else [], at + 1
    while True:
        if is_object:
            if text[at : at + 1] != '"':
                raise _unexpected(at, "a name in double quotes")
            name, at = _parsed(text, at)
            names.append(name)
            at = _past_space(text, at)
            if text[at : at + 1] != ":":
                raise _unexpected(at, "a colon")
            at = _past_space(text, at + 1)
        if at in long:
            value, at = yield from _value(text, at, long)
        elif text[at : at + 1] == '"':
            value, at = yield from _string(text, at)
        else:
            value, at = _parsed(text, at)
        values.append(value)
        if at - rested > _REST:
            rested = at
            yield
        at = _past_space(text, at)
        following = text[at : at + 1]
        if following == closing:
            break
        if following != ",":
            raise _unexpected(at, f"a comma or {closing}")
        at = _past_space(text, at + 1)
    if not is_object:
        return values, at + 1
    try:
        return _members(list(zip(names, values, strict=True))), at + 1
    except _Refused as refused:
        raise refused.at(text, at) from None


def _string(text: str, at: int) -> Steps[tuple[str, int]]:
    """A string; one that is long and holds no escapes, such as base64, is looked at in pieces."""
    end = text.find('"', at + 1)
    if end - at > _PIECE:
        for start in range(at + 1, end, _PIECE):
            if _NOT_PLAIN.search(text, start, min(start + _PIECE, end)):
                break
            yield
        else:
            return text[at + 1 : end], end + 1
    return _parsed(text, at)


def _unexpected(at: int, expected: str) -> _NotJSON:
    return _NotJSON("expected JSON, got something else", at, f"expected {expected}")


def _past_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


class _Refused(ValueError):
    """What the parser found and JSON does not have, and a pattern that finds where."""

    def __init__(self, words: str, pattern: str = "") -> None:
        super().__init__(words)
        self._words, self._pattern = words, pattern

    def at(self, text: str, at: int) -> _NotJSON:
        """at: where what holds it begins."""
        found = re.compile(self._pattern).search(text, at) if self._pattern else None
        return _NotJSON(self._words, found.start() if found else at)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        ((twice, _),) = counts.most_common(1)
        raise _Refused(
            f"expected every name once in an object, got {shown(twice)} twice",
            re.escape(json.dumps(twice, ensure_ascii=False)),
        )
    return made


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _Refused(
            f"expected whole numbers of at most {_MAX_DIGITS} digits, got one of {len(digits)}",
            re.escape(digits[:_MAX_DIGITS]),
        )
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise _Refused(f"expected a number, got {name} (JSON has no NaN or infinity)", name)


_decoder = json.JSONDecoder(object_pairs_hook=_members, parse_int=_whole, parse_constant=_constant)


def _parsed(text: str, at: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _NotJSON("expected JSON, got something else", error.pos, error.msg) from None
    except RecursionError:
        raise _NotJSON(
            "expected JSON, got more than can be parsed this deep in calls", at
        ) from None
    except _Refused as refused:
        raise refused.at(text, at) from None
