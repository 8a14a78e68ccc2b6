"""What messages call things: the words of the language that the caller writes.

A call of JavaScript, which `messages.handle` answers, gets those of JavaScript, any other those of
Python. Whoever writes a message writes Python; `code`, `quoted` and `spoken` say the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_to_javascript: ContextVar[bool] = ContextVar("to_javascript", default=False)

_WORDS = {"None": "null", "True": "true", "False": "false"}
_TOKEN = re.compile(r"'([^']*)'|\b[A-Za-z_]\w*")
_OPTIONS = re.compile(r"(?<!\w)((?:faceapi\.)?[A-Z]\w*Options\()")  # classes, which want `new`
_NAMED = re.compile(r"\((\w+=[^=()]+)\)")  # arguments by name, nothing else


@contextmanager
def to_javascript() -> Iterator[None]:
    """Messages that are written meanwhile, in this task and those that it begins, are for
    JavaScript."""
    before = _to_javascript.set(True)
    try:
        yield
    finally:
        _to_javascript.reset(before)


def is_for_javascript() -> bool:
    """Whether what is written now is for a caller in JavaScript."""
    return _to_javascript.get()


def spoken(python: str, javascript: str) -> str:
    """One of two wordings, where `code` does not give the other."""
    return javascript if is_for_javascript() else python


def code(python: str) -> str:
    """Code of Python as the caller would write it.

    In JavaScript "await faceapi.set_waits(media=60)" is "await faceapi.setWaits({ media: 60 })":
    names in camelCase, arguments by name as an object, options made with `new`, text in double
    quotes.
    """
    if not is_for_javascript():
        return python
    named = _NAMED.sub(lambda found: f"({{ {_as_object(found[1])} }})", python)
    return _OPTIONS.sub(r"new \1", _TOKEN.sub(_token, named))


def camel(name: str) -> str:
    """A name of Python as JavaScript has it: face_landmark68_net -> faceLandmark68Net."""
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda letter: letter[1].upper(), name)


def quoted(text: str) -> str:
    """A text in quotes."""
    text = str.__str__(text)
    return json.dumps(text, ensure_ascii=False) if is_for_javascript() else repr(text)


def _as_object(arguments: str) -> str:
    return re.sub(r"(\w+)=", r"\1: ", arguments)


def _token(found: re.Match[str]) -> str:
    text: str | None = found[1]
    return json.dumps(text) if text is not None else _WORDS.get(found[0], camel(found[0]))
