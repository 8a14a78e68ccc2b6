"""Where Python runs: a browser or not, values and classes of JavaScript, elements of the page."""

from __future__ import annotations

import sys
from typing import Any

from pyface_web.errors import ElementNotFoundError, InputError

IN_BROWSER = sys.platform == "emscripten"


def js_class(value: object) -> str:
    """Name of the JavaScript class of a proxy, "" for anything else."""
    try:
        if not hasattr(value, "js_id"):
            return ""
        name = getattr(getattr(value, "constructor", None), "name", "")
    except Exception:  # whatever a class of the caller's raises
        return ""
    return name if isinstance(name, str) else ""


def kind_of(value: object) -> str:
    """What a message calls a value: its class of JavaScript, or else of Python."""
    return js_class(value) or type(value).__name__[:100]


def is_missing(value: object) -> bool:
    """Whether JavaScript gave undefined or null; Pyodide's null is a value of its own."""
    return value is None or type(value).__name__ == "JsNull"


def js_value(value: object) -> Any:
    """A plain value as JavaScript has it: bytes as a Uint8Array, a dict as an object."""
    import js
    from pyodide.ffi import to_js

    return to_js(value, dict_converter=js.Object.fromEntries)


def query(document: Any, id: str) -> Any:
    """The element with an id, or the first that matches a selector beginning with #, or null."""
    if not id.startswith("#"):
        return document.getElementById(id)
    try:
        return document.querySelector(id)
    except Exception as error:
        raise ElementNotFoundError(
            f"{_quoted(id)} is not a CSS selector; expected the id of an element, or # and what "
            "follows"
        ) from error


def find_element(id: str) -> Any:
    """The element of the page with an id, or the first that matches a selector beginning with #."""
    id = str.__str__(id)
    try:
        from js import document
    except ImportError:
        raise InputError(
            f"{_quoted(id)} is a string, which names an element of a page, and there is no page "
            "here; pass the thing itself"
        ) from None
    element = query(document, id)
    if is_missing(element):
        raise ElementNotFoundError(
            f"the page has no element with the id {_quoted(id)}; is it there already, and spelt so?"
        )
    return element


def _quoted(id: str) -> str:
    return repr(id if len(id) <= 100 else f"{id[:100]}...")
