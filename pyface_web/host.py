"""Where Python runs: a browser or not, values and classes of JavaScript, elements of the page."""

from __future__ import annotations

import sys
from inspect import isawaitable
from typing import Any

from pyface_web.errors import ElementNotFoundError, InputError
from pyface_web.wording import is_for_javascript, quoted, spoken

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


_LONG = 100  # characters of the name of a class that a message shows
_IN_JAVASCRIPT = {  # what JavaScript calls the values that Pyodide makes of its own
    "None": "undefined",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "str": "a text",
    "list": "an array",
    "tuple": "an array",
    "dict": "an object",
    "_Given": "an object",
    "ndarray": "an array of numbers",
    "bytes": "a buffer",
    "memoryview": "a buffer",
}


def kind_of(value: object) -> str:
    """What a message calls a value: its class of JavaScript, or else of Python.

    It says so where somebody forgot to wait for it.
    """
    name = js_class(value) or _of_python(value)
    if is_for_javascript():
        name = _IN_JAVASCRIPT.get(name, name)
    return f"{name[:_LONG]}{' (was an await forgotten?)' if _is_promised(value) else ''}"


def _of_python(value: object) -> str:
    if is_missing(value):
        return "None" if value is None else "null"
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def _is_promised(value: object) -> bool:
    try:
        return isawaitable(value)
    except Exception:  # whatever a class of the caller's raises
        return False


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
            f"{_short(id)} is not a CSS selector; expected the id of an element, or # and what "
            "follows"
        ) from error


def find_element(id: str) -> Any:
    """The element of the page with an id, or the first that matches a selector beginning with #."""
    id = str.__str__(id)
    try:
        from js import document
    except ImportError:
        raise InputError(
            f"{_short(id)} is a text, which names an element of a page by its id, and there is no "
            "page here; pass the picture itself: np.asarray(Image.open(path).convert('RGB')) of "
            "Pillow, or await faceapi.fetch_image(address)"
        ) from None
    element = query(document, id)
    if is_missing(element):
        raise ElementNotFoundError(
            f"the page has no element with the id {_short(id)}; {_remedy(id)}"
        )
    return element


def _remedy(id: str) -> str:
    if any(sign in id for sign in "/.:"):
        load = spoken("await faceapi.fetch_image(address)", "await faceapi.fetchImage(address)")
        return f"a text is the id of an element; {load} gives the picture at an address"
    return "is it spelt so, and there already? A script before the element runs too early"


def _short(id: str) -> str:
    return quoted(id if len(id) <= _LONG else f"{id[:_LONG]}...")
